"""script/bench slow: a live 60 fps stream while slowhttptest (Debian) holds 1,000 connections open, in each of its modes.

Argument: seconds a mode (60). Fails when fewer than 99 % of the frames are shown, /healthz takes 50 ms (p99), or one of
the slow connections is still there after 15 s.
"""
import contextlib
import http.client
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/e2e"))
from conftest import Display, wait_until  # noqa: E402
from pictures import encoded, marker, noise  # noqa: E402
from soak import Connection  # noqa: E402

MODES = {"nobody": [], "slow heads": ["-H", "-i", "3", "-u", "/"], "slow bodies": ["-B", "-i", "3", "-s", "100000", "-f", "image/png", "-u", "/upload/image"],
         "slow reading": ["-X", "-n", "3", "-z", "16", "-w", "256", "-y", "512", "-k", "3", "-u", "/snapshot.png"]}
CONNECTIONS, PER_SECOND, FPS = 1000, 200, 60


class Stream:
    def __init__(self, display):
        self.connection = Connection(display.port)
        self.sent = self.acked = self.shown = 0
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=run, daemon=True) for run in (self.send, self.receive)]
        for thread in self.threads:
            thread.start()

    def send(self):
        picture = encoded(marker(), "JPEG", quality=85)
        due = time.monotonic()
        while not self.ended.is_set():
            self.connection.send(2, picture)
            self.sent += 1
            due += 1 / FPS
            time.sleep(max(0.0, due - time.monotonic()))

    def close(self):
        self.ended.set()
        self.threads[0].join()
        wait_until(lambda: self.acked == self.sent, "every frame is answered")
        self.connection.end(politely=False)

    def receive(self):
        with contextlib.suppress(OSError, AssertionError):  # it was hung up on, by us
            while True:
                self.shown += "presented_us" in self.connection.ack()
                self.acked += 1


def slow_ones(display) -> dict[str, float]:
    """The display's open connections by the client's end, but for those of 127.0.0.2, which are our own probes."""
    ends = (line.split() for line in open("/proc/net/tcp"))
    return {fields[2]: 0.0 for fields in ends if fields[1].endswith(f":{display.port:04X}") and fields[3] in ("01", "08")
            and fields[2].startswith("0100007F")}


def probe(display, times: list[float]):
    connection = http.client.HTTPConnection("127.0.0.1", display.port, timeout=10, source_address=("127.0.0.2", 0))
    begun = time.monotonic()
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200
    times.append((time.monotonic() - begun) * 1000)
    connection.close()


def attack(display, arguments: list[str], seconds: int) -> dict:
    stream = Stream(display)
    own = set(slow_ones(display))
    *options, path = arguments or ["/"]
    command = ["slowhttptest", *options, f"http://127.0.0.1:{display.port}{path}", "-c", str(CONNECTIONS), "-r", str(PER_SECOND), "-l", str(seconds),
               "-p", "5", "-v", "0"]
    slow = subprocess.Popen(command if arguments else ["sleep", "infinity"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    since, longest, most, times = {}, 0.0, 0, []
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        now = time.monotonic()
        there = [end for end in slow_ones(display) if end not in own]
        since = {end: since.get(end, now) for end in there}
        longest = max([longest, *(now - first for first in since.values())])
        most = max(most, len(there))
        for _ in range(5):
            probe(display, times)
            time.sleep(0.05)
    stream.close()
    figures = {"frames sent": stream.sent, "shown %": 100 * stream.shown / stream.sent,
               "healthz p50 ms": sorted(times)[len(times) // 2], "healthz p99 ms": sorted(times)[len(times) * 99 // 100],
               "slow ones at once": most, "longest s": longest}
    slow.terminate()
    slow.wait()
    return figures


with tempfile.TemporaryDirectory() as folder:
    display = Display(pathlib.Path(folder)).start()
    faults = []
    try:
        assert display.upload(encoded(noise((720, 720)), "PNG")).ok  # a snapshot of 1.5 MB, too large for any buffer
        for mode, arguments in MODES.items():
            figures = attack(display, arguments, (int(sys.argv[1]) if len(sys.argv) > 1 else 60) if arguments else 10)
            print(f"{mode:13}" + "  ".join(f"{name} {value:.1f}" for name, value in figures.items()), flush=True)
            if figures["shown %"] < 99 or figures["healthz p99 ms"] >= 50 or figures["longest s"] > 15:
                faults.append(mode)
            if arguments and figures["slow ones at once"] < 10:
                faults.append(f"{mode}: nobody attacked")
    finally:
        display.kill()
print("FAILED: " + ", ".join(faults) if faults else "all within their limits")
sys.exit(bool(faults))
