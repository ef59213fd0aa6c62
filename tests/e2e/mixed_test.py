"""Pixel art with a rich part in it: P3X with JPEG and PNG in windows of it, as one frame."""
import asyncio
import io
import os
import pathlib
import random
import subprocess
import sys

import pytest
from PIL import Image

from conftest import ROOT, wait_until
from live_test import connect
from pixel_art_test import make_file, p3x, scene

sys.path.insert(0, str(ROOT / "tests/vectors"))
from p3a_wire import build_frame, build_mixed  # noqa: E402

SEND = pathlib.Path(os.environ.get("P3A_SEND", ROOT / "build/bin/p3a-send"))
SIZE = (320, 240)
VIDEO = (100, 60, 90, 90)
AROUND = (64, 32, 224, 176)  # no window reaches beyond it
STEPS = 12


def art(step):
    """40 x 30 texels, each 8 x 8; a dot in the first row says which step it is."""
    picture = Image.new("RGB", (40, 30))
    picture.putdata([((x * 7 + y * 3) % 5 * 50, y * 8, 90) for y in range(30) for x in range(40)])
    picture.putpixel((step % STEPS, 0), (255, 255, 255))
    return picture.resize(SIZE, Image.Resampling.NEAREST)


def with_video(step):
    picture = art(step)
    grain = random.Random(step).randbytes(VIDEO[2] * VIDEO[3] * 3)
    picture.paste(Image.frombytes("RGB", VIDEO[2:], grain), VIDEO[:2])
    return picture


def outside(picture):
    hidden = picture.copy()
    hidden.paste((0, 0, 0), AROUND)
    return hidden.tobytes()


@pytest.fixture
def stream():
    """stream(display, *arguments): p3a-send, fed with pictures on its standard input."""
    started = []

    def start(display, *arguments):
        command = [SEND, "stream", "--stdin", "rgb24", "--size", "%dx%d" % SIZE, "--fps", "60", *arguments,
                   "--to", f"127.0.0.1:{display.port}"]
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_the_art_is_exact_while_a_video_plays_in_it_and_all_of_it_at_rest(start_display, stream):
    display = start_display({"panel.width": SIZE[0], "panel.height": SIZE[1]})
    wanted = {outside(art(step)) for step in range(STEPS)}
    sender = stream(display)
    for step in range(90):
        sender.stdin.write(with_video(step).tobytes())
        sender.stdin.flush()
        if step > 30 and step % 6 == 0:
            assert outside(display.snapshot()) in wanted
    last = with_video(89).tobytes()
    wait_until(lambda: display.snapshot().tobytes() == last, "the picture that rests is exact")
    display.stop()
    display.start()  # one that joins late gets all of it
    wait_until(lambda: display.snapshot().tobytes() == last, "a display that joins late shows it too")


def window_scene(step, patch=None):
    """What the mixed frames of make_file()'s pictures show with `patch` in the window."""
    picture = scene(step)
    picture.paste(patch, WINDOW[:2])
    return picture.tobytes()


WINDOW = (16, 8, 16, 16)


def png(picture):
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def patch(seed, size=WINDOW[2:]):
    return Image.frombytes("RGB", size, random.Random(seed).randbytes(size[0] * size[1] * 3))


def test_mixed_frames_made_by_hand_lost_and_broken_ones(start_display, tmp_path):
    display = start_display({"panel.width": 48, "panel.height": 32})
    frames = [frame for frame, _ in p3x.read_file(make_file(tmp_path).read_bytes())]

    def message(step, patches=(), windows=(WINDOW,)):
        return build_frame("mixed", build_mixed(windows, patches, frames[step]), None)

    def whole(seed):
        return (WINDOW, png(patch(seed)))

    async def fate(client, sent):
        await client.send(sent)
        return (await client.next("ack")).get("dropped")

    async def talk():
        async with connect(display, acks=True) as client:
            assert "mixed" in client.hello["formats"]
            assert await fate(client, message(0, [whole(1)])) is None
            assert display.snapshot().tobytes() == window_scene(0, patch(1))
            assert await fate(client, message(1)) is None
            assert display.snapshot().tobytes() == window_scene(1, patch(1))
            # The one between is lost.
            assert await fate(client, message(3, [whole(2)])) == "decode_failed"
            await client.next("key_request")
            assert display.snapshot().tobytes() == window_scene(1, patch(1))
            assert await fate(client, message(0, [whole(3)])) is None
            assert display.snapshot().tobytes() == window_scene(0, patch(3))
            lies = [((16, 8, 8, 16), png(patch(4))), (WINDOW, png(patch(4))[:-40]), (WINDOW, b"no picture"), (WINDOW, png(patch(4))[:30])]
            for lie in lies:
                assert await fate(client, message(1, [whole(5), lie])) == "decode_failed"
                await client.next("key_request")
                assert display.snapshot().tobytes() == window_scene(0, patch(3))
                assert await fate(client, message(0, [whole(3)])) is None
            for window in ((40, 8, 16, 16), (16, 24, 16, 16)):
                assert await fate(client, message(1, windows=(window,))) == "decode_failed"
                await client.next("key_request")
                assert await fate(client, message(0, [whole(3)])) is None
            assert await fate(client, build_frame("mixed", build_mixed((WINDOW,), [((0, 0, 16, 16), b"x")], frames[1]), None)) == "refused"
            assert await fate(client, message(1)) is None  # what was refused is as if it had not been sent
            # Without windows the P3X picture is seen again.
            assert await fate(client, build_frame("pixelart", frames[2], None)) is None
            assert display.snapshot().tobytes() == scene(2).tobytes()

    asyncio.run(talk())
    assert display.status()["decode"]["crashed"] == 0
