"""Every fuzz target has its row in fuzz/coverage.py, without which `script/fuzz all` runs to its end and fails there."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "fuzz"))
import coverage  # noqa: E402


def test_every_target_has_parsers_and_they_exist():
    listed = subprocess.run([ROOT / "script/fuzz", "list"], capture_output=True, text=True, check=True).stdout.split()
    assert sorted(coverage.PARSERS) == sorted(listed)
    for what in (what for parsers in coverage.PARSERS.values() for what in parsers):
        assert list(ROOT.glob(what.partition(":")[0])), what
