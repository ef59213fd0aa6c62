"""p3a-send and a p3a with its own firmware, played by tests/stock_p3a.py."""
import asyncio
import contextlib
import json
import signal
import subprocess
import sys

import pytest
import websockets
from PIL import Image

from conftest import ROOT, wait_until
from pictures import animation, encoded, noise, solid
from send_test import SEND

sys.path.insert(0, str(ROOT / "tests"))
from stock_p3a import StockP3a  # noqa: E402


@pytest.fixture
def p3a():
    device = StockP3a()
    yield device
    device.close()


def send(*words, **options) -> subprocess.CompletedProcess:
    return subprocess.run([SEND, *map(str, words)], capture_output=True, text=True, timeout=30, **options)


@pytest.mark.parametrize("device", [[], ["--device", "p3a"]])
def test_an_upload_is_kept_under_a_name_that_it_can_keep(p3a, tmp_path, device):
    picture = tmp_path / 'my "best" cat.png'
    picture.write_bytes(encoded(noise((720, 720)), "PNG"))
    done = send("upload", picture, "--to", p3a.address, "--json", *device)
    assert done.returncode == 0, done.stderr
    assert p3a.uploads == {"my__best__cat.png": picture.read_bytes()}
    assert json.loads(done.stdout)["results"][0]["answer"]["data"]["filename"] == "my__best__cat.png"
    assert p3a.requests == ([] if device else ["GET /status"]) + ["POST /upload"]
    p3a.check()


def test_its_refusals_are_told_by_their_code_whatever_the_status(p3a, tmp_path):
    p3a.sd_locked = True
    (tmp_path / "a.png").write_bytes(solid((1, 2, 3)))
    done = send("upload", tmp_path / "a.png", "--to", p3a.address)
    assert done.returncode == 1 and "SD_LOCKED" in done.stderr
    p3a.check()


def test_what_it_cannot_do_is_said(p3a, tmp_path):
    (tmp_path / "a.png").write_bytes(solid((1, 2, 3)))
    done = send("raw", tmp_path / "a.png", "--to", p3a.address)
    assert done.returncode == 1 and "upload it, or stream" in done.stderr
    (tmp_path / "film.mp4").write_bytes(b"film")
    done = send("upload", tmp_path / "film.mp4", "--to", p3a.address)
    assert done.returncode == 1 and "not \".mp4\"" in done.stderr
    assert p3a.uploads == {}
    p3a.check()


@pytest.mark.parametrize("device", [[], ["--device", "p3a"]])
def test_a_stream_is_its_own_packets_at_its_own_pace_and_ends_with_the_exit(p3a, device):
    done = send("stream", "--pattern", "plasma", "--duration", "1.5", "--to", p3a.address, "--json", *device)
    assert done.returncode == 0, done.stderr
    assert "a stock p3a (16 colours), 128x128" in done.stderr
    times = [at for at, _, _ in p3a.frames]
    assert 20 <= len(times) <= 1.5 * 30 + 4, "at most 30 a second"
    assert p3a.pings, "answers show what has arrived"
    assert p3a.exits == 1 and not p3a.in_pico
    assert p3a.requests[-1] == "POST /pico8/exit"
    assert ("GET /stream" in p3a.requests) == (not device)
    assert json.loads(done.stdout)["sent"] == len(times)
    p3a.check()


def test_the_colours_of_a_picture_of_few_are_exact_and_the_palette_stays(p3a, tmp_path):
    colors = [(i * 16, 255 - i * 9, i * i % 256) for i in range(16)]
    picture = Image.new("RGB", (4, 4))
    picture.putdata(colors)
    (tmp_path / "a.png").write_bytes(encoded(picture, "PNG"))
    done = send("stream", tmp_path / "a.png", "--dwell", "0.3", "--loop", "1", "--fit", "stretch", "--to", p3a.address)
    assert done.returncode == 0, done.stderr
    for i, color in enumerate(colors):
        assert p3a.color_at(16 + i % 4 * 32, 16 + i // 4 * 32) == color
    p3a.check()


def test_an_animation_shows_its_frames(p3a, tmp_path):
    colors = [(200, 0, 0), (0, 200, 0), (0, 0, 200)]
    (tmp_path / "a.gif").write_bytes(animation(colors, "GIF"))
    assert send("stream", tmp_path / "a.gif", "--loop", "2", "--to", p3a.address).returncode == 0
    shown = [palette[rows[64][64]] for _, palette, rows in p3a.frames]
    assert shown == colors * 2
    p3a.check()


def test_a_lost_connection_is_made_anew_and_the_picture_comes_back(p3a, tmp_path):
    (tmp_path / "a.png").write_bytes(solid((9, 99, 199)))
    stream = subprocess.Popen([SEND, "stream", tmp_path / "a.png", "--to", p3a.address], stderr=subprocess.PIPE, text=True)
    try:
        wait_until(lambda: p3a.frames, "the picture is shown")
        p3a.cut()
        wait_until(lambda: len(p3a.frames) > 1, "it is shown again")
        assert p3a.color_at(64, 64) == (9, 99, 199)
    finally:
        stream.send_signal(signal.SIGINT)
        _, err = stream.communicate(timeout=20)
    assert stream.returncode == 0, err
    assert p3a.exits == 1
    p3a.check()


def test_the_stand_in_finds_fault_with_what_the_firmware_would_drop(p3a):
    good = b"p8F" + (8240).to_bytes(2, "little") + b"\1" + bytes(48 + 8192)

    async def talk(message):
        async with websockets.connect(f"ws://{p3a.address}/pico_stream", compression=None) as stream:
            with contextlib.suppress(websockets.ConnectionClosed):
                await stream.send(message)
                await stream.send(b"p8P")
                assert await asyncio.wait_for(stream.recv(), 20) == b"p8Q"

    asyncio.run(talk(good))
    p3a.check()
    assert len(p3a.frames) == 1
    for bad in (good[:-1], good + b"\0", good[:5] + b"\0" + good[6:], good[:5] + b"\3" + good[6:], "p8P", b"p8V",
                good[:3] + b"\0\0" + good[5:], bytes(8300), [good[:4000], good[4000:]]):
        before = len(p3a.faults)
        asyncio.run(talk(bad))
        assert len(p3a.faults) > before, bad[:8]
    assert len(p3a.frames) == 1
