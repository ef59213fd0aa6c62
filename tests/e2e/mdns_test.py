"""Announced through a real Avahi daemon, in a network namespace of the test's own."""
import json
import os
import pathlib
import subprocess

import pytest

from conftest import PROGRAM, free_port, wait_until
from send_test import SEND

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/><allow user="*"/></policy></busconfig>"""

# A private network with one address and a private /run: nothing of it is left behind.
NAMESPACE = ["unshare", "--net", "--mount"]
PREPARE = """set -e
ip link set lo up; ip link add d0 type veth peer name d1; ip addr add 192.0.2.5/24 dev d0; ip link set d1 up; ip link set d0 up
mkdir -p /run/avahi-daemon; mount -t tmpfs tmpfs /run/avahi-daemon
"""


@pytest.fixture
def network(tmp_path):
    """run(command) -> Popen inside the namespace, with a D-Bus of its own."""
    bus = tmp_path / "bus"
    (tmp_path / "bus.conf").write_text(BUS.format(path=bus))
    (tmp_path / "avahi.conf").write_text("[server]\nuse-ipv6=no\n[publish]\npublish-workstation=no\n")
    environment = os.environ | {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={bus}"}
    keeper = subprocess.Popen([*NAMESPACE, "bash", "-c", PREPARE + "echo ready; exec sleep infinity"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if keeper.stdout.readline().strip() != "ready":
        pytest.skip(f"no network namespace here: {keeper.stderr.read()}")
    enter = ["nsenter", f"--target={keeper.pid}", "--net", "--mount"]
    started = []

    def run(*command, log=None) -> subprocess.Popen:
        out = open(log, "ab") if log else subprocess.DEVNULL
        process = subprocess.Popen([*enter, *map(str, command)], stdout=out, stderr=out, env=environment)
        started.append(process)
        return process

    run.environment = environment
    run.enter = enter

    def start_bus():
        run.bus = run("dbus-daemon", f"--config-file={tmp_path}/bus.conf", "--nofork")
        wait_until(bus.exists, "D-Bus listens")

    def stop_bus():
        run.bus.kill()
        run.bus.wait()
        bus.unlink()

    run.start_bus, run.stop_bus = start_bus, stop_bus
    start_bus()
    yield run
    for process in [*reversed(started), keeper]:
        process.kill()
        process.wait()


def resolve(network, name: str) -> str:
    out = subprocess.run([*network.enter, "avahi-resolve", "-4", "-n", name], capture_output=True, text=True,
                         env=network.environment, timeout=20)
    return out.stdout


def start_avahi(network, tmp_path) -> subprocess.Popen:
    return network("avahi-daemon", "--no-drop-root", "--no-chroot", "--no-rlimits", "-f", tmp_path / "avahi.conf")


def test_announced_and_again_when_the_daemon_comes_back(network, tmp_path):
    log = tmp_path / "display.log"
    port = free_port()
    network(PROGRAM, f"--http.port={port}", f"--storage.root={tmp_path}/storage", log=log)
    wait_until(lambda: "waiting for the Avahi daemon" in log.read_text(), "it starts without Avahi")
    avahi = start_avahi(network, tmp_path)
    wait_until(lambda: log.read_text().count("announced as p3a.local") == 1, "announced", 30)
    assert "192.0.2.5" in resolve(network, "p3a.local")

    browse = subprocess.run([*network.enter, "avahi-browse", "-rtp", "_p3a._tcp"], capture_output=True, text=True,
                            env=network.environment, timeout=20)
    found = [line for line in browse.stdout.splitlines() if line.startswith("=;d0")]
    assert found and f";{port};" in found[0]
    for text in ('"w=720"', '"h=720"', '"name=p3a"', '"txtvers=1"'):
        assert text in found[0]

    avahi.terminate()
    avahi.wait()
    wait_until(lambda: "the Avahi daemon went away" in log.read_text(), "noticed", 30)
    avahi = start_avahi(network, tmp_path)
    wait_until(lambda: log.read_text().count("announced as p3a.local") == 2, "announced again", 30)

    # D-Bus goes too, for longer than one look.
    network.stop_bus()
    avahi.kill()
    avahi.wait()
    wait_until(lambda: log.read_text().count("the Avahi daemon went away") == 2, "noticed", 30)
    network.start_bus()
    start_avahi(network, tmp_path)
    wait_until(lambda: log.read_text().count("announced as p3a.local") == 3, "announced a third time", 30)
    assert log.read_text().count("mDNS: ") == 6, "one line for each event: " + log.read_text()


def discover(network, *words) -> subprocess.CompletedProcess:
    return subprocess.run([*network.enter, SEND, "discover", *words], capture_output=True, text=True,
                          env=network.environment, timeout=40)


def test_the_sender_finds_displays_of_both_kinds_and_says_when_it_cannot_look(network, tmp_path):
    nobody = discover(network)
    assert nobody.returncode == 1 and "no Avahi daemon answers" in nobody.stderr and "address" in nobody.stderr
    assert json.loads(discover(network, "--json").stdout)["ok"] is False

    start_avahi(network, tmp_path)
    log = tmp_path / "display.log"
    port = free_port()
    network(PROGRAM, f"--http.port={port}", f"--storage.root={tmp_path}/storage", "--mdns.name=left", "--panel.width=64",
            "--panel.height=32", log=log)
    wait_until(lambda: "announced as left.local" in log.read_text(), "announced", 30)
    # A p3a with its own firmware, and a printer with a page of its own.
    network("avahi-publish", "-s", "p3a-kitchen", "_http._tcp", "80")
    network("avahi-publish", "-s", "printer", "_http._tcp", "80", "path=/")
    network("avahi-publish", "-s", "p3a-album", "_http._tcp", "80", "path=/photos")

    def both():
        found = json.loads(discover(network, "--json", "--duration", "10").stdout)
        return found if len(found["displays"]) == 2 else None

    found = wait_until(both, "both are found", 40)
    left, stock = found["displays"]
    assert found["ok"] and left == {"name": "left", "host": "left.local", "address": f"192.0.2.5:{port}", "device": "live",
                                    "width": 64, "height": 32}
    assert (stock["name"], stock["device"], stock["address"]) == ("p3a-kitchen", "p3a", "192.0.2.5:80")
    words = discover(network)
    assert words.returncode == 0 and f"left  192.0.2.5:{port}  64x32  p3a-live" in words.stdout
    # Without a way to the daemon, as on Windows and macOS, the sender asks the network itself.
    subprocess.run([*network.enter, "ip", "route", "add", "224.0.0.0/4", "dev", "d0"], check=True)
    alone = subprocess.run([*network.enter, SEND, "discover", "--json", "--duration", "3"], capture_output=True, text=True, timeout=40,
                           env=os.environ | {"DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nowhere"})
    assert json.loads(alone.stdout)["displays"] == [left, stock], alone
    # What was found can be streamed to as it stands there.
    stream = subprocess.run([*network.enter, SEND, "stream", "--pattern", "bars", "--duration", "0.5", "--to", left["address"]],
                            capture_output=True, text=True, timeout=30)
    assert stream.returncode == 0 and "streaming to left, 64x32" in stream.stderr
