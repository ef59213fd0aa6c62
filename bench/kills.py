"""script/bench kills: a stream at 30 fps whose decoders are killed again and again. Argument: how often (10,000)."""
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/e2e"))
from conftest import Display  # noqa: E402
from soak import PANEL  # noqa: E402
from worker_kills import kill_workers  # noqa: E402

with tempfile.TemporaryDirectory() as folder:
    display = Display(pathlib.Path(folder), PANEL).start()
    try:
        kill_workers(display, 30)
        before = display.rss_bytes()
        figures = kill_workers(display, int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
        figures["rss_growth_bytes"] = display.rss_bytes() - before
        figures["decode"] = display.status()["decode"]
    finally:
        display.kill()
print(json.dumps(figures, indent=2))
sys.exit(figures["frames_lost_most"] > 3 or figures["open_files"] > figures["open_files_before"]
         or figures["decode"]["crashed"] == 0)  # none was killed while it decoded: that shows nothing
