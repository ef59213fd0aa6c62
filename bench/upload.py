"""script/bench upload: uploads against a bare loop that does the same work one step after the other.

Everything runs in turns within one run, on one disk; what counts are the ratios. Prints a table and leaves the
figures in build/bench/upload.json.
"""
import io
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time

from PIL import Image

from display_process import BENCH, WORK, Display

UPLOAD_BENCH = BENCH / "upload_bench"
ROUNDS = int(os.environ.get("P3A_BENCH_ROUNDS", "7"))
COUNT = 300


def run(*arguments) -> dict:
    out = subprocess.run([UPLOAD_BENCH, *map(str, arguments)], check=True, capture_output=True, text=True)
    return json.loads(out.stdout)


def jpeg_of_about(target: int) -> bytes:
    """A 720x720 JPEG, 4:2:0, noise of a grain that gives the size asked for."""
    grain = Image.frombytes("RGB", (180, 180), random.Random(1).randbytes(180 * 180 * 3)).resize((720, 720), Image.BICUBIC)
    best = b""
    for quality in range(30, 96, 3):
        out = io.BytesIO()
        grain.save(out, "JPEG", quality=quality, subsampling=2)
        best = out.getvalue()
        if len(best) >= target:
            break
    return best


def main() -> int:
    shutil.rmtree(WORK, ignore_errors=True)
    (WORK / "reference").mkdir(parents=True)
    picture, broken = WORK / "picture.jpg", WORK / "broken.jpg"
    picture.write_bytes(jpeg_of_about(100 * 1024))
    broken.write_bytes(picture.read_bytes()[:-20000])

    displays = {durability: Display(WORK / f"storage-{durability}", f"--upload.durability={durability}")
                for durability in ("safe", "fast")}
    rates = {name: [] for name in ("reference safe", "ours safe", "reference fast", "ours fast", "ours refused",
                                   "pattern plain", "pattern slot", "pattern slot-dsync")}
    try:
        for _ in range(ROUNDS):
            for durability, display in displays.items():
                rates[f"reference {durability}"].append(
                    run("reference", WORK / "reference", picture, COUNT, durability)["per_second"])
                ours = run("client", display.port, picture, COUNT)
                assert ours["ok"] == COUNT, ours
                rates[f"ours {durability}"].append(ours["per_second"])
            refused = run("client", displays["fast"].port, broken, COUNT)
            assert refused["refused"] == COUNT, refused
            rates["ours refused"].append(refused["per_second"])
            for name in ("plain", "slot", "slot-dsync"):
                rates[f"pattern {name}"].append(run("pattern", name, WORK / "reference", picture, COUNT)["per_second"])

        load = subprocess.Popen([UPLOAD_BENCH, "client", str(displays["safe"].port), picture, "3000"], stdout=subprocess.DEVNULL)
        status = run("status", displays["safe"].port, 4000)
        load.kill()
        load.wait()
        time.sleep(2)  # let it come to rest, then watch it rest
        cpu = displays["safe"].cpu_seconds()
        time.sleep(5)
        idle = {"cpu_percent": (displays["safe"].cpu_seconds() - cpu) / 5 * 100, "rss_mib": displays["safe"].rss_mib()}
    finally:
        for display in displays.values():
            display.stop()

    # Ratios of neighbours in time: what disturbs a shared machine disturbs both.
    ratio = lambda ours, other: statistics.median(a / b for a, b in zip(rates[ours], rates[other]))
    ratios = {
        "durable, ours / reference (must be >= 1.0)": ratio("ours safe", "reference safe"),
        "fast, ours / reference (must be >= 0.85)": ratio("ours fast", "reference fast"),
        "refused / fast reference (must be >= 0.85)": ratio("ours refused", "reference fast"),
        "disk only, slot / plain": ratio("pattern slot", "pattern plain"),
        "disk only, slot-dsync / plain": ratio("pattern slot-dsync", "pattern plain"),
    }
    medians = {name: statistics.median(values) for name, values in rates.items()}
    print(f"720x720 JPEG of {picture.stat().st_size} bytes, {ROUNDS} rounds of {COUNT}, medians")
    for name, value in medians.items():
        print(f"  {name:24} {value:9.1f} per second")
    for name, value in ratios.items():
        print(f"  {name:46} {value:6.2f}")
    print(f"  /status under the durable load: p50 {status['p50_ms']:.2f} ms, p99 {status['p99_ms']:.2f} ms (must be < 5)")
    print(f"  idle: {idle['cpu_percent']:.2f} % of a core (must be < 1), {idle['rss_mib']:.1f} MiB (must be < 40)")
    (WORK / "upload.json").write_text(json.dumps(
        {"rates": rates, "medians": medians, "ratios": ratios, "status": status, "idle": idle}, indent=1))
    return 0


sys.exit(main())
