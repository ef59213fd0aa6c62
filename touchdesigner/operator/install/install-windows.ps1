# Puts P3AOut.dll, from beside this script or the folder named as argument, where TouchDesigner looks for custom
# operators. Close TouchDesigner first: it locks the file. Not run by us on Windows yet.
param([string]$From = $PSScriptRoot)
$ErrorActionPreference = 'Stop'
$file = Join-Path $From 'P3AOut.dll'
if (-not (Test-Path $file)) { throw "There is no P3AOut.dll in ${From}: unpack the whole archive first." }
$to = Join-Path ([Environment]::GetFolderPath('MyDocuments')) 'Derivative\Plugins'
New-Item -ItemType Directory -Force -Path $to | Out-Null
Copy-Item -Force $file $to
Unblock-File (Join-Path $to 'P3AOut.dll')
Write-Host "Installed in $to. Start TouchDesigner and allow the plugin when it asks; the operator is P3A Out, under Custom."
