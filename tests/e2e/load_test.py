"""Many uploads, at once and in a row: whole files, flat memory."""
import concurrent.futures

from conftest import wait_until
from pictures import encoded, marker, noise, solid
from soak import PANEL, soak

MIB = 1 << 20


def test_twenty_at_once_are_each_whole_and_the_last_is_shown(start_display):
    display = start_display({"upload.overwrite": "false"})
    pictures = [encoded(noise((720, 720), seed), "JPEG", quality=80) for seed in range(4)]
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda i: display.upload(pictures[i % 4]), range(20)))
    assert all(answer.ok for answer in answers), [answer.text for answer in answers if not answer.ok]
    paths = [answer.json()["data"]["saved_path"] for answer in answers]
    assert len(set(paths)) == 20
    for index, path in enumerate(paths):
        assert (display.storage / path).read_bytes() == pictures[index % 4]
    assert any(answer.json()["data"]["display_updated"] for answer in answers)
    newest = max((display.storage / "animations").iterdir(), key=lambda file: file.stat().st_mtime_ns)
    assert display.status()["showing"]["name"] == newest.name


def test_a_hundred_in_a_row_each_on_the_panel(display):
    for i in range(100):
        color = (i, 255 - i, 2 * i)
        assert display.upload(solid(color)).json()["data"]["display_updated"] is True
        assert display.snapshot().getpixel((5, 5)) == color


def test_a_thousand_leave_memory_and_files_flat(start_display):
    display = start_display(PANEL)  # small: how many frames of the pool are in use at once is the machine's mood
    pictures = [encoded(noise((360, 360), seed), "JPEG", quality=70) for seed in range(2)]
    pictures += [solid((1, 2, 3), size=(64, 64)), encoded(marker((64, 64)), "GIF"), b"not a picture, refused"]

    def upload(count):
        for i in range(count):
            display.upload(pictures[i % len(pictures)])

    upload(200)  # every path warm
    rss, files = display.rss_bytes(), display.open_files()
    upload(1000)
    assert display.rss_bytes() - rss <= 256 * 1024
    assert display.open_files() <= files + 1  # the last picture may stay open


def test_a_five_mebibyte_upload_costs_no_memory(display):
    warm = encoded(noise((64, 64)), "PNG")
    large = {"png": encoded(noise((1310, 1310)), "PNG"), "jpeg": encoded(noise((1900, 1900)), "JPEG", quality=97)}
    for _ in range(20):
        assert display.upload(warm).ok
        assert display.upload(encoded(noise((64, 64)), "JPEG")).ok
    for name, data in large.items():
        assert 4.3 * MIB < len(data) <= 5 * MIB, (name, len(data))
        with display.watched_rss() as growth:
            assert display.upload(data).ok
        assert growth() <= 256 * 1024, name


def test_idle_stays_below_forty_mebibytes(display):
    assert display.upload(encoded(marker(), "JPEG")).ok
    wait_until(lambda: display.status()["showing"]["name"] == "td_live.jpg", "shown")
    assert display.rss_bytes() < 40 * MIB


def test_frames_of_every_kind_and_reconnects_leave_memory_and_files_flat(start_display):
    figures = soak(start_display(PANEL), connections=100, frames_each=60)  # script/bench soak: 2,000 of 100
    assert figures["decoded"] > figures["frames"] / 2
    assert figures["rss_growth_bytes"] <= 256 * 1024
