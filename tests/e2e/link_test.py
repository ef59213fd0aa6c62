"""Bad links and bad clients, through a relay: what is seen stays new, and nobody else notices."""
import asyncio
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess

import pytest
import requests

from conftest import ROOT, wait_until
from live_test import SMALL, build_frame, connect, pixel, rgb
from pictures import solid
from relay import Relay

SEND = pathlib.Path(os.environ.get("P3A_SEND", ROOT / "build/bin/p3a-send"))
IN_FLIGHT = 2  # frames that p3a-send has on its way at most


def counter(image) -> int | None:
    """The number that p3a-send --counter burnt in (sender/pattern/frame_counter.h)."""
    width, height = image.size
    bits = 0
    for block in range(32):
        x, y = (2 * (block % 16) + 1) * width // 64, (2 * (block // 16) + 1) * height // 64
        bits = bits << 1 | (image.getpixel((x, y))[1] >= 128)
    frame = bits >> 8
    return frame if (frame ^ frame >> 8 ^ frame >> 16 ^ 0x5A) & 0xFF == bits & 0xFF else None


class Show:
    """p3a-send streaming counted pictures through a relay; `seen` are the numbers that the panel showed."""

    def __init__(self, display, port, *options):
        self.display = display
        self.seen = []
        command = [SEND, "stream", "--pattern", "plasma", "--counter", "--fps", "60", "--json", "--to", f"127.0.0.1:{port}"]
        self.process = subprocess.Popen(command + list(options), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def look(self) -> int | None:
        assert self.process.poll() is None, self.process.stderr.read()
        number = counter(self.display.snapshot())
        if number is not None and (not self.seen or number != self.seen[-1]):
            self.seen.append(number)
        return number

    def wait_for(self, condition, what):
        wait_until(lambda: self.look() is not None and condition(self.seen[-1]), what)
        return self.seen[-1]

    def end(self) -> dict:
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=20)
        assert self.process.returncode == 0, err
        return json.loads(out)["displays"][0]


@pytest.fixture
def relayed(start_display):
    """relayed(options) -> (display, relay); show(display, relay) -> Show."""
    started = []

    def start(options=None):
        display = start_display(options or {})
        relay = Relay(display.port)
        started.append(relay)
        return display, relay

    def show(display, relay, *options):
        running = Show(display, relay.port, *options)
        started.append(running)
        return running

    start.show = show
    yield start
    for thing in reversed(started):
        if isinstance(thing, Show):
            thing.process.kill()
            thing.process.communicate()
        else:
            thing.close()


def fates(display) -> dict:
    return requests.get(display.url + "/network/stats", timeout=10).json()["data"]["total"]


def finished(display) -> int:
    total = fates(display)
    return total["presented"] + sum(total["dropped"].values())


def test_a_throttled_link_shows_the_newest_and_never_fills_up(relayed):
    display, relay = relayed()
    relay.rate = 25_000  # a frame takes about two seconds
    show = relayed.show(display, relay)
    on_the_way = []

    def look():
        show.look()
        before = relay.frames_in  # in this order: what ends meanwhile only makes the difference smaller
        on_the_way.append(before - finished(display))
        return len(show.seen) >= 4

    wait_until(look, "four pictures were seen", 60)
    relay.rate = None
    last = show.seen[-1]
    show.wait_for(lambda number: number > last + 60, "the link is good again, and the picture follows")
    summary = show.end()
    assert max(on_the_way) <= IN_FLIGHT, on_the_way
    assert show.seen == sorted(show.seen)
    assert summary["replaced"] > summary["sent"] / 2, "what could not go was not kept for later"
    assert (summary["lost"], summary["failed"], summary["reconnects"]) == (0, 0, 0)


def test_a_stalled_link_goes_on_with_the_newest_picture(relayed):
    display, relay = relayed({"stream.timeout_s": 1})
    assert display.upload(solid((50, 60, 70))).ok
    show = relayed.show(display, relay)
    before = show.wait_for(lambda number: number > 30, "it runs")
    relay.stall()
    wait_until(lambda: display.status()["source"]["owner"] == "rotation", "the display shows something else meanwhile")
    wait_until(lambda: display.snapshot().getpixel((300, 300)) == (50, 60, 70), "it is on the panel")
    shown = fates(display)["presented"]
    relay.resume()
    after = show.wait_for(lambda number: number > before + 30, "the stream is back")
    # A second was missed: of its sixty pictures only those that were on their way came late.
    assert fates(display)["presented"] - shown < after - before
    summary = show.end()
    assert summary["reconnects"] == 0 and summary["failed"] == 0
    assert show.seen == sorted(show.seen)


