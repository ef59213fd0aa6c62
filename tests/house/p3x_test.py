"""P3X twice-checked: a decoder written from docs/P3X.md shows the golden streams' pixels too."""
import importlib.util
import json
import pathlib

import pytest

VECTORS = pathlib.Path(__file__).resolve().parents[2] / "tests/vectors"


def load(name):
    spec = importlib.util.spec_from_file_location(name, VECTORS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


p3x = load("p3x")
fnv1a = load("make_p3x_vectors").fnv1a
STREAMS = json.loads((VECTORS / "p3x.json").read_text(encoding="utf-8"))["streams"]


@pytest.mark.parametrize("stream", STREAMS, ids=[stream["name"] for stream in STREAMS])
def test_golden_stream(stream):
    decoder = p3x.Decoder()
    for frame in stream["frames"]:
        decoder.decode(bytes.fromhex(frame["bytes"]))
        assert f"{fnv1a(decoder.pixels()):016x}" == frame["pixels_fnv1a64"]
    assert decoder.size == (stream["width"], stream["height"])


def test_a_missing_frame_is_noticed():
    frames = [bytes.fromhex(frame["bytes"]) for frame in STREAMS[0]["frames"]]
    decoder = p3x.Decoder()
    decoder.decode(frames[0])
    with pytest.raises(p3x.Broken):
        decoder.decode(frames[2])
    with pytest.raises(p3x.Broken):
        decoder.decode(frames[1])
    decoder.decode(frames[0])


def test_a_damaged_frame_is_noticed():
    frames = [bytes.fromhex(frame["bytes"]) for frame in STREAMS[0]["frames"]]
    decoder = p3x.Decoder()
    decoder.decode(frames[0])
    with pytest.raises(p3x.Broken):
        decoder.decode(frames[1][:-3] + bytes([frames[1][-3] ^ 64]) + frames[1][-2:])
