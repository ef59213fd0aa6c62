#!/usr/bin/env python3
"""Writes the golden P3X streams: tests/vectors/p3x.json, and the same for C++ in core/codec/p3x_vectors.inc.

Run it after a change of the format, with build/release/bench/codec_p3x built; the change needs a new format version
once a release has gone out. `--check` only compares.
"""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / "build/release/bench/codec_p3x"
JSON = ROOT / "tests/vectors/p3x.json"
INC = ROOT / "core/codec/p3x_vectors.inc"


def fnv1a(data: bytes) -> int:
    """FNV-1a with 64 bits, by Fowler, Noll and Vo."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


class Noise:
    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        self.state = (self.state * 1664525 + 1013904223) & 0xFFFFFFFF
        return self.state * limit >> 32


def scene(width, height, step, scroll=0):
    """A sprite over tiles: a dictionary of pixels would do, a list of rows of (r, g, b) it is."""
    rows = [[((x + scroll) // 5 * 37 % 200, y // 6 * 53 % 200, ((x + scroll) * y % 3) * 40) for x in range(width)]
            for y in range(height)]
    for y in range(6, 12):
        for x in range(step % (width - 6), step % (width - 6) + 5):
            rows[y][x] = (255, 200 if (x - step) % 2 else 120, 32)
    return rows


def upscaled(rows, width, height):
    native_height, native_width = len(rows), len(rows[0])
    return [[rows[(2 * y + 1) * native_height // (2 * height)][(2 * x + 1) * native_width // (2 * width)]
             for x in range(width)] for y in range(height)]


def packed(rows):
    return bytes(value for row in rows for pixel in row for value in pixel)


def streams():
    """Name, width, height, table bits, slices, KiB of history, frames."""
    yield "sprite", 90, 72, 10, 1, 64, [packed(upscaled(scene(32, 24, i), 90, 72)) for i in range(8)]
    yield "still and loop", 48, 36, 10, 1, 64, [packed(upscaled(scene(24, 18, i % 3 * 4), 48, 36))
                                                for i in (0, 0, 1, 2, 0, 1, 2, 2)]
    yield "scroll in two slices", 40, 48, 11, 2, 64, [packed(scene(40, 48, 3, i * 2)) for i in range(6)]
    noise = Noise(7)
    yield "true colours", 17, 11, 12, 1, 64, [bytes(noise.below(256) for _ in range(17 * 11 * 3)) for _ in range(2)] + [
        bytes(v for y in range(11) for x in range(17) for v in (x * 9 + i, y * 15, x * y + i)) for i in range(3)]
    overlay = [upscaled(scene(16, 16, i), 64, 64) for i in range(6)]
    for i in (2, 3, 4):
        for x in range(5 + i, 41):
            overlay[i][33][x] = (255, 255, 255)
    yield "overlay", 64, 64, 10, 1, 128, [packed(rows) for rows in overlay]


def encode(width, height, table_bits, slices, history, frames):
    with tempfile.TemporaryDirectory() as folder:
        raw, out = pathlib.Path(folder, "raw"), pathlib.Path(folder, "stream")
        raw.write_bytes(b"".join(frames))
        subprocess.run([TOOL, raw, *map(str, (width, height, table_bits, slices, history)), out], check=True,
                       stdout=subprocess.DEVNULL)
        data, packets = out.read_bytes(), []
        while data:
            length = struct.unpack_from("<I", data)[0]
            packets.append(data[4:4 + length])
            data = data[4 + length:]
        return packets


def vectors():
    for name, *setup, frames in streams():
        packets = encode(*setup, frames)
        yield {"name": name, "width": setup[0], "height": setup[1], "frames": [
            {"bytes": packet.hex(), "pixels_fnv1a64": f"{fnv1a(frame):016x}"} for packet, frame in zip(packets, frames)]}


def as_inc(rows):
    lines = ["// Written by tests/vectors/make_p3x_vectors.py; included by vectors_test.cc."]
    for i, row in enumerate(rows):
        lines.append(f"constexpr GoldenFrame kStream{i}[] = {{")
        lines += [f'    {{"{frame["bytes"]}", 0x{frame["pixels_fnv1a64"]}}},' for frame in row["frames"]]
        lines.append("};")
    lines.append("constexpr GoldenStream kStreams[] = {")
    lines += [f'    {{"{row["name"]}", {{{row["width"]}, {row["height"]}}}, kStream{i}}},' for i, row in enumerate(rows)]
    return "\n".join([*lines, "};", ""])


def main():
    rows = list(vectors())
    text = json.dumps({"about": "Golden P3X streams (docs/P3X.md): frames, and FNV-1a of the R,G,B bytes painted.",
                       "streams": rows}, indent=1) + "\n"
    wanted = {JSON: text, INC: as_inc(rows)}
    if "--check" in sys.argv:
        return int(any(path.read_text() != content for path, content in wanted.items()))
    for path, content in wanted.items():
        path.write_text(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
