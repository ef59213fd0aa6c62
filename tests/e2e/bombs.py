"""Throws broken pictures (tests/broken_pictures.py) at a display and looks at what each of them cost.

Used by bombs_test.py with the small ones and by bench/bombs.py with all.
"""
import concurrent.futures
import http.client
import json
import os
import pathlib
import sys

from conftest import ROOT
from pictures import solid
from soak import Connection
from worker_kills import workers

sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests/vectors")]
from broken_pictures import LATE, REFUSED, SHOWN, broken_pictures, chunk  # noqa: E402
from p3a_wire import build_frame  # noqa: E402

PANEL = {"panel.width": 32, "panel.height": 32, "upload.durability": "fast", "decode.sandbox": "require"}
CPU_SECONDS = 0.1  # that a refused picture may cost
DEADLINE_SECONDS = 0.4  # or one that is refused by decode.deadline_ms, 250 of the worker, looked at every 20
WORKER_BYTES = 64 << 20
GROWTH_BYTES = 1 << 20
MAX_LOSSY_BYTES = 200 << 10
TICK = 1 / os.sysconf("SC_CLK_TCK")


class Post:
    """One connection that posts pictures to the path that it is named after."""

    name = ""
    warm_bytes = 5_000_000  # of the largest picture that it takes

    def __init__(self, display):
        self.connection = http.client.HTTPConnection("127.0.0.1", display.port, timeout=60)

    def throw(self, data: bytes, form: str) -> str:
        """The code of the refusal, "" when it is shown."""
        headers = {"Content-Type": "application/octet-stream"}
        try:
            self.connection.request("POST", self.name, data, headers)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it need not read what is too large; its answer is there
        try:
            answer = json.loads(self.connection.getresponse().read())
        except (ConnectionResetError, http.client.RemoteDisconnected):
            answer = {"code": "FILE_TOO_LARGE" if len(data) > 4 << 20 else "HUNG_UP"}
            self.connection.close()
        return answer.get("code", "")

    def has_panel(self) -> bool:
        return True

    def end(self):
        self.connection.close()


class Stream:
    """One WebSocket that sends pictures as frames, one at a time; it comes again when it is closed for a large one."""

    name = "/stream"
    warm_bytes = 2_000_000

    def __init__(self, display):
        self.port, self.connection = display.port, None

    def throw(self, data: bytes, form: str) -> str:
        if self.connection is None:
            self.connection = Connection(self.port)
        known = form in ("png", "jpeg", "webp")
        self.connection.send(2, build_frame(form, data) if known else data)
        try:
            dropped = self.connection.ack().get("dropped", "")
        except ConnectionAbortedError:
            self.end()
            return "CLOSED"
        if dropped == "refused" and len(data) > MAX_LOSSY_BYTES:
            self.end()  # as the display does after a frame too large
        return dropped

    def has_panel(self) -> bool:
        """Not once it has closed."""
        return self.connection is not None

    def end(self):
        if self.connection:
            self.connection.end(politely=False)
        self.connection = None


class Upload(Post):
    name = "/upload/image"


class Raw(Post):
    name = "/display/raw"


WAYS = (Upload, Raw, Stream)


def cpu_seconds(display) -> float:
    """Of the display and all its workers, those that are gone too. In steps of a clock tick."""
    total = 0
    for pid in [display.process.pid, *children(display)]:
        try:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        mine = fields[11:13] if pid != display.process.pid else fields[11:15]  # with the children waited for
        total += sum(map(int, mine))
    return total * TICK


def children(display) -> list[int]:
    pid = display.process.pid
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def worker_peak_bytes(display) -> int:
    """The most that one of its workers ever had in memory, the file and the frame that it shares with the display included."""
    peaks = [0]
    for pid in workers(display):
        try:
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        peaks += [int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")]
    return max(peaks)


def padded(color, size: int) -> bytes:
    """A good picture of about so many bytes."""
    small = solid(color)
    return small[:-12] + chunk(b"tEXt", b"Comment\0" + bytes(size)) + small[-12:]


def warm_up(way, display, size: int):
    """So that the buffers that pictures are received into, which stay, have been used: those that are lent at a time."""
    connections = [way(display) for _ in range(6)]
    good = padded((9, 9, 9), size)
    with concurrent.futures.ThreadPoolExecutor(len(connections)) as pool:
        for _ in range(2):
            list(pool.map(lambda connection: connection.throw(good, "png"), connections))
    for connection in connections:
        connection.end()


def color_of(number: int) -> tuple:
    return (40 + number * 7 % 200, 40 + number * 13 % 200, 40 + number * 29 % 200)


class Figures:
    """What one picture did on one way in."""

    def __init__(self, picture, way: str, code: str, cpu: float):
        self.picture, self.way, self.code, self.cpu = picture, way, code, cpu
        self.faults = []
        if picture.expected in (REFUSED, LATE) and not code:
            self.faults.append("is shown")
        if picture.expected == SHOWN and code and way != "/stream":
            self.faults.append(f"is refused: {code}")
        if code and cpu > (DEADLINE_SECONDS if picture.expected == LATE else CPU_SECONDS) + 2 * TICK:
            self.faults.append(f"took {cpu:.2f} s of processor time")

    def __str__(self):
        return f"{self.picture.name} at {self.way}: {', '.join(self.faults)}"


def throw_all(display, pictures, way, every: int = 1):
    """Throws each at that way in and yields its Figures. After `every` of them, and after each that is shown, a look at
    the panel, which must still have the good picture from before them, and a new good picture."""
    good, since = None, []
    for number, picture in enumerate(pictures):
        faults = []
        if good is None:
            good = color_of(number)
            if code := way.throw(solid(good), "png"):
                faults.append(f"a good picture is refused after {since}: {code}")
            elif display.snapshot().getpixel((16, 16)) != good:
                faults.append(f"a good picture is not shown after {since}")
            since = []
        before = cpu_seconds(display)
        code = way.throw(picture.data, picture.format)
        figures = Figures(picture, way.name, code, cpu_seconds(display) - before)
        since.append(picture.name)
        if len(since) == every or not code or not way.has_panel():
            if code and way.has_panel() and display.snapshot().getpixel((16, 16)) != good:
                faults.append(f"the good picture has gone from the panel after one of {since}")
            good = None
        figures.faults += faults
        yield figures
