"""For script/bench live: one JPEG of about 100 KiB, as a stream's frame and as POST /display/raw over one connection.

Both are timed at the sender, from the first byte sent to the ack or answer that says it is on the panel, in turns.
"""
import http.client
import json
import pathlib
import statistics
import sys
import time

from display_process import Display

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/e2e"))
from pictures import encoded, noise  # noqa: E402
from soak import Connection  # noqa: E402

TURNS, FRAMES = 8, 40
SIDE, WANTED_BYTES = 720, 100 << 10


def pictures() -> list[bytes]:
    """Two that differ, of the quality that comes closest to the size."""
    def both(quality: int) -> list[bytes]:
        return [encoded(noise((SIDE, SIDE), seed), "JPEG", quality=quality) for seed in (1, 2)]
    return min((both(quality) for quality in range(20, 96, 5)), key=lambda files: abs(len(files[0]) - WANTED_BYTES))


def stream_times(display: Display, files: list[bytes]) -> list[float]:
    connection = Connection(display.port)
    took = []
    for i in range(FRAMES):
        begun = time.perf_counter()
        connection.send(2, files[i % len(files)])
        assert connection.wait_acks(1) == 1, "the frame was not shown"
        took.append(time.perf_counter() - begun)
    connection.end(politely=True)
    return took


def raw_times(display: Display, files: list[bytes]) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", display.port)
    took = []
    for i in range(FRAMES):
        begun = time.perf_counter()
        connection.request("POST", "/display/raw", files[i % len(files)], {"Content-Type": "image/jpeg"})
        answer = json.load(connection.getresponse())
        took.append(time.perf_counter() - begun)
        assert answer["ok"], answer
    connection.close()
    return took


def raw_beside_stream(display: Display) -> dict:
    """Medians in ms and their ratio."""
    files = pictures()
    stream, raw = [], []
    for _ in range(TURNS):
        stream += stream_times(display, files)
        raw += raw_times(display, files)
    medians = {"stream_ms": statistics.median(stream) * 1e3, "raw_ms": statistics.median(raw) * 1e3}
    return medians | {"bytes": len(files[0]), "ratio": medians["raw_ms"] / medians["stream_ms"]}
