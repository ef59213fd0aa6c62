#!/usr/bin/env python3
"""Writes the golden vectors of the stream's wire (docs/PROTOCOL.md) from the tables below.

    tests/vectors/frames.json          binary messages, read by the Python and JavaScript tests
    tests/vectors/control.json         text messages, the same
    core/wire/frame_vectors.inc        the same binary messages as a C++ table
    tests/vectors/mixed.json           payloads of mixed frames, for Python and JavaScript
    core/codec/mixed_vectors.inc       the same as a C++ table
    fuzz/corpus/frame_message/         and as seeds for the fuzzer

The bytes are written out by hand, so that no encoder is tested with its own output. tests/house/vectors_test.py
fails when the files differ from what this script writes. An argument names another folder to write to.
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Small, so that a frame over the limit is a short line.
LIMITS = {"max_lossy_bytes": 64, "max_lossless_bytes": 96}
PANEL = [4, 2]
INT64_MAX = 2**63 - 1
INT64_MIN = -(2**63)

JPEG = "ffd8ffd9"
PNG = "89504e47 0d0a1a0a"
WEBP = "52494646 04000000 57454250"
BLOCK_1X1 = "2000 00 00 07000000 40420f0000000000 0000000000000000 0000 0000 0100 0100"
RAW_1X1 = {"kind": "key", "sequence": 7, "capture_us": 1_000_000, "presentation_us": 0, "region": [0, 0, 1, 1]}
WHOLE = [0, 0, *PANEL]
# Counts, reserved, the P3X frame's size; the window; the patch and its size; the frame; the file.
MIXED = "01 01 0000 04000000" "0000 0000 0400 0200" "0100 0000 0200 0200 04000000" "10028387" + JPEG


def said(kind="key", sequence=0, capture_us=0, presentation_us=0, region=(0, 0, 0, 0)):
    return {"kind": kind, "sequence": sequence, "capture_us": capture_us, "presentation_us": presentation_us,
            "region": list(region)}


def ok(name, message, format_name, payload, extension=None, bare=False, canonical=True, area=WHOLE):
    """A frame. canonical: a sender that says the same writes the same bytes. area: on PANEL, or an error code."""
    return {"name": name, "message": message, "format": format_name, "bare": bare, "payload": payload,
            "extension": extension, "canonical": canonical and not bare, "panel": PANEL,
            "area_error" if isinstance(area, str) else "area": area}


def bad(name, message, code):
    return {"name": name, "message": message, "error": code}


FRAMES = [
    # No header at all.
    ok("bare jpeg", JPEG, "jpeg", JPEG, bare=True),
    ok("bare png", PNG, "png", PNG, bare=True),
    ok("bare webp", WEBP, "webp", WEBP, bare=True),
    bad("empty message", "", "EMPTY_BODY"),
    bad("bare gif", "47494638 3961 0100 0100", "UNKNOWN_FORMAT"),
    bad("neither header nor picture", "3c21444f 43545950 453e", "BAD_FRAME"),
    bad("riff but no webp", "52494646 04000000 57415645", "BAD_FRAME"),
    bad("bare jpeg over the limit", JPEG + "00" * 61, "FRAME_TOO_LARGE"),
    # The eight bytes.
    ok("jpeg", "4450 01 00 04000000" + JPEG, "jpeg", JPEG),
    ok("png", "4450 02 00 08000000" + PNG, "png", PNG),
    ok("webp", "4450 03 00 0c000000" + WEBP, "webp", WEBP),
    ok("rgb565, whole panel", "4450 04 00 10000000" + "00f8" * 8, "rgb565", "00f8" * 8),
    ok("rgb888, whole panel", "4450 05 00 18000000" + "ff8000" * 8, "rgb888", "ff8000" * 8),
    ok("rgb888, not the panel's size", "4450 05 00 15000000" + "ff8000" * 7, "rgb888", "ff8000" * 7,
       area="LENGTH_MISMATCH"),
    ok("pixel-art codec", "4450 10 00 01000000 2a", "pixelart", "2a"),
    ok("mixed: a repeated P3X frame, one window, a JPEG in it", "4450 11 00 24000000" + MIXED, "mixed", MIXED),
    ok("audio", "4450 40 00 02000000 0102", "audio", "0102"),
    ok("lossy, exactly the limit", "4450 01 00 40000000" + JPEG + "00" * 60, "jpeg", JPEG + "00" * 60),
    bad("lossy, one over the limit", "4450 01 00 41000000" + JPEG + "00" * 61, "FRAME_TOO_LARGE"),
    ok("lossless, exactly the limit", "4450 02 00 60000000" + PNG + "00" * 88, "png", PNG + "00" * 88),
    bad("lossless, one over the limit", "4450 02 00 61000000" + PNG + "00" * 89, "FRAME_TOO_LARGE"),
    bad("one byte", "44", "BAD_FRAME"),
    bad("cut in the header", "4450 01 00 040000", "BAD_FRAME"),
    bad("header alone", "4450 01 00 00000000", "EMPTY_BODY"),
    bad("magic big-endian", "5044 01 00 00000004" + JPEG, "BAD_FRAME"),
    bad("format 0", "4450 00 00 04000000" + JPEG, "UNKNOWN_FORMAT"),
    bad("format 6", "4450 06 00 04000000" + JPEG, "UNKNOWN_FORMAT"),
    bad("flag bit 1", "4450 01 02 04000000" + JPEG, "BAD_FRAME"),
    bad("flag bit 7 beside the extension", "4450 05 81 23000000" + BLOCK_1X1 + "ff8000", "BAD_FRAME"),
    bad("size too small", "4450 01 00 03000000" + JPEG, "BAD_FRAME"),
    bad("size too large", "4450 01 00 05000000" + JPEG, "BAD_FRAME"),
    bad("size counts the header", "4450 01 00 0c000000" + JPEG, "BAD_FRAME"),
    bad("size is the largest there is", "4450 01 00 ffffffff" + JPEG, "BAD_FRAME"),
    bad("ten-byte header", "4450 0100 00 00 04000000" + JPEG, "BAD_FRAME"),
    bad("jpeg promised, png sent", "4450 01 00 08000000" + PNG, "FORMAT_MISMATCH"),
    # The extension block.
    ok("1x1 rgb888 with extension", "4450 05 01 23000000" + BLOCK_1X1 + "ff8000", "rgb888", "ff8000", RAW_1X1,
       area=[0, 0, 1, 1]),
    ok("every field", "4450 01 01 24000000"
       "2000 01 00 04030201 0807060504030201 0102030405060708 0100 0000 0200 0100" + JPEG, "jpeg", JPEG,
       said("delta", 0x01020304, 0x0102030405060708, 0x0807060504030201, (1, 0, 2, 1)), area=[1, 0, 2, 1]),
    ok("the largest values", "4450 01 01 24000000"
       "2000 01 00 ffffffff ffffffffffffff7f ffffffffffffff7f ffff ffff ffff ffff" + JPEG, "jpeg", JPEG,
       said("delta", 0xFFFFFFFF, INT64_MAX, INT64_MAX, (65535, 65535, 65535, 65535)), area="BAD_FRAME"),
    ok("the smallest times", "4450 01 01 24000000"
       "2000 00 00 00000000 0000000000000080 ffffffffffffffff 0000 0000 0000 0000" + JPEG, "jpeg", JPEG,
       said(capture_us=INT64_MIN, presentation_us=-1)),
    ok("region in the last corner", "4450 04 01 22000000"
       "2000 00 00 01000000 0000000000000000 0000000000000000 0300 0100 0100 0100 e007", "rgb565", "e007",
       said(sequence=1, region=(3, 1, 1, 1)), area=[3, 1, 1, 1]),
    ok("region one pixel too far", "4450 04 01 22000000"
       "2000 00 00 01000000 0000000000000000 0000000000000000 0400 0100 0100 0100 e007", "rgb565", "e007",
       said(sequence=1, region=(4, 1, 1, 1)), area="BAD_FRAME"),
    ok("region and pixels differ", "4450 05 01 23000000"
       "2000 00 00 01000000 0000000000000000 0000000000000000 0000 0000 0200 0100 ff8000", "rgb888", "ff8000",
       said(sequence=1, region=(0, 0, 2, 1)), area="LENGTH_MISMATCH"),
    ok("block with the sequence only", "4450 01 01 0c000000 0800 00 00 05000000" + JPEG, "jpeg", JPEG,
       said(sequence=5), canonical=False),
    ok("block up to the capture time", "4450 01 01 14000000 1000 00 00 05000000 40e2010000000000" + JPEG, "jpeg", JPEG,
       said(sequence=5, capture_us=123456), canonical=False),
    ok("block up to the presentation time", "4450 01 01 1c000000"
       "1800 00 00 05000000 40e2010000000000 87d6120000000000" + JPEG, "jpeg", JPEG,
       said(sequence=5, capture_us=123456, presentation_us=1234567), canonical=False),
    ok("block with a field of tomorrow", "4450 05 01 2b000000"
       "2800" + BLOCK_1X1[4:] + "efbeadde00000000 ff8000", "rgb888", "ff8000", RAW_1X1, canonical=False,
       area=[0, 0, 1, 1]),
    ok("the longest block", "4450 05 01 03010000 0001" + BLOCK_1X1[4:] + "aa" * 224 + "ff8000", "rgb888", "ff8000",
       RAW_1X1, canonical=False, area=[0, 0, 1, 1]),
    bad("block too long", "4450 05 01 0b010000 0801" + BLOCK_1X1[4:] + "aa" * 232 + "ff8000", "BAD_FRAME"),
    bad("block of length 0", "4450 01 01 06000000 0000" + JPEG, "BAD_FRAME"),
    bad("block of length 2", "4450 01 01 06000000 0200" + JPEG, "BAD_FRAME"),
    bad("block that cuts a field", "4450 01 01 12000000 0e00 00 00 05000000 000000000000" + JPEG, "BAD_FRAME"),
    bad("block reaches beyond the message", "4450 01 01 0c000000 1000 00 00 05000000" + JPEG, "BAD_FRAME"),
    bad("no room for the block's length", "4450 01 01 01000000 20", "BAD_FRAME"),
    bad("no byte for the block", "4450 01 01 00000000", "BAD_FRAME"),
    bad("block without payload", "4450 01 01 08000000 0800 00 00 05000000", "EMPTY_BODY"),
    bad("frame kind 2", "4450 01 01 0c000000 0800 02 00 05000000" + JPEG, "BAD_FRAME"),
    bad("reserved byte is set", "4450 01 01 0c000000 0800 00 01 05000000" + JPEG, "BAD_FRAME"),
    bad("region without height", "4450 01 01 24000000"
        "2000 00 00 00000000 0000000000000000 0000000000000000 0000 0000 0400 0000" + JPEG, "BAD_FRAME"),
    bad("region with a place but no size", "4450 01 01 24000000"
        "2000 00 00 00000000 0000000000000000 0000000000000000 0100 0000 0000 0000" + JPEG, "BAD_FRAME"),
]

REPEAT = "10028387"  # a P3X frame: the picture again


def rect(*numbers):
    return "".join(number.to_bytes(2, "little").hex() for number in numbers)


def mixed(name, windows, patches, p3x=REPEAT, error=None, more=""):
    """A payload: windows are rectangles, patches rectangles with their files in hex."""
    files = [bytes.fromhex(file.replace(" ", "")) for _, file in patches]
    head = bytes([len(windows), len(patches)]).hex() + "0000" + (len(p3x) // 2).to_bytes(4, "little").hex()
    head += "".join(rect(*window) for window in windows)
    head += "".join(rect(*area) + len(file).to_bytes(4, "little").hex() for (area, _), file in zip(patches, files))
    row = {"name": name, "payload": head + p3x + b"".join(files).hex() + more}
    if error:
        return row | {"error": error}
    return row | {"windows": windows, "p3x": p3x, "patches": [[area, file.hex()] for (area, _), file in zip(patches, files)]}


ONE = [[8, 8, 16, 16]]
MIXED_FRAMES = [
    mixed("no window, so no patch", [], []),
    mixed("a window in which nothing changed", ONE, []),
    mixed("a patch that fills its window", ONE, [([8, 8, 16, 16], JPEG)]),
    mixed("the last pixel of a window, as PNG", ONE, [([23, 23, 1, 1], PNG)]),
    mixed("twice all pixels of a window", ONE, [([8, 8, 16, 16], JPEG), ([8, 8, 16, 16], PNG)]),
    mixed("four windows that touch", [[0, 0, 8, 8], [8, 0, 8, 8], [0, 8, 8, 8], [65535, 65535, 65535, 65535]],
          [([0, 8, 8, 8], JPEG)]),
    mixed("more than twice all pixels", ONE, [([8, 8, 16, 16], JPEG)] * 2 + [([8, 8, 1, 1], JPEG)], error="BAD_FRAME"),
    mixed("a patch left of its window", ONE, [([7, 8, 4, 4], JPEG)], error="BAD_FRAME"),
    mixed("a patch above its window", ONE, [([8, 7, 4, 4], JPEG)], error="BAD_FRAME"),
    mixed("a patch one column too wide", ONE, [([9, 8, 16, 4], JPEG)], error="BAD_FRAME"),
    mixed("a patch one row too high", ONE, [([8, 9, 4, 16], JPEG)], error="BAD_FRAME"),
    mixed("a patch in two windows", [[0, 0, 8, 8], [8, 0, 8, 8]], [([4, 0, 8, 8], JPEG)], error="BAD_FRAME"),
    mixed("a patch without pixels", ONE, [([8, 8, 0, 4], JPEG)], error="BAD_FRAME"),
    mixed("a patch without a file", ONE, [([8, 8, 4, 4], "")], error="BAD_FRAME"),
    mixed("a window without pixels", [[8, 8, 16, 0]], [], error="BAD_FRAME"),
    mixed("windows that overlap", [[0, 0, 9, 9], [8, 8, 4, 4]], [], error="BAD_FRAME"),
    mixed("five windows", [[8 * i, 0, 8, 8] for i in range(5)], [], error="BAD_FRAME"),
    mixed("seventeen patches", ONE, [([8, 8, 1, 1], JPEG)] * 17, error="BAD_FRAME"),
    mixed("no P3X frame", ONE, [], p3x="", error="BAD_FRAME"),
    mixed("a byte too much", ONE, [([8, 8, 4, 4], JPEG)], error="BAD_FRAME", more="00"),
    {"name": "cut in the head", "payload": "01010000040000", "error": "BAD_FRAME"},
    {"name": "cut in a patch's file", "payload": MIXED.replace(" ", "")[:-2], "error": "BAD_FRAME"},
    {"name": "a size beyond the end", "payload": "00000000ffffffff" + REPEAT, "error": "BAD_FRAME"},
    {"name": "reserved bytes are set", "payload": "0000010004000000" + REPEAT, "error": "BAD_FRAME"},
]

DROPPED = {"queue_full": 2, "superseded": 1, "late": 0, "needs_key": 0, "not_owner": 0, "decode_failed": 0,
           "refused": 1}
CONTROL = [
    ("hello of a display", "display", {
        "type": "hello", "version": 1, "name": "p3a", "id": "p3a-5f21c08e9d34", "program": "p3a-display",
        "program_version": "0.1.0", "width": 720, "height": 720, "pixel_format": "rgb888", "refresh_hz": 60,
        "formats": ["jpeg", "png", "webp", "rgb565", "rgb888", "pixelart", "mixed"],
        "limits": {"max_frame_bytes": 204800, "max_lossless_bytes": 2097152, "max_picture_width": 2048,
                   "max_picture_height": 2048, "max_text_bytes": 4096,
                   "p3x_table_bits": 16, "p3x_picture_bytes": 8388608},
        "queue_depth": 3, "timeout_s": 5, "source": "rotation", "now_us": 81230417}),
    ("hello of a client", "client", {"type": "hello", "name": "TouchDesigner", "acks": True, "stats": True,
                                     "touch": True}),
    ("hello that asks for nothing", "client", {"type": "hello"}),
    ("ack, presented", "display", {
        "type": "ack", "frame": 17, "sequence": 41, "received_us": 81240417, "decoded_us": 81243100,
        "presented_us": 81250002}),
    ("ack, dropped", "display", {"type": "ack", "frame": 18, "sequence": 42, "received_us": 81257101,
                                 "dropped": "queue_full"}),
    ("ack of a frame without extension", "display", {
        "type": "ack", "frame": 1, "received_us": 81240417, "decoded_us": 81243100, "presented_us": 81250002}),
    ("stats", "display", {
        "type": "stats", "now_us": 82230417, "frames_in": 61, "bytes_in": 4880000, "presented": 57, "dropped": DROPPED,
        "fps": 57.5, "jitter_us": 1830, "waiting": 1,
        "latency_us": {"queue": {"p50": 210, "p99": 900}, "decode": {"p50": 2683, "p99": 4100},
                       "present": {"p50": 6902, "p99": 16100}, "total": {"p50": 9585, "p99": 20400}},
        "source": "stream", "you": True}),
    ("error about a frame", "display", {
        "type": "error", "code": "BAD_FRAME", "error": "the header says that 5 bytes follow it, but 4 do",
        "frame": 19}),
    ("error about a text", "display", {"type": "error", "code": "INVALID_JSON",
                                       "error": "a text message is one JSON object"}),
    ("ping", "client", {"type": "ping", "t0_us": 1000}),
    ("pong", "display", {"type": "pong", "t0_us": 1000, "t1_us": 81230417, "t2_us": 81230433}),
    ("touch", "display", {"type": "touch", "kind": "down", "id": 0, "x": 359, "y": 12, "time_us": 81260000}),
    ("source, yours", "display", {"type": "source", "owner": "stream", "name": "TouchDesigner", "you": True,
                                  "reason": "started", "waiting": 0}),
    ("source, another's", "display", {"type": "source", "owner": "stream", "name": "Büro ✨", "you": False,
                                      "reason": "taken", "waiting": 1}),
    ("take", "client", {"type": "take"}),
    ("release", "client", {"type": "release"}),
    ("key_request", "display", {"type": "key_request", "reason": "dropped"}),
    ("a member of tomorrow", "client", {"type": "take", "for_s": 10}),
]
# Texts that are no message: the code that the receiver answers with, or None: ignored.
TEXTS = [
    ("a type of tomorrow", '{"type":"dance"}', None),
    ("empty", "", "INVALID_JSON"),
    ("not JSON", "hello", "INVALID_JSON"),
    ("cut", '{"type":"take"', "INVALID_JSON"),
    ("two objects", '{"type":"take"}{"type":"take"}', "INVALID_JSON"),
    ("an array", '["take"]', "INVALID_VALUE"),
    ("null", "null", "INVALID_VALUE"),
    ("no type", '{"acks":true}', "INVALID_VALUE"),
    ("type is no text", '{"type":1}', "INVALID_VALUE"),
    ("ping without its time", '{"type":"ping"}', "INVALID_VALUE"),
    ("ping with a text for its time", '{"type":"ping","t0_us":"1000"}', "INVALID_VALUE"),
    ("ping with a boolean for its time", '{"type":"ping","t0_us":true}', "INVALID_VALUE"),
    ("ping with half a microsecond", '{"type":"ping","t0_us":0.5}', "INVALID_VALUE"),
    ("too long", '{"type":"take","x":"' + "x" * 4096 + '"}', "PAYLOAD_TOO_LARGE"),
]


def squeezed(row):
    return row | {key: row[key].replace(" ", "") for key in ("message", "payload") if key in row}


def for_json(row):
    """64-bit numbers as text: JavaScript's numbers end at 2^53."""
    extension = row.get("extension")
    if extension is None:
        return row
    return row | {"extension": extension | {key: str(extension[key]) for key in ("capture_us", "presentation_us")}}


