"""A p3a-display for the benches: started on a free port, with a panel that shows at once."""
import contextlib
import os
import pathlib
import socket
import subprocess
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "build/bench"
BENCH = ROOT / "build/release/bench"


def percentile(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


class Display:
    def __init__(self, storage: pathlib.Path, *options: str):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen([
            ROOT / "build/bin/p3a-display", f"--http.port={self.port}", "--http.address=127.0.0.1", "--mdns.enable=false",
            f"--storage.root={storage}", "--panel.refresh_hz=0", "--log.level=error", *options])
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/status").close()
                return
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError("the display did not start") from None
                time.sleep(0.02)

    def cpu_seconds(self) -> float:
        """Of the display, the fork server and its workers: those that are there, and those that were waited for."""
        parents, ticks = {}, {}
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):  # gone meanwhile
                fields = stat.read_text().rsplit(")", 1)[1].split()
                parents[int(stat.parent.name)] = int(fields[1])
                ticks[int(stat.parent.name)] = sum(map(int, fields[11:15]))
        family = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= more
        return sum(ticks.get(pid, 0) for pid in family) / os.sysconf("SC_CLK_TCK")

    def rss_mib(self) -> float:
        pages = int(pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / (1 << 20)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
