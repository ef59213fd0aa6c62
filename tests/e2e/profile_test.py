"""p3a-display --profile esp32p4: everything works, nothing is faster than the board could be, and it says that it is simulated."""
import asyncio
import time

import requests
from PIL import Image

from live_test import build_frame, connect
from pictures import encoded, noise

SIDE = 720
BYTES_A_SECOND = 30e6 / 8  # ports/linux/profile/chip_figures.h: Wi-Fi


def test_a_simulated_chip_shows_what_it_is_sent_in_its_own_time_and_says_so(start_display):
    display = start_display({"profile": "esp32p4"})
    assert "simulated: this display keeps to the limits of an ESP32-P4" in display.log_text()
    status = display.status()
    assert status["simulated"] == "ESP32-P4"
    stats = requests.get(display.url + "/network/stats", timeout=20).json()["data"]
    assert stats["simulated"] == "ESP32-P4" and "total" in stats

    picture = noise((SIDE, SIDE))
    file = encoded(picture, "JPEG", quality=60)
    begun = time.monotonic()
    answer = display.upload(file, content_type="image/jpeg").json()
    took = time.monotonic() - begun
    assert answer["ok"] and answer["data"]["display_updated"], answer
    # Not faster than its way over the air, and a sync, a replace and the engine's 5 ms: no machine can be quicker.
    assert took > len(file) / BYTES_A_SECOND + 0.0228 + 0.0053, took

    async def stream():
        async with connect(display, acks=True) as client:
            assert client.hello["limits"]["max_lossless_bytes"] < 1_040_000, client.hello  # what the board has memory for
            begun = time.monotonic()
            await client.send(build_frame("rgb565", bytes(SIDE * SIDE * 2)))
            ack = await client.next("ack")
            return time.monotonic() - begun, ack, display.snapshot().getpixel((1, 1))
    took, ack, pixel = asyncio.run(stream())
    assert "presented_us" in ack, ack
    assert took > SIDE * SIDE * 2 / BYTES_A_SECOND, took
    assert pixel == (0, 0, 0)


def test_what_does_not_fit_the_chip_is_refused_and_the_next_picture_is_shown(start_display):
    display = start_display({"profile": "esp32p4"})
    refused = display.upload(encoded(Image.new("RGB", (2000, 2000)), "PNG"))
    assert refused.status_code == 400 and refused.json()["code"] == "DECODE_LIMIT", refused.text
    assert "simulated" in refused.json()["error"]
    assert display.upload(encoded(noise((64, 64)), "PNG")).json()["ok"]


def test_without_a_profile_nothing_is_simulated(display):
    assert "simulated" not in display.status()
    assert "simulated" not in display.log_text()
