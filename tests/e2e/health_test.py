"""What those who watch over displays get to see: probes, metrics, the service manager."""
import re
import shutil
import socket
import subprocess

import pytest
import requests

from conftest import Display, wait_until
from pictures import encoded, marker
from soak import Connection


def metrics(display) -> dict[str, float]:
    text = requests.get(display.url + "/metrics", timeout=10)
    assert text.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in text.text.splitlines() if not line.startswith("#"))}


def test_metrics_are_well_formed(display):
    """Prometheus' text format 0.0.4, and the rules that promtool checks."""
    display.upload(b"no picture")
    text = requests.get(display.url + "/metrics", timeout=10).text
    assert text.endswith("\n")
    family, kinds, seen = None, {}, set()
    for line in text.splitlines():
        if line.startswith("# HELP "):
            family, words = line[7:].split(" ", 1)
            assert words.endswith(".") and family not in kinds
        elif line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            assert name == family and kind in ("counter", "gauge")
            kinds[name] = kind
        else:
            sample = re.fullmatch(r'([a-z0-9_]+)(\{[a-z]+="[A-Za-z0-9_.-]*"\})? (-?[0-9.]+(?:[Ee][-+]?[0-9]+)?)', line)
            assert sample and sample[1] == family, line
            assert line.rsplit(" ", 1)[0] not in seen, line
            seen.add(line.rsplit(" ", 1)[0])
    for name, kind in kinds.items():
        assert name.startswith("p3a_") and name.endswith("_total") == (kind == "counter"), name
        assert not re.search(r"_(ms|us|millis|kib|mib|percent)", name), name
    assert len(kinds) > 30


def test_promtool_finds_nothing_to_say(display):
    """Prometheus' own checker, of Debian's package."""
    if not shutil.which("promtool"):
        pytest.skip("promtool is missing: script/setup installs it")
    connection = Connection(display.port)
    connection.send(2, b"no picture")
    connection.ack()
    text = requests.get(display.url + "/metrics", timeout=10).text
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=60)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
    connection.end(politely=True)


def test_metrics_count_what_happens(display):
    before = metrics(display)
    assert display.upload(encoded(marker(), "PNG")).ok
    assert display.upload(b"no picture").status_code == 400
    connection = Connection(display.port)
    connection.send(2, encoded(marker(), "JPEG"))
    assert connection.wait_acks(1) == 1
    assert requests.get(display.url + "/status", headers={"Host": "evil.example"}, timeout=10).status_code == 403
    after = metrics(display)
    grown = {name: after[name] - before.get(name, 0) for name in after}
    assert grown["p3a_uploads_accepted_total"] == 1
    assert grown['p3a_uploads_refused_total{code="UNKNOWN_FORMAT"}'] == 1
    assert grown['p3a_frames_received_total{transport="websocket"}'] == 1
    assert grown['p3a_requests_refused_total{reason="access"}'] == 1
    assert after["p3a_stream_clients"] == 1 and after["p3a_healthy"] == 1 and after["p3a_panel_healthy"] == 1
    assert after["p3a_resident_memory_bytes"] > 1 << 20 and after["p3a_cpu_seconds_total"] > 0
    assert after["p3a_threads"] > 3 and after["p3a_open_fds"] > 5
    connection.end(politely=True)


def test_alive_and_ready(display):
    for path in ("/healthz", "/readyz"):
        answer = requests.get(display.url + path, timeout=10)
        assert (answer.status_code, answer.json()) == (200, {"ok": True})


def test_the_service_manager_is_told(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(20)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        display = Display(tmp_path / "storage").start()
        assert manager.recv(100) == b"READY=1"
        assert manager.recv(100) == b"WATCHDOG=1"
        assert display.stop() == 0
        while (state := manager.recv(100)) == b"WATCHDOG=1":
            pass
        assert state == b"STOPPING=1"


def test_a_stop_under_load_says_so_to_every_stream(display):
    streams = [Connection(display.port) for _ in range(4)]
    picture = encoded(marker(), "JPEG")
    for connection in streams:
        for _ in range(3):
            connection.send(2, picture)
    assert display.stop() == 0
    for connection in streams:
        kind = payload = None
        while kind != 8:
            kind, payload = connection.message()
        assert payload[:2] == b"\x03\xe9", "1001, going away"
    assert display.log_text().count("stopped") == 1
