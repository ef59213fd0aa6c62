"""A p3a-display for the benches: started on a free port, with a panel that shows at once."""
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
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_mib(self) -> float:
        pages = int(pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / (1 << 20)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
