"""Frames of every kind over many connections, as fast as they are acknowledged: what stays behind in memory?

Used small by load_test.py and whole by bench/soak.py.
"""
import json
import socket
import struct
import sys

from PIL import Image

from conftest import ROOT, wait_until
from pictures import encoded, marker, noise

sys.path.insert(0, str(ROOT / "tests/vectors"))
from p3a_wire import build_frame  # noqa: E402

SIDE = 128
PANEL = {"panel.width": SIDE, "panel.height": SIDE}
WINDOWS = (1, 1, 3)  # frames on their way, by connection: with one each is decoded, with three newer ones push out


def frames() -> list[bytes]:
    """One of each kind that a display takes, and of those that it refuses."""
    picture, large = noise((SIDE, SIDE)), marker((400, 300))
    jpeg = encoded(picture, "JPEG", quality=80)
    part = {"region": (16, 24, 32, 40)}
    return [
        jpeg,
        build_frame("jpeg", encoded(large, "JPEG", quality=70, progressive=True), {"sequence": 1}),
        encoded(large.convert("L"), "JPEG"),
        encoded(large, "PNG"),
        build_frame("png", encoded(picture.convert("RGBA"), "PNG")),
        encoded(large, "WEBP", lossless=True),
        build_frame("webp", encoded(large, "WEBP", quality=50)),
        build_frame("rgb888", picture.tobytes()),
        build_frame("rgb565", bytes(SIDE * SIDE * 2)),
        build_frame("rgb888", bytes(32 * 40 * 3), part),
        build_frame("jpeg", encoded(Image.new("RGB", (50, 60), (1, 2, 3)), "JPEG"), part | {"kind": "delta"}),
        jpeg[: len(jpeg) // 2],
        b"no picture at all",
        build_frame("rgb888", b"too short"),
    ]


class Connection:
    """The least WebSocket client (RFC 6455) that is fast enough; its frames are masked by zeros."""

    def __init__(self, port: int, path: str = "/stream", tls=None):
        """`tls`: an ssl.SSLContext."""
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.socket = tls.wrap_socket(self.socket)
        self.socket.sendall(b"GET " + path.encode() + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self._receive()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        assert b" 101 " in head, head
        if path == "/stream":
            self.send(1, json.dumps({"type": "hello", "name": "soak", "acks": True}).encode())

    def _receive(self):
        data = self.socket.recv(1 << 16)
        assert data, "the display hung up"
        self.buffer += data

    def send(self, kind: int, payload: bytes):
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else (
            b"\xfe" + struct.pack(">H", size) if size < 65536 else b"\xff" + struct.pack(">Q", size))
        self.socket.sendall(bytes([0x80 | kind]) + length + bytes(4) + payload)

    def message(self):
        """(opcode, payload) of what comes next."""
        while True:
            if len(self.buffer) >= 4:
                short = self.buffer[1]
                begin, size = (2, short) if short < 126 else (4, struct.unpack(">H", self.buffer[2:4])[0])
                if len(self.buffer) >= begin + size:
                    kind, payload = self.buffer[0] & 15, self.buffer[begin:begin + size]
                    self.buffer = self.buffer[begin + size:]
                    return kind, payload
            elif len(self.buffer) >= 2 and self.buffer[1] < 3:
                kind, self.buffer = self.buffer[0] & 15, self.buffer[2:]
                return kind, b""
            self._receive()

    def ack(self) -> dict:
        """The next one. ConnectionAbortedError: the display closes the stream."""
        while True:
            kind, payload = self.message()
            if kind == 8:
                raise ConnectionAbortedError(payload)
            if kind == 9:
                self.send(10, payload)
            elif payload.startswith(b'{"type":"ack"'):
                return json.loads(payload)

    def wait_acks(self, count: int) -> int:
        """How many of them say that the frame was decoded."""
        return sum("decoded_us" in self.ack() for _ in range(count))

    def end(self, politely: bool):
        if politely:
            self.send(8, struct.pack(">H", 1000))
        else:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def play(display, connections: int, frames_each: int) -> int:
    """Returns how many frames were decoded."""
    kinds = frames()
    decoded = sent = 0
    for number in range(connections):
        connection = Connection(display.port)
        window = WINDOWS[number % len(WINDOWS)]
        for index in range(frames_each):
            if index >= window:
                decoded += connection.wait_acks(1)
            connection.send(2, kinds[sent % len(kinds)])
            sent += 1
        decoded += connection.wait_acks(min(window, frames_each))
        connection.end(politely=number % 2 == 0)
    wait_until(lambda: display.status()["stream"]["clients"] == 0, "all are gone")
    return decoded


def soak(display, connections: int, frames_each: int) -> dict:
    """What `connections` times `frames_each` frames leave behind after a warm-up."""
    play(display, 100, 30)
    rss, files = display.rss_bytes(), display.open_files()
    decoded = play(display, connections, frames_each)
    wait_until(lambda: display.open_files() <= files, "no descriptor is left")
    return {"frames": connections * frames_each, "reconnects": connections, "decoded": decoded, "rss_bytes": rss,
            "rss_growth_bytes": display.rss_bytes() - rss}
