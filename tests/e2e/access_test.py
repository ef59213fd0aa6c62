"""Who may talk to a display: every Host with every Origin, method, content type and token, over raw sockets."""
import itertools
import json
import os
import socket
import subprocess
import time

import pytest

from conftest import PROGRAM, ROOT, wait_until
from raw import ask, connect, read_answer

TOKEN = "correct-horse-battery-staple"

# Host header -> is it ours? PORT stands for the display's port.
HOSTS = {
    "127.0.0.1:PORT": True, "127.0.0.1": True, "localhost": True, "LocalHost:PORT": True, "p3a.local": True, "P3A.LOCAL.:80": True,
    "wall.example": True, "192.0.2.9": True, "[::1]:PORT": True, "[fe80::1]": True,
    "": False, "evil.example": False, "127.evil": False, "127.0.0.1.evil.example": False, "p3a.local.evil.example": False,
    "xp3a.local": False, "256.1.1.1": False, "0x7f000001": False, "2130706433": False, "[::1": False, "[evil]": False,
    "localhost:80:80": False, "localhost:http": False, "user@localhost": False, "localhost/": False,
}
# Origin header -> is it ours for the Host "127.0.0.1:PORT"? None: a program, which sends none.
ORIGINS = {
    None: True, "http://127.0.0.1:PORT": True, "http://127.0.0.1": True, "http://localhost:PORT": True, "https://p3a.local": True,
    "http://wall.example": True,
    "http://evil.example": False, "null": False, "http://127.evil": False, "http://127.0.0.1.evil.example": False,
    "http://203.0.113.9": False, "file://": False, "http://": False, "chrome-extension://abc": False,
    "http://[fe80::666]": False, "http://evil.example#127.0.0.1": False, "http://127.0.0.1@evil.example": False,
}
# Method, path, content type, body -> the status when nobody objects, and whether a token is wanted.
REQUESTS = [
    ("GET", "/", None, b"", 200, False),
    ("GET", "/healthz", None, b"", 200, False),
    ("GET", "/status", None, b"", 200, True),
    ("GET", "/metrics", None, b"", 200, True),
    ("HEAD", "/config", None, b"", 200, True),
    ("POST", "/source/release", "text/plain", b"", 200, True),
    ("POST", "/source/release", "application/x-www-form-urlencoded", b"a=b", 200, True),
    ("POST", "/source/release", "application/json", b"{}", 200, True),
    ("PUT", "/config", "application/json", b"{}", 200, True),
    ("POST", "/upload/image", "text/plain", b"x", 415, True),
    ("POST", "/display/raw", "image/png", b"no picture", 400, True),
    ("OPTIONS", "/config", None, b"", 405, True),
    ("DELETE", "/upload/image", None, b"", 405, True),
    ("GET", "/no/such/path", None, b"", 404, True),
]
# Authorization header -> is it the token?
TOKENS = {
    f"Bearer {TOKEN}": True, f"bearer {TOKEN}": True,
    None: False, "": False, "Bearer": False, "Bearer ": False, f"Bearer {TOKEN[:-1]}": False, f"Bearer {TOKEN}x": False, f"Bearer  {TOKEN}": False,
    f"Bearer {TOKEN.upper()}": False, f"Basic {TOKEN}": False, TOKEN: False, f"Bearer {TOKEN}{TOKEN}": False,
}


