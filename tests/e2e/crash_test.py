"""The program killed at random moments, and a full disk: what was there stays whole."""
import random
import subprocess
import threading
import time

import pytest
import requests

from pictures import encoded, noise


def whole_files(display, allowed: set[bytes]) -> None:
    for name in display.files():
        assert not name.startswith("."), f"left over: {name}"
        assert (display.storage / "animations" / name).read_bytes() in allowed, f"{name} is torn"


def test_two_hundred_kills_during_uploads_leave_the_old_or_the_new_file(start_display):
    pictures = [encoded(noise((240, 240), seed), "JPEG", quality=90) for seed in range(5)]
    chance = random.Random(20261122)
    display = start_display({"panel.width": 64, "panel.height": 64})
    uploads = cut_short = 0
    for _ in range(200):
        begun = time.monotonic()
        assert display.upload(pictures[uploads % 5]).ok
        uploads += 1
        delay = chance.random() * 1.5 * (time.monotonic() - begun)  # mostly before the next one is done
        killer = threading.Thread(target=lambda: (time.sleep(delay), display.process.kill()))
        killer.start()
        try:
            while True:
                uploads += display.upload(pictures[uploads % 5]).ok
        except requests.RequestException:
            cut_short += 1
        killer.join()
        display.process.wait()
        assert len([name for name in display.files() if not name.startswith(".")]) == 1
        display.start()
        whole_files(display, set(pictures))
    assert cut_short == 200


@pytest.fixture
def small_disk(tmp_path):
    mount = tmp_path / "small"
    mount.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount], capture_output=True).returncode:
        pytest.skip("mounting a tmpfs needs root")
    yield mount
    subprocess.run(["umount", "-l", mount], check=True)


def test_a_full_disk_says_so_and_keeps_what_is_there(start_display, small_disk):
    display = start_display({"panel.width": 64, "panel.height": 64}, storage=small_disk)
    old = encoded(noise((200, 200)), "PNG")
    assert display.upload(old).ok
    filler = small_disk / "filler"
    filler.write_bytes(bytes(900 * 1024 - len(old)))
    large = encoded(noise((500, 500)), "PNG")
    for _ in range(3):
        response = display.upload(large)
        assert (response.status_code, response.json()["code"]) == (507, "STORAGE_FULL")
    whole_files(display, {old})
    filler.unlink()
    assert display.upload(large).ok, "room again, no restart needed"


def test_a_read_only_disk_says_so(start_display, small_disk):
    display = start_display({"panel.width": 64, "panel.height": 64}, storage=small_disk)
    old = encoded(noise((20, 20)), "PNG")
    assert display.upload(old).ok
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    response = display.upload(old)
    assert (response.status_code, response.json()["code"]) == (503, "STORAGE_UNAVAILABLE")
    assert requests.get(display.url + "/snapshot.png", timeout=5).ok
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    assert display.upload(old).ok


def test_terminated_in_the_middle_of_uploads_it_leaves_within_a_second(start_display):
    pictures = [encoded(noise((400, 400), seed), "JPEG", quality=90) for seed in range(3)]
    for _ in range(5):
        display = start_display()
        done = threading.Event()

        def keep_uploading():
            try:
                while True:
                    display.upload(pictures[random.randrange(3)])
                    done.set()
            except requests.RequestException:
                pass

        threads = [threading.Thread(target=keep_uploading) for _ in range(3)]
        for thread in threads:
            thread.start()
        assert done.wait(20)
        assert display.stop() == 0
        for thread in threads:
            thread.join()
        whole_files(display, set(pictures))
        assert display.log_text().rstrip().endswith("stopped")