def json_lines(head, name, rows):
    """One row a line: a change of one vector is a change of one line."""
    lines = ",\n".join("    " + json.dumps(row, ensure_ascii=False) for row in rows)
    opening = "".join(f"  {json.dumps(key)}: {json.dumps(value)},\n" for key, value in head.items())
    return f"{{\n{opening}  {json.dumps(name)}: [\n{lines}\n  ]\n}}\n"


def control_json():
    messages = [{"name": name, "from": sender, "text": json.dumps(fields, separators=(",", ":"), ensure_ascii=False),
                 "fields": fields} for name, sender, fields in CONTROL]
    texts = [{"name": name, "text": text, "error": error} for name, text, error in TEXTS]
    return json_lines({"from": "make_vectors.py"}, "vectors", messages + texts)


def cpp_time(value):
    return "INT64_MIN" if value == INT64_MIN else f"INT64_C({value})"


def cpp_rect(numbers):
    return "{" + ", ".join(map(str, numbers)) + "}"


def cpp_row(row):
    keys = ("name", "message", "error", "format", "payload", "area_error")
    text = {key: json.dumps(row.get(key, "")) for key in keys}
    extension = row.get("extension")
    told = extension or said()
    flags = [json.dumps(flag) for flag in (row.get("bare", False), row.get("canonical", False), extension is not None)]
    kind = "kDelta" if told["kind"] == "delta" else "kKey"
    fields = (f"{{FrameKind::{kind}, {told['sequence']}u, Micros({cpp_time(told['capture_us'])}), "
              f"Instant(Micros({cpp_time(told['presentation_us'])})), {cpp_rect(told['region'])}}}")
    return (f"{{{text['name']}, {text['message']}, {text['error']}, {text['format']}, {text['payload']}, "
            f"{', '.join(flags)}, {fields}, {cpp_rect(row.get('area', [0, 0, 0, 0]))}, {text['area_error']}}},\n")


