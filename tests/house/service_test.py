"""The systemd unit: how well it is fenced in, and that nothing in it is misspelt."""
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNIT = ROOT / "packaging/p3a-display.service"


def test_the_unit_is_fenced_in():
    run = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", UNIT], capture_output=True, text=True, timeout=60)
    exposure = re.search(r"Overall exposure level for p3a-display\.service: ([0-9.]+)", run.stdout)
    assert exposure, run.stdout + run.stderr
    assert float(exposure[1]) <= 2.0, run.stdout
    assert "Unknown" not in run.stderr and "Failed to parse" not in run.stderr, run.stderr


def test_the_unit_says_how_the_display_is():
    text = UNIT.read_text()
    for line in ("Type=notify", "WatchdogSec=30", "DynamicUser=yes", "RestartPreventExitStatus=2 78"):
        assert f"\n{line}\n" in text
