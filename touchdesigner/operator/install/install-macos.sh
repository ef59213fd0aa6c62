#!/bin/sh
# Puts P3AOut.plugin, from beside this script or the folder named as argument, where TouchDesigner looks for
# custom operators. Restart TouchDesigner afterwards. Not run by us on a Mac yet.
set -eu
from=${1:-$(cd "$(dirname "$0")" && pwd)}/P3AOut.plugin
to="$HOME/Library/Application Support/Derivative/TouchDesigner099/Plugins"
[ -d "$from" ] || { echo "There is no P3AOut.plugin at $from: unpack the whole archive first." >&2; exit 1; }
mkdir -p "$to"
rm -rf "$to/P3AOut.plugin"
cp -R "$from" "$to/"
# What a browser downloaded is kept from running until this mark is gone.
xattr -dr com.apple.quarantine "$to/P3AOut.plugin" 2>/dev/null || true
echo "Installed in $to. Restart TouchDesigner and allow the plugin when it asks; the operator is P3A Out, under Custom."
