"""script/soak: a display that everyone wants something from at once, watched from outside."""
import argparse
import contextlib
import itertools
import json
import os
import pathlib
import signal
import socket
import ssl
import statistics
import sys
import tempfile
import threading
import time

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/e2e"))
from conftest import ROOT, Display, make_certificate  # noqa: E402
from pictures import animation, encoded, marker, noise  # noqa: E402
from soak import PANEL, Connection, frames  # noqa: E402
from soak_report import print_table, slope, write_page  # noqa: E402
from worker_kills import workers  # noqa: E402

STREAMS, FRAMES_EACH, FPS = 3, 500, 60  # a stream's connection ends after so many frames
SAMPLE_S = 5.0
WARM_UP = 0.2  # of the time
ALLOWED_SLOPE = 64 * 1024  # bytes of memory in 100,000 frames


class Soak:
    def __init__(self, display: Display):
        self.display = display
        self.ended = threading.Event()
        self.lock = threading.Lock()
        self.latency_us, self.counts = [], {}
        self.problems = []

    def count(self, what: str, more: int = 1):
        with self.lock:
            self.counts[what] = self.counts.get(what, 0) + more

    # Each of these runs on a thread of its own until the end; what the display does not allow is an exception.

    def stream(self, number: int):
        kinds = itertools.cycle(frames())
        while not self.ended.is_set():
            connection = Connection(self.display.port, tls=self.display.tls)
            due = time.monotonic()
            for index in range(FRAMES_EACH):
                if self.ended.is_set():
                    break
                due = max(due + 1 / FPS, time.monotonic() - 0.1)
                self.ended.wait(max(0.0, due - time.monotonic()))
                connection.send(2, next(kinds))
                if index >= number:  # the first has one frame under way, the third has three
                    self.on_ack(connection.ack())
            connection.end(politely=number % 2 == 0)
            self.count("reconnects")

    def on_ack(self, ack: dict):
        self.count("dropped: " + ack["dropped"] if ack.get("dropped") else "presented")
        if "presented_us" in ack:
            with self.lock:
                self.latency_us.append(ack["presented_us"] - ack["received_us"])

    def upload(self):
        small = noise((96, 96))
        pictures = [(encoded(small, "PNG"), True), (encoded(marker((300, 200)), "JPEG", quality=80), True), (b"no picture", False),
                    (encoded(small, "WEBP"), True), (encoded(small, "PNG")[:-30], False),
                    (animation([(200, 0, 0), (0, 0, 200)], "GIF", size=(64, 64)), True)]
        for picture, good in itertools.cycle(pictures):
            path = "/display/raw" if good and self.counts.get("uploads", 0) % 3 == 2 else "/upload/image"
            answer = self.display.upload(picture, path)
            if answer.ok != good:
                raise AssertionError(f"{path}: {answer.status_code} {answer.text}")
            self.count("uploads" if good else "refused")
            if self.ended.wait(0.2):
                return

    def misbehave(self):
        """Bytes that mean nothing, on connections that end in every way."""
        upgrade = (b"GET /stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
                   b"dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
        bad = [b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"\x00" * 5000, b"GET /" + b"a" * 9000,
               b"POST /upload/image HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 500000\r\n\r\nhalf",
               upgrade + b"\xff\xff\xff", upgrade, b"POST /config HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"]
        kept = []
        for data in itertools.cycle(bad):
            with contextlib.suppress(OSError):
                connection = socket.create_connection(("127.0.0.1", self.display.port), timeout=10)
                connection.sendall(data)
                kept.append(connection)
                if len(kept) > 8:
                    kept.pop(0).close()
            self.count("misbehaved")
            if self.ended.wait(0.1):
                return

    def watch(self):
        """A page: its files, its live preview, the status each second."""
        while not self.ended.is_set():
            for path in ("/", "/app.js", "/style.css", "/snapshot.png", "/config"):
                requests.get(self.display.url + path, timeout=10).raise_for_status()
            connection = Connection(self.display.port, "/preview", self.display.tls)
            until = time.monotonic() + 20
            while time.monotonic() < until and not self.ended.is_set():
                requests.get(self.display.url + "/status", timeout=10).raise_for_status()
                second = time.monotonic() + 1
                while time.monotonic() < second:
                    kind, payload = connection.message()
                    if kind == 9:
                        connection.send(10, payload)
                    self.count("previews", kind == 2)
            connection.end(politely=False)

    def kill_workers(self):
        for number in itertools.count():
            if self.ended.wait(5):
                return
            for pid in workers(self.display)[:1]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, (signal.SIGKILL, signal.SIGSEGV)[number % 2])
                    self.count("kills")

    def guarded(self, run, *arguments):
        try:
            run(*arguments)
        except Exception as problem:  # noqa: BLE001: whatever it is, the soak has failed
            if not self.ended.is_set():
                self.problems.append(f"{run.__name__}: {problem!r}")
                self.ended.set()

    def run(self, seconds: float) -> list[dict]:
        jobs = [(self.stream, number) for number in range(STREAMS)]
        jobs += [(self.upload,), (self.misbehave,), (self.watch,), (self.watch,), (self.kill_workers,)]
        threads = [threading.Thread(target=self.guarded, args=job, daemon=True) for job in jobs]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        samples = []
        while time.monotonic() - begun < seconds and not self.ended.is_set():
            samples.append(self.sample(begun))
        self.ended.set()
        for thread in threads:
            thread.join(30)
        return samples

    def sample(self, begun: float) -> dict:
        """Memory is the least of the interval: what is under way at a moment is no growth."""
        rss = []
        until = time.monotonic() + SAMPLE_S
        while time.monotonic() < until and not self.ended.wait(0.5):
            rss.append(self.display.rss_bytes())
        process = f"/proc/{self.display.process.pid}"
        with self.lock:
            latency, self.latency_us = sorted(self.latency_us), []
            counts = dict(self.counts)
        return {"s": time.monotonic() - begun, "rss_kib": min(rss or [self.display.rss_bytes()]) / 1024, "files": len(os.listdir(process + "/fd")),
                "threads": len(os.listdir(process + "/task")), "p50_ms": statistics.median(latency or [0]) / 1000,
                "p99_ms": latency[len(latency) * 99 // 100] / 1000 if latency else 0,
                "frames": sum(n for name, n in counts.items() if name == "presented" or name.startswith("dropped")),
                "dropped": sum(n for name, n in counts.items() if name.startswith("dropped")), "counts": counts}


def tls_options(folder: pathlib.Path) -> dict:
    make_certificate(folder, "soak")
    os.environ["REQUESTS_CA_BUNDLE"] = str(folder / "cert.pem")
    return {"http.tls.cert": folder / "cert.pem", "http.tls.key": folder / "key.pem"}


def verdict(soak: Soak, samples: list[dict]) -> list[str]:
    warm = samples[int(len(samples) * WARM_UP):]
    growth, doubt = slope([s["frames"] for s in warm], [s["rss_kib"] * 1024 for s in warm])
    growth, doubt = growth * 100_000, doubt * 100_000
    print(f"memory: {growth / 1024:+.1f} KiB in 100,000 frames, give or take {2 * doubt / 1024:.1f}; allowed {ALLOWED_SLOPE // 1024}")
    faults = list(soak.problems)
    if growth - 2 * doubt > ALLOWED_SLOPE:
        faults.append("memory grows")
    third = max(1, len(warm) // 3)
    for what in ("files", "threads"):
        if min(s[what] for s in warm[-third:]) > max(s[what] for s in warm[:third]):
            faults.append(f"{what} grow")
    if soak.display.process.poll() is not None:
        faults.append("the display ended: " + soak.display.log_text()[-500:])
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/soak")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--tls", action="store_true", help="everything under TLS")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "build/soak.html")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        more = tls_options(pathlib.Path(folder)) if options.tls else {}
        display = Display(pathlib.Path(folder) / "storage", PANEL | {"player.dwell_s": 1} | more)
        display.tls = ssl._create_unverified_context() if options.tls else None
        display.start()
        soak = Soak(display)
        try:
            samples = soak.run(options.minutes * 60)
            faults = verdict(soak, samples)
        finally:
            if display.process.poll() is None:
                display.kill()
    print_table(samples)
    print(json.dumps(samples[-1]["counts"], indent=1, sort_keys=True))
    options.out.parent.mkdir(exist_ok=True)
    write_page(options.out, samples, f"{options.minutes:g} minutes{', under TLS' if options.tls else ''}")
    print(f"drawn: {options.out}")
    for fault in faults:
        print(f"FAILED: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
