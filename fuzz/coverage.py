#!/usr/bin/python3
"""Which lines of our own parsers a set of inputs reaches, by fuzz target: script/fuzz calls it.

    fuzz/coverage.py INPUTS NAME...

INPUTS/NAME holds what the fuzzer kept for the target NAME; its seeds, fuzz/corpus/NAME, are added. The targets of
the preset `coverage` (GCC, --coverage) run them once each, so that a file's lines count whoever reached them.
Prints a line for each target, those that nobody reached below it, and the total last.
"""
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = ROOT / "build/coverage"
# What a target is there for; libraries' own code is not counted.
PARSERS = {
    "baseline_decoder": ["ports/jpeg/baseline_decoder.cc", "ports/jpeg/baseline_header.cc", "ports/jpeg/huffman_tables.cc",
                         "ports/jpeg/huffman_decoder.h", "ports/jpeg/scan_bytes.cc"],
    "client_message": ["device/live/control_text.cc:parse_client_message", "ports/linux/config/json_patch.cc"],
    "compositor": ["core/compose/compositor.cc", "core/compose/placement.cc", "core/compose/row_ops.cc"],
    "config": ["device/config/config_apply.cc", "device/config/config_text.cc:json", "device/config/config_text.cc:toml", "ports/linux/config/json_patch.cc",
               "ports/linux/config/toml_patch.cc"],
    "decoders": ["ports/decode/*_picture.cc", "ports/decode/*_reader.cc", "ports/decode/png_stream.cc", "ports/decode/animation_canvas.cc"],
    "engine_gate": ["ports/esp32p4/jpeg/engine_gate.cc"],
    "frame_message": ["core/wire/frame_message.cc", "core/wire/frame_header.cc"],
    "frame_queue": ["core/queue/frame_queue.cc"],
    "image": ["core/image/image.cc", "core/image/gif_header.cc", "core/image/webp_header.cc"],
    "jpeg_header": ["core/image/jpeg_header.cc"],
    "json_object": ["sender/json_object.cc"],
    "mdns_message": ["ports/client/mdns_message.cc"],
    "multipart": ["device/upload/multipart.cc"],
    "p3x_decoder": ["core/codec/decoder.cc", "core/codec/decoder_with.h", "core/codec/packet.cc", "core/codec/grid.cc", "core/codec/range_coder.cc"],
    "p3x_header": ["core/image/p3x_header.cc"],
    "p3x_roundtrip": ["core/codec/encoder.cc", "core/codec/placer.h", "core/codec/source_finder.cc", "core/codec/block_compare.cc",
                      "core/codec/grid_finder.cc"],
    "png_chunks": ["core/image/png_chunks.cc"],
    "region": ["core/compose/region.cc"],
    "session": ["sender/session.cc", "sender/control.cc"],
    "worker_answer": ["ports/linux/sandbox/protocol.cc"],
    "y4m_reader": ["sender/video/y4m_reader.cc"],
}


def replay(name: str, inputs: pathlib.Path):
    program = next(path for path in BUILD.rglob(f"{name}_fuzz") if path.is_file())
    folders = [folder for folder in (inputs / name, ROOT / "fuzz/corpus" / name) if folder.is_dir() and any(folder.iterdir())]
    subprocess.run([program, *folders], check=True, stdout=subprocess.DEVNULL)


def read_counts() -> dict:
    """{file: {line: (times run, demangled name of the function)}}, of the files below ROOT."""
    notes = [str(path) for path in BUILD.rglob("*.gcda")]
    out = subprocess.run(["gcov", "--json-format", "--stdout", *notes], cwd=BUILD, capture_output=True, text=True, check=True).stdout
    counts = {}
    for line in out.splitlines():
        if not line.startswith("{"):
            continue
        for file in json.loads(line)["files"]:
            path = (BUILD / file["file"]).resolve()
            if not path.is_relative_to(ROOT):
                continue
            names = {function["name"]: function["demangled_name"] for function in file["functions"]}
            lines = counts.setdefault(str(path.relative_to(ROOT)), {})
            for entry in file["lines"]:
                before = lines.get(entry["line_number"], (0, ""))[0]
                lines[entry["line_number"]] = (before + entry["count"], names.get(entry.get("function_name"), ""))
    return counts


def reached(counts: dict, what: str) -> tuple[int, list]:
    """Lines of that file (glob), of one function if it is named behind a colon; and those that nobody reached."""
    glob, _, function = what.partition(":")
    total, missed = 0, []
    for path in sorted(ROOT.glob(glob)):
        name = str(path.relative_to(ROOT))
        if name.endswith(("_test.cc", "_fuzz.cc", "_bench.cc")):
            continue
        lines = {number: times for number, (times, where) in counts.get(name, {}).items() if function in where}
        total += len(lines)
        missed += [f"{name}:{number}" for number in sorted(lines) if not lines[number]]
    return total, missed


def main() -> int:
    inputs, names = pathlib.Path(sys.argv[1]), sys.argv[2:]
    for data in BUILD.rglob("*.gcda"):
        data.unlink()
    for name in names:
        replay(name, inputs)
    counts = read_counts()
    everything = {}
    for name in names:
        parts = [reached(counts, what) for what in PARSERS[name]]
        total, missed = sum(part[0] for part in parts), [line for part in parts for line in part[1]]
        everything |= {what: part for what, part in zip(PARSERS[name], parts)}
        print(f"{name}: {100 * (total - len(missed)) / max(1, total):5.1f} % of {total} lines")
        if missed:
            print("    not reached: " + " ".join(missed[:12]) + (f" and {len(missed) - 12} more" if len(missed) > 12 else ""))
    total = sum(part[0] for part in everything.values())
    missed = sum(len(part[1]) for part in everything.values())
    print(f"all parsers: {100 * (total - missed) / max(1, total):.1f} % of {total} lines")
    return 0 if total else 1


if __name__ == "__main__":
    sys.exit(main())