def cpp_table(rows):
    return ("// Written by tests/vectors/make_vectors.py; included by frame_vectors_test.cc.\n"
            f"constexpr FrameLimits kVectorLimits{{{', '.join(map(str, LIMITS.values()))}}};\n"
            f"constexpr Size kVectorPanel{{{', '.join(map(str, PANEL))}}};\n"
            "constexpr FrameVector kFrameVectors[] = {\n" + "".join(map(cpp_row, rows)) + "};\n")


def mixed_table():
    rows = "".join(f"{{{json.dumps(row['name'])}, {json.dumps(row['payload'])}, {json.dumps(row.get('error', ''))}, "
                   f"{len(row.get('windows', []))}, {len(row.get('patches', []))}, {json.dumps(row.get('p3x', ''))}}},\n"
                   for row in MIXED_FRAMES)
    return ("// Written by tests/vectors/make_vectors.py; included by windows_test.cc.\n"
            "constexpr MixedVector kMixedVectors[] = {\n" + rows + "};\n")


def files():
    """What is written, by path below the root: bytes."""
    rows = [squeezed(row) for row in FRAMES]
    seeds = {f"fuzz/corpus/frame_message/{re.sub('[^a-z0-9]+', '_', row['name'])}": bytes.fromhex(row["message"])
             for row in rows}
    assert len(seeds) == len(rows), "two vectors have the same name"
    frames = json_lines({"from": "make_vectors.py", "limits": LIMITS}, "frames", map(for_json, rows))
    return seeds | {
        "tests/vectors/frames.json": frames.encode(),
        "tests/vectors/control.json": control_json().encode(),
        "core/wire/frame_vectors.inc": cpp_table(rows).encode(),
        "tests/vectors/mixed.json": json_lines({"from": "make_vectors.py"}, "payloads", MIXED_FRAMES).encode(),
        "core/codec/mixed_vectors.inc": mixed_table().encode(),
    }


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT
    for path, data in files().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    print(f"{len(FRAMES)} frames, {len(CONTROL) + len(TEXTS)} texts")


if __name__ == "__main__":
    main()
