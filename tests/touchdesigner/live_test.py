"""The COMP p3a_live, as build_network.py builds it, in a fake TouchDesigner, on the real display's panel."""
import signal
import socket
import threading
import time

import numpy
import pytest
import requests

from stage import (BLUE, CORNERS, GREEN, RED, Display, build, corners, display, even, go_live, info, marker, near,  # noqa: F401
                   one_small_display, panel, small, start_display, start_td, td, tls_display, tls_files)
import fake_tops
from stock_p3a import StockP3a


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("format", ["jpeg", "png", "rgb"])
def test_a_wired_top_is_on_the_panel_the_right_way_up(td, small, format, header):
    comp = build(td, td.source("render_out", marker()))
    go_live(comp, small, Format=format, Header=header)
    td.until(lambda: near(corners(panel(small)), CORNERS, 3 if format == "jpeg" else 0), "the marker")
    assert comp.par.Status.eval() == "live on p3a, 96 x 96"
    td.until(lambda: comp._extension.flight.shown > 2, "acks")


def test_what_the_display_tells_is_in_the_table(td, small):
    comp = build(td, td.source("render_out", marker()))
    go_live(comp, small)
    td.until(lambda: int(info(comp).get("shown", 0)) > 2, "figures")
    rows = info(comp)
    assert rows["source.you"] == "True" and rows["display.width"] == "96" and rows["reconnects"] == "0"
    assert float(rows["stats.latency_us.total.p99"]) > 0 and float(rows["round_trip_ms"]) > 0


@pytest.mark.parametrize("flip, top", [(True, RED), (False, BLUE)])
def test_where_an_array_begins_at_the_top_flip_puts_it_right(start_td, small, flip, top):
    td = start_td(bottom_first=False)
    comp = build(td, td.source("render_out", marker()))
    go_live(comp, small, Format="rgb", Flip=flip)
    td.until(lambda: corners(panel(small))[0] == top, "the picture")


# What a value of 0.25, -1, 2 (or not a number) becomes in each pixel format, by TouchDesigner's page on pixel formats.
@pytest.mark.parametrize("format", ["jpeg", "png", "rgb"])
@pytest.mark.parametrize("pixels, shown", [
    ((0.25, -1, 2, 1), (64, 0, 255)), ((float("nan"), 0.5, 1e30, 1), (0, 128, 255)), ((1.0, 0.5, 0.0, 1), (255, 128, 0))])
def test_floats_are_clipped_and_rounded(td, small, pixels, shown, format):
    comp = build(td, td.source("render_out", even(pixels), "rgba32float"))
    go_live(comp, small, Format=format, Fit="fill")
    td.until(lambda: near(panel(small)[48, 48], shown, 3 if format == "jpeg" else 0), "the colour")


@pytest.mark.parametrize("pixel_format", sorted(fake_tops.FORMATS))
def test_every_pixel_format(td, small, pixel_format):
    channels = fake_tops.FORMATS[pixel_format][1]
    color = (1.0, 0.5, 0.25, 1.0)[:channels] if channels != 2 or pixel_format.startswith("rg") else (1.0, 1.0)
    comp = build(td, td.source("render_out", even(color), pixel_format))
    go_live(comp, small, Format="rgb", Fit="fill")
    expected = (255, 255, 255) if pixel_format.startswith("mono") else (255, 128, 0) if channels == 2 else (255, 128, 64)
    td.until(lambda: near(panel(small)[48, 48], expected, 0), "the colour")


def test_alpha_is_left_out_of_jpeg_and_rgb_and_shows_the_background_in_png(td, start_display):
    display = start_display({"picture.background": "#0000ff"})
    comp = build(td, td.source("render_out", even((1.0, 0.0, 0.0, 0.0))))
    for format, shown in (("jpeg", RED), ("rgb", RED), ("png", BLUE)):
        go_live(comp, display, Format=format, Fit="fill")
        td.until(lambda: near(panel(display)[360, 360], shown, 3), f"{format} as {shown}")


