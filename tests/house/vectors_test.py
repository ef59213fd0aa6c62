"""The golden vectors of the stream's wire: the files agree with their generator, and Python reads and writes them."""
import importlib.util
import json
import pathlib
import re
import struct

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
VECTORS = ROOT / "tests/vectors"


def load(name):
    spec = importlib.util.spec_from_file_location(name, VECTORS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


wire = load("p3a_wire")
make_vectors = load("make_vectors")
FRAMES = json.loads((VECTORS / "frames.json").read_text(encoding="utf-8"))
MIXED = json.loads((VECTORS / "mixed.json").read_text(encoding="utf-8"))["payloads"]
CONTROL = json.loads((VECTORS / "control.json").read_text(encoding="utf-8"))["vectors"]


def each(rows):
    return pytest.mark.parametrize("vector", rows, ids=[row["name"] for row in rows])


def extension_of(vector):
    told = vector["extension"]
    return told and told | {"capture_us": int(told["capture_us"]), "presentation_us": int(told["presentation_us"]),
                            "region": tuple(told["region"])}


def code_of(call, *arguments):
    with pytest.raises(wire.WireError) as refusal:
        call(*arguments)
    return refusal.value.code


@pytest.mark.parametrize("path", sorted(make_vectors.files()))
def test_the_file_is_what_the_generator_writes(path):
    assert (ROOT / path).read_bytes() == make_vectors.files()[path], "run tests/vectors/make_vectors.py"


@each([row for row in FRAMES["frames"] if "error" in row])
def test_a_wrong_frame_is_refused(vector):
    message = bytes.fromhex(vector["message"])
    assert code_of(lambda: wire.parse_frame(message, **FRAMES["limits"])) == vector["error"]


@each([row for row in FRAMES["frames"] if "error" not in row])
def test_a_frame_says_what_it_says(vector):
    message = bytes.fromhex(vector["message"])
    frame = wire.parse_frame(message, **FRAMES["limits"])
    assert frame == {"format": vector["format"], "bare": vector["bare"], "payload": bytes.fromhex(vector["payload"]),
                     "extension": extension_of(vector)}
    if vector["canonical"]:
        assert wire.build_frame(frame["format"], frame["payload"], frame["extension"]) == message
    if "area_error" in vector:
        assert code_of(wire.area_on_panel, frame, *vector["panel"]) == vector["area_error"]
    else:
        assert wire.area_on_panel(frame, *vector["panel"]) == tuple(vector["area"])


@each(MIXED)
def test_a_mixed_frame_is_read_and_written(vector):
    payload = bytes.fromhex(vector["payload"])
    if "error" in vector:
        assert code_of(wire.parse_mixed, payload) == vector["error"]
        return
    windows, patches, p3x = wire.parse_mixed(payload)
    assert [list(window) for window in windows] == vector["windows"] and p3x.hex() == vector["p3x"]
    assert [[list(area), file.hex()] for area, file in patches] == vector["patches"]
    assert wire.build_mixed(windows, patches, p3x) == payload


@each([row for row in CONTROL if "fields" in row])
def test_a_control_message_is_read_and_written(vector):
    assert wire.parse_control(vector["text"]) == vector["fields"]
    assert wire.build_control(vector["fields"]) == vector["text"]


@each([row for row in CONTROL if "fields" not in row])
def test_a_text_that_is_no_message(vector):
    if vector["error"] is None:
        assert wire.parse_control(vector["text"]) is None
    else:
        assert code_of(wire.parse_control, vector["text"]) == vector["error"]


def test_every_type_of_message_has_a_vector():
    assert {row["fields"]["type"] for row in CONTROL if "fields" in row} == set(wire.REQUIRED)


def test_the_clock_offset_is_ntps():
    # The display is 5000 µs ahead; 300 µs there, 20 µs in the display, 300 µs back.
    assert wire.clock_offset_us(1000, 6300, 6320, 1620) == (5000, 600)


def document():
    return (ROOT / "docs/PROTOCOL.md").read_text(encoding="utf-8")


def test_the_documents_hex_examples_are_vectors():
    vectors = {row["message"] for row in FRAMES["frames"]}
    examples = re.findall(r"<!-- frame -->\n```\n(.*?)```", document(), re.DOTALL)
    assert len(examples) >= 4
    for example in examples:
        lines = (line.split("   ")[0] for line in example.splitlines())  # what follows is said in words
        assert "".join("".join(lines).split()) in vectors, example


def test_the_documents_control_examples_are_vectors():
    vectors = [row["fields"] for row in CONTROL if "fields" in row]
    examples = re.findall(r"```json\n(.*?)```", document(), re.DOTALL)
    for example in examples:
        assert json.loads(example) in vectors, example
    assert {json.loads(example)["type"] for example in examples} == set(wire.REQUIRED)


def test_the_documents_python_header_is_the_header():
    packed = struct.pack("<HBBI", 0x5044, 1, 0, 4)
    assert "struct.pack('<HBBI', 0x5044, 1, 0, len(jpeg))" in document()
    assert packed + b"\xff\xd8\xff\xd9" == wire.build_frame("jpeg", b"\xff\xd8\xff\xd9")
