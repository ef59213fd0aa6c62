"""The WebSocket stream and POST /display/raw, driven by Python's websockets and by requests."""
import asyncio
import contextlib
import json
import socket
import struct
import sys

import pytest
import requests
import websockets
from PIL import Image

from conftest import ROOT, wait_until
from pictures import animation, encoded, noise, solid

sys.path.insert(0, str(ROOT / "tests/vectors"))
from p3a_wire import build_frame  # noqa: E402

SMALL = {"panel.width": 32, "panel.height": 32}


class Client:
    """One stream connection; texts that come are kept by type until asked for."""

    def __init__(self, socket):
        self.socket = socket
        self.texts = []

    async def send(self, message):
        await self.socket.send(message if isinstance(message, (bytes, str)) else json.dumps(message))

    async def next(self, kind: str) -> dict:
        while True:
            for index, text in enumerate(self.texts):
                if text["type"] == kind:
                    return self.texts.pop(index)
            self.texts.append(json.loads(await asyncio.wait_for(self.socket.recv(), 20)))


@contextlib.asynccontextmanager
async def connect(display, path="/stream", port=None, **hello):
    async with websockets.connect(f"ws://127.0.0.1:{port or display.port}{path}", max_size=None) as socket:
        client = Client(socket)
        client.hello = await client.next("hello")
        if hello:
            await client.send({"type": "hello", **hello})
        yield client


def rgb(color, size=(32, 32)) -> bytes:
    return bytes(color) * (size[0] * size[1])


def pixel(display, x=1, y=1):
    return display.snapshot().getpixel((x, y))


@pytest.mark.parametrize(("path", "on_stream_port"), [("/stream", False), ("/stream", True), ("/", True)])
def test_the_display_says_who_it_is_on_every_door(start_display, path, on_stream_port):
    display = start_display(SMALL)

    async def talk():
        async with connect(display, path, display.stream_port if on_stream_port else None) as client:
            assert (client.hello["width"], client.hello["height"], client.hello["version"]) == (32, 32, 1)
            assert {"jpeg", "png", "webp", "rgb565", "rgb888"} <= set(client.hello["formats"])
            assert client.hello["source"] == "splash"

    asyncio.run(talk())


def test_displays_of_one_name_have_ids_of_their_own_and_keep_them(start_display, tmp_path):
    async def hello(display):
        async with connect(display) as client:
            return client.hello["name"], client.hello["id"]

    first, second = start_display(SMALL), start_display(SMALL, tmp_path / "other")
    before, other = asyncio.run(hello(first)), asyncio.run(hello(second))
    assert before[0] == other[0] and before[1] != other[1]
    first.stop()
    assert asyncio.run(hello(first.start())) == before


def test_bare_pictures_and_frames_with_a_header_are_shown(start_display):
    display = start_display()
    picture = noise((720, 720))

    async def talk():
        async with connect(display, acks=True) as client:
            for message, expected, tolerance in [
                (encoded(Image.new("RGB", (64, 64), (10, 200, 30)), "JPEG"), (10, 200, 30), 3),
                (solid((1, 2, 3)), (1, 2, 3), 0),
                (solid((4, 5, 6), format="WEBP", lossless=True), (4, 5, 6), 0),
                (build_frame("jpeg", encoded(Image.new("RGB", (64, 64), (90, 20, 160)), "JPEG")), (90, 20, 160), 3),
                (build_frame("png", solid((7, 8, 9))), (7, 8, 9), 0),
            ]:
                await client.send(message)
                ack = await client.next("ack")
                assert "presented_us" in ack, ack
                assert max(abs(a - b) for a, b in zip(pixel(display), expected)) <= tolerance
            await client.send(build_frame("rgb888", picture.tobytes(), {"sequence": 9}))
            ack = await client.next("ack")
            assert ack["sequence"] == 9 and ack["received_us"] <= ack["decoded_us"] <= ack["presented_us"]
            assert display.snapshot().tobytes() == picture.tobytes()
            assert display.status()["source"]["owner"] == "stream"

    asyncio.run(talk())