@pytest.mark.parametrize("size", [(128, 64), (64, 200), (1, 1)])
@pytest.mark.parametrize("format", ["jpeg", "rgb"])
def test_pictures_and_panels_that_are_not_square(td, start_display, size, format):
    display = start_display({"panel.width": 320, "panel.height": 200})
    comp = build(td, td.source("render_out", marker(*size) if size != (1, 1) else even((0, 1, 0, 1), (1, 1))))
    go_live(comp, display, Format=format, Fit="fill")
    expected = CORNERS if size != (1, 1) else [GREEN] * 4
    td.until(lambda: near(corners(panel(display)), expected, 4), "the marker, stretched")
    comp.par.Fit = "fitbest"
    scale = min(320 / size[0], 200 / size[1])
    left, top = round((320 - size[0] * scale) / 2), round((200 - size[1] * scale) / 2)

    def whole():
        picture = panel(display)
        inner = picture[top:200 - top, left:320 - left]
        return near(corners(inner), expected, 4) and (not left or near(picture[:, :left - 8], (0, 0, 0), 16))

    td.until(whole, "the marker whole, black beside it")


def test_the_test_pattern_needs_no_wire(td, display):
    comp = build(td)
    go_live(comp, display, Testpattern=True)
    td.until(lambda: tuple(panel(display)[0, 0]) == RED, "the pattern")
    picture = panel(display)
    assert [tuple(picture[y, x]) for y in (10, 710) for x in (10, 710)] == CORNERS
    assert tuple(picture[360, 0]) == (0, 0, 0) and tuple(picture[360, 719]) == (255, 255, 255)


def test_nothing_wired_leaves_the_panel_as_it_is(td, small):
    comp = build(td)
    before = panel(small)
    go_live(comp, small)
    td.until(lambda: comp.par.Status.eval().endswith("nothing is wired into this COMP"), "said")
    comp.par.Uploadnow.pulse()
    for _ in range(60):
        td.frame()
    assert td.saved == 0 and (panel(small) == before).all()
    comp.inputConnectors[0].connect(td.source("render_out", marker()))
    td.until(lambda: near(corners(panel(small)), CORNERS, 3), "the marker")
    td.until(lambda: comp.par.Status.eval() == "live on p3a, 96 x 96", "no longer said")


@pytest.mark.parametrize("format", ["png", "rgb"])
def test_a_display_that_takes_only_jpeg_gets_that(td, start_display, format):
    display = start_display({"stream.jpeg_only": "true", "panel.width": 96, "panel.height": 96})
    comp = build(td, td.source("render_out", marker()))
    go_live(comp, display, Format=format)
    td.until(lambda: near(corners(panel(display)), CORNERS, 3), "the marker")
    td.until(lambda: comp.par.Status.eval().endswith(": sent as JPEG"), "said")


def test_a_project_that_is_opened_again_goes_on_by_itself(td, small):
    comp = build(td, td.source("render_out", marker()))
    go_live(comp, small)
    td.until(lambda: near(corners(panel(small)), CORNERS, 3), "the marker")
    td.reopen()
    td.source("render_out", even((0, 0, 1, 1), (96, 96)))
    td.until(lambda: near(panel(small)[48, 48], BLUE, 3), "the new picture")


def test_a_panel_that_is_turned_gets_pictures_of_its_new_size(td, start_display):
    display = start_display({"panel.width": 160, "panel.height": 96})
    comp = build(td, td.source("render_out", marker(200, 100)))
    go_live(comp, display, Format="rgb", Fit="fill")
    td.until(lambda: near(corners(panel(display)), CORNERS, 0), "the marker")
    assert requests.put(display.url + "/config", json={"panel.rotation": 90}, timeout=5).ok
    td.until(lambda: comp.par.Status.eval() == "live on p3a, 96 x 160", "told")
    top_left_turned = [CORNERS[2], CORNERS[0], CORNERS[3], CORNERS[1]]
    td.until(lambda: near(corners(panel(display)), top_left_turned, 0), "the marker, turned on the panel")


