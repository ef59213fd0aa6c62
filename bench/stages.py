"""script/bench stages: what each stage of a frame's way costs, for the three ways in, by size and quality.

The picture is grainy and changes with every frame; the panel is 720 x 720 and shows at once. encode is measured by the sender, decode
(with composing) and present by the display (GET /network/stats), transfer is what is left of the way from submission to panel.
Prints the tables in Markdown: docs/PERFORMANCE_TUNING.md keeps one such run.
"""
import http.client
import io
import json
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request

import numpy
from PIL import Image

from display_process import BENCH, WORK, Display, percentile

SIDES = (256, 512, 720, 1024)
QUALITIES = (50, 70, 85, 95)
FRAMES, REQUESTS = 150, 20
LIMIT = "--stream.max_frame_bytes=2097152"


def stream_row(side: int, quality: int) -> list[float]:
    """encode, transfer, decode, present, total in ms; kB a frame."""
    display = Display(WORK / "stages", LIMIT)
    try:
        out = subprocess.run([BENCH / "live_bench", "ours", str(display.port), str(display.process.pid), "noise", str(side),
                              str(quality), "60", str(FRAMES)], check=True, capture_output=True, text=True)
        with urllib.request.urlopen(f"http://127.0.0.1:{display.port}/network/stats") as answer:
            stages = json.load(answer)["data"]["total"]["latency_us"]
    finally:
        display.stop()
    result = json.loads(out.stdout)
    total = percentile(result["latencies_us"], 0.5) / 1e3
    encode, decode, present = (us / 1e3 for us in (result["encode_p50_us"], stages["decode"]["p50"], stages["present"]["p50"]))
    return [encode, max(0.0, total - encode - decode - present), decode, present, total, result["bytes_per_frame"] / 1e3]


def pictures(side: int, quality: int) -> list[bytes]:
    random = numpy.random.default_rng(1)
    files = []
    for _ in range(4):
        wave = numpy.add.outer(numpy.sin(numpy.arange(side) * 0.06), numpy.cos(numpy.arange(side) * 0.05)) * 60 + 128
        grain = random.integers(-8, 8, (side, side, 3))
        pixels = numpy.clip(wave[..., None] + grain, 0, 255).astype(numpy.uint8)
        out = io.BytesIO()
        Image.fromarray(pixels).save(out, "JPEG", quality=quality, subsampling=2)
        files.append(out.getvalue())
    return files


def post_row(display: Display, path: str, side: int, quality: int) -> tuple[float, dict]:
    """Median ms from the request to the answer, on one connection; the last answer."""
    files = pictures(side, quality)
    connection = http.client.HTTPConnection("127.0.0.1", display.port)
    took = []
    for i in range(REQUESTS):
        begun = time.perf_counter()
        connection.request("POST", path, files[i % len(files)], {"Content-Type": "image/jpeg"})
        answer = json.load(connection.getresponse())
        took.append((time.perf_counter() - begun) * 1e3)
        assert answer["ok"], answer
    connection.close()
    return statistics.median(took), answer["data"]


def table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    print(f"\n{title}\n\n| {' | '.join(columns)} |\n|{' --- |' * len(columns)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")


def main() -> int:
    shutil.rmtree(WORK / "stages", ignore_errors=True)
    WORK.mkdir(parents=True, exist_ok=True)
    rows = [[str(side), str(quality), *(f"{value:.2f}" for value in stream_row(side, quality))]
            for side in SIDES for quality in QUALITIES]
    table("Stream at 60 fps, medians in ms", ["side", "quality", "encode", "transfer and hand-over", "decode and compose",
                                              "present", "submit to panel", "kB"], rows)
    display = Display(WORK / "stages")
    try:
        rows = []
        for side in SIDES:
            for quality in QUALITIES:
                raw, data = post_row(display, "/display/raw", side, quality)
                upload, _ = post_row(display, "/upload/image", side, quality)
                rows.append([str(side), str(quality), f"{data['decode_time_ms']:.2f}", f"{raw:.2f}", f"{upload:.2f}"])
    finally:
        display.stop()
    table("Raw picture and durable upload over one connection, medians in ms, request to answer",
          ["side", "quality", "decode and compose", "POST /display/raw", "POST /upload/image"], rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
