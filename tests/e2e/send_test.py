"""p3a-send as a person uses it."""
import json
import os
import pathlib
import signal
import subprocess

import pytest
from PIL import Image, ImageChops, ImageStat

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


@pytest.mark.parametrize(("pipe", "stdin"), [
    (["-pix_fmt", "yuv420p", "-f", "yuv4mpegpipe"], ["y4m"]),
    (["-pix_fmt", "yuv444p", "-f", "yuv4mpegpipe"], ["y4m"]),
    (["-pix_fmt", "rgb24", "-f", "rawvideo"], ["rgb24", "--size", "320x240", "--fps", "30"]),
])
def test_what_ffmpeg_pipes_in_is_what_the_panel_shows(start_display, tmp_path, pipe, stdin):
    display = start_display({"panel.width": 320, "panel.height": 240})
    source = ["-f", "lavfi", "-i", "smptebars=size=320x240:rate=30"]
    reference = tmp_path / "reference.png"
    subprocess.run(["ffmpeg", "-v", "error", *source, "-frames:v", "1", reference], check=True, timeout=60)
    video = subprocess.Popen(["ffmpeg", "-v", "error", "-re", *source, *pipe, "-"], stdout=subprocess.PIPE)
    try:
        stream = subprocess.Popen([SEND, "stream", "--stdin", *stdin, "--to", f"127.0.0.1:{display.port}"],
                                  stdin=video.stdout, stderr=subprocess.DEVNULL)
        video.stdout.close()
        expected = Image.open(reference).convert("RGB")

        def shown():
            difference = ImageChops.difference(display.snapshot(), expected)
            return max(ImageStat.Stat(difference).mean) < 5  # JPEG and rounding; a wrong range of colours costs 10

        wait_until(shown, "the bars are on the panel")
    finally:
        video.terminate()  # ends with a whole frame, as a video does
        video.wait()
    assert stream.wait(timeout=20) == 0, "the end of the video is the end of the stream"


def test_every_frame_that_ffmpeg_makes_is_sent_and_the_last_one_shown(start_display):
    display = start_display({"panel.width": 320, "panel.height": 240})
    video = subprocess.Popen(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=320x240:rate=60:duration=2",
                              "-pix_fmt", "yuv420p", "-f", "yuv4mpegpipe", "-"], stdout=subprocess.PIPE)
    done = subprocess.run([SEND, "stream", "--stdin", "y4m", "--json", "--to", f"127.0.0.1:{display.port}"],
                          stdin=video.stdout, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert video.wait(timeout=20) == 0
    summary = json.loads(done.stdout)["displays"][0]
    assert summary["frames_submitted"] == 120
    assert summary["shown"] + summary["dropped"] + summary["replaced"] + summary["unchanged"] == 120
    assert summary["shown"] > 1 and summary["failed"] == summary["lost"] == 0