@pytest.mark.parametrize("switches", [{"tells_failed_connects": False}, {"tells_own_closing": False}])
def test_it_comes_back_when_the_display_does(start_td, tmp_path, switches):
    td = start_td(**switches)
    first = Display(tmp_path / "storage")
    comp = build(td, td.source("render_out", marker()))
    comp.op("p3a_link").module.CONNECT_S = 0.3
    first.start()
    again = None
    try:
        go_live(comp, first)
        td.until(lambda: "live on" in comp.par.Status.eval(), "live")
        first.kill()
        td.until(lambda: comp.par.Status.eval() == f"no display answers at 127.0.0.1:{first.stream_port}", "what is wrong, said")
        again = Display(tmp_path / "storage", {"stream.port": first.stream_port})
        again.start()
        td.until(lambda: near(corners(panel(again)), CORNERS, 3), "the marker again")
    finally:
        for one in (first, again):
            if one and one.process.poll() is None:
                one.kill()


def test_a_name_is_looked_up_on_a_worker_and_its_address_kept(td, display, monkeypatch):
    asked = []
    real = socket.getaddrinfo

    def getaddrinfo(host, *rest, **more):
        if host == "p3a.local":
            asked.append(threading.current_thread() is threading.main_thread())
            return real("127.0.0.1", *rest, **more)
        if host == "nobody.local":
            raise socket.gaierror(-2, "Name or service not known")
        return real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    comp = build(td, td.source("render_out", marker()))
    go_live(comp, display, Address="nobody.local")
    td.until(lambda: "no machine answers to the name nobody.local" in comp.par.Status.eval(), "what is wrong, said")
    comp.par.Address = "p3a.local"
    td.until(lambda: near(corners(panel(display)), CORNERS, 3), "the marker")
    comp.par.Active = False
    td.until(lambda: comp.par.Status.eval() == "off", "off")
    comp.par.Active = True
    td.until(lambda: "live on" in comp.par.Status.eval(), "live again")
    assert asked == [False], "once, and not on the main thread"
    assert comp.fetch("p3a_addresses") == {"p3a.local": "127.0.0.1"}, "saved with the project"


def test_an_address_that_has_changed_is_looked_up_anew(td, small):
    comp = build(td, td.source("render_out", marker()))
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        closed = nobody.getsockname()[1]
    comp._extension.link.addresses["localhost.localdomain"] = "127.0.0.2"  # the display listens on 127.0.0.1 only
    go_live(comp, small, Address="http://localhost.localdomain/", Port=closed)
    comp._extension.http.socket = resolver = FakeResolver()
    td.until(lambda: resolver.asked, "asked again")
    comp.par.Port = small.stream_port
    td.until(lambda: near(corners(panel(small)), CORNERS, 3), "the marker")


class FakeResolver:
    """Stands in for the socket module inside p3a_http: one name, whose address is ours."""
    AF_INET, SOCK_STREAM = socket.AF_INET, socket.SOCK_STREAM

    def __init__(self):
        self.asked = []

    def getaddrinfo(self, host, port, type):
        self.asked.append(host)
        return [(self.AF_INET, type, 0, "", ("127.0.0.1", 0))]


@pytest.mark.parametrize("address", ["", "p3a.local:81"])
def test_an_address_that_is_none_is_said(td, address):
    comp = build(td, td.source("render_out", marker()))
    comp.par.Address, comp.par.Active = address, True
    td.until(lambda: comp.par.Status.eval().startswith("type the display's name or address"), "said")


def test_a_display_with_tls(td, tls_display, tls_files, monkeypatch):
    comp = build(td, td.source("render_out", marker()))
    go_live(comp, tls_display, Address="https://127.0.0.1", Fit="fill", Httpport=tls_display.port)
    td.until(lambda: "no display answers at" in comp.par.Status.eval(), "nobody to be trusted")
    monkeypatch.setenv("SSL_CERT_FILE", str(tls_files / "cert.pem"))
    td.until(lambda: near(corners(panel(tls_display)), CORNERS, 12), "the marker")
    monkeypatch.delenv("SSL_CERT_FILE")
    comp.Upload()
    td.until(lambda: f"the certificate of 127.0.0.1:{tls_display.port} is refused (self" in comp.par.Status.eval(), "said")
    comp.par.Cafile = "/nowhere.pem"
    comp.Upload()
    td.until(lambda: "the CA File /nowhere.pem cannot be used" in comp.par.Status.eval(), "said")
    comp.par.Cafile = str(tls_files / "cert.pem")
    comp.Upload()
    td.until(lambda: "td_live.jpg" in tls_display.files(), "uploaded")


