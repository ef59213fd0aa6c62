"""The decoder's sandbox as a user meets it: what it says, what it refuses, what it outlives."""
import os
import pathlib
import signal

import requests
from conftest import PROGRAM, wait_until
from pictures import animation, encoded, marker, solid
from soak import PANEL
from worker_kills import kill_workers, workers


def test_says_at_status_how_pictures_are_decoded(start_display):
    decode = start_display().status()["decode"]
    assert decode["sandbox"] in ("on", "partial")
    assert (decode["crashed"], decode["timed_out"], decode["over_limit"]) == (0, 0, 0)
    off = start_display({"decode.sandbox": "off"})
    assert off.status()["decode"]["sandbox"] == "off"
    assert workers(off) == []
    assert "decode.sandbox is off" in off.log_text()


def test_a_stream_outlives_the_workers_that_are_killed(start_display):
    display = start_display(PANEL)
    figures = kill_workers(display, 60)
    assert figures["frames_lost_most"] <= 3, figures
    assert figures["open_files"] <= figures["open_files_before"], figures
    assert display.status()["stream"]["clients"] <= 1
    assert "Traceback" not in display.log_text()


def test_a_picture_that_takes_too_long_is_refused_and_the_panel_keeps_its_own(start_display):
    display = start_display({"decode.deadline_ms": 20, "decode.max_width": 4096, "decode.max_height": 4096})
    good = solid((200, 30, 40))
    assert display.upload(good).ok
    before = display.snapshot().tobytes()
    slow = encoded(marker((400, 400)).resize((4000, 4000), 0), "PNG")
    answer = display.upload(slow)
    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == "DECODE_TIMEOUT", answer.text
    assert "CRC-32" in answer.json()["error"]
    assert display.snapshot().tobytes() == before
    assert display.status()["decode"]["timed_out"] == 1
    assert "127.0.0.1" in [line for line in display.log_text().splitlines() if "DECODE_TIMEOUT" in line][0]
    assert display.upload(good).ok


def processors(task: str) -> str:
    return next(line.split()[1] for line in open(f"{task}/status") if line.startswith("Cpus_allowed_list"))


def test_quick_pictures_stay_on_one_processor_and_slow_ones_do_not(start_display):
    display = start_display({"decode.deadline_ms": 60000, "decode.max_width": 4096, "decode.max_height": 4096})
    anywhere, home = processors("/proc/self"), processors(f"/proc/{display.process.pid}")
    threads = [processors(str(task)) for task in pathlib.Path(f"/proc/{display.process.pid}/task").iterdir()]
    assert home.isdigit(), "network"
    assert threads.count(home) >= 2 and (anywhere == home or anywhere in threads), "decoding too, but not storage"

    def worker_at_home_after(picture: bytes) -> bool:
        assert requests.post(display.url + "/display/raw", data=picture, headers={"Content-Type": "image/png"}, timeout=60).ok
        return home in [processors(f"/proc/{pid}") for pid in workers(display)]

    quick = solid((9, 8, 7))
    wait_until(lambda: worker_at_home_after(quick), "a worker has followed")
    slow = encoded(marker((400, 400)).resize((4000, 4000), 0), "PNG")
    worker_at_home_after(slow)
    assert not worker_at_home_after(slow) or anywhere == home, "after a slow answer it is let go"


def test_an_animation_goes_on_after_its_worker_was_killed(start_display):
    display = start_display(PANEL)
    assert display.upload(animation([(255, 0, 0), (0, 255, 0)], "GIF", duration=50)).ok
    assert display.upload(solid((1, 2, 3)), "/upload/image").ok
    assert display.upload(animation([(255, 0, 0), (0, 0, 255)], "GIF", duration=50)).ok
    for pid in workers(display):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: display.status()["decode"]["crashed"] >= 1, "the animation's worker is missed")
    assert display.upload(solid((9, 8, 7))).ok
    wait_until(lambda: display.snapshot().getpixel((0, 0)) == (9, 8, 7), "the next picture is shown")


def test_nothing_is_left_when_the_display_is_killed(start_display):
    display = start_display(PANEL)
    children = workers(display)
    assert children
    display.kill()
    wait_until(lambda: not any(os.path.exists(f"/proc/{pid}/fd") for pid in children), "the workers are gone")
    assert PROGRAM.exists()
