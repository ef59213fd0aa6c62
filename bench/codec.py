"""script/bench codec [NAME...]: P3X against what exists, on the same frames of the corpus in bench/codec_corpus.py.

Every P3X frame is decoded and compared bit for bit with what went in. Prints bytes a frame for every sequence, then
geometric means and the ratios of issue 4, and leaves everything in build/bench/codec.json. NAME... are beginnings of the
sequences' names. With P3A_BENCH_INSTRUCTIONS=1 encoding is also counted in instructions (valgrind), which other work on the
machine does not disturb; with P3A_BENCH_RV32=1 decoding is, on the chip's instruction set in QEMU. Takes about ten
minutes.
"""
import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import codec_corpus  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "build/bench"
TOOLS = ROOT / "build/release/bench"
ART = "AGB"  # the classes that the means are over
RICH = "E"
LOSSY = {"jpeg75"}
MOVIES = {  # ffmpeg's codecs: how to ask for them
    "x264-lossless": ["-c:v", "libx264rgb", "-preset", "veryfast", "-qp", "0"],
    "zmbv": ["-c:v", "zmbv", "-pix_fmt", "bgr0"],
    "apng": ["-c:v", "apng", "-pix_fmt", "rgb24"],
}


def lines_of(*command) -> list[list[str]]:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{command[0]}: {done.stderr}")
    return [line.split() for line in done.stdout.splitlines()]


# Before our own programs, whose time counts: on a machine that others use too, P3A_BENCH_PREFIX="chrt -f 10".
PREFIX = os.environ.get("P3A_BENCH_PREFIX", "").split()


def p3x(raw: pathlib.Path, width: int, height: int) -> dict:
    rows = lines_of(*PREFIX, TOOLS / "codec_p3x", raw, width, height)
    sizes, encode, decode = ([int(row[i]) for row in rows] for i in range(3))
    return {"sizes": sizes, "encode_ns": encode, "decode_ns": decode, "grid": rows[-1][4]}


def sent(raw: pathlib.Path, width: int, height: int, max_error: int) -> dict:
    """What `p3a-send stream --format p3x` sends, with PNG where that is smaller."""
    rows = lines_of(*PREFIX, TOOLS / "codec_sender", raw, width, height, max_error)
    return {"sizes": [int(row[0]) for row in rows], "encode_ns": [int(row[1]) for row in rows], "png": sum(row[2] == "png" for row in rows)}


def instructions(raw: pathlib.Path, width: int, height: int, frames: int) -> float:
    """Of encoding one frame, without the first: two runs of different length."""
    counts = []
    for count in (2, frames):
        part = raw.with_suffix(".part")
        with raw.open("rb") as whole:
            part.write_bytes(whole.read(width * height * 3 * count))
        done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                               "--toggle-collect=p3a::p3x::Encoder::encode*", TOOLS / "codec_p3x", part, str(width), str(height)],
                              capture_output=True, text=True, check=True)
        counts.append(int(re.search(r"Collected : (\d+)", done.stderr)[1]))
    return (counts[1] - counts[0]) / (frames - 2)


CHIP = ["14", "1", "2048"]  # chip_capacities(): table bits, slices, KiB for pictures


def chip_instructions(raw: pathlib.Path, width: int, height: int) -> list[int]:
    """Of decoding each frame and painting what it changed, in QEMU; none where the chip has no memory for such a picture."""
    stream = WORK / "rv32.stream"
    if subprocess.run([TOOLS / "codec_p3x", raw, str(width), str(height), *CHIP, stream], capture_output=True).returncode:
        return []
    program = ROOT / "build/rv32/ports/rv32/p3a_p3x_cost"
    return [int(row[0]) for row in lines_of(ROOT / "ports/rv32/run", program, stream.relative_to(ROOT))]


def peers(raw: pathlib.Path, width: int, height: int) -> tuple[dict, dict]:
    means, png_frames = {}, {}
    for name, value, index in lines_of(TOOLS / "codec_peers", raw, width, height):
        if name == "png-frame":
            png_frames[int(index)] = int(value)
        else:
            means[name] = float(value)
    return means, png_frames


def movie(raw: pathlib.Path, width: int, height: int, options: list[str], frames: int) -> float:
    out = raw.with_suffix(".apng" if "apng" in options else ".nut")
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", "60", "-i", raw,
                    *options, out], check=True)
    if out.suffix == ".apng":  # a file of its own, whose headers are small beside the frames
        size = out.stat().st_size
        out.unlink()
        return size / frames
    packets = lines_of("ffprobe", "-v", "error", "-show_entries", "packet=size", "-of", "csv=p=0", out)
    out.unlink()
    return sum(int(row[0].strip(",")) for row in packets) / frames


def measure(sequence: codec_corpus.Sequence) -> dict:
    result = {"name": sequence.name, "class": sequence.kind}
    for variant, pixels in (("720", sequence.upscaled()), ("native", sequence.native)):
        frames, height, width, _ = pixels.shape
        raw = WORK / "codec.rgb"
        pixels.tofile(raw)
        if variant == "720":
            result["p3x"] = p3x(raw, width, height)
            result["sent"] = sent(raw, width, height, 0)
            if sequence.kind == RICH:
                result["sent-error-4"] = sent(raw, width, height, 4)
            if os.environ.get("P3A_BENCH_INSTRUCTIONS"):
                result["p3x"]["instructions"] = instructions(raw, width, height, 20)
            if os.environ.get("P3A_BENCH_RV32"):
                result["p3x"]["rv32"] = chip_instructions(raw, width, height)
        means, png_frames = peers(raw, width, height)
        if variant == "720":
            result["png_frames"] = png_frames
        for name, options in MOVIES.items():
            if shutil.which("ffmpeg") and (name != "apng" or sequence.kind in ART):  # minutes for a photograph
                means[name] = movie(raw, width, height, options, frames)
        result[variant] = means
        raw.unlink()
    return result


