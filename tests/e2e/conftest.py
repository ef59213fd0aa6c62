"""Starts the real p3a-display on loopback for each test and looks at it as a user would."""
import contextlib
import io
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import threading
import time

import pytest
import requests
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("P3A_DISPLAY", ROOT / "build/bin/p3a-display"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_certificate(folder, name: str):
    """Writes cert.pem and key.pem, self-signed, for 127.0.0.1."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
                   check=True, capture_output=True)


def wait_until(condition, what: str, seconds: float = 20.0):
    """Polls until the condition holds; the time limit only ends a test that has failed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        time.sleep(0.005)
    pytest.fail(f"never happened: {what}")


class Display:
    """One running display. `options` are command line flags without the dashes: {"panel.width": 64}."""

    def __init__(self, storage: pathlib.Path, options: dict | None = None):
        self.storage = storage
        self.port = free_port()
        self.stream_port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_path = pathlib.Path(tempfile.mkstemp(suffix=".log", prefix="p3a-display-")[1])
        flags = {"http.port": self.port, "stream.port": self.stream_port, "http.address": "127.0.0.1", "storage.root": storage, "mdns.enable": "false",
                 "panel.refresh_hz": 0} | (options or {})
        if "http.tls.cert" in flags:  # requests believes the certificates of REQUESTS_CA_BUNDLE
            self.url = self.url.replace("http:", "https:")
        self.command = [str(PROGRAM)] + [f"--{key}={value}" for key, value in flags.items()]
        self.process = None

    def start(self) -> "Display":
        self.process = subprocess.Popen(self.command, stderr=open(self.log_path, "ab"))
        wait_until(self.answers, f"{self.command} answers: {self.log_text()[-2000:]}")
        return self

    def answers(self) -> bool:
        assert self.process.poll() is None, f"the display ended: {self.log_text()[-2000:]}"
        try:
            # The first picture comes a moment after the port is open.
            return requests.get(self.url + "/snapshot.png", timeout=5).ok
        except requests.ConnectionError:
            return False

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def log_text(self) -> str:
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def status(self) -> dict:
        return requests.get(self.url + "/status", timeout=10).json()["data"]

    def snapshot(self) -> Image.Image:
        response = requests.get(self.url + "/snapshot.png", timeout=10)
        assert response.status_code == 200, response.text
        return Image.open(io.BytesIO(response.content)).convert("RGB")

    def upload(self, data: bytes, path: str = "/upload/image", content_type: str = "application/octet-stream",
               headers: dict | None = None) -> requests.Response:
        return requests.post(self.url + path, data=data, headers={"Content-Type": content_type} | (headers or {}),
                             timeout=30)

    def files(self) -> list[str]:
        """Everything in the picture folder, leftovers too."""
        folder = self.storage / "animations"
        return sorted(entry.name for entry in folder.iterdir()) if folder.exists() else []

    def rss_bytes(self) -> int:
        """Counted page by page: the sums that the kernel keeps (statm, VmHWM) are up to 256 KiB off on two cores."""
        rollup = pathlib.Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return int(rollup.split("Rss:")[1].split()[0]) * 1024

    @contextlib.contextmanager
    def watched_rss(self):
        """with display.watched_rss() as growth: ...; then growth() is the most, in bytes, that a look a millisecond saw."""
        before = most = self.rss_bytes()
        over = threading.Event()

        def watch():
            nonlocal most
            while not over.wait(0.001):
                most = max(most, self.rss_bytes())

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield lambda: most - before
        finally:
            over.set()
            watcher.join()
            most = max(most, self.rss_bytes())

    def open_files(self) -> int:
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


@pytest.fixture
def start_display(tmp_path):
    """start_display(**options) -> Display; every one is killed after the test."""
    started = []

    def start(options: dict | None = None, storage: pathlib.Path | None = None) -> Display:
        display = Display(storage or tmp_path / "storage", options)
        started.append(display)
        return display.start()

    yield start
    for display in started:
        if display.process and display.process.poll() is None:
            display.kill()


@pytest.fixture
def tls_files(tmp_path, monkeypatch):
    """A folder with cert.pem, which requests believes, and key.pem."""
    folder = tmp_path / "tls"
    folder.mkdir()
    make_certificate(folder, "first")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder / "cert.pem"))
    return folder


@pytest.fixture
def tls_display(start_display, tls_files) -> Display:
    return start_display({"panel.width": 64, "panel.height": 64, "http.tls.cert": tls_files / "cert.pem", "http.tls.key": tls_files / "key.pem"})


@pytest.fixture
def display(start_display) -> Display:
    return start_display()
