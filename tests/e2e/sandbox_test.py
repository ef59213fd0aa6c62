"""The decoder's sandbox as a user meets it: what it says, what it refuses, what it outlives."""
import os
import signal

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
