"""Bad days: the disk, the clock or the display itself goes. A stream is not disturbed where it need not be, one line says
what happened, and nobody has to lend a hand. (Avahi and D-Bus: mdns_test.py.)"""
import glob
import json
import shutil
import signal
import subprocess
import threading

import pytest
import requests

from conftest import wait_until
from crash_test import small_disk  # noqa: F401: a fixture
from pictures import encoded, marker, noise
from send_test import SEND
from soak import PANEL, Connection


class Stream:
    """Frames one after the other, as fast as they are acknowledged, until it is closed."""

    def __init__(self, display):
        self.connection = Connection(display.port)
        self.acks = []
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        picture = encoded(marker((128, 128)), "JPEG", quality=70)
        while not self.ended.is_set():
            self.connection.send(2, picture)
            self.acks.append(self.connection.ack())

    def goes_on(self):
        """Two more frames: the first may have been on its way before."""
        count = len(self.acks)
        wait_until(lambda: len(self.acks) >= count + 2, "the stream goes on")

    def close(self):
        """Every frame there was came onto the panel."""
        self.ended.set()
        self.thread.join(20)
        assert self.acks and all("presented_us" in ack for ack in self.acks), self.acks[-3:]
        self.connection.end(politely=True)


def put_brightness(display, value: int) -> requests.Response:
    return requests.put(display.url + "/config", json={"panel": {"brightness": value}}, timeout=10)


def test_a_stream_does_not_notice_that_the_disk_is_full_or_read_only(start_display, small_disk):  # noqa: F811
    display = start_display(PANEL, storage=small_disk)
    old, large = encoded(noise((20, 20)), "PNG"), encoded(noise((300, 300)), "PNG")
    assert display.upload(old).ok
    stream = Stream(display)
    stream.goes_on()
    lines = len(display.log_text().splitlines())

    filler = small_disk / "filler"
    with open(filler, "wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(bytes(4096))
    refused = display.upload(large)
    assert (refused.status_code, refused.json()["code"]) == (507, "STORAGE_FULL")
    assert put_brightness(display, 50).json()["code"] == "STORAGE_FULL"
    stream.goes_on()
    filler.unlink()
    assert display.upload(large).ok and put_brightness(display, 50).ok, "room again"

    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    refused = display.upload(old)
    assert (refused.status_code, refused.json()["code"]) == (503, "STORAGE_UNAVAILABLE")
    assert put_brightness(display, 60).json()["code"] == "STORAGE_UNAVAILABLE"
    stream.goes_on()
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    assert display.upload(old).ok and put_brightness(display, 60).ok

    stream.close()
    said = display.log_text().splitlines()[lines:]
    assert len([line for line in said if " warning " in line or " error " in line]) == 2, said


def test_storage_that_goes_and_comes_back_does_not_disturb_a_stream(start_display):
    display = start_display(PANEL)
    stream = Stream(display)
    stream.goes_on()
    shutil.rmtree(display.storage)
    refused = display.upload(encoded(marker(), "PNG"))
    assert (refused.status_code, refused.json()["code"]) == (503, "STORAGE_UNAVAILABLE")
    stream.goes_on()
    display.storage.mkdir()
    wait_until(lambda: display.upload(encoded(marker(), "PNG")).ok, "uploads work again without a hand")
    stream.goes_on()
    stream.close()


def test_a_clock_that_goes_back_a_day_and_on_again_disturbs_nothing(start_display, tmp_path, monkeypatch):
    library = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    if not library:
        pytest.skip("libfaketime is missing: script/setup installs it")
    clock = tmp_path / "clock"
    clock.write_text("+0")
    # Only the time of day: setting a machine's clock leaves its monotonic clock alone.
    for name, value in {"LD_PRELOAD": library[0], "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1", "DONT_FAKE_MONOTONIC": "1"}.items():
        monkeypatch.setenv(name, value)
    display = start_display(PANEL | {"upload.overwrite": "false"})
    monkeypatch.undo()
    pictures = [encoded(noise((32, 32), seed), "PNG") for seed in range(3)]

    def save(picture):
        path = display.storage / display.upload(picture).json()["data"]["saved_path"]
        assert path.read_bytes() == picture
        return path

    stream = Stream(display)
    saved = [save(pictures[0])]
    up = display.status()["uptime_ms"]
    for offset, picture in (("-90000", pictures[1]), ("+90000", pictures[2])):  # and an hour, which the log shows
        clock.write_text(offset)
        stream.goes_on()
        saved.append(save(picture))
    assert len(set(saved)) == 3, "no name is taken twice"
    assert 0 <= display.status()["uptime_ms"] - up < 600_000, "how long it runs is no matter of the time of day"
    assert requests.get(display.url + "/healthz", timeout=10).ok
    hours = {line[:2] for line in display.log_text().splitlines() if "kept as" in line}
    assert len(hours) >= 2, "the display has seen another time of day"
    stream.close()
    assert display.stop() == 0


def test_a_restart_under_load_and_the_sender_is_back_by_itself(start_display):
    display = start_display(PANEL)
    command = [SEND, "stream", "--pattern", "bars", "--duration", "60", "--json", "--to", f"127.0.0.1:{display.port}"]
    sender = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        def streams():
            return display.status()["source"]["owner"] == "stream"

        wait_until(streams, "the stream has the panel")
        for end in (display.stop, display.kill):
            end()
            display.start()
            wait_until(streams, "the stream has the panel again")
    finally:
        sender.send_signal(signal.SIGINT)
        out, err = sender.communicate(timeout=20)
    assert sender.returncode == 0, err
    summary = json.loads(out)["displays"][0]
    assert summary["reconnects"] == 2 and summary["shown"] > 0, summary
