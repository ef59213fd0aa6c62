"""What docs/TOUCHDESIGNER_GUIDE.md shows is run, and the messages that it lists are ours."""
import re

from stage import CORNERS, ROOT, SCRIPTS, build, corners, display, even, go_live, marker, near, panel, start_display, start_td, td  # noqa: F401

GUIDE = (ROOT / "docs/TOUCHDESIGNER_GUIDE.md").read_text()


def block(name: str) -> str:
    return re.search(rf"<!-- run: {name} -->\n```python\n(.*?)```", GUIDE, re.S)[1]


def websocket(td, name, display):
    dat = td.home.create("websocketDAT", name)
    dat.par.netaddress, dat.par.port, dat.par.active = "127.0.0.1", display.stream_port, False
    dat.par.active = True


def timer(td, callbacks):
    clock = td.home.create("timerCHOP", "timer1")
    td.dat("timer1_callbacks", callbacks)
    clock.par.callbacks, clock.par.length, clock.par.cycle = "timer1_callbacks", 0.033, True
    clock.par.start.pulse()


def test_one_line(td, display):
    td.source("null1", marker())
    websocket(td, "websocket1", display)
    timer(td, block("one line"))
    td.until(lambda: near(corners(panel(display)), CORNERS, 3), "the marker")


def test_several(td, start_display, tmp_path):
    td.source("null1", marker())
    both = [start_display(storage=tmp_path / name) for name in ("left", "right")]
    for number, one in enumerate(both):
        websocket(td, f"websocket{number + 1}", one)
    timer(td, block("several"))
    for one in both:
        td.until(lambda: near(corners(panel(one)), CORNERS, 3), "the marker")


def test_method_a(td, display):
    upload = td.textport(block("method a"))["upload"]
    assert upload(td.source("render_out", marker(720, 720)), f"127.0.0.1:{display.port}")
    assert display.files() == ["td_live.webp"] and near(corners(panel(display)), CORNERS, 12)
    assert upload(td.source("render_out", even((2.0,)), "mono32float"), f"127.0.0.1:{display.port}")
    assert near(panel(display)[360, 360], (255, 255, 255), 3)


def test_the_touch_callback(td):
    level = td.home.create("nullTOP", "level1")
    level._pars._all["opacity"] = type(level.par.resolutionw)(level, "opacity", "float", 1.0)  # as a Level TOP has
    module = td.dat("callbacks", block("touches")).module
    module.onTouch(None, {"kind": "move", "v": 0.25})
    assert level.par.opacity.eval() == 0.25


def test_the_messages_are_those_of_the_scripts():
    sources = "".join(path.read_text() for path in SCRIPTS.glob("*.py"))
    said = re.sub(r"'\s*\n\s*f?'", "", sources).replace("\\'", "'")  # strings that go on in the next line
    table = GUIDE.split("<!-- messages: begin -->")[1].split("<!-- messages: end -->")[0]
    messages = re.findall(r"^\| `([^`]+)` \|", table, re.M)
    assert len(messages) >= 14
    foreign = ("403 UPLOAD_DISABLED", "ConnectionRefusedError")  # the display's, and Python's
    for message in messages:
        for part in message.split("…"):
            for piece in foreign:
                part = part.replace(piece, "")
            assert part.strip() in said, f"{part!r} of {message!r}"
