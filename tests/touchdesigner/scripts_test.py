"""The three scripts of plan.md, and the one line that needs none, in a fake TouchDesigner, on the real display's panel."""
import json
import pathlib
import socket
import threading

import numpy
import pytest

from stage import (CORNERS, SCRIPTS, Display, corners, display, even, marker, near, one_small_display, panel, small,  # noqa: F401
                   start_display, start_td, td, tls_display, tls_files)
import fake_tops
import rfc6455
from fake_td import TdError
from stock_p3a import StockP3a


def text(name: str, display=None) -> str:
    """A script as the user has it; with `display`, its last lines changed for that one, as the guide says."""
    source = (SCRIPTS / name).read_text()
    return source if display is None else source.replace("ip_address='p3a.local',     #", f"ip_address='127.0.0.1:{display.port}',  #")


def timer(td, callbacks: str, seconds=0.1):
    timer = td.home.create("timerCHOP", "timer1")
    td.dat("timer1_callbacks", callbacks)
    timer.par.callbacks, timer.par.length, timer.par.cycle = "timer1_callbacks", seconds, True
    timer.par.start.pulse()


def websocket(td, display, callbacks="") -> rfc6455.Client:
    dat = td.home.create("websocketDAT", "websocket1")
    dat.par.netaddress, dat.par.port, dat.par.callbacks = "127.0.0.1", display.stream_port, callbacks
    dat.par.active = False
    dat.par.active = True
    return dat


# --- one line: websocket.sendBinary(top.saveByteArray('.jpg', quality=0.8)) ---

def test_the_bytes_of_one_line_in_a_plain_websocket_frame_are_a_picture(td, display):
    data = bytes(td.source("null1", marker(720, 720)).saveByteArray(".jpg", quality=0.8))
    client = rfc6455.Client("127.0.0.1", display.stream_port, "/")
    client.send(rfc6455.BINARY, data)
    td.until(lambda: near(corners(panel(display)), CORNERS, 3), "the marker")
    opcode, hello = client.receive()
    assert opcode == rfc6455.TEXT and json.loads(hello)["type"] == "hello"
    client.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_one_line_in_a_network(td, small, host):
    td.source("null1", marker(400, 300))
    dat = websocket(td, small)
    dat.par.active = False
    dat.par.netaddress = host
    dat.par.active = True
    timer(td, "def onCycle(timerOp, segment, cycle):\n"
              "    op('websocket1').sendBinary(op('null1').saveByteArray('.jpg', quality=0.8))\n")
    td.until(lambda: near(corners(panel(small)[12:84]), CORNERS, 3), "the marker")


@pytest.mark.parametrize("pixel_format", sorted(fake_tops.FORMATS))
@pytest.mark.parametrize("file", [".jpg", ".png"])
def test_one_line_of_every_pixel_format(td, small, pixel_format, file):
    channels = fake_tops.FORMATS[pixel_format][1]
    color = (2.0, 1.0) if pixel_format.startswith("monoalpha") else (2.0, 0.5, -1.0, 1.0)[:channels]
    top = td.source("null1", even(color), pixel_format)
    client = rfc6455.Client("127.0.0.1", small.stream_port)
    client.send(rfc6455.BINARY, bytes(top.saveByteArray(file)))
    expected = (255, 255, 255) if pixel_format.startswith("mono") else (255, 128, 0)
    td.until(lambda: near(panel(small)[48, 48], expected, 3), "the colour")
    client.close()


# --- p3a_upload_http.py ---

def test_upload_from_the_textport_as_the_plan_has_it(td, display):
    td.source("render_out", marker())
    names = td.textport(text("p3a_upload_http.py", display))
    assert td.printed[0].startswith("Uploading ") and td.printed[1].startswith("Upload successful: {'ok': True")
    assert near(corners(panel(display)), CORNERS, 3) and display.files() == ["td_live.jpg"]
    for format, name in (("PNG", "td_live.png"), ("JPEG", "td_live.jpg"), ("WEBP", "td_live.webp")):
        assert names["upload_to_p3a"]("render_out", f"127.0.0.1:{display.port}", format) is True
        assert name in display.files()
    assert names["upload_to_p3a"]("render_out", f"127.0.0.1:{display.port}", "GIF") is False
    assert "Use PNG, JPEG, or WEBP" in td.printed[-1]
    assert names["upload_to_p3a"]("nothing") is False and td.printed[-1] == "ERROR: TOP 'nothing' not found"


