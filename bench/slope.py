"""script/bench slope [MINUTES]: does latency grow when 60 frames a second come and the display can decode only 50?

The decoder (libjpeg-turbo) is slowed down to less than 50 a second by bench/slow_decoder.c. Prints the slope of the latency from a frame's last byte
to the panel, by least squares over the whole time, and how many frames were dropped.
Exit code 1 when it is not 0 within 0.5 ms over the whole time.
"""
import json
import os
import pathlib
import statistics
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/e2e"))
from conftest import Display  # noqa: E402
from pictures import encoded, noise  # noqa: E402
from soak import Connection  # noqa: E402

FPS = 60
SLOWER = pathlib.Path(__file__).resolve().parents[1] / "build/release/bench/slow_decoder.so"
ALLOWED_MS = 0.5


class Listener(threading.Thread):
    """Collects the acks of one connection."""

    def __init__(self, connection: Connection):
        super().__init__(daemon=True)
        self.connection = connection
        self.shown: list[tuple[float, float]] = []  # second, latency ms
        self.dropped = 0
        self.start()

    def run(self):
        try:
            while True:
                kind, payload = self.connection.message()
                text = json.loads(payload) if kind == 1 else {}
                if text.get("type") != "ack":
                    continue
                if "presented_us" in text:
                    self.shown.append((text["received_us"] / 1e6, (text["presented_us"] - text["received_us"]) / 1e3))
                else:
                    self.dropped += 1
        except (OSError, AssertionError):
            pass  # the connection was closed


def stream(port: int, pictures: list[bytes], seconds: float) -> Listener:
    connection = Connection(port)
    listener = Listener(connection)
    begun = time.monotonic()
    for i in range(int(seconds * FPS)):
        time.sleep(max(0.0, begun + i / FPS - time.monotonic()))
        connection.send(2, pictures[i % len(pictures)])
    time.sleep(1)
    connection.socket.close()
    return listener


def main() -> int:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 30
    pictures = [encoded(noise((720, 720), seed), "JPEG", quality=20) for seed in (1, 2)]
    os.environ["LD_PRELOAD"] = str(SLOWER)
    with tempfile.TemporaryDirectory() as folder:
        # The sandbox's workers may not sleep; and only interpolated colour is the library's (ports/jpeg).
        display = Display(pathlib.Path(folder), {"decode.sandbox": "off", "picture.scaling": "bilinear"}).start()
        try:
            listener = stream(display.port, pictures, minutes * 60)
        finally:
            display.kill()
    seconds = [shown[0] for shown in listener.shown]
    latencies = [shown[1] for shown in listener.shown]
    slope = statistics.linear_regression(seconds, latencies).slope * (seconds[-1] - seconds[0])
    print(json.dumps({"minutes": minutes, "shown": len(latencies), "dropped": listener.dropped,
                      "shown_fps": round(len(latencies) / (seconds[-1] - seconds[0]), 1),
                      "p50_ms": round(statistics.median(latencies), 2), "growth_ms_over_all": round(slope, 3)}, indent=1))
    return abs(slope) > ALLOWED_MS


sys.exit(main())
