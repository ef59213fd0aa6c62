"""script/bench art: pixel art of 64 x 64 texels on 720 x 720 at 60 fps, end to end as P3X and, in turns in the same run, as JPEG q75.

From a program's memory to a headless panel, on loopback; the processor's time is that of both ends. JPEG is ours (ports/jpeg), and that
of the bare loop of `script/bench live` (libjpeg-turbo, one socket, no protocol). Argument: rounds (3).
"""
import json
import shutil
import statistics
import subprocess
import sys

from display_process import BENCH, WORK, Display, percentile

TARGETS = (("latency p50", "p50_us", 0.5), ("latency p99", "p99_us", None), ("CPU a frame, both ends", "cpu_ms_per_frame", 0.4),
           ("bytes a frame", "bytes_per_frame", 0.01))

PEERS = ("p3x", "ours", "reference")


def run(peer: str, display: Display) -> dict:
    target = [] if peer == "reference" else [str(display.port), str(display.process.pid)]
    command = [BENCH / "live_bench", peer, *target, "art64", "720", "75", "60", "300"]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=100).stdout)
    return result | {"p50_us": percentile(result["latencies_us"], 0.5), "p99_us": percentile(result["latencies_us"], 0.99)}


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    shutil.rmtree(WORK / "art-storage", ignore_errors=True)
    WORK.mkdir(parents=True, exist_ok=True)
    display = Display(WORK / "art-storage")
    try:
        runs = [[run(peer, display) for peer in PEERS] for _ in range(rounds)]
    finally:
        display.stop()
    print(f"{'':26}{'P3X':>10}{'JPEG q75':>10}{'ratio':>8}{'bare loop':>11}{'ratio':>8}   (medians of {rounds} rounds of 300 frames)")
    for name, key, most in TARGETS:
        p3x, jpeg, loop = (statistics.median(peers[i][key] for peers in runs) for i in range(3))
        ratio, loop_ratio = (statistics.median(peers[0][key] / peers[i][key] for peers in runs) for i in (1, 2))
        bound = "" if most is None else f"   must be <= {most} of JPEG's{'' if ratio <= most else '  MISSED'}"
        print(f"{name:26}{p3x:10.2f}{jpeg:10.2f}{ratio:8.3f}{loop:11.2f}{loop_ratio:8.3f}{bound}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
