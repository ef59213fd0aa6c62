"""What the TouchDesigner tests share: a fake host, the real display, pictures in which no flip goes unseen."""
import pathlib
import sys

import numpy
import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SCRIPTS = ROOT / "touchdesigner/python"
for folder in (HERE, ROOT / "tests/e2e", ROOT / "tests"):
    sys.path.insert(0, str(folder))

from conftest import Display, display, start_display, tls_display, tls_files, wait_until  # noqa: E402, F401 (fixtures)
from fake_host import Host  # noqa: E402

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
CORNERS = [RED, GREEN, BLUE, WHITE]  # top left, top right, bottom left, bottom right


def marker(width=96, height=96):
    """Four quarters of different colours, as floats with alpha, rows from the top."""
    picture = numpy.ones((height, width, 4), numpy.float32)
    for quarter, color in enumerate(CORNERS):
        rows = slice(0, height // 2) if quarter < 2 else slice(height // 2, height)
        columns = slice(0, width // 2) if quarter % 2 == 0 else slice(width // 2, width)
        picture[rows, columns, :3] = numpy.array(color) / 255
    return picture


def even(color, size=(8, 8)):
    """One colour, whose numbers may be anything, with as many channels as it has."""
    return numpy.broadcast_to(numpy.array(color, numpy.float32), (*size, len(color)))


def panel(display):
    return numpy.asarray(display.snapshot()).astype(int)


def corners(picture):
    """The colours in the middles of the four quarters."""
    height, width = picture.shape[:2]
    return [tuple(picture[height * row // 4, width * column // 4]) for row in (1, 3) for column in (1, 3)]


def near(left, right, within: int) -> bool:
    return bool(numpy.abs(numpy.asarray(left, int) - numpy.asarray(right, int)).max() <= within)


@pytest.fixture(scope="session")
def one_small_display(tmp_path_factory):
    display = Display(tmp_path_factory.mktemp("small"), {"panel.width": 96, "panel.height": 96}).start()
    yield display
    display.kill()


@pytest.fixture
def small(one_small_display):
    """A display of 96 x 96 for many tests, which only stream to it: each begins when the stream before is gone."""
    wait_until(lambda: one_small_display.status()["source"]["owner"] != "stream" and panel(one_small_display).std() > 0,
               "the splash picture")
    return one_small_display


@pytest.fixture
def start_td(tmp_path):
    """start_td(**switches) -> Host; its sockets are closed after the test."""
    hosts = []

    def start(**switches) -> Host:
        hosts.append(Host(folder=tmp_path, **switches))
        return hosts[-1]

    yield start
    for host in hosts:
        host.close()


@pytest.fixture
def td(start_td) -> Host:
    return start_td()


def build(td, source=None, name="p3a_live"):
    """The COMP, as build_network.py makes it from the textport; `source` is wired into it."""
    names = td.textport((SCRIPTS / "build_network.py").read_text())
    comp = names["build_p3a_live"](str(SCRIPTS), name=name)
    if source:
        comp.inputConnectors[0].connect(source)
    return comp


def go_live(comp, display, **parameters):
    for name, value in ({"Address": "127.0.0.1", "Port": display.stream_port, "Httpport": display.port} | parameters).items():
        setattr(comp.par, name, value)
    comp.par.Active = True


def info(comp) -> dict:
    return dict(row for row in comp.op("info")._rows if len(row) == 2)
