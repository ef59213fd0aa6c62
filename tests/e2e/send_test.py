"""p3a-send as a person uses it."""
import json
import os
import pathlib
import signal
import subprocess

from conftest import ROOT, wait_until
from pictures import animation, solid

SEND = pathlib.Path(os.environ.get("P3A_SEND", ROOT / "build/bin/p3a-send"))
SMALL = {"panel.width": 16, "panel.height": 16}


def near(display, color) -> bool:
    return max(abs(a - b) for a, b in zip(display.snapshot().getpixel((8, 8)), color)) <= 6


def test_a_folder_is_a_slideshow_and_a_broken_file_is_named_and_left_out(start_display, tmp_path):
    display = start_display(SMALL)
    folder = tmp_path / "show"
    folder.mkdir()
    (folder / "1.png").write_bytes(solid((200, 30, 20)))
    (folder / "2.png").write_bytes(solid((9, 9, 9))[:60])
    (folder / "3.webp").write_bytes(solid((20, 40, 210), format="WEBP", lossless=True))
    command = [SEND, "stream", folder, "--dwell", "0.2", "--to", f"127.0.0.1:{display.port}", "--json"]
    show = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        for color in ((200, 30, 20), (20, 40, 210), (200, 30, 20)):
            wait_until(lambda: near(display, color), f"{color} is on the panel")
        # Added mid-show, it is shown from the next round on.
        (folder / "4.gif").write_bytes(animation([(30, 220, 30), (40, 210, 30)], "GIF"))
        wait_until(lambda: near(display, (35, 215, 30)), "the new picture is on the panel")
    finally:
        show.send_signal(signal.SIGINT)
        out, err = show.communicate(timeout=20)
    assert show.returncode == 0, err
    assert json.loads(out)["displays"][0]["shown"] >= 4
    assert err.count("2.png") == 1 and "cut off" in err


def test_an_animation_plays_the_asked_number_of_rounds(start_display, tmp_path):
    display = start_display(SMALL)
    colors = [(200, 0, 0), (0, 200, 0), (0, 0, 200)]
    for name, format in (("a.gif", "GIF"), ("a.png", "PNG"), ("a.webp", "WEBP")):
        (tmp_path / name).write_bytes(animation(colors, format))
        done = subprocess.run([SEND, "stream", tmp_path / name, "--loop", "2", "--json", "--to", f"127.0.0.1:{display.port}"],
                              capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["frames_submitted"] == 6
        # The second round begins with what is not on the panel yet: nothing is left out as unchanged.
        assert json.loads(done.stdout)["unchanged"] == 0
