"""About 300 cases of the WebSocket protocol, in the order of RFC 6455's sections, each over a connection of its own.

A case is the bytes that a client sends after the handshake, and what must come back: control frames and how it ends.
Text messages of the display (hello, errors, acks) are looked at only where a case says so.
"""
import contextlib
import socket
import struct

import pytest

from conftest import Display

CONT, TEXT, BIN, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
UPGRADE = (b"GET /stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")


def frame(opcode: int, payload: bytes = b"", fin=True, rsv=0, mask: bytes | None = b"\x11\x22\x33\x44", length: int | None = None,
          form: int | None = None) -> bytes:
    """One frame; `length` says another one than the payload's, `form` 126 or 127 a longer notation than needed."""
    size = len(payload) if length is None else length
    first = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    bit = 0x80 if mask is not None else 0
    if form is None:
        form = size if size < 126 else 126 if size < 65536 else 127
    head = bytes([bit | form]) if form < 126 else bytes([bit | 126]) + struct.pack(">H", size) if form == 126 else bytes([bit | 127]) + struct.pack(">Q", size)
    if mask is None:
        return first + head + payload
    whole = (mask * (len(payload) // 4 + 1))[:len(payload)]
    return first + head + mask + bytes(a ^ b for a, b in zip(payload, whole))


def close(code: int | None = 1000, reason: bytes = b"") -> bytes:
    return frame(CLOSE, b"" if code is None else struct.pack(">H", code) + reason)


BYE = close()
PING_JSON = b'{"type":"ping","t0_us":1}'
# What the last thing is: ("close", code), a hang-up without one, or an answer that must be there before our own close is answered.
OK = ("close", 1000)
PROTOCOL = ("close", 1002)
BAD_TEXT = ("close", 1007)
TOO_BIG = ("close", 1009)


def cases():
    """(name, bytes, expected pongs, how it ends, a text that must have come or None)."""
    # 5.1, 5.3 masking: every key works, and a frame without one ends the connection.
    for key in (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\1\2\3\4", b"\0\0\0\1", b"\x80\0\0\0"):
        yield f"5.3 mask {key.hex()}", frame(PING, b"hello", mask=key) + BYE, [b"hello"], OK, None
    for opcode in (CONT, TEXT, BIN, CLOSE, PING, PONG):
        yield f"5.1 unmasked opcode {opcode}", frame(opcode, b"\3\xe8" if opcode == CLOSE else b"x", mask=None), [], PROTOCOL, None
    # 5.2 lengths: each notation at its borders, in text that the display answers.
    for size in (25, 26, 124, 125, 126, 127, 128, 255, 256, 1023, 1024, 1025, 4095, 4096):
        yield f"5.2 text of {size}", frame(TEXT, PING_JSON + b" " * (size - 25)) + BYE, [], OK, b'"pong"'
    for size in (4097, 65535, 65536, 65537, 100000):
        yield f"5.2 text of {size} is too long for a control message", frame(TEXT, PING_JSON + b" " * (size - 25)) + BYE, [], OK, b"PAYLOAD_TOO_LARGE"
    for size in (0, 1, 7, 8, 125, 126, 127, 65535, 65536, 65537, 200000):
        yield f"5.2 rubbish of {size} as a frame", frame(BIN, b"x" * size) + BYE, [], OK, b'"error"'
    for size in (0, 1, 125):
        yield f"5.2 length {size} in 16 bits", frame(BIN, b"x" * size, form=126), [], PROTOCOL, None
    for size in (0, 1, 125, 126, 65535):
        yield f"5.2 length {size} in 64 bits", frame(BIN, b"x" * size, form=127), [], PROTOCOL, None
    for exponent in (63,):
        for extra in (0, 1, (1 << 62)):
            yield f"5.2 length 2^{exponent}+{extra}", frame(BIN, b"x", length=(1 << exponent) + extra), [], ("ends", (1002, 1009)), None
    yield "5.2 length 2^64-1", frame(BIN, b"x", length=(1 << 64) - 1), [], ("ends", (1002, 1009)), None
    for exponent in (31, 32, 40, 62):
        yield f"5.2 length 2^{exponent}", frame(BIN, b"x", length=1 << exponent), [], TOO_BIG, None
    yield "5.2 length 2^24, then gone", frame(BIN, b"x", length=1 << 24), [], ("hang up", None), None
    # 5.2 reserved bits, with every opcode and in the middle of a message.
    for rsv in range(1, 8):
        for opcode in (TEXT, BIN, PING, PONG, CLOSE):
            yield f"5.2 reserved bits {rsv:03b} opcode {opcode}", frame(opcode, b"", rsv=rsv), [], PROTOCOL, None
        yield f"5.2 reserved bits {rsv:03b} in a continuation", frame(TEXT, b"{", fin=False) + frame(CONT, b"}", rsv=rsv), [], PROTOCOL, None
        yield f"5.2 reserved bits {rsv:03b} after a ping", frame(PING, b"a") + frame(BIN, b"x", rsv=rsv), [b"a"], PROTOCOL, None
    # 5.2 reserved opcodes, empty and not, final and not.
    for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
        yield f"5.2 opcode {opcode}", frame(opcode), [], PROTOCOL, None
        yield f"5.2 opcode {opcode} with payload", frame(opcode, b"payload"), [], PROTOCOL, None
        yield f"5.2 opcode {opcode} in a message", frame(TEXT, b"{", fin=False) + frame(opcode, b"x"), [], PROTOCOL, None
        yield f"5.2 opcode {opcode} after a ping", frame(PING, b"a") + frame(opcode, b"x"), [b"a"], PROTOCOL, None
    # 5.4 fragmentation.
    for pieces in (1, 2, 3, 5, 25):
        step = -(-len(PING_JSON) // pieces)
        parts = [PING_JSON[i:i + step] for i in range(0, len(PING_JSON), step)]
        def whole(between=b"", parts=parts):
            return b"".join(frame(CONT if i else TEXT, part, fin=i == len(parts) - 1) + (between if i < len(parts) - 1 else b"")
                            for i, part in enumerate(parts))
        yield f"5.4 text in {len(parts)} pieces", whole() + BYE, [], OK, b'"pong"'
        yield f"5.4 text in {len(parts)} pieces, pings between", whole(frame(PING, b"p")) + BYE, [b"p"] * (len(parts) - 1), OK, b'"pong"'
        yield f"5.4 text in {len(parts)} pieces, pongs between", whole(frame(PONG, b"p")) + BYE, [], OK, b'"pong"'
        yield f"5.4 text in {len(parts)} pieces, empty ones between", whole(frame(CONT, b"", fin=False)) + BYE, [], OK, b'"pong"'
    for opcode in (TEXT, BIN):
        yield f"5.4 empty pieces only, opcode {opcode}", frame(opcode, fin=False) + frame(CONT, fin=False) + frame(CONT) + BYE, [], OK, b'"error"'
        for second in (TEXT, BIN):
            for fin in (False, True):
                yield f"5.4 opcode {second} inside a message of {opcode}, fin {fin}", frame(opcode, b"{", fin=False) + frame(second, b"x", fin=fin), [], PROTOCOL, None
    for fin in (False, True):
        yield f"5.4 continuation of nothing, fin {fin}", frame(CONT, b"x", fin=fin), [], PROTOCOL, None
        yield f"5.4 continuation of nothing after a message, fin {fin}", frame(TEXT, PING_JSON) + frame(CONT, b"x", fin=fin), [], PROTOCOL, None
        yield f"5.4 continuation of a ping, fin {fin}", frame(PING, b"a") + frame(CONT, b"x", fin=fin), [b"a"], PROTOCOL, None
    yield "5.4 a close inside a message", frame(TEXT, b"{", fin=False) + BYE, [], OK, None
    # 5.5 control frames: 125 bytes at most, never in pieces.
    for opcode in (CLOSE, PING, PONG):
        for size in (126, 127, 1000, 65535, 65536):
            yield f"5.5 opcode {opcode} of {size}", frame(opcode, b"\3\xe8" + b"x" * (size - 2)), [], PROTOCOL, None
        yield f"5.5 opcode {opcode} in pieces", frame(opcode, b"\3\xe8", fin=False), [], PROTOCOL, None
        yield f"5.5 opcode {opcode} in pieces, empty", frame(opcode, b"", fin=False), [], PROTOCOL, None
        yield f"5.5 opcode {opcode} in pieces inside a message", frame(TEXT, b"{", fin=False) + frame(opcode, b"", fin=False), [], PROTOCOL, None
    # 5.5.2 ping, 5.5.3 pong.
    for payload in (b"", b"a", b"\0", b"\xff\xfe\xfd", b"x" * 124, b"x" * 125, bytes(range(125))):
        yield f"5.5.2 ping of {len(payload)}: {payload[:3].hex()}", frame(PING, payload) + BYE, [payload], OK, None
        yield f"5.5.3 pong that nobody asked for, {len(payload)}: {payload[:3].hex()}", frame(PONG, payload) + BYE, [], OK, None
    yield "5.5.3 pong, then ping", frame(PONG, b"a") + frame(PING, b"b") + BYE, [b"b"], OK, None
    # 5.6, 8.1 text is UTF-8, whole and in pieces.
    good = {"two bytes": "é", "three": "€", "four": "😀", "last of one": "\x7f", "first of two": "\x80", "last of two": "\u07ff", "first of three": "\u0800",
            "before the surrogates": "\ud7ff", "after them": "\ue000", "last of three": "\uffff", "first of four": "\U00010000", "last of all": "\U0010ffff",
            "no character": "\ufffe", "byte order mark": "\ufeff", "NUL": "\0", "combining": "e\u0301"}
    for name, text in good.items():
        body = text.encode()
        yield f"8.1 {name}", frame(TEXT, body) + BYE, [], OK, b'"error"'
        yield f"8.1 {name}, byte by byte", b"".join(frame(CONT if i else TEXT, body[i:i + 1], fin=i == len(body) - 1) for i in range(len(body))) + BYE, [], OK, b'"error"'
    bad = {"lone continuation": b"\x80", "last continuation": b"\xbf", "two of them": b"\x80\xbf", "cut of two": b"\xc3", "cut of three": b"\xe2\x82",
           "cut of four": b"\xf0\x9f\x98", "overlong slash": b"\xc0\xaf", "overlong of three": b"\xe0\x80\xaf", "overlong of four": b"\xf0\x80\x80\xaf",
           "overlong NUL": b"\xc0\x80", "surrogate": b"\xed\xa0\x80", "last surrogate": b"\xed\xbf\xbf", "pair of them": b"\xed\xa0\xbd\xed\xb8\x80",
           "above the last": b"\xf4\x90\x80\x80", "five bytes": b"\xf8\x88\x80\x80\x80", "six bytes": b"\xfc\x84\x80\x80\x80\x80", "fe": b"\xfe", "ff": b"\xff",
           "two without its second": b"\xc3\x28", "three without its third": b"\xe2\x82\x28", "four without its fourth": b"\xf0\x9f\x98\x28",
           "latin-1": b"caf\xe9", "utf-16": "hi".encode("utf-16")}
    for name, body in bad.items():
        yield f"8.1 not UTF-8: {name}", frame(TEXT, b"{" + body + b"}"), [], BAD_TEXT, None
        yield f"8.1 not UTF-8 at the end: {name}", frame(TEXT, b"ab" + body), [], BAD_TEXT, None
        yield f"8.1 not UTF-8 in pieces: {name}", frame(TEXT, b"{" + body[:1], fin=False) + frame(CONT, body[1:] + b"}"), [], BAD_TEXT, None
    yield "8.1 any bytes as a binary message", frame(BIN, bytes(range(256))) + BYE, [], OK, b'"error"'
    # 7.4 close codes and reasons.
    for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999):
        yield f"7.4 close {code}", close(code), [], ("close", code), None
    for code in (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999):
        yield f"7.4 close {code} may not be sent", close(code), [], PROTOCOL, None
    for code in (5000, 65535):  # the RFC defines none from 5000 on, and does not forbid them
        yield f"7.4 close {code}", close(code), [], ("ends", (1002, code)), None
    yield "5.5.1 close without a code", close(None), [], OK, None
    yield "5.5.1 close of one byte", frame(CLOSE, b"\3"), [], PROTOCOL, None
    for size in (1, 122, 123):
        yield f"5.5.1 reason of {size}", close(1000, b"r" * size), [], OK, None
    yield "5.5.1 reason in UTF-8", close(1000, "schön".encode()), [], OK, None
    for body in (b"\xff", b"\xc3", b"\xed\xa0\x80"):
        yield f"5.5.1 reason that is not UTF-8: {body.hex()}", close(1000, body), [], ("ends", (1002, 1007)), None
    # 5.5.1 what comes after a close is not looked at.
    for name, after in (("a ping", frame(PING, b"late")), ("a frame", frame(BIN, b"late")), ("another close", close(1001)), ("rubbish", b"\xff" * 40)):
        yield f"5.5.1 {name} after the close", BYE + after, [], OK, None


CASES = list(cases())


class Peer:
    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(UPGRADE)
        self.data = b""
        while b"\r\n\r\n" not in self.data:
            self.data += self.socket.recv(65536)
        head, self.data = self.data.split(b"\r\n\r\n", 1)
        assert head.startswith(b"HTTP/1.1 101 "), head

    def read(self, count: int) -> bytes:
        while len(self.data) < count:
            piece = self.socket.recv(65536)
            if not piece:
                raise EOFError
            self.data += piece
        out, self.data = self.data[:count], self.data[count:]
        return out

    def frame(self) -> tuple[int, bytes]:
        first, second = self.read(2)
        assert first & 0x70 == 0 and second & 0x80 == 0, "the display sets no reserved bit and masks nothing"
        size = second if second < 126 else struct.unpack(">H", self.read(2))[0] if second == 126 else struct.unpack(">Q", self.read(8))[0]
        return first & 15, self.read(size)


def run(port: int, sent: bytes, ends, wanted: bytes | None):
    """(pongs, how it ended, whether the wanted text came)."""
    peer = Peer(port)
    pongs, texts, ended = [], b"", ("hang up", None)
    bye = BYE if sent.endswith(BYE) and wanted is not None else b""  # said when the answer is there
    try:
        peer.socket.sendall(sent[:len(sent) - len(bye)])
        if ends[0] == "hang up":
            peer.socket.shutdown(socket.SHUT_WR)
        while True:
            opcode, payload = peer.frame()
            if opcode == PONG:
                pongs.append(payload)
            elif opcode == TEXT:
                texts += payload
                if bye and wanted in texts:
                    peer.socket.sendall(bye)
                    bye = b""
            elif opcode == CLOSE:
                ended = ("close", struct.unpack(">H", payload[:2])[0] if payload else None)
                if not sent.endswith(BYE):
                    peer.socket.sendall(BYE)  # the display's close is answered
                break
    except (EOFError, ConnectionResetError, BrokenPipeError):
        pass
    peer.socket.close()
    return pongs, ended, wanted is None or wanted in texts


@pytest.fixture(scope="module")
def display(tmp_path_factory):
    started = Display(tmp_path_factory.mktemp("storage"), {"panel.width": 64, "panel.height": 64}).start()
    yield started
    started.kill()


def test_every_case(display):
    assert 290 <= len(CASES), len(CASES)
    assert len({name for name, *_ in CASES}) == len(CASES)
    wrong = []
    for name, sent, pongs, ends, wanted in CASES:
        got_pongs, got_end, came = run(display.port, sent, ends, wanted)
        fits = got_end[1] in ends[1] if ends[0] == "ends" else got_end == ends
        if got_pongs != pongs or not fits or not came:
            wrong.append((name, got_pongs, got_end, "text came" if came else "text is missing", "wanted", pongs, ends))
    assert not wrong, f"{len(wrong)} of {len(CASES)}:\n" + "\n".join(map(str, wrong[:40]))


@pytest.mark.parametrize("name, block, count", [
    ("a hundred thousand pings", frame(PING, b"flood") * 1000, 100),
    ("a million pieces of one byte", frame(CONT, b"x", fin=False) * 10000, 100),
    ("a hundred thousand empty pieces", frame(CONT, b"", fin=False) * 1000, 100),
    ("a hundred thousand pongs", frame(PONG, b"flood") * 1000, 100),
])
def test_floods_cost_no_memory(display, name, block, count):
    run(display.port, frame(BIN, b"x") + BYE, OK, b'"error"')  # every path warm
    peer = Peer(display.port)
    peer.socket.setblocking(True)
    with display.watched_rss() as growth, contextlib.suppress(OSError):  # cut: as good
        if b"x" in block or "empty" in name:
            peer.socket.sendall(frame(BIN, b"x", fin=False))
        for _ in range(count):
            peer.socket.sendall(block)
            peer.socket.setblocking(False)
            try:
                while peer.socket.recv(1 << 20):
                    pass
            except BlockingIOError:
                pass
            peer.socket.settimeout(10)
    assert growth() <= 1 << 20, name
    peer.socket.close()
    assert run(display.port, frame(PING, b"next") + BYE, OK, None)[0] == [b"next"], "the next one is served"


HANDSHAKES = {
    "no key": (UPGRADE.replace(b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", b""), 400),
    "another version": (UPGRADE.replace(b"Version: 13", b"Version: 8"), 426),
    "no version": (UPGRADE.replace(b"Sec-WebSocket-Version: 13\r\n", b""), 400),
    "HTTP/1.0": (UPGRADE.replace(b"HTTP/1.1", b"HTTP/1.0"), 404),
    "POST": (UPGRADE.replace(b"GET", b"POST"), 404),
    "no such path": (UPGRADE.replace(b"/stream", b"/other"), 404),
    "a frame before the answer": (UPGRADE + frame(PING, b"early"), 400),
}


def test_handshakes(display):
    """4.2.1; the accept key is the RFC's own example."""
    with socket.create_connection(("127.0.0.1", display.port), timeout=10) as good:
        good.sendall(UPGRADE)
        assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in good.recv(4096)
    got = {}
    for name, (request, status) in HANDSHAKES.items():
        with socket.create_connection(("127.0.0.1", display.port), timeout=10) as connection:
            connection.sendall(request)
            answer = connection.recv(4096)
            if int(answer.split(b" ")[1]) != status:
                got[name] = (answer[:40], status)
    assert not got
