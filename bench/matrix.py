"""script/bench matrix: plan.md's comparison of the three ways in, on a simulated ESP32-P4 and on this machine as it is.

Every figure of the first is SIMULATED: `p3a-display --profile esp32p4` takes the time that the board would take, by the figures of
ports/linux/profile/chip_figures.h. Pictures are encoded beforehand: what TouchDesigner takes for that comes on top, as in any of plan.md's
figures. Frames a second: as many as are shown, sent as fast as the answers allow (streams: three on their way). Latency: one picture at a time,
from the first byte sent to the answer that it is on the panel. Prints Markdown: docs/FIRMWARE.md keeps one such run. Argument: seconds a
figure (4).
"""
import http.client
import io
import json
import random
import shutil
import statistics
import sys
import time

import numpy
from PIL import Image

from display_process import ROOT, WORK, Display

sys.path[:0] = [str(ROOT / "tests/e2e"), str(ROOT / "tests/vectors")]  # before this folder, which has a soak.py too
from p3a_wire import build_frame  # noqa: E402
from soak import Connection  # noqa: E402

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 4.0
ON_ITS_WAY = 3
PROBES = 22  # the first two warm up
REFRESH = 1 / 60  # probes begin anywhere between two ticks of the panel


def painting(side: int, seed: int) -> Image.Image:
    """Smooth shapes with some grain, as rendered pictures are."""
    grain = numpy.random.default_rng(seed)
    ramp = numpy.arange(side) / side * 720
    waves = [numpy.add.outer(numpy.sin(ramp * a + seed), numpy.cos(ramp * b)) for a, b in ((0.06, 0.05), (0.03, 0.08), (0.11, 0.02))]
    pixels = numpy.stack(waves, axis=-1) * 60 + 128 + grain.normal(0, 6, (side, side, 3))
    return Image.fromarray(numpy.clip(pixels, 0, 255).astype(numpy.uint8))


def jpegs(side: int, kilobytes: float) -> list[bytes]:
    """Two that differ, of the quality that comes closest to the size."""
    def of(quality: int, seed: int) -> bytes:
        out = io.BytesIO()
        painting(side, seed).save(out, "JPEG", quality=quality, subsampling=2)
        return out.getvalue()
    best = min(range(20, 98, 3), key=lambda quality: abs(len(of(quality, 1)) - kilobytes * 1000))
    return [of(best, 1), of(best, 2)]