def test_what_touchdesigner_puts_on_the_wire_works_without_any_text_read(start_display):
    # websocket.sendBinary(top.saveByteArray('.jpg')) at path "/" of the stream port, plain RFC 6455 over a socket.
    display = start_display()
    jpeg = encoded(Image.new("RGB", (720, 720), (200, 10, 10)), "JPEG", quality=80)
    with socket.create_connection(("127.0.0.1", display.stream_port), timeout=10) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += raw.recv(4096)
        assert b" 101 " in answer.split(b"\r\n")[0] and b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in answer
        mask = b"\x01\x02\x03\x04"
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(jpeg))
        raw.sendall(b"\x82" + bytes([0x80 | 126]) + struct.pack(">H", len(jpeg)) + mask + masked)
        wait_until(lambda: max(abs(a - b) for a, b in zip(pixel(display), (200, 10, 10))) <= 3, "the picture is shown")


def test_every_frame_of_a_counted_pattern_is_shown_in_order_or_counted_as_dropped(start_display):
    display = start_display(SMALL)
    count = 300

    async def talk():
        async with connect(display, acks=True) as client:
            for i in range(count):
                await client.send(build_frame("rgb888", rgb((i % 256, i // 256, 77)), {"sequence": i}))
            acks = [await client.next("ack") for _ in range(count)]
            assert sorted(ack["frame"] for ack in acks) == list(range(1, count + 1))
            shown = [ack for ack in acks if "presented_us" in ack]
            assert [ack["sequence"] for ack in shown] == sorted(ack["sequence"] for ack in shown)
            assert shown[-1]["sequence"] == count - 1, "the newest always wins"
            assert pixel(display) == ((count - 1) % 256, (count - 1) // 256, 77)
            stats = requests.get(display.url + "/network/stats", timeout=5).json()["data"]["total"]
            assert stats["frames_in"] == count
            assert stats["presented"] == len(shown)
            assert sum(stats["dropped"].values()) == count - len(shown)

    asyncio.run(talk())


def test_a_region_replaces_its_rectangle_and_nothing_else(start_display):
    display = start_display(SMALL)
    expected = Image.new("RGB", (32, 32), (0, 0, 255))
    expected.paste((255, 0, 0), (10, 20, 14, 23))

    async def talk():
        async with connect(display, acks=True) as client:
            await client.send(build_frame("rgb888", rgb((0, 0, 255))))
            await client.next("ack")
            await client.send(build_frame("rgb888", rgb((255, 0, 0), (4, 3)), {"region": (10, 20, 4, 3), "sequence": 2}))
            await client.next("ack")
            assert display.snapshot().tobytes() == expected.tobytes()

    asyncio.run(talk())


@pytest.mark.parametrize(("message", "code"), [
    (b"rubbish that is no picture", "BAD_FRAME"),
    (struct.pack("<HBBI", 0x5044, 1, 0x80, 3) + b"abc", "BAD_FRAME"),
    (struct.pack("<HBBI", 0x5044, 1, 0, 9) + b"abc", "BAD_FRAME"),
    (struct.pack("<HBBI", 0x5044, 99, 0, 3) + b"abc", "UNKNOWN_FORMAT"),
    (encoded(noise((64, 64)), "JPEG")[:1500], "DECODE_FAILED"),
    (build_frame("rgb888", b"123"), "LENGTH_MISMATCH"),
])
def test_a_bad_frame_costs_an_error_and_that_frame_only(start_display, message, code):
    display = start_display(SMALL)

    async def talk():
        async with connect(display, acks=True) as client:
            await client.send(message)
            error = await client.next("error")
            assert error["code"] == code and len(error["error"]) > 20
            assert "dropped" in await client.next("ack")
            await client.send(build_frame("rgb888", rgb((9, 9, 9))))
            assert "presented_us" in await client.next("ack")

    asyncio.run(talk())


def test_a_frame_over_the_limit_is_said_and_closes_1009(start_display):
    display = start_display(SMALL)

    async def talk():
        async with connect(display) as client:
            with contextlib.suppress(websockets.ConnectionClosed):
                await client.send(bytes(5 << 20))
                assert (await client.next("error"))["code"] == "FRAME_TOO_LARGE"
            await client.socket.wait_closed()
            assert client.socket.close_code == 1009
        async with connect(display, acks=True) as client:
            await client.send(build_frame("rgb888", rgb((3, 3, 3))))
            assert "presented_us" in await client.next("ack")

    asyncio.run(talk())


def test_ping_measures_the_displays_clock_and_nonsense_is_answered(start_display):
    display = start_display(SMALL)

    async def talk():
        async with connect(display) as client:
            await client.send({"type": "ping", "t0_us": 1234})
            pong = await client.next("pong")
            assert pong["t0_us"] == 1234 and pong["t1_us"] <= pong["t2_us"]
            await client.send("{nonsense")
            assert (await client.next("error"))["code"] == "INVALID_JSON"
            await client.send({"type": "what"})
            assert (await client.next("error"))["code"] == "BAD_REQUEST"

    asyncio.run(talk())


def test_the_newest_stream_owns_the_panel_and_the_other_is_told(start_display):
    display = start_display(SMALL)

    async def talk():
        async with connect(display, acks=True, name="first") as first, connect(display, acks=True, name="second") as second:
            await first.send(build_frame("rgb888", rgb((1, 0, 0))))
            assert "presented_us" in await first.next("ack")
            await second.send(build_frame("rgb888", rgb((2, 0, 0))))
            assert "presented_us" in await second.next("ack")
            told = await first.next("source")
            while told["you"]:
                told = await first.next("source")
            assert told["name"] == "second"
            await first.send(build_frame("rgb888", rgb((3, 0, 0))))
            assert (await first.next("ack"))["dropped"] == "not_owner"
            await first.send({"type": "take"})
            while not (await first.next("source"))["you"]:
                pass
            await first.send(build_frame("rgb888", rgb((4, 0, 0))))
            assert "presented_us" in await first.next("ack")
            assert pixel(display) == (4, 0, 0)

    asyncio.run(talk())


def test_when_a_stream_ends_the_rotation_is_back(start_display):
    display = start_display(SMALL)
    assert display.upload(solid((50, 60, 70))).ok

    async def talk():
        async with connect(display, acks=True) as client:
            await client.send(build_frame("rgb888", rgb((1, 1, 1))))
            await client.next("ack")
            assert pixel(display) == (1, 1, 1)

    asyncio.run(talk())
    wait_until(lambda: pixel(display) == (50, 60, 70), "the rotation's picture again")
    wait_until(lambda: display.status()["source"]["owner"] == "rotation", "and said so")


def test_a_silent_stream_loses_the_panel(start_display):
    display = start_display(SMALL | {"stream.timeout_s": 0.5})
    assert display.upload(solid((50, 60, 70))).ok

    async def talk():
        async with connect(display, acks=True) as client:
            await client.send(build_frame("rgb888", rgb((1, 1, 1))))
            await client.next("ack")
            while True:
                told = await client.next("source")
                if not told["you"]:
                    break
            assert told["reason"] == "timeout"
            await asyncio.get_running_loop().run_in_executor(
                None, lambda: wait_until(lambda: pixel(display) == (50, 60, 70), "the rotation's picture again"))

    asyncio.run(talk())


def test_streaming_can_be_switched_off(start_display):
    display = start_display({"stream.mode": "off"})

    async def talk():
        with pytest.raises(websockets.InvalidStatusCode) as refused:
            async with websockets.connect(f"ws://127.0.0.1:{display.port}/stream"):
                pass
        assert refused.value.status_code == 404

    asyncio.run(talk())


def test_a_page_of_another_site_gets_no_stream(display):
    async def talk():
        with pytest.raises(websockets.InvalidStatusCode) as refused:
            async with websockets.connect(f"ws://127.0.0.1:{display.port}/stream", origin="http://evil.example"):
                pass
        assert refused.value.status_code == 403

    asyncio.run(talk())


def test_nine_streams_are_one_too_many(start_display):
    display = start_display(SMALL)

    async def talk():
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(8):
                await stack.enter_async_context(connect(display))
            with pytest.raises(websockets.InvalidStatusCode) as refused:
                await stack.enter_async_context(connect(display))
            assert refused.value.status_code == 503

    asyncio.run(talk())


def test_a_thousand_reconnects_leave_nothing_behind(start_display):
    display = start_display(SMALL)

    async def once(i, politely):
        async with connect(display, acks=True) as client:
            await client.send(build_frame("rgb888", rgb((i % 256, 0, 0))))
            await client.next("ack")
            if not politely:
                client.socket.transport.abort()

    async def many(count):
        for i in range(count):
            with contextlib.suppress(websockets.ConnectionClosed):
                await once(i, i % 2)

    asyncio.run(many(50))
    wait_until(lambda: display.status()["stream"]["clients"] == 0, "all gone")
    files, rss = display.open_files(), display.rss_bytes()
    asyncio.run(many(1000))
    wait_until(lambda: display.status()["stream"]["clients"] == 0, "all gone")
    wait_until(lambda: display.open_files() <= files + 1, "no descriptor left")
    assert display.rss_bytes() - rss <= 256 * 1024


def test_stopping_closes_streams_with_1001(start_display):
    display = start_display(SMALL)

    async def talk():
        async with connect(display) as client:
            stop = asyncio.get_running_loop().run_in_executor(None, display.stop)
            await client.socket.wait_closed()
            assert client.socket.close_code == 1001
            assert await stop == 0

    asyncio.run(talk())


# --- POST /display/raw -----------------------------------------------------------------------------------------


def raw(display, data, content_type="application/octet-stream", **headers):
    return requests.post(display.url + "/display/raw", data=data, timeout=10,
                         headers={"Content-Type": content_type} | {key.replace("_", "-"): str(value) for key, value in headers.items()})


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF"])
def test_raw_takes_every_picture_file_and_stores_nothing(display, format):
    data = solid((200, 40, 90), size=(16, 16), format=format, **({"lossless": True} if format == "WEBP" else {}))
    response = raw(display, data, f"image/{format.lower()}")
    assert response.status_code == 200, response.text
    answer = response.json()["data"]
    assert answer["bytes_received"] == len(data) and answer["display_updated"] is True
    assert answer["format"] == format.lower()
    assert answer["decode_time_ms"] >= 0 and answer["latency_ms"] > 0 and answer["presented_at"] > 0
    assert max(abs(a - b) for a, b in zip(pixel(display), (200, 40, 90))) <= 3
    assert display.files() == []
    assert display.status()["source"]["owner"] == "raw"


def test_raw_pixels_come_out_bit_for_bit(display):
    picture = noise((720, 720))
    for format, data in (("rgb888", picture.tobytes()), ("rgba8888", picture.convert("RGBA").tobytes())):
        assert raw(display, data, X_Image_Format=format, X_Image_Width=720, X_Image_Height=720).ok
        assert display.snapshot().tobytes() == picture.tobytes()


def test_raw_regions(start_display):
    display = start_display(SMALL)
    assert raw(display, rgb((0, 9, 0)), X_Image_Format="rgb888", X_Image_Width=32, X_Image_Height=32).ok
    response = raw(display, rgb((255, 0, 0), (4, 3)), X_Image_Format="rgb888", X_Image_Width=4, X_Image_Height=3,
                   X_Region="10,20,4,3")
    assert response.ok, response.text
    expected = Image.new("RGB", (32, 32), (0, 9, 0))
    expected.paste((255, 0, 0), (10, 20, 14, 23))
    assert display.snapshot().tobytes() == expected.tobytes()


@pytest.mark.parametrize(("body", "content_type", "headers", "status", "code"), [
    (b"", "image/png", {}, 400, "EMPTY_BODY"),
    (b"no picture", "application/octet-stream", {}, 400, "UNKNOWN_FORMAT"),
    (b"123", "application/octet-stream", {"X_Image_Format": "rgb888", "X_Image_Width": 2, "X_Image_Height": 2}, 400, "LENGTH_MISMATCH"),
    (solid((1, 1, 1)), "image/png", {"X_Image_Format": "jpeg"}, 400, "FORMAT_MISMATCH"),
    (encoded(noise((64, 64)), "JPEG")[:1500], "image/jpeg", {}, 400, "DECODE_FAILED"),
    (solid((1, 1, 1)), "text/plain", {}, 415, "UNSUPPORTED_MEDIA_TYPE"),
])
def test_raw_refuses_with_a_code_and_the_picture_stays(display, body, content_type, headers, status, code):
    assert raw(display, solid((5, 6, 7)), "image/png").ok
    response = raw(display, body, content_type, **headers)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert pixel(display) == (5, 6, 7)


def test_raw_animations_loop_until_the_next_picture(display):
    colors = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    assert raw(display, animation(colors, "GIF", duration=20), "image/gif").ok
    seen = []

    def look():
        now = pixel(display)
        if not seen or seen[-1] != now:
            seen.append(now)
        return len(seen) >= 8

    wait_until(look, "frames change and come again")
    assert raw(display, solid((1, 2, 3)), "image/png").ok
    assert pixel(display) == (1, 2, 3)
    assert display.files() == []