def test_uploads_to_a_display_with_tls(td, tls_display, tls_files):
    td.source("render_out", marker())
    address = f"https://127.0.0.1:{tls_display.port}"
    names = td.textport(text("p3a_upload_http.py", tls_display))
    assert names["upload_to_p3a"]("render_out", address) is False and "CERTIFICATE_VERIFY_FAILED" in td.printed[-1]
    assert names["upload_to_p3a"]("render_out", address, "PNG", ca_file=str(tls_files / "cert.pem")) is True
    td.textport(text("p3a_upload_threaded.py"))["threaded_upload"]("render_out", address, ca_file=str(tls_files / "cert.pem"))
    td.until(lambda: tls_display.files() == ["td_live.jpg"], "the newer one, on a worker")


def test_upload_by_exec_in_a_timers_callback_as_the_plan_has_it(td, display, tmp_path):
    """There the script's names are local to the callback, and its functions do not see them."""
    td.source("render_out", marker())
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/p3a_upload_http.py").write_text(text("p3a_upload_http.py", display))
    timer(td, "def onCycle(timerOp, segment, cycle):\n    exec(open(project.folder + '/scripts/p3a_upload_http.py').read())\n")
    td.until(lambda: any("Upload successful" in line for line in td.printed), "an upload")
    assert near(corners(panel(display)), CORNERS, 3)


def test_upload_as_a_text_dat_runs_when_called_and_not_when_imported(td, display):
    td.source("render_out", marker())
    td.dat("p3a_upload_http", text("p3a_upload_http.py"))
    timer(td, f"def onCycle(timerOp, segment, cycle):\n    mod.p3a_upload_http.upload_to_p3a('render_out', '127.0.0.1:{display.port}')\n")
    td.until(lambda: any("Upload successful" in line for line in td.printed), "an upload")
    assert not any("p3a.local" in line for line in td.printed)


@pytest.mark.parametrize("pixels, shown", [((0.25, -1, 2, 1), (64, 0, 255)), ((float("nan"), 0.5, 1.0, 1), (0, 128, 255))])
def test_uploads_of_floats_do_not_wrap_around(td, display, pixels, shown):
    td.source("render_out", even(pixels), "rgba32float")
    names = td.textport(text("p3a_upload_http.py", display))
    assert names["upload_to_p3a"]("render_out", f"127.0.0.1:{display.port}", "PNG")
    assert tuple(panel(display)[360, 360]) == shown


def test_an_upload_that_fails_is_said(td, start_display):
    display = start_display({"upload.enable": "false"})
    td.source("render_out", marker())
    td.textport(text("p3a_upload_http.py", display))
    assert td.printed[1] == "Upload failed: HTTP 403" and "UPLOAD_DISABLED" in td.printed[2]
    display.stop()
    td.textport(text("p3a_upload_http.py", display))
    assert td.printed[-1].startswith("Upload error: ConnectionRefusedError")


def test_an_upload_to_a_p3a_with_its_own_firmware(td):
    p3a = StockP3a()
    try:
        td.source("render_out", marker())
        names = td.textport(text("p3a_upload_http.py", Display(pathlib.Path("unused"))))  # nobody is there
        assert names["upload_to_p3a"]("render_out", p3a.address, "PNG", route="/upload") is True
        assert list(p3a.uploads) == ["td_frame.png"]
        p3a.check()
    finally:
        p3a.close()


# --- p3a_upload_threaded.py ---

@pytest.mark.parametrize("thread_manager", [True, False])
def test_the_threaded_upload_sends_on_a_worker(start_td, display, thread_manager):
    td = start_td(thread_manager=thread_manager)
    td.source("render_out", marker())
    td.dat("p3a_upload_threaded", text("p3a_upload_threaded.py"))
    timer(td, "def onCycle(timerOp, segment, cycle):\n"
              f"    mod.p3a_upload_threaded.threaded_upload('render_out', '127.0.0.1:{display.port}')\n")
    td.until(lambda: any("Upload successful" in line for line in td.printed), "an upload")
    assert near(corners(panel(display)), CORNERS, 3)


def test_the_threaded_upload_returns_while_the_display_says_nothing(td):
    td.source("render_out", marker())
    names = td.textport(text("p3a_upload_threaded.py"))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = "127.0.0.1:%d" % silent.getsockname()[1]
        assert names["threaded_upload"]("render_out", address) is True
        saved = td.saved
        assert names["threaded_upload"]("render_out", address) is False, "one at a time"
        assert td.saved == saved, "no picture is taken for nothing"
        assert names["threaded_upload"]("nothing", address) is False
        connection, _ = silent.accept()
        connection.close()
        td.until(lambda: any("Upload error" in line for line in td.printed), "said")
        assert names["threaded_upload"]("render_out", address) is True