def request_of(display, host, origin, method, path, content_type, body, token, upgrade=b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1"]
    lines += [f"{name}: {value.replace('PORT', str(display.port))}"
              for name, value in (("Host", host), ("Origin", origin), ("Authorization", token), ("Content-Type", content_type)) if value is not None]
    if body or method in ("POST", "PUT"):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n" + upgrade + b"\r\n" + body


def rows(token_wanted: bool):
    """Every Host with every request, every Origin with every request, every token with every request."""
    for request in REQUESTS:
        yield from ((host, None, request, f"Bearer {TOKEN}") for host in HOSTS)
        yield from (("127.0.0.1:PORT", origin, request, f"Bearer {TOKEN}") for origin in ORIGINS)
        yield from (("127.0.0.1:PORT", None, request, token) for token in (TOKENS if token_wanted else ()))
    # And the worst of each together: which objection comes first?
    yield from itertools.product(["evil.example", "127.0.0.1:PORT"], ["http://evil.example", None], [REQUESTS[0], REQUESTS[2], REQUESTS[5]],
                                 [None, f"Bearer {TOKEN}"])


def expected(host, origin, token, needs_token) -> str:
    if not HOSTS[host]:
        return "FORBIDDEN_HOST"
    if not ORIGINS[origin]:
        return "FORBIDDEN_ORIGIN"
    return "UNAUTHORIZED" if needs_token and not TOKENS[token] else ""


STATUS_OF = {"FORBIDDEN_HOST": 403, "FORBIDDEN_ORIGIN": 403, "UNAUTHORIZED": 401}


@pytest.fixture
def token_file(tmp_path):
    path = tmp_path / "token"
    path.write_text(TOKEN + "\n")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("with_token", [False, True])
def test_the_matrix(start_display, token_file, with_token):
    display = start_display_with(start_display, {"auth.token_file": token_file} if with_token else {})
    wrong, seen = [], 0
    for host, origin, (method, path, content_type, body, status, private), token in rows(with_token):
        code = expected(host, origin, token, private and with_token)
        answer = ask(display, request_of(display, host, origin, method, path, content_type, body, token))
        seen += 1
        got = (answer.status, answer.code if method != "HEAD" and code else "") if answer else None
        if got != (STATUS_OF.get(code, status), code if method != "HEAD" else ""):
            wrong.append((method, path, content_type, host, origin, token, got, code or status))
    assert not wrong, f"{len(wrong)} of {seen} rows: {wrong[:5]}"
    assert seen >= 500


def start_display_with(start_display, options):
    """A display whose own pages can be asked for without the token, which conftest's wait does not know."""
    import conftest

    class Open(conftest.Display):
        def answers(self):
            assert self.process.poll() is None, self.log_text()
            try:
                return ask(self, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n") is not None
            except OSError:
                return False

    plain, conftest.Display = conftest.Display, Open
    try:
        return start_display({"http.hosts": "wall.example"} | options)
    finally:
        conftest.Display = plain


UPGRADE = (b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
           b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")


@pytest.mark.parametrize("stream_port", [False, True])
def test_the_matrix_of_upgrades(start_display, stream_port):
    display = start_display_with(start_display, {})
    pairs = [(host, None) for host in HOSTS] + [("127.0.0.1:PORT", origin) for origin in ORIGINS]
    for host, origin in pairs:
        code = expected(host, origin, None, False)
        with connect(display, port=display.stream_port if stream_port else None) as connection:
            connection.sendall(request_of(display, host, origin, "GET", "/" if stream_port else "/stream", None, b"", None, UPGRADE))
            answer = read_answer(connection)
        assert (answer.status, answer.code) == ((403, code) if code else (101, "")), (host, origin)
        wait_until(lambda: display.status()["stream"]["clients"] == 0, "gone")


def stream(display, headers: bytes = b"") -> socket.socket:
    connection = connect(display)
    connection.sendall(b"GET /stream HTTP/1.1\r\nHost: localhost\r\n" + headers + UPGRADE + b"\r\n")
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(1)
    assert head.startswith(b"HTTP/1.1 101 " if b"wrong" not in headers else b"HTTP/1.1 401 "), head
    return connection


def masked(opcode: int, payload: bytes) -> bytes:
    assert len(payload) < 126
    return bytes([0x80 | opcode, 0x80 | len(payload)]) + bytes(4) + payload


def frames(connection: socket.socket, count: int = 1000) -> list:
    """(opcode, payload), but for pings, of the first `count`, or of everything until the display hangs up."""
    data, found = b"", []
    while len(found) < count:
        piece = connection.recv(65536)
        if not piece:
            break
        data += piece
        rest, found = data, []
        while len(rest) >= 4:
            size, begin = (rest[1], 2) if rest[1] < 126 else (int.from_bytes(rest[2:4], "big"), 4)
            if rest[0] & 15 != 9:  # but for pings
                found.append((rest[0] & 15, rest[begin:begin + size]))
            rest = rest[begin + size:]
    return found


def close_of(found) -> tuple[int, str]:
    assert found[-1][0] == 8, found
    return int.from_bytes(found[-1][1][:2], "big"), found[-1][1][2:].decode()


def test_a_stream_says_the_token_by_header_or_first_message(start_display, token_file):
    display = start_display_with(start_display, {"auth.token_file": token_file})
    hello = json.dumps({"type": "hello", "name": "x", "token": TOKEN}).encode()
    bye = masked(8, b"\x03\xe8")

    with stream(display, f"Authorization: Bearer {TOKEN}\r\n".encode()) as connection:
        assert b'"hello"' in frames(connection, 1)[0][1]
    with stream(display) as connection:
        connection.sendall(masked(1, hello))
        assert b'"hello"' in frames(connection, 1)[0][1]
    stream(display, b"Authorization: Bearer wrong\r\n").close()
    for first in (masked(1, b'{"type":"hello","name":"x"}'), masked(1, b'{"type":"hello","token":""}'), masked(1, b"no JSON"),
                  masked(1, json.dumps({"type": "hello", "token": TOKEN[:-1]}).encode()), masked(1, b'{"token":7}'),
                  masked(2, b"\xff\xd8\xff"), masked(2, b"")):
        with stream(display) as connection:
            connection.sendall(first)
            found = frames(connection, 2)
            connection.sendall(bye)
            assert b"UNAUTHORIZED" in found[0][1] and close_of(found)[0] == 1008, (first, found)
            assert not any(b'"hello"' in text for _, text in found), "a stranger is told nothing"


def test_who_never_says_the_token_is_cut(start_display, token_file):
    display = start_display_with(start_display, {"auth.token_file": token_file})
    with stream(display) as connection:
        # Pings keep it from being silent; the close is not answered either. The limit of steps only ends a failed test.
        received = b""
        for _ in range(200):
            try:
                connection.sendall(masked(9, b"here"))
                piece = connection.recv(4096)
            except OSError:
                break
            if not piece:
                break
            received += piece
            time.sleep(0.2)
        else:
            pytest.fail("still connected")
        assert b"more than 10 s without the token" in received


def test_a_token_file_that_is_none_keeps_the_display_from_starting(tmp_path):
    for text in (None, "", "short\n", "has a space in it somewhere\n", "x" * 600):
        path = tmp_path / "token"
        path.unlink(missing_ok=True)
        if text is not None:
            path.write_text(text)
        run = subprocess.run([PROGRAM, f"--auth.token_file={path}", "--mdns.enable=false", f"--storage.root={tmp_path}/s", "--http.port=1"],
                             capture_output=True, text=True, timeout=20)
        assert run.returncode == 1 and "auth.token_file" in run.stderr, (text, run.stderr)
        assert text in (None, "") or text.strip() not in run.stderr, "the token is in the log"


def test_p3a_send_takes_the_token_from_a_file_or_the_environment(start_display, token_file):
    display = start_display_with(start_display, {"auth.token_file": token_file})
    send = [ROOT / "build/bin/p3a-send", "status", "--to", f"127.0.0.1:{display.port}", "--json"]
    plain = {name: value for name, value in os.environ.items() if name != "P3A_TOKEN"}
    run = lambda *more, **env: subprocess.run([*send, *more], capture_output=True, text=True, timeout=30, env=plain | env)  # noqa: E731
    assert run("--token-file", token_file).returncode == 0
    assert run(P3A_TOKEN=TOKEN).returncode == 0
    refused = run()
    assert refused.returncode == 1 and "token" in refused.stdout + refused.stderr
    assert run(P3A_TOKEN="wrong-token-wrong-token").returncode == 1
    assert run("--token", TOKEN).returncode == 2, "every user sees a program's arguments"
    log = display.log_text()
    assert TOKEN not in log