def test_a_cut_link_is_mended_and_a_closed_door_waited_for(relayed):
    display, relay = relayed()
    show = relayed.show(display, relay)
    for _ in range(3):
        before = show.wait_for(lambda number: number > 0, "it runs")
        relay.cut()
        show.wait_for(lambda number, before=before: number > before + 10, "a newer picture after the cut")
    relay.refuse()
    relay.cut()
    wait_until(lambda: display.status()["stream"]["clients"] == 0, "the display has noticed")
    before = show.seen[-1]
    relay.accept()
    show.wait_for(lambda number: number > before, "the door is open again")
    summary = show.end()
    assert summary["reconnects"] >= 4
    assert show.seen == sorted(show.seen)


def test_lost_packets_and_a_long_way_cost_no_frame_its_bytes(relayed):
    display, relay = relayed()
    relay.delay_s, relay.lose_every, relay.lose_s = 0.03, 150_000, 0.05
    show = relayed.show(display, relay)
    wait_until(lambda: show.look() and fates(display)["presented"] > 60, "it runs")
    summary = show.end()
    total = fates(display)
    assert total["dropped"]["refused"] == total["dropped"]["decode_failed"] == 0
    assert (summary["lost"], summary["failed"], summary["reconnects"]) == (0, 0, 0)
    assert show.seen == sorted(show.seen)


def test_a_client_that_sends_byte_by_byte_is_understood(relayed):
    display, relay = relayed(SMALL)
    relay.chunk = 1

    async def talk():
        async with connect(display, port=relay.port, acks=True, name="drip") as client:
            for i in range(3):
                await client.send(build_frame("png", solid((i, 2, 3)), {"sequence": i}))
                ack = await client.next("ack")
                assert ack["sequence"] == i and "presented_us" in ack
                assert pixel(display) == (i, 2, 3)

    asyncio.run(talk())


def test_a_client_that_never_reads_harms_nobody(start_display):
    display = start_display(SMALL)

    def shake_hands():
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.connect(("127.0.0.1", display.port))
        raw.sendall(b"GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
        assert b" 101 " in raw.recv(4096)
        return raw

    def message(kind, payload):
        length = bytes([len(payload)]) if len(payload) < 126 else b"\x7e" + struct.pack(">H", len(payload))
        return bytes([0x80 | kind, 0x80 | length[0]]) + length[1:] + bytes(4) + payload  # masked by zeros

    with shake_hands() as raw:
        raw.sendall(message(1, json.dumps({"type": "hello", "acks": True, "stats": True}).encode()))

        def play(count, color):
            picture = message(2, build_frame("rgb888", rgb(color)))
            for _ in range(count):
                raw.sendall(picture)
                raw.sendall(message(1, b'{"type":"ping","t0_us":1}'))

        play(1000, (1, 2, 3))
        wait_until(lambda: fates(display)["frames_in"] == 1000, "all were read")
        rss = display.rss_bytes()
        play(5000, (4, 5, 6))
        wait_until(lambda: fates(display)["frames_in"] == 6000, "all were read")
        wait_until(lambda: pixel(display) == (4, 5, 6), "the newest is shown")
        assert display.rss_bytes() - rss <= 256 * 1024

        async def another():
            async with connect(display, acks=True) as client:
                await client.send(build_frame("rgb888", rgb((7, 8, 9))))
                assert "presented_us" in await client.next("ack")

        asyncio.run(another())


def test_clients_that_vanish_or_take_for_ever_make_room(relayed):
    display, relay = relayed(SMALL | {"stream.timeout_s": 1})
    assert display.upload(solid((50, 60, 70))).ok

    async def talk():
        async with connect(display, port=relay.port, acks=True) as vanishing, connect(display, acks=True) as slow, \
                   connect(display) as watcher:
            await vanishing.send(build_frame("rgb888", rgb((1, 1, 1))))
            await vanishing.next("ack")
            relay.stall()  # no FIN, no RST: for the display it is only silent
            slow.socket.transport.write(b"\x82\xfe" + struct.pack(">H", 60000) + bytes(4))

            async def drip():
                while not slow.socket.closed:
                    slow.socket.transport.write(b"x")
                    await asyncio.sleep(1)

            dripping = asyncio.create_task(drip())
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, wait_until, lambda: pixel(display) == (50, 60, 70), "the panel is free at once")
            await slow.socket.wait_closed()
            assert slow.socket.close_code == 1008
            await loop.run_in_executor(None, wait_until, lambda: display.status()["stream"]["clients"] == 1,
                                       "only the watcher is left", 60)
            await watcher.send({"type": "ping", "t0_us": 5})
            assert (await watcher.next("pong"))["t0_us"] == 5
            dripping.cancel()
            relay.resume()

    asyncio.run(talk())