def pngs(side: int, kilobytes: float) -> list[bytes]:
    """Two that differ; as many of their rows are grainy as the size asks for."""
    files = []
    for seed in (1, 2):
        rows, noise = numpy.array(painting(side, seed)) & 0xF0, numpy.array(painting(side, seed))
        noisy = side // 2
        for step in (side // 4 >> i for i in range(8)):
            out = io.BytesIO()
            Image.fromarray(numpy.vstack([noise[:noisy], rows[noisy:]])).save(out, "PNG", compress_level=6)
            noisy += step if out.tell() < kilobytes * 1000 else -step
        files.append(out.getvalue())
    return files


def rgb565(side: int) -> list[bytes]:
    frames = []
    for seed in (1, 2):
        red, green, blue = (numpy.array(painting(side, seed))[..., i].astype(numpy.uint16) for i in range(3))
        frames.append((red >> 3 << 11 | green >> 2 << 5 | blue >> 3).astype("<u2").tobytes())
    return frames


def posted(display: Display, path: str, files: list[bytes], kind: str) -> tuple[float, float]:
    """Frames a second, median latency in ms."""
    connection = http.client.HTTPConnection("127.0.0.1", display.port)

    def post(number: int) -> float:
        sent = time.perf_counter()
        connection.request("POST", path, files[number % 2], {"Content-Type": f"image/{kind}"})
        answer = json.load(connection.getresponse())
        assert answer["ok"] and answer["data"]["display_updated"], answer
        return time.perf_counter() - sent

    took = []
    for i in range(PROBES):
        time.sleep(random.random() * REFRESH)
        took.append(post(i))
    count, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < SECONDS:
        post(count)
        count += 1
    rate = count / (time.perf_counter() - begun)
    connection.close()
    return rate, statistics.median(took[2:]) * 1e3


def was_shown(connection: Connection) -> bool:
    return "presented_us" in connection.ack()


def streamed(display: Display, files: list[bytes]) -> tuple[float, float]:
    """Frames a second, median latency in ms."""
    connection = Connection(display.port)
    took = []
    for i in range(PROBES):
        time.sleep(random.random() * REFRESH)
        sent = time.perf_counter()
        connection.send(2, files[i % 2])
        assert was_shown(connection), "the frame was not shown"
        took.append(time.perf_counter() - sent)
    shown, waiting, count, begun = 0, 0, 0, time.perf_counter()
    while time.perf_counter() - begun < SECONDS:
        while waiting < ON_ITS_WAY:
            connection.send(2, files[count % 2])
            waiting, count = waiting + 1, count + 1
        shown += was_shown(connection)
        waiting -= 1
    shown += sum(was_shown(connection) for _ in range(waiting))
    rate = shown / (time.perf_counter() - begun)
    connection.end(politely=True)
    return rate, statistics.median(took[2:]) * 1e3


def ways() -> list[tuple]:
    """(way in, picture, plan.md's frames a second and latency, files, measure)."""
    png, large, small, half = pngs(720, 500), jpegs(720, 80), jpegs(720, 50), jpegs(512, 30)
    upload, raw = "1: POST /upload/image, kept on the card", "2: POST /display/raw"
    rows = [(upload, "PNG", "2 to 7", "130 to 430", png, "/upload/image", "png"),
            (upload, "JPEG", "3 to 10", "100 to 300", large, "/upload/image", "jpeg"),
            (raw, "PNG", "5 to 15", "60 to 180", png, "/display/raw", "png"),
            (raw, "JPEG", "10 to 25", "40 to 100", large, "/display/raw", "jpeg")]
    table = [(way, f"{kind} 720 × 720, {len(files[0]) / 1000:.0f} kB", fps, latency,
              lambda display, path=path, files=files, mime=mime: posted(display, path, files, mime))
             for way, kind, fps, latency, files, path, mime in rows]
    stream = "3: WebSocket /stream"
    for picture, fps, latency, files in (
            ("JPEG 720 × 720", "15 to 30", "33 to 68", [build_frame("jpeg", file) for file in large]),
            ("JPEG 720 × 720", "20 to 40", "25 to 45", [build_frame("jpeg", file) for file in small]),
            ("JPEG 512 × 512, scaled", "25 to 50", "20 to 35", [build_frame("jpeg", file) for file in half]),
            ("PNG 720 × 720", "", "", [build_frame("png", file) for file in png]),
            ("RGB565 720 × 720", "", "", [build_frame("rgb565", frame) for frame in rgb565(720)])):
        table.append((stream, f"{picture}, {len(files[0]) / 1000:.0f} kB", fps, latency,
                      lambda display, files=files: streamed(display, files)))
    return table


def measured(table: list[tuple], *options: str) -> list[tuple[float, float]]:
    shutil.rmtree(WORK / "matrix", ignore_errors=True)
    display = Display(WORK / "matrix", "--panel.refresh_hz=60", *options)
    try:
        return [measure(display) for *_, measure in table]
    finally:
        display.stop()


def main() -> int:
    WORK.mkdir(parents=True, exist_ok=True)
    table = ways()
    chip_run, own_run = (measured(table, option) for option in ("--profile=esp32p4", "--panel.format=rgb565"))
    print("| way in | picture | plan.md: fps, ms | ESP32-P4, simulated | this machine, not simulated |")
    print("| --- | --- | --- | --- | --- |")
    for (way, picture, fps, latency, _), chip, here in zip(table, chip_run, own_run):
        plan = f"{fps} fps, {latency} ms" if fps else "not in it"
        cells = [way, picture, plan, f"{chip[0]:.1f} fps, {chip[1]:.0f} ms (simulated)", f"{here[0]:.1f} fps, {here[1]:.0f} ms"]
        print(f"| {' | '.join(cells)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
