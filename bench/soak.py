"""script/bench soak: what 200,000 frames of every kind over 2,000 connections leave behind in the display's memory."""
import json
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/e2e"))
from conftest import Display  # noqa: E402
from soak import PANEL, soak  # noqa: E402

ALLOWED_BYTES = 256 * 1024

with tempfile.TemporaryDirectory() as folder:
    display = Display(pathlib.Path(folder), PANEL).start()
    try:
        begun = time.monotonic()
        figures = soak(display, connections=2000, frames_each=100)
        figures["seconds"] = round(time.monotonic() - begun, 1)
    finally:
        display.kill()
print(json.dumps(figures, indent=2))
sys.exit(figures["rss_growth_bytes"] > ALLOWED_BYTES)
