"""script/bench mixed: pixel art with a rich part in it, as mixed frames and, beside it in the same run, as before.

512 x 512: texels of 8 x 8, JPEG of quality 75. Every frame is decoded as a display does it; outside of the windows no pixel may
differ, and at rest none at all. Bytes are those of the frames after the first eight, in which the windows are found.
Argument: frames (300).
"""
import json
import subprocess
import sys

from display_process import BENCH


def main() -> int:
    done = subprocess.run([BENCH / "mixed_bench", *sys.argv[1:]], capture_output=True, text=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    print(f"{'content':26}{'bytes':>9}{'before':>9}{'ratio':>7}   encode p50 ms  before   made exact at rest")
    for before, mixed in zip(rows[::2], rows[1::2]):
        print(f"{mixed['content']:26}{mixed['bytes']:9.0f}{before['bytes']:9.0f}{mixed['bytes'] / before['bytes']:7.2f}"
              f"{mixed['p50_ms']:15.2f}{before['p50_ms']:8.2f}   {mixed['exact_bytes']:.0f} bytes, before {before['exact_bytes']:.0f}")
    if done.returncode:
        print("WRONG: a pixel differs where none may", done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
