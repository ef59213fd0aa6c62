"""script/bench art: pixel art of 64 x 64 texels on 720 x 720 at 60 fps, end to end as P3X and, in turns in the same run, as JPEG q75.

From a program's memory to a headless panel, on loopback; the processor's time is that of both ends. Argument: rounds (3).
"""
import json
import shutil
import statistics
import subprocess
import sys

from display_process import BENCH, WORK, Display, percentile

TARGETS = (("latency p50", "p50_us", 0.5), ("latency p99", "p99_us", None), ("CPU a frame, both ends", "cpu_ms_per_frame", 0.4),
           ("bytes a frame", "bytes_per_frame", 0.01))


def run(peer: str, display: Display) -> dict:
    command = [BENCH / "live_bench", peer, str(display.port), str(display.process.pid), "art64", "720", "75", "60", "300"]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=100).stdout)
    return result | {"p50_us": percentile(result["latencies_us"], 0.5), "p99_us": percentile(result["latencies_us"], 0.99)}


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    shutil.rmtree(WORK / "art-storage", ignore_errors=True)
    WORK.mkdir(parents=True, exist_ok=True)
    display = Display(WORK / "art-storage")
    try:
        pairs = [(run("p3x", display), run("ours", display)) for _ in range(rounds)]
    finally:
        display.stop()
    print(f"{'':26}{'P3X':>10}{'JPEG q75':>10}{'ratio':>8}   (medians of {rounds} rounds of 300 frames)")
    for name, key, most in TARGETS:
        p3x, jpeg = (statistics.median(pair[i][key] for pair in pairs) for i in (0, 1))
        ratio = statistics.median(pair[0][key] / pair[1][key] for pair in pairs)
        bound = "" if most is None else f"   must be <= {most}{'' if ratio <= most else '  MISSED'}"
        print(f"{name:26}{p3x:10.2f}{jpeg:10.2f}{ratio:8.3f}{bound}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
