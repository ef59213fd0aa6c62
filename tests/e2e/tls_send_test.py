"""p3a-send and the library behind it, over TLS: to the real display, with certificates that the tests make themselves."""
import glob
import json
import os
import signal
import subprocess

from conftest import make_certificate, wait_until
from pictures import encoded, noise
from send_test import SEND


def send(command: str, to: str, *more, **options) -> subprocess.CompletedProcess:
    return subprocess.run([SEND, command, *more, "--to", to], capture_output=True, text=True, timeout=60, **options)


def first_line(*words, env=None) -> str:
    """Of what p3a-send says; then it is killed."""
    program = subprocess.Popen([SEND, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)
    try:
        return program.stdout.readline()
    finally:
        program.kill()
        program.communicate()


def refusals(to: str, *how, env=None):
    """What is said over HTTP, and what of a stream."""
    done = send("status", to, *how, env=env)
    assert done.returncode == 1
    yield done.stderr
    yield first_line("stream", "--pattern", "bars", "--to", to, *how, env=env)


def test_every_subcommand_reaches_a_display_with_tls(tls_display, tls_files, tmp_path):
    to, trust = f"https://127.0.0.1:{tls_display.port}", ("--ca", tls_files / "cert.pem")
    for seed, command in enumerate(("upload", "raw", "stream")):
        picture, file = noise((64, 64), seed), tmp_path / f"{command}.png"
        file.write_bytes(encoded(picture, "PNG"))
        how = ("--format", "png") if command == "stream" else ()
        running = subprocess.Popen([SEND, command, file, *how, "--to", to, *trust], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            wait_until(lambda: tls_display.snapshot().tobytes() == picture.tobytes(), f"{command}: the picture is on the panel")
            if command == "stream":
                running.send_signal(signal.SIGINT)
        finally:
            err = running.communicate(timeout=20)[1]
        assert running.returncode == 0, err
    (result,) = json.loads(send("status", to, "--json", *trust).stdout)["results"]
    assert result["answer"]["data"]["stream"]["clients"] == 0, "the stream has said goodbye"
    assert first_line("watch", "--to", f"wss://127.0.0.1:{tls_display.stream_port}", *trust).startswith("display: p3a, 64x64")


def test_who_is_not_trusted_is_refused_with_what_to_do(tls_display, tls_files):
    to = f"https://127.0.0.1:{tls_display.port}"
    trust = ("--ca", str(tls_files / "cert.pem"))
    shown = subprocess.run(["openssl", "x509", "-in", tls_files / "cert.pem", "-noout", "-fingerprint", "-sha256"], capture_output=True, text=True)
    fingerprint = shown.stdout.strip().split("=")[1]
    (tls_files / "empty.pem").write_text("")
    late = {"LD_PRELOAD": glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")[0], "FAKETIME": "+3d", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    for where, how, env, says in (
            (to, (), {}, f"is not trusted (SHA-256 {fingerprint}): if it is the right one, name its PEM file"),
            (to.replace("127.0.0.1", "localhost"), trust, {}, "is not for localhost but for IP Address:127.0.0.1"),
            (to, trust, late, "has expired ("),
            (to, ("--ca", str(tls_files / "empty.pem")), {}, "There is no certificate in the CA file"),
            (to.replace("https:", "http:"), (), {}, "write https://")):
        for said in refusals(where, *how, env=os.environ | env):
            assert says in said
    assert tls_display.status()["stream"]["clients"] == 0


def test_a_display_without_tls_is_told_from_one_with_it(display):
    for said in refusals(f"https://127.0.0.1:{display.port}"):
        assert "There is no TLS with" in said and "write http://" in said


def test_a_stream_comes_back_to_a_display_with_a_new_certificate(tls_display, tls_files):
    """The CA file is the display's own certificate, and both are read anew."""
    command = [SEND, "stream", "--pattern", "bars", "--size", "64x64", "--json", "--to", f"https://127.0.0.1:{tls_display.port}", "--ca", tls_files / "cert.pem"]
    stream = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        wait_until(lambda: tls_display.status()["source"]["owner"] == "stream", "it streams")
        make_certificate(tls_files, "second")
        tls_display.process.send_signal(signal.SIGHUP)
        wait_until(lambda: tls_display.log_text().count("TLS with the certificate") == 2, "the new one is read")
        assert tls_display.status()["source"]["owner"] == "stream", "the stream goes on"
        tls_display.stop()
        tls_display.start()
        wait_until(lambda: tls_display.status()["source"]["owner"] == "stream", "it is back")
    finally:
        stream.send_signal(signal.SIGINT)
        out, err = stream.communicate(timeout=20)
    assert stream.returncode == 0, err
    assert json.loads(out)["reconnects"] >= 1