# --- p3a_stream_websocket.py ---

@pytest.mark.parametrize("tells_failed_connects", [True, False])
def test_the_stream_shows_the_picture_and_comes_back(start_td, tmp_path, tells_failed_connects):
    td = start_td(tells_failed_connects=tells_failed_connects)
    first = Display(tmp_path / "storage").start()
    again = Display(tmp_path / "storage", {"stream.port": first.stream_port})
    try:
        td.source("render_out", marker())
        td.dat("p3a_stream_websocket", text("p3a_stream_websocket.py")).module.CONNECT_S = 0.3
        websocket(td, first, "p3a_stream_websocket")
        timer(td, "def onCycle(timerOp, segment, cycle):\n"
                  "    mod.p3a_stream_websocket.send_frame_to_p3a(op('render_out'), op('websocket1'))\n")
        td.until(lambda: near(corners(panel(first)), CORNERS, 3), "the marker")
        assert "Connected to P3A display" in td.printed
        first.kill()
        td.until(lambda: sum("Disconnected from P3A; again in" in line for line in td.printed) >= 2, "it tries, and tries again")
        again.start()
        td.until(lambda: near(corners(panel(again)), CORNERS, 3), "the marker again")
    finally:
        for one in (first, again):
            if one.process and one.process.poll() is None:
                one.kill()


def test_switching_the_websocket_off_by_hand_leaves_it_off(td, small):
    td.source("render_out", marker())
    td.dat("p3a_stream_websocket", text("p3a_stream_websocket.py"))
    dat = websocket(td, small, "p3a_stream_websocket")
    td.until(lambda: "Connected to P3A display" in td.printed, "connected")
    dat.par.active = False
    for _ in range(600):
        td.frame()
    assert dat.par.active.eval() is False and not any("Disconnected" in line for line in td.printed)


# --- the fake and the files ---

def test_the_fake_refuses_what_plan_md_took_for_granted(td):
    dat = td.home.create("websocketDAT", "websocket1")
    top = td.source("render_out", marker())
    for wrong in (lambda: dat.sendBytes(b""), lambda: setattr(dat.par, "protocol", "ws://p3a.local"), lambda: dat.par.mode,
                  lambda: top.saveByteArray("jpg"), lambda: top.saveByteArray(".webp"), lambda: top.saveByteArray(".jpg", quality=75),
                  lambda: td.home.create("timerCHOP", "t").par.rate, lambda: setattr(dat.par, "port", "81"),
                  lambda: td.home.create("fitTOP", "f").inputConnectors[0].connect(dat)):
        with pytest.raises((TdError, ValueError)):
            wrong()
    problems = []

    def touch():
        for word in (lambda: top.width, lambda: dat.sendBinary(b""), lambda: setattr(dat.par, "active", True)):
            try:
                word()
            except TdError as error:
                problems.append(str(error))

    worker = threading.Thread(target=touch)
    worker.start()
    worker.join()
    assert len(problems) == 3 and all("THREAD CONFLICT" in problem for problem in problems)


@pytest.mark.parametrize("name", sorted(path.name for path in SCRIPTS.glob("*.py")))
def test_scripts_are_plain_ascii(name):
    """open().read() decodes as the machine likes: on Windows what is not ASCII comes out as something else."""
    (SCRIPTS / name).read_bytes().decode("ascii")


# --- pixels without an operator ---

@pytest.mark.parametrize("channels, pixel_format, shown", [
    (1, "mono32float", (128, 128, 128)), (2, "rg32float", (128, 255, 0)), (2, "monoalpha32float", (128, 128, 128)),
    (3, "rgb32float", (128, 255, 0)), (4, "rgba32float", (128, 255, 0))])
def test_arrays_of_one_to_four_channels(td, channels, pixel_format, shown):
    frames = td.dat("p3a_frames", text("p3a_frames.py")).module
    pixels = numpy.zeros((2, 3, channels), numpy.float32)
    pixels[0] = (0.5, 7.0, -3.0, 0.0)[:channels]  # row 0 is the bottom one
    out = numpy.frombuffer(frames.rgb888(pixels, pixel_format), numpy.uint8).reshape(2, 3, 3)
    assert (out[1] == shown).all() and (out[0] == 0).all()
    flipped = numpy.frombuffer(frames.rgb888(pixels, pixel_format, bottom_first=False), numpy.uint8).reshape(2, 3, 3)
    assert (flipped[0] == shown).all()
    assert pixels[0, 0, 0] == 0.5, "the TOP's own array is left alone"
    with pytest.raises(ValueError):
        frames.rgb888(numpy.zeros((2, 2)), pixel_format)