def test_touches_come_back_as_a_table_and_to_the_callback(td, display):
    comp = build(td, td.source("render_out", marker()))
    heard = []
    comp.op("callbacks").text = "def onTouch(comp, touch):\n    touches(comp, touch)\n"
    comp.op("callbacks").module.touches = lambda comp, touch: heard.append((comp.name, touch["kind"], touch["id"]))
    go_live(comp, display)
    td.until(lambda: "live on" in comp.par.Status.eval(), "live")

    def touch(kind, x, y):
        assert requests.post(display.url + "/touch", json={"kind": kind, "id": 0, "x": x, "y": y}, timeout=5).ok

    table = comp.op("touches")
    touch("down", 0, 719)
    td.until(lambda: table.numRows == 2, "a row")
    assert table._rows[1] == ["0", "0", "719", str(round(0.5 / 720, 5)), str(round(0.5 / 720, 5))], "v counts upwards"
    touch("move", 719, 0)
    td.until(lambda: table._rows[1][1] == "719", "the same row")
    touch("up", 719, 0)
    td.until(lambda: table.numRows == 1, "no finger")
    assert heard == [("p3a_live", "down", 0), ("p3a_live", "move", 0), ("p3a_live", "up", 0)]


def test_a_mistake_in_the_users_callbacks_does_not_stop_the_show(td, small):
    comp = build(td, td.source("render_out", marker()))
    comp.op("callbacks").text = "def onMessage(comp, message):\n    nothing\n\ndef onConnect(comp:\n"
    go_live(comp, small)
    td.until(lambda: near(corners(panel(small)), CORNERS, 3), "the marker")


def test_frames_too_large_for_the_display_get_softer_instead_of_losing_the_connection(td, display):
    noise = numpy.random.default_rng(1).random((720, 720, 4), numpy.float32)
    comp = build(td, td.source("render_out", noise))
    go_live(comp, display, Quality=1.0)
    td.until(lambda: comp._extension.flight.shown > 3, "shown")
    assert comp._extension.link.reconnects == 0 and comp._extension.quality < 0.9
    display_limit = requests.put(display.url + "/config", json={"stream.max_frame_bytes": 16384}, timeout=5)
    assert display_limit.ok
    comp.par.Reconnect.pulse()  # a new hello tells the new limit
    td.until(lambda: "not sent: " in comp.par.Status.eval(), "what is wrong, said")


def test_what_the_display_cannot_take_in_time_is_not_sent(td, display):
    comp = build(td, td.source("render_out", marker()))
    go_live(comp, display)
    td.until(lambda: comp._extension.flight.shown > 3, "shown")
    display.process.send_signal(signal.SIGSTOP)
    try:
        extension = comp._extension
        td.until(lambda: len(extension.flight.sent_at) == 4, "four on the way")
        sent = extension.sent
        skipped = extension.skipped
        td.until(lambda: extension.skipped > skipped + 20, "newer ones left out")
        assert extension.sent == sent
    finally:
        display.process.send_signal(signal.SIGCONT)
    td.until(lambda: extension.sent > sent + 8, "on it goes")
    assert extension.link.reconnects == 0


@pytest.mark.parametrize("format, name", [("jpeg", "td_live.jpg"), ("rgb", "td_live.png")])
def test_an_upload_is_kept_and_returns_at_once(td, display, format, name):
    comp = build(td, td.source("render_out", marker()))
    go_live(comp, display, Format=format)
    comp.par.Active = False  # an upload needs no stream
    comp.par.Uploadnow.pulse()
    td.until(lambda: "last upload: shown" in comp.par.Status.eval(), "the upload")
    assert display.files() == [name]
    assert near(corners(panel(display)), CORNERS, 3)


def test_a_failed_upload_is_sent_again_by_itself_and_on_demand(td, tmp_path):
    display = Display(tmp_path / "storage")
    comp = build(td, td.source("render_out", marker()))
    go_live(comp, display)
    comp.par.Active = False
    comp.par.Retrylast.pulse()
    td.until(lambda: "there is no upload to send again yet" in comp.par.Status.eval(), "said")
    comp.par.Uploadnow.pulse()
    td.until(lambda: "upload failed: no answer from 127.0.0.1" in comp.par.Status.eval(), "said")
    assert comp.par.Status.eval().endswith("once more in 1 s")
    td.source("render_out", even((0, 0, 0, 1)))  # the picture that was taken is sent, not the one of now
    display.start()
    try:
        td.until(lambda: "last upload: shown" in comp.par.Status.eval(), "the upload, by itself")
        assert near(corners(panel(display)), CORNERS, 3)
        (display.storage / "animations" / "td_live.jpg").unlink()
        comp.par.Retrylast.pulse()
        td.until(lambda: display.files() == ["td_live.jpg"], "once more")
    finally:
        display.kill()


