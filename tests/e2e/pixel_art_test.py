"""P3X as people meet it: files made and played, and the preview that the page watches."""
import asyncio
import importlib.util
import io
import json
import os
import pathlib
import subprocess

import requests
import websockets
from PIL import Image

from conftest import ROOT, wait_until

SEND = pathlib.Path(os.environ.get("P3A_SEND", ROOT / "build/bin/p3a-send"))
SMALL = {"panel.width": 48, "panel.height": 32}


def load_decoder():
    spec = importlib.util.spec_from_file_location("p3x", ROOT / "tests/vectors/p3x.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


p3x = load_decoder()


def scene(step):
    """24 x 16 texels, enlarged to 48 x 32."""
    picture = Image.new("RGB", (24, 16))
    for y in range(16):
        for x in range(24):
            picture.putpixel((x, y), (255, 220, 0) if (x, y) == (step, 7) else (x // 4 * 40, y // 3 * 40, 90))
    return picture.resize((48, 32), Image.Resampling.NEAREST)


def send(*arguments):
    done = subprocess.run([SEND, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def make_file(folder, frames=5):
    pictures = folder / "pictures"
    pictures.mkdir()
    for i in range(frames):
        scene(i).save(pictures / f"{i}.png")
    send("encode", pictures, "--fps", 20, "--out", folder / "scene.p3x")
    return folder / "scene.p3x"


def test_a_file_keeps_every_pixel_and_says_where_its_bits_go(tmp_path):
    path = make_file(tmp_path)
    assert path.stat().st_size < 600
    send("decode", path, "--out", tmp_path / "out")
    for i, picture in enumerate(sorted((tmp_path / "out").iterdir())):
        assert Image.open(picture).convert("RGB").tobytes() == scene(i).tobytes()
    # The second decoder, written from the specification, sees the same.
    decoder = p3x.Decoder()
    for i, (frame, delay) in enumerate(p3x.read_file(path.read_bytes())):
        decoder.decode(frame)
        assert decoder.pixels() == scene(i).tobytes() and delay == 50_000
    about = json.loads(send("inspect", path, "--json", "--out", tmp_path / "heat.png"))
    assert about["frames"] == 5 and about["key"]["frames"] == 1 and about["delta"]["frames"] == 4
    heat = Image.open(tmp_path / "heat.png").convert("L")
    assert heat.size == (48, 32)
    assert heat.getpixel((4, 14)) > 0  # the dot came by


def test_the_bench_measures_a_users_own_pictures(tmp_path):
    path = make_file(tmp_path)
    line = json.loads(send("bench", "codec", path, "--size", "48x32", "--json"))
    assert line["lossless"] and line["frames"] == 5
    assert line["p3x_bytes"] * 2 < line["png_bytes"]


def test_a_file_is_uploaded_and_plays(start_display, tmp_path):
    display = start_display(SMALL)
    path = make_file(tmp_path, frames=3)
    reply = requests.post(display.url + "/upload/image", files={"image": path.open("rb")}, timeout=20).json()
    assert reply["ok"] and reply["data"]["format"] == "p3x", reply
    wanted = [scene(i).tobytes() for i in range(3)]
    for picture in wanted:
        wait_until(lambda: display.snapshot().tobytes() == picture, "every frame is shown")


def test_raw_takes_a_file_and_refuses_a_broken_one(start_display, tmp_path):
    display = start_display(SMALL)
    data = make_file(tmp_path, frames=1).read_bytes()
    headers = {"Content-Type": "image/x-p3x"}
    assert requests.post(display.url + "/display/raw", data=data, headers=headers, timeout=20).ok
    assert display.snapshot().tobytes() == scene(0).tobytes()
    for broken in (data[:-1], data[:60] + bytes([data[60] ^ 1]) + data[61:]):
        reply = requests.post(display.url + "/display/raw", data=broken, headers=headers, timeout=20)
        assert reply.status_code == 400 and reply.json()["code"] == "DECODE_FAILED"
    assert display.snapshot().tobytes() == scene(0).tobytes()


def raw(display, picture):
    data = io.BytesIO()
    picture.save(data, "PNG")
    assert requests.post(display.url + "/display/raw", data=data.getvalue(), headers={"Content-Type": "image/png"}, timeout=20).ok


async def watch(display, steps):
    """The sizes of the frames that a watcher gets while those pictures come; each is seen bit for bit."""
    decoder = p3x.Decoder()
    sizes = []
    async with websockets.connect(f"ws://127.0.0.1:{display.port}/preview", compression=None) as watcher:
        for step in steps:
            await asyncio.to_thread(raw, display, scene(step))
            while not sizes or decoder.pixels() != scene(step).tobytes():
                frame = await asyncio.wait_for(watcher.recv(), 20)
                decoder.decode(frame)
                sizes.append(len(frame))
                await watcher.send('{"type":"ready"}')
    return sizes


def test_the_preview_is_what_the_panel_shows_in_few_bytes(start_display):
    display = start_display(SMALL)
    raw(display, scene(0))
    sizes = asyncio.run(watch(display, range(4)))
    assert sizes[0] < 600 and max(sizes[1:]) < 60
