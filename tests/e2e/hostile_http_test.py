"""What HTTP must not do to a display: framing that lies, heads and bodies without end, slow ones, floods."""
import socket
import time

import pytest

from conftest import wait_until
from raw import ask, connect, read_answer

HEAD = b"POST /upload/image HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
FORM = b"POST /upload/image HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n"
KIB = 1024

# Whole requests that are wrong -> what they get.
WRONG = {
    "gzip as transfer coding": (HEAD + b"Transfer-Encoding: gzip\r\n\r\n", 501),
    "gzip, chunked": (HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    "chunked twice": (HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "identity": (HEAD + b"Transfer-Encoding: identity\r\n\r\n", 501),
    "HTTP/1.0 and chunked": (CHUNKED.replace(b"HTTP/1.1", b"HTTP/1.0") + b"0\r\n\r\n", 501),
    "length and chunked": (HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "chunked and length": (HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400),
    "two lengths": (HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
    "length with a sign": (HEAD + b"Content-Length: +3\r\n\r\nabc", 400),
    "length below zero": (HEAD + b"Content-Length: -1\r\n\r\n", 400),
    "length of 2^64": (HEAD + b"Content-Length: 18446744073709551616\r\n\r\n", 400),
    "length of 2^64 - 1": (HEAD + b"Content-Length: 18446744073709551615\r\n\r\n", 413),
    "two hosts": (b"GET /status HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", 400),
    "two origins": (b"GET /status HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nOrigin: http://evil.example\r\n\r\n", 400),
    "two content types": (HEAD + b"Content-Type: image/png\r\nContent-Length: 1\r\n\r\nx", 400),
    "no host": (b"GET /status HTTP/1.1\r\n\r\n", 403),
    "another site's address as target": (b"GET http://evil.example/status HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
    "a folded header": (b"GET /status HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n", 200),
    "space before the colon": (b"GET /status HTTP/1.1\r\nHost : localhost\r\n\r\n", 400),
    "NUL in a header": (b"GET /status HTTP/1.1\r\nHost: local\0host\r\n\r\n", 400),
    "bare LF": (b"GET /status HTTP/1.1\nHost: localhost\n\n", 400),
    "HTTP/2 preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "HTTP/0.9": (b"GET /status\r\n\r\n", 400),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100), 400),
    "long path": (b"GET /" + b"a" * 3000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
    "chunk size of 2^64": (CHUNKED + b"10000000000000000\r\nabc\r\n0\r\n\r\n", 400),
    "chunk size below zero": (CHUNKED + b"-1\r\nabc\r\n0\r\n\r\n", 400),
    "chunk size with 0x": (CHUNKED + b"0x3\r\nabc\r\n0\r\n\r\n", 400),
    "chunk without its end": (CHUNKED + b"3\r\nabcd\r\n0\r\n\r\n", 400),
    "a long chunk extension": (CHUNKED + b"3;" + b"a" * 300 + b"\r\nabc\r\n0\r\n\r\n", 400),
    "expectation of something else": (HEAD + b"Expect: the-spanish-inquisition\r\nContent-Length: 3\r\n\r\nabc", 400),
}


def test_wrong_framing(display):
    wrong = {}
    for name, (request, status) in WRONG.items():
        answer = ask(display, request)
        got = answer.status if answer else None
        if got != status:
            wrong[name] = (got, status, answer.body[:120] if answer else b"")
    assert not wrong, wrong
    assert display.status()["stream"]["clients"] == 0


def test_a_refused_request_is_the_last_of_its_connection(display):
    """What follows a body that was not read is no request."""
    smuggled = b"POST /action/pause HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
    for name in ("length and chunked", "HTTP/1.0 and chunked", "gzip as transfer coding", "two lengths", "chunk without its end"):
        with connect(display) as connection:
            connection.sendall(WRONG[name][0] + smuggled)
            connection.shutdown(socket.SHUT_WR)
            answer = read_answer(connection)
            assert answer is None or answer.status >= 400, name
            while connection.recv(65536):
                pass
    assert display.status()["player"]["paused"] is False


def test_trailers_are_read_and_forgotten(display):
    answer = ask(display, CHUNKED + b"3\r\nabc\r\n0\r\nHost: evil.example\r\nX: y\r\n\r\n")
    assert (answer.status, answer.code) == (400, "UNKNOWN_FORMAT")


def pieces(first: bytes, piece: bytes):
    yield first
    while True:
        yield piece


ENDLESS = {
    "header": (lambda: pieces(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", b"a" * 4096), 8 * KIB),
    "headers": (lambda: pieces(b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"X-Y: z\r\n" * 512), 8 * KIB),
    "request line": (lambda: pieces(b"GET /", b"a" * 4096), 8 * KIB),
    "empty lines": (lambda: pieces(b"", b"\r\n" * 2048), 8 * KIB),
    "chunk extension": (lambda: pieces(CHUNKED + b"3;", b"a" * 4096), 64 * KIB),
    "chunk size": (lambda: pieces(CHUNKED, b"0" * 4096), 64 * KIB),
    "trailer": (lambda: pieces(CHUNKED + b"3\r\nabc\r\n0\r\nX: ", b"a" * 4096), 64 * KIB),
    "trailers": (lambda: pieces(CHUNKED + b"3\r\nabc\r\n0\r\n", b"X-Y: z\r\n" * 512), 64 * KIB),
    "multipart preamble": (lambda: pieces(FORM, b"1000\r\n" + b"p" * 4096 + b"\r\n"), 64 * KIB),
    "multipart head": (lambda: pieces(FORM + b"5\r\n--b\r\n\r\n", b"1000\r\nX: " + b"p" * 4093 + b"\r\n"), 64 * KIB),
}


def unread(connection: socket.socket) -> int:
    """Bytes of what we sent that the display has not taken (SIOCOUTQ)."""
    import array
    import fcntl
    import termios
    size = array.array("i", [0])
    fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, size)
    return size[0]


def send_without_end(display, kind) -> tuple[int, bytes]:
    """How many bytes went out, and the answer."""
    sent, answer = 0, None
    with connect(display) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        for piece in ENDLESS[kind][0]():
            try:
                connection.sendall(piece)
            except OSError:
                break
            sent += len(piece)
            connection.setblocking(False)
            try:
                answer = answer or connection.recv(65536)
            except BlockingIOError:
                pass
            connection.settimeout(20)
            # What the display drains so that its answer arrives is bounded by time, not by us.
            if answer is not None or sent > (8 << 20):
                break
        if answer is None and sent <= (8 << 20):
            answer = connection.recv(65536)
    return sent, answer


@pytest.mark.parametrize("kind", ENDLESS)
def test_without_end(display, kind):
    send_without_end(display, kind)  # every path warm
    with display.watched_rss() as growth:
        sent, answer = send_without_end(display, kind)
    assert answer and answer.split(b" ")[1][:1] == b"4", (kind, sent, answer)
    # What lies in the kernel's buffers at both ends of loopback counts as sent, too.
    assert sent <= ENDLESS[kind][1] + 64 * KIB + 512 * KIB, (kind, sent)
    assert growth() <= 256 * KIB, kind


def test_one_address_cannot_take_every_connection(display):
    held = []
    try:
        while len(held) < 48:
            held.append(connect(display, source="127.0.0.2"))
        with connect(display, source="127.0.0.2") as extra:
            try:
                answer = read_answer(extra)
                assert answer is None or (answer.status, answer.code) == (503, "BUSY")
            except ConnectionResetError:
                pass
        assert display.status()["stream"] is not None, "others are served"
        for number in range(3, 7):  # and all together cannot take more than there are
            held += [connect(display, source=f"127.0.0.{number}") for _ in range(8)]
        try:
            answer = read_answer(held[-1])
            assert answer is None or (answer.status, answer.code) == (503, "BUSY")
        except ConnectionResetError:
            pass
        assert display.open_files() < 64 + 40
    finally:
        for connection in held:
            connection.close()
    wait_until(display.answers, "everyone is served again")
    text = ask(display, b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").body.decode()
    refused = {line.split(" ")[0]: float(line.split(" ")[1]) for line in text.splitlines() if line.startswith("p3a_connections_refused_total")}
    assert refused['p3a_connections_refused_total{cap="address"}'] >= 1
    assert refused['p3a_connections_refused_total{cap="total"}'] >= 1


SLOW = {
    "says nothing": (b"", b""),
    "a head, byte by byte": (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", b"a"),
    "a body, byte by byte": (HEAD + b"Content-Length: 100000\r\n\r\n", b"a"),
    "a quick beginning, then byte by byte": (HEAD + b"Content-Length: 3000000\r\n\r\n" + b"\xff\xd8\xff\xe0" + b"a" * 1000000, b"a"),
    "chunks, byte by byte": (CHUNKED, b"1\r\na\r\n"),
    "a form's preamble": (FORM.replace(b"Transfer-Encoding: chunked", b"Content-Length: 100000"), b"p"),
    "reads nothing": (b"GET /snapshot.png HTTP/1.1\r\nHost: localhost\r\n\r\n" * 40, b""),
    "keeps a finished connection": (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", b""),
}


def test_slow_ones_are_cut_within_fifteen_seconds(display):
    """All at once, so that the test takes no longer than the slowest; the time is the display's promise."""
    begun = time.monotonic()
    open_ones = {}
    for name, (first, more) in SLOW.items():
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", display.port))
        connection.setblocking(False)
        for start in range(0, len(first), 65536):
            try:
                connection.sendall(first[start:start + 65536])
            except BlockingIOError:
                time.sleep(0.01)
        open_ones[name] = (connection, more)
    cut = {}
    while open_ones and time.monotonic() - begun < 30:
        time.sleep(0.5)
        for name, (connection, more) in list(open_ones.items()):
            gone = False
            try:
                if more:
                    connection.send(more)
                elif name == "reads nothing":
                    gone = not established(display, connection)
                else:
                    while data := connection.recv(65536):
                        pass
                    gone = not data
            except BlockingIOError:
                pass
            except OSError:
                gone = True
            if more and not gone:
                gone = not established(display, connection)
            if gone:
                cut[name] = round(time.monotonic() - begun, 1)
                open_ones.pop(name)[0].close()
    assert not open_ones, f"still there: {list(open_ones)}; cut: {cut}"
    assert max(cut.values()) <= 16.5, cut  # 15 s, and how often we look


def established(display, connection: socket.socket) -> bool:
    """Whether the display's end of a connection is still open."""
    ours = f"{connection.getsockname()[1]:04X}"
    theirs = f"{display.port:04X}"
    for line in open("/proc/net/tcp"):
        fields = line.split()
        if fields[1].endswith(":" + theirs) and fields[2].endswith(":" + ours):
            return fields[3] in ("01", "08")
    return False
