"""TLS on both ports (http.tls.cert, http.tls.key), with certificates that the tests make themselves."""
import asyncio
import signal
import socket
import ssl
import subprocess

import pytest
import requests
import websockets

from conftest import PROGRAM, free_port, make_certificate, wait_until
from live_test import Client
from pictures import encoded, marker, noise
from raw import ask, read_answer
from send_test import SEND


@pytest.fixture
def files(tls_files):
    return tls_files


@pytest.fixture
def display(tls_display):
    return tls_display


def shake_hands(display, **settings) -> ssl.SSLSocket:
    """A connection to whoever it is; `settings` are attributes of the SSLContext."""
    context = ssl._create_unverified_context()
    context.set_ciphers("DEFAULT@SECLEVEL=0")  # or this end refuses TLS 1.1 itself
    for name, value in settings.items():
        setattr(context, name, value)
    return context.wrap_socket(socket.create_connection(("127.0.0.1", display.port), timeout=20))


def subject(display) -> bytes:
    with shake_hands(display) as connection:
        return b"first" if b"first" in connection.getpeercert(binary_form=True) else b"second"


def connect(display, files, port=None, **more):
    return websockets.connect(f"wss://127.0.0.1:{port or display.port}/stream", ssl=ssl.create_default_context(cafile=files / "cert.pem"),
                              max_size=None, **more)


def test_uploads_over_https_are_whole_and_shown(display, files):
    picture = encoded(noise((1000, 1000)), "PNG")  # 3 MB: hundreds of records
    with requests.Session() as session:
        answer = session.post(display.url + "/upload/image", files={"image": ("a.png", picture)}, timeout=30)
        assert answer.json()["data"]["display_updated"] is True
        pieces = (picture[at:at + 70_000] for at in range(0, len(picture), 70_000))  # chunked
        assert session.post(display.url + "/upload/image", data=pieces, headers={"Content-Type": "image/png"}, timeout=30).ok
    assert (display.storage / "animations/td_live.png").read_bytes() == picture
    small = marker((64, 64))
    assert display.upload(encoded(small, "PNG")).ok
    assert display.snapshot().tobytes() == small.tobytes()
    curl = subprocess.run(["curl", "-sS", "--cacert", files / "cert.pem", "-F", "image=@-", display.url + "/upload/image"],
                          input=encoded(small, "GIF"), capture_output=True)
    assert b'"ok":true' in curl.stdout, curl.stderr


def test_streams_over_wss_on_both_ports(display, files):
    async def talk(port, picture):
        async with connect(display, files, port, origin=f"https://127.0.0.1:{port}") as stream:
            client = Client(stream)
            assert (await client.next("hello"))["width"] == 64
            await client.send({"type": "hello", "acks": True})
            for _ in range(3):
                await client.send(encoded(picture, "PNG"))
                await client.next("ack")
            assert display.snapshot().tobytes() == picture.tobytes()
        assert stream.close_code == 1000

    asyncio.run(talk(display.port, noise((64, 64), 1)))
    asyncio.run(talk(display.stream_port, noise((64, 64), 2)))


def test_only_tls_1_2_and_above(display):
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        shake_hands(display, minimum_version=version, maximum_version=version).close()
    with pytest.warns(DeprecationWarning), pytest.raises(ssl.SSLError, match="alert protocol version"):
        shake_hands(display, minimum_version=ssl.TLSVersion.TLSv1_1, maximum_version=ssl.TLSVersion.TLSv1_1)


def test_the_rules_of_access_hold(display, files):
    def status(**headers):
        return requests.get(display.url + "/status", headers=headers, timeout=10).status_code

    assert status(Origin=f"https://127.0.0.1:{display.port}") == 200
    assert status(Origin="https://evil.example") == status(Host="evil.example") == 403

    async def from_elsewhere():
        async with connect(display, files, origin="https://evil.example"):
            pass

    with pytest.raises(websockets.exceptions.InvalidStatusCode, match="403"):
        asyncio.run(from_elsewhere())


def test_who_comes_without_tls_is_told_so(display):
    answer = ask(display, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert (answer.status, answer.code) == (400, "BAD_REQUEST") and b"https://" in answer.body
    stream = subprocess.Popen([SEND, "stream", "--pattern", "bars", "--to", f"127.0.0.1:{display.port}"], stderr=subprocess.PIPE, text=True)
    try:
        assert "write https://" in stream.stderr.readline()
    finally:
        stream.kill()
        stream.communicate()


def test_a_new_certificate_on_sighup_and_no_connection_is_dropped(display, files):
    async def talk():
        async with connect(display, files) as stream:
            client = Client(stream)
            await client.send({"type": "hello", "acks": True})
            await client.next("hello")
            await asyncio.to_thread(reload_twice)
            await client.send(encoded(marker((64, 64)), "PNG"))
            assert "presented_us" in await client.next("ack"), "the stream that was there goes on"

    def reload_twice():
        assert subject(display) == b"first"
        make_certificate(files, "second")
        display.process.send_signal(signal.SIGHUP)
        wait_until(lambda: subject(display) == b"second", "the new one is shown")
        (files / "key.pem").write_text("no key")
        display.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "the certificate that was there stays" in display.log_text(), "one line says so")
        assert subject(display) == b"second"

    asyncio.run(talk())
    assert [line.split()[1] for line in display.log_text().splitlines() if "tls" in line.lower()] == ["info", "info", "error"]


def test_handshakes_that_come_to_nothing_cost_nothing(display, files):
    slow = socket.create_connection(("127.0.0.1", display.port), timeout=20)
    slow.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")  # the beginning of a ClientHello
    for garbage in (b"\x16", b"\x16\x03\x01\xff\xff" + bytes(70_000), b"\x16" * 70_000, b"\x15\x03\x03\x00\x02\x02\x28"):
        with socket.create_connection(("127.0.0.1", display.port), timeout=20) as connection:
            connection.sendall(garbage)
    files_before = display.open_files()
    for _ in range(20):
        shake_hands(display).close()  # no request
    assert display.status()["stream"]["clients"] == 0
    wait_until(lambda: display.open_files() <= files_before, "they are gone")
    assert read_answer(slow) is None, "cut after 10 s"


@pytest.mark.parametrize(("cert", "key", "says"), [
    ("missing.pem", "key.pem", "http.tls.cert: cannot read"), ("cert.pem", "", "http.tls.key is not set"), ("", "key.pem", "http.tls.cert is not set"),
    ("key.pem", "key.pem", "no usable certificate"), ("cert.pem", "cert.pem", "no usable private key"), ("cert.pem", "locked.pem", "passphrase"),
    ("cert.pem", "other.pem", "is not that of the certificate")])
def test_wrong_files_keep_the_display_from_starting(files, cert, key, says):
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", files / "other.pem"], check=True)
    subprocess.run(["openssl", "pkey", "-in", files / "other.pem", "-aes128", "-passout", "pass:secret", "-out", files / "locked.pem"], check=True)
    given = [f"--http.tls.{name}={files / file}" for name, file in (("cert", cert), ("key", key)) if file]
    run = subprocess.run([PROGRAM, *given, "--mdns.enable=false", "--http.address=127.0.0.1", f"--http.port={free_port()}", f"--storage.root={files}/s"],
                         capture_output=True, text=True, timeout=20)
    assert run.returncode == 1 and says in run.stderr, run.stderr
