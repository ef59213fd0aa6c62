"""The C++ operator, compiled against our stand-ins for the SDK, cooked at 60 fps by a host of ours against the real
display, whose panel is read back."""
import re

import numpy
import pytest
import requests

from operator_host import APIS, OperatorHost
from stage import RED, ROOT, WHITE, near, panel, start_display, tls_display, tls_files, wait_until  # noqa: F401 (fixtures)
from relay import Relay  # noqa: E402 (stage knows where it is)

BLUE = (0x20, 0x40, 0xC0)
GREEN = (0x20, 0xC0, 0x40)


def hexed(colour) -> str:
    return "%02x%02x%02x" % tuple(colour)


@pytest.fixture
def host():
    started = []

    def start(api="api12_common2", **options):
        started.append(OperatorHost(api, **options))
        return started[-1]

    yield start
    for one in started:
        one.kill()


def shows(display, colour) -> bool:
    """The marker is at the top left, the colour everywhere else."""
    picture = panel(display)
    height, width = picture.shape[:2]
    return near(picture[height // 32, width // 32], WHITE, 12) and near(picture[height * 3 // 4, width * 3 // 4], colour, 12)


def arrives(display, colour):
    wait_until(lambda: shows(display, colour), f"{colour} on the panel")


@pytest.mark.parametrize("api", APIS)
def test_one_source_for_every_sdk_sends_upright_pictures_and_passes_them_through(api, host, start_display):
    display = start_display({"panel.width": 240, "panel.height": 240})
    operator = host(api)
    operator.say(f"colour {hexed(BLUE)}")
    operator.aim(display.port)
    arrives(display, BLUE)
    info = operator.until(lambda info: info["channels"]["frames_shown"] >= 1 and info["rows"]["panel"])
    assert info["channels"]["connected"] == 1 and info["channels"]["error_code"] == 0
    assert info["rows"]["state"] == "live" and info["rows"]["panel"] == "240 x 240"
    assert info["warning"] == info["error"] == "" and info["problems"] == []
    assert info["output"] == ["ffffff", hexed(BLUE)]
    assert "live" in info["popup"]
    # Only the newest SDK has a place for help.
    assert bool(info["helps"]) == (api == "api12_common2")
    if info["helps"]:
        assert all(info["helps"]) and sum("rate control" in text for text in info["helps"]) == 3
    assert operator.ask("cycles 20")["left"] == 0
    assert operator.quit()["left"] == 0
    wait_until(lambda: display.status()["source"]["owner"] != "stream", "the panel is given back")


def test_a_display_that_is_absent_comes_goes_and_is_cut_off(host, start_display):
    display = start_display({"panel.width": 240, "panel.height": 240})
    relay = Relay(display.port)
    display.stop()
    operator = host()
    operator.say(f"colour {hexed(BLUE)}")
    operator.aim(relay.port)
    info = operator.until(lambda info: info["channels"]["error_code"] == 1)
    assert info["warning"] and info["error"] == "" and info["channels"]["connected"] == 0
    display.start()
    arrives(display, BLUE)
    relay.cut()
    operator.say(f"colour {hexed(RED)}")
    arrives(display, RED)
    display.stop()
    operator.until(lambda info: info["channels"]["connected"] == 0)
    display.start()
    arrives(display, RED)
    info = operator.until(lambda info: info["channels"]["reconnects"] >= 2)
    assert info["rows"]["error_1"]
    assert operator.quit()["left"] == 0
    relay.close()


def test_over_a_slow_network_the_newest_picture_wins(host, start_display):
    display = start_display({"panel.width": 240, "panel.height": 240})
    relay = Relay(display.port)
    relay.rate = 10_000  # about half of what the pattern takes
    operator = host()
    operator.say("set Format png", "set Testpattern 1")
    operator.aim(relay.port)
    operator.until(lambda info: info["channels"]["frames_shown"] >= 10 and info["channels"]["frames_dropped"] >= 10)
    operator.say("set Testpattern 0", f"colour {hexed(GREEN)}")
    arrives(display, GREEN)
    assert operator.channel("queue") <= 8
    relay.rate = None
    relay.close()


def test_bypass_is_told_as_stalled_and_holds_the_picture_or_gives_the_panel_back(host, start_display):
    display = start_display({"panel.width": 240, "panel.height": 240})
    operator = host()
    operator.say(f"colour {hexed(BLUE)}", "still 1")
    operator.aim(display.port)
    arrives(display, BLUE)
    operator.say("cook 0")
    wait_until(lambda: display.status()["source"].get("stalled"), "the display knows that nobody cooks")
    assert shows(display, BLUE)
    operator.say("cook 1")
    wait_until(lambda: "stalled" not in display.status()["source"], "it goes on")
    operator.say("set Holdlast 0", "reset")
    operator.until(lambda info: info["cooks"] > 2)
    operator.say("cook 0")
    wait_until(lambda: display.status()["source"]["owner"] != "stream", "the panel is given back")
    operator.say("cook 1")
    arrives(display, BLUE)


def test_uploads_raw_pictures_and_the_retry(host, start_display):
    display = start_display({"panel.width": 240, "panel.height": 240, "player.paused": "true"})
    operator = host()
    operator.say(f"colour {hexed(RED)}", "set Filename show", f"set Address 127.0.0.1:{display.port}", "pulse Uploadnow")
    wait_until(lambda: "show.png" in display.files(), "Active off: uploaded all the same")
    assert operator.until(lambda info: info["rows"]["upload"])["rows"]["upload"] == "uploaded as show.png"
    assert display.status()["source"]["owner"] != "stream"
    arrives(display, RED)
    operator.say("set Mode raw", f"colour {hexed(GREEN)}", "set Active 1")
    arrives(display, GREEN)
    operator.say("set Active 0", f"colour {hexed(BLUE)}")
    before = display.status()["uploads"]["accepted"]
    operator.say("pulse Retryupload")
    wait_until(lambda: display.status()["uploads"]["accepted"] > before, "the last upload again")

    # Tried again by itself when the display comes.
    display.stop()
    operator.say("set Filename later", "pulse Uploadnow")
    operator.until(lambda info: "NO_DISPLAY" in info["rows"]["upload"])
    display.start()
    wait_until(lambda: "later.png" in display.files(), "kept, and sent when somebody answers")
    requests.put(display.url + "/config", json={"upload": {"enable": False}}, timeout=5)
    operator.say("pulse Uploadnow")
    operator.until(lambda info: "UPLOAD_DISABLED" in info["rows"]["upload"])


def test_a_display_with_tls_is_reached_when_it_is_trusted(host, tls_display, tls_files):
    operator = host()
    operator.say(f"colour {hexed(BLUE)}", "set Filename tls")
    operator.aim(tls_display.port, "https://127.0.0.1")
    assert "is not trusted" in operator.until(lambda info: info["channels"]["error_code"] == 1)["warning"]
    operator.say(f"set Cafile {tls_files / 'cert.pem'}", "pulse Uploadnow")
    wait_until(lambda: "tls.png" in tls_display.files(), "uploaded")
    operator.say(f"colour {hexed(GREEN)}")
    wait_until(lambda: near(panel(tls_display)[48, 48], GREEN, 12), "streamed")
    operator.until(lambda info: info["channels"]["error_code"] == 0 and info["channels"]["connected"] == 1)


def test_identify_test_pattern_brightness_and_touches(host, start_display):
    display = start_display({"panel.width": 240, "panel.height": 240, "mdns.name": "p3a-kitchen"})
    operator = host()
    operator.say(f"colour {hexed(RED)}")
    operator.aim(display.port)
    arrives(display, RED)
    operator.say("pulse Identify")
    wait_until(lambda: not shows(display, RED) and (panel(display) == WHITE).all(axis=2).sum() > 500, "its name")
    arrives(display, RED)
    operator.say("set Testpattern 1")
    wait_until(lambda: len(numpy.unique(panel(display)[200].reshape(-1, 3) // 64, axis=0)) >= 6, "colour bars")
    operator.say("set Testpattern 0", "set Brightness 0.5")
    wait_until(lambda: near(panel(display)[180, 180], (128, 0, 0), 12), "half as bright")
    assert operator.info()["output"][1] == hexed(RED), "the output is the input"
    for kind, state in (("down", 1), ("up", 0)):
        requests.post(display.url + "/touch", json={"kind": kind, "id": 0, "x": 40, "y": 7}, timeout=5)
        info = operator.until(lambda info: info["channels"]["touch_state"] == state and info["channels"]["touch_x"] == 40)
        assert info["channels"]["touch_y"] == 7


def test_the_guide_names_every_parameter_and_channel(host):
    guide = (ROOT / "docs/TOUCHDESIGNER_GUIDE.md").read_text()
    part = lambda name: guide.split(f"<!-- operator {name}: begin -->")[1].split(f"<!-- operator {name}: end -->")[0]  # noqa: E731
    named = re.findall(r"`(\w+)`", part("channels"))
    assert sorted(named) == sorted(host().until(lambda info: info["cooks"] > 0)["channels"])
    source = (ROOT / "touchdesigner/operator/settings.cc").read_text()
    labels = re.findall(r'\.label = "([^"]+)"', source)
    listed = [label.strip() for row in re.findall(r"^\| ([^|]+) \|", part("parameters"), re.M) for label in row.split(",")]
    assert len(labels) == 21 and set(labels) <= set(listed)


def test_what_cannot_be_sent_is_said(host, start_display):
    operator = host()
    operator.say("set Address not an address", "set Active 1")
    assert "address" in operator.until(lambda info: info["error"])["error"].lower()
    operator.say("set Address", "wire 0", "cook 1")
    display = start_display({"panel.width": 240, "panel.height": 240})
    operator.aim(display.port)
    assert "wire a TOP" in operator.until(lambda info: info["channels"]["error_code"] == 5)["warning"]
    operator.say("set Display p3a-nowhere")
    assert "p3a-nowhere" in operator.until(lambda info: info["channels"]["error_code"] == 2)["warning"]