def mean(values) -> float:
    values = list(values)
    return sum(values) / len(values)


def geometric(values) -> float:
    return math.exp(mean(math.log(value) for value in values))


def share(values, quantile: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * quantile))]


def report(results: list[dict]) -> None:
    names = sorted(set().union(*(row["720"] for row in results)))
    print(f"{'bytes a frame, 720x720':22s}{'p3x':>9s}" + "".join(f"{name:>15s}" for name in names) + "   grid")
    for row in results:
        print(f"{row['name']:22s}{mean(row['p3x']['sizes']):9.0f}" + "".join(f"{row['720'].get(name, math.nan):15.0f}" for name in names)
              + f"   {row['p3x']['grid']}")
    art = [row for row in results if row["class"] in ART]
    if not art:
        return
    ours = geometric(mean(row["p3x"]["sizes"]) for row in art)
    print(f"\ngeometric means over classes {', '.join(ART)} ({len(art)} sequences): p3x {ours:.0f} bytes a frame")
    for variant in ("720", "native"):
        for name in names:
            other = geometric(row[variant][name] for row in art)
            print(f"  {name:15s} {variant:7s}{other:9.0f}   {other / ours:7.1f} x")
        best = geometric(min(value for name, value in row[variant].items() if name not in LOSSY) / mean(row["p3x"]["sizes"]) for row in art)
        print(f"  {'hindsight best':15s} {variant:7s}{'':9s}   {best:7.1f} x")
    later = [size for row in art for size in row["p3x"]["sizes"][1:]]
    print(f"frames after the first within 1200 bytes: {mean(size <= 1200 for size in later):.1%}, within 4800: {mean(size <= 4800 for size in later):.1%}")
    encode = [ns for row in results if row["class"] != RICH for ns in row["p3x"]["encode_ns"]]
    decode = [ns for row in art for ns in row["p3x"]["decode_ns"][1:]]
    print(f"encoding (720x720 RGB in, detection included, first frames too, all but class {RICH}): median {share(encode, 0.5) / 1e6:.2f} ms, p99 {share(encode, 0.99) / 1e6:.2f} ms; "
          f"decoding and painting: median {share(decode, 0.5) / 1e6:.2f} ms, p99 {share(decode, 0.99) / 1e6:.2f} ms")
    counted = [row["p3x"]["instructions"] for row in art if "instructions" in row["p3x"]]
    if counted:
        print(f"encoding in millions of instructions: median {share(counted, 0.5) / 1e6:.2f}, largest {max(counted) / 1e6:.2f}")
    report_chip(art)
    worst = max((row["sent"]["sizes"][index] / size, row["name"], index) for row in results for index, size in row["png_frames"].items())
    print(f"largest frame against its PNG: {worst[0]:.3f} x ({worst[1]}, frame {worst[2]})")
    for row in results:
        if "sent-error-4" in row:
            print(f"  {row['name']:20s} --format p3x {mean(row['sent']['sizes']):8.0f} bytes a frame ({row['sent']['png']} of them PNG)"
                  f"   --max-error 4 {mean(row['sent-error-4']['sizes']):8.0f}   JPEG {row['720']['jpeg75']:8.0f}   PNG {row['720']['png']:8.0f}")


def report_chip(art: list[dict]) -> None:
    counted = [row for row in art if row["p3x"].get("rv32")]
    if not counted:
        return
    small = [row for row in counted if max(int(side) for side in row["p3x"]["grid"].split("x")) <= 128]
    for what, rows in (("up to 128 cells", small), ("all that it has memory for", counted)):
        every = [count / 1e6 for row in rows for count in row["p3x"]["rv32"]]
        later = [count / 1e6 for row in rows for count in row["p3x"]["rv32"][1:]]
        print(f"decoding and painting on RV32, {what} ({len(rows)} of {len(art)} sequences), millions of instructions: median {share(every, 0.5):.2f}, "
              f"p95 {share(every, 0.95):.2f}, largest {max(every):.2f}; after the first frame median {share(later, 0.5):.2f}, p95 {share(later, 0.95):.2f}")


def main() -> None:
    WORK.mkdir(parents=True, exist_ok=True)
    if os.environ.get("P3A_BENCH_RV32"):
        subprocess.run([ROOT / "script/setup", "--rv32"], check=True)
        subprocess.run("cmake --preset rv32 >/dev/null && cmake --build build/rv32 --target p3a_p3x_cost >/dev/null", cwd=ROOT, shell=True, check=True)
    codec_corpus.fetch(WORK / "codec-packages")
    results = []
    for name, _, make in codec_corpus.sequences(WORK / "codec-packages"):
        if len(sys.argv) > 1 and not name.startswith(tuple(sys.argv[1:])):
            continue
        results.append(measure(make()))
        print(f"{name}: {mean(results[-1]['p3x']['sizes']):.0f} bytes a frame", file=sys.stderr)
        (WORK / "codec.json").write_text(json.dumps(results, indent=1))
    report(results)


if __name__ == "__main__":
    main()
