"""script/bench live: pictures from a program's memory to the panel, beside GStreamer and beside a bare loop.

Everything runs in turns within one run, on loopback; what counts are the ratios of neighbours. "in-process" is ours without
the sandbox. Prints the table of targets and leaves build/bench/live.json and build/bench/live.html (plots). P3A_BENCH_ROUNDS
sets the rounds (3).
"""
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import threading

from display_process import BENCH, ROOT, WORK, Display, percentile
from live_report import write_report
from raw_latency import raw_beside_stream

ROUNDS = int(os.environ.get("P3A_BENCH_ROUNDS", "3"))
CONTENTS = ("noise", "gradient", "pixelart")
SIDE, QUALITY = 720, 75
FAST_FRAMES, PACED_FRAMES = 1000, 300
UPLOAD_BENCH = ROOT / "build/release/bench/upload_bench"


def run(peer: str, content: str, fps: int, count: int, display: Display | None = None) -> dict:
    """`display`: what `peer` is then: ours, with the sandbox or without."""
    target = ["ours", str(display.port), str(display.process.pid)] if display else [peer]
    command = [BENCH / "live_bench", *target, content, str(SIDE), str(QUALITY), str(fps), str(count)]
    out = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    result = json.loads(out.stdout)
    result["p50_ms"] = percentile(result["latencies_us"], 0.5) / 1e3
    result["p99_ms"] = percentile(result["latencies_us"], 0.99) / 1e3
    return result


def has_gstreamer() -> bool:
    out = subprocess.run([BENCH / "live_bench", "gstreamer", "gradient", "64", "75", "0", "5"], capture_output=True, text=True)
    return out.returncode == 0 and out.stdout.startswith("{")


def measure(peers: list[str], displays: dict[str, Display]) -> dict:
    """{peer: {content: {"fast": [...], "paced": [...]}}}, in turns."""
    results = {peer: {content: {"fast": [], "paced": []} for content in CONTENTS} for peer in peers}
    for round_number in range(ROUNDS):
        for content in CONTENTS:
            for kind, fps, count in (("fast", 0, FAST_FRAMES), ("paced", 60, PACED_FRAMES)):
                for peer in peers:
                    result = run(peer, content, fps, count, displays.get(peer))
                    results[peer][content][kind].append(result)
                    print(f"round {round_number + 1} {content:9} {kind:6} {peer:10} {result['fps']:7.1f} fps  "
                          f"{result['cpu_ms_per_frame']:5.2f} ms CPU  p50 {result['p50_ms']:6.2f}  p99 {result['p99_ms']:6.2f} ms",
                          file=sys.stderr)
    return results


def ratio(results: dict, other: str, content: str, kind: str, key: str, other_key: str | None = None) -> float:
    pairs = zip(results["ours"][content][kind], results[other][content][kind])
    return statistics.median(ours[key] / peer[other_key or key] for ours, peer in pairs)


def targets(results: dict, content: str) -> list[tuple[str, float, str]]:
    """Rows of issue 3's table: what, ratio, what it must be."""
    rows = [
        ("frames/s, ours / reference", ratio(results, "reference", content, "fast", "fps"), ">= 0.85"),
        ("latency p50 at 60 fps, ours / reference", ratio(results, "reference", content, "paced", "p50_ms"), "<= 1.15"),
        ("CPU a frame at 60 fps, ours / reference", ratio(results, "reference", content, "paced", "cpu_ms_per_frame"), "<= 1.15"),
    ]
    more_ms = statistics.median(ours["p50_ms"] - plain["p50_ms"] for ours, plain in
                                zip(results["ours"][content]["paced"], results["in-process"][content]["paced"]))
    rows += [
        ("ms of latency p50 at 60 fps that the sandbox costs", more_ms, "<= 0.15"),
        ("CPU a frame at 60 fps, sandbox / in-process", ratio(results, "in-process", content, "paced", "cpu_ms_per_frame"), "<= 1.05"),
    ]
    if "gstreamer" in results:
        rows += [
            ("frames/s, ours / GStreamer", ratio(results, "gstreamer", content, "fast", "fps"), ">= 1.5"),
            ("latency p50 at 60 fps, ours / GStreamer", ratio(results, "gstreamer", content, "paced", "p50_ms"), "<= 0.6"),
            ("p99 at 60 fps, ours / GStreamer's p50", ratio(results, "gstreamer", content, "paced", "p99_ms", "p50_ms"), "<= 1"),
            ("CPU a frame at 60 fps, ours / GStreamer", ratio(results, "gstreamer", content, "paced", "cpu_ms_per_frame"), "<= 0.65"),
        ]
    return rows


def status_under_stream(display: Display) -> dict:
    stream = threading.Thread(target=run, args=("ours", "noise", 60, 400, display))
    stream.start()
    out = subprocess.run([UPLOAD_BENCH, "status", str(display.port), "4000"], check=True, capture_output=True, text=True)
    stream.join()
    return json.loads(out.stdout)


def met(value: float, bound: str) -> bool:
    sign, limit = bound.split()
    return value >= float(limit) if sign == ">=" else value <= float(limit)


def main() -> int:
    shutil.rmtree(WORK / "live-storage", ignore_errors=True)
    WORK.mkdir(parents=True, exist_ok=True)
    peers = ["reference", "ours", "in-process"] + (["gstreamer"] if has_gstreamer() else [])
    if "gstreamer" not in peers:
        print("GStreamer is not here to compare with: script/setup installs it, then build again", file=sys.stderr)
    display = Display(WORK / "live-storage", "--stream.max_frame_bytes=1048576")
    in_process = Display(WORK / "live-storage/in-process", "--stream.max_frame_bytes=1048576", "--decode.sandbox=off")
    try:
        results = measure(peers, {"ours": display, "in-process": in_process})
        status = status_under_stream(display)
        raw = raw_beside_stream(display)
    finally:
        display.stop()
        in_process.stop()

    rows = {content: targets(results, content) for content in CONTENTS}
    print(f"{SIDE} x {SIDE}, JPEG 4:2:0 of quality {QUALITY}, {ROUNDS} rounds, medians")
    for content, lines in rows.items():
        print(content)
        for name, value, bound in lines:
            print(f"  {name:52} {value:6.2f}  must be {bound:8} {'' if met(value, bound) else 'MISSED'}")
    print(f"/status while a 60 fps stream runs: p50 {status['p50_ms']:.2f} ms, p99 {status['p99_ms']:.2f} ms (must be < 10)")
    print(f"/display/raw, a JPEG of {raw['bytes']} bytes: {raw['raw_ms']:.2f} ms, {raw['ratio']:.2f} x the same as a stream's frame "
          f"(must be <= 1.3)")
    (WORK / "live.json").write_text(json.dumps({"results": results, "targets": rows, "status": status, "raw": raw}))
    write_report(WORK / "live.html", results, rows)
    print(f"figures: {WORK / 'live.json'}, plots: {WORK / 'live.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