def test_a_refusal_is_said_and_not_tried_again(td, start_display):
    display = start_display({"upload.enable": "false"})
    comp = build(td, td.source("render_out", marker()))
    go_live(comp, display, Mode="upload")
    td.until(lambda: "refused with 403 UPLOAD_DISABLED" in comp.par.Status.eval(), "said")
    assert "once more" not in comp.par.Status.eval() and comp._extension.uploader.retry_at is None


@pytest.mark.parametrize("mode", ["raw", "upload"])
def test_the_modes_over_http_follow_the_picture(td, display, mode):
    comp = build(td, td.source("render_out", even((0, 0, 1, 1))))
    go_live(comp, display, Mode=mode, Fit="fill")
    td.until(lambda: near(panel(display)[360, 360], BLUE, 3), "blue")
    td.source("render_out", even((0, 1, 0, 1)))
    td.until(lambda: near(panel(display)[360, 360], GREEN, 3), "green")
    kept = [name for name in display.files() if not name.startswith(".")]  # one may be on its way just now
    assert kept == ([] if mode == "raw" else ["td_live.jpg"])


def test_an_upload_to_a_p3a_with_its_own_firmware(td):
    p3a = StockP3a()
    try:
        comp = build(td, td.source("render_out", marker()))
        comp.par.Address, comp.par.Httpport = "127.0.0.1", int(p3a.address.split(":")[1])
        comp.par.Uploadnow.pulse()
        td.until(lambda: p3a.uploads, "the upload")
        assert list(p3a.uploads) == ["td_live.jpg"] and p3a.uploads["td_live.jpg"][:3] == b"\xff\xd8\xff"
        p3a.check()
    finally:
        p3a.close()


def test_older_versions(start_td, display):
    td = start_td(thread_manager=False, extension_block=False, old_parameter_execute=True)
    comp = build(td, td.source("render_out", marker()))
    go_live(comp, display)
    td.until(lambda: near(corners(panel(display)), CORNERS, 3), "the marker")
    comp.par.Uploadnow.pulse()
    td.until(lambda: "last upload" in comp.par.Status.eval(), "an upload without Thread Manager")


def test_two_displays_from_one_picture(td, start_display, tmp_path):
    source = td.source("render_out", marker())
    both = [start_display(storage=tmp_path / name) for name in ("left", "right")]
    for number, one in enumerate(both):
        go_live(build(td, source, f"p3a_live{number + 1}"), one)
    for one in both:
        td.until(lambda: near(corners(panel(one)), CORNERS, 3), "the marker")


def test_no_more_than_max_fps_and_nothing_when_off(td, small):
    comp = build(td, td.source("render_out", marker()))
    go_live(comp, small, Maxfps=10.0)
    td.until(lambda: "live on" in comp.par.Status.eval(), "live")
    begun, sent = td.absTime.frame, comp._extension.sent
    td.until(lambda: td.absTime.frame >= begun + 120, "two seconds of frames")
    assert comp._extension.sent - sent <= 21
    comp.par.Active = False
    td.frame()
    saved = td.saved
    for _ in range(60):
        td.frame()
        time.sleep(0)
    assert td.saved == saved, "no picture is taken for nobody"


def test_a_timer_faster_than_the_frame_rate_sends_no_picture_twice(td, small):
    comp = build(td, td.source("render_out", marker()))
    go_live(comp, small, Maxfps=60.0)
    td.until(lambda: comp._extension.sent > 1, "live")
    comp.op("timer").par.length = 1 / 240  # as with Max FPS 60 where TouchDesigner draws 15 frames a second
    for _ in range(60):
        before = comp._extension.sent
        td.frame()
        assert comp._extension.sent <= before + 1
        time.sleep(0.002)
    assert comp._extension.sent > 10
