"""Settings, actions, status, the page's files: the rest of the HTTP surface."""
import os
import socket
import subprocess

import pytest
import requests

from conftest import PROGRAM, wait_until
from pictures import encoded, marker, solid


def put_config(display, settings) -> requests.Response:
    return requests.put(display.url + "/config", json=settings, timeout=5)


def config(display) -> dict:
    return requests.get(display.url + "/config", timeout=5).json()["data"]


def test_rotation_turns_the_picture_at_once_and_survives_a_restart(display):
    assert display.upload(encoded(marker(), "PNG")).ok
    upright = display.snapshot()
    assert put_config(display, {"panel": {"rotation": 90}}).ok
    turned = upright.transpose(4)  # Image.ROTATE_270: clockwise by 90
    wait_until(lambda: display.snapshot().tobytes() == turned.tobytes(), "the picture is turned")
    assert display.stop() == 0
    display.start()
    assert config(display)["panel"]["rotation"] == 90
    wait_until(lambda: display.snapshot().tobytes() == turned.tobytes(), "turned after the restart, from storage")


@pytest.mark.parametrize(("body", "status", "code"), [
    ({"panel": {"rotation": 45}}, 400, "INVALID_VALUE"),
    ({"panel": {"rotation": 90, "colour": 1}}, 400, "UNKNOWN_KEY"),
    ({"picture": {"fit": "cover"}, "player": {"dwell_s": "soon"}}, 400, "INVALID_VALUE"),
    ({"panel": {"width": 100}}, 409, "START_ONLY"),
    ({"upload": {"save_path": "../elsewhere"}}, 400, "INVALID_VALUE"),
])
def test_a_bad_setting_changes_nothing(display, body, status, code):
    before = config(display)
    response = put_config(display, body)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert config(display) == before


def test_config_bodies_are_json_and_small(display):
    response = requests.put(display.url + "/config", data="{nonsense", timeout=5)
    assert (response.status_code, response.json()["code"]) == (400, "INVALID_JSON")
    response = requests.put(display.url + "/config", data=b" " * 32769, timeout=5)
    assert (response.status_code, response.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")


def test_p3as_small_settings_routes(display):
    assert requests.post(display.url + "/rotation", json={"rotation": 180}, timeout=5).json()["ok"] is True
    assert requests.get(display.url + "/rotation", timeout=5).json() == {"ok": True, "rotation": 180}
    assert requests.put(display.url + "/settings/dwell_time", json={"dwell_time": 12}, timeout=5).ok
    assert requests.get(display.url + "/settings/dwell_time", timeout=5).json()["data"] == {"dwell_time": 12}
    assert requests.get(display.url + "/api/ui-config", timeout=5).json()["data"]["lcd_width"] == 720


def test_next_back_pause_resume(start_display):
    display = start_display({"upload.overwrite": "false", "player.dwell_s": 0})
    colors = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    for color in colors:
        assert display.upload(solid(color)).ok
    pixel = lambda: display.snapshot().getpixel((1, 1))
    assert pixel() == colors[2]

    def action(name, expected):
        response = requests.post(f"{display.url}/action/{name}", timeout=5)
        assert response.status_code == 202
        assert response.json() == {"ok": True, "data": {"queued": True, "action": name}}
        wait_until(lambda: pixel() == expected, f"{name} shows {expected}")

    action("swap_next", colors[0])
    action("swap_next", colors[1])
    action("swap_back", colors[0])
    action("pause", colors[0])
    assert display.status()["player"]["paused"] is True
    action("resume", colors[0])


def test_a_corrupt_file_is_skipped_named_once_and_kept(start_display, tmp_path):
    folder = tmp_path / "storage" / "animations"
    folder.mkdir(parents=True)
    (folder / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    (folder / "good.png").write_bytes(solid((10, 20, 30)))
    display = start_display({"player.dwell_s": 1})
    wait_until(lambda: display.snapshot().getpixel((0, 0)) == (10, 20, 30), "the good one is shown")
    for _ in range(5):
        requests.post(display.url + "/action/swap_next", timeout=5)
    skipped = wait_until(lambda: display.status()["player"]["skipped"], "the bad one is named")
    assert [file["name"] for file in skipped] == ["bad.png"]
    assert skipped[0]["code"] == "DECODE_FAILED"
    assert display.log_text().count("bad.png") == 1
    assert (folder / "bad.png").exists()


def test_an_empty_display_shows_a_friendly_picture(display):
    colors = display.snapshot().getcolors(1 << 20)
    assert colors is None or len(colors) > 2
    assert display.status()["showing"]["source"] == "splash"


def test_status_in_p3as_shape(display):
    status = display.status()
    for key in ("state", "uptime_ms", "heap_free", "fw", "device", "device_name", "net", "storage", "sd_card_failed",
                "api_version", "queue_depth"):
        assert key in status
    assert status["device"]["screen_w"] == 720
    wait_until(lambda: display.status()["storage"]["total_bytes"] > 0, "the storage was looked at")
    assert display.status()["storage"]["healthy"] is True


def test_the_page_comes_plain_and_compressed_with_its_policy(display):
    plain = requests.get(display.url + "/", headers={"Accept-Encoding": "identity"}, timeout=5)
    packed = requests.get(display.url + "/", headers={"Accept-Encoding": "gzip"}, timeout=5)
    assert packed.headers["Content-Encoding"] == "gzip" and plain.text == packed.text
    assert "unsafe" not in plain.headers["Content-Security-Policy"]
    again = requests.get(display.url + "/", headers={"If-None-Match": plain.headers["ETag"]}, timeout=5)
    assert again.status_code == 304 and not again.content


def test_a_snapshot_is_only_sent_anew_when_something_changed(display):
    first = requests.get(display.url + "/snapshot.png", timeout=5)
    etag = {"If-None-Match": first.headers["ETag"]}
    assert requests.get(display.url + "/snapshot.png", headers=etag, timeout=5).status_code == 304
    assert display.upload(solid((1, 2, 3))).ok
    assert requests.get(display.url + "/snapshot.png", headers=etag, timeout=5).status_code == 200
    head = requests.head(display.url + "/snapshot.png", timeout=5)
    assert head.status_code == 200 and int(head.headers["Content-Length"]) > 100 and not head.content


@pytest.mark.parametrize(("headers", "code"), [
    ({"Host": "evil.example"}, "FORBIDDEN_HOST"),
    ({"Origin": "http://evil.example"}, "FORBIDDEN_ORIGIN"),
    ({"Origin": "null"}, "FORBIDDEN_ORIGIN"),
])
def test_pages_of_other_sites_are_kept_out(display, headers, code):
    for method, path in (("GET", "/status"), ("POST", "/action/pause"), ("POST", "/upload/image"), ("PUT", "/config")):
        response = requests.request(method, display.url + path, headers=headers, timeout=5)
        assert (response.status_code, response.json()["code"]) == (403, code)


def test_rubbish_on_the_wire_is_answered_and_forgotten(display):
    for rubbish in (b"\r\n\r\n\r\n", b"NONSENSE\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 5000 + b"\r\n",
                    b"POST /upload/image HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n",
                    b"POST /upload/image HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n",
                    b"\x16\x03\x01\x02\x00\x01\x00\x01"):
        with socket.create_connection(("127.0.0.1", display.port), timeout=15) as client:
            client.sendall(rubbish)
            client.shutdown(socket.SHUT_WR)
            answer = client.makefile("rb").read()
            assert answer == b"" or b" 4" in answer.split(b"\r\n")[0] or b" 501 " in answer.split(b"\r\n")[0]
    assert display.status()["state"] == "READY"


# --- the program itself ----------------------------------------------------------------------------------------


def run(*arguments, **environment) -> subprocess.CompletedProcess:
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=20,
                          env=os.environ | environment)


def test_exit_codes(tmp_path):
    assert run("--version").returncode == 0
    help_text = run("--help")
    assert help_text.returncode == 0 and "--upload.durability" in help_text.stdout
    assert run("--no.such=1").returncode == 2
    assert run("--panel.width=3").returncode == 2
    broken = tmp_path / "p3a.toml"
    broken.write_text("[panel]\nwidth = 'wide'\n")
    result = run("--config", str(broken))
    assert result.returncode == 78 and "panel.width" in result.stderr
    printed = run("--print-config")
    assert printed.returncode == 0
    broken.write_text(printed.stdout)
    assert run("--config", str(broken), "--check-config").returncode == 0


def test_a_port_in_use_is_said_and_is_failure_one(display):
    result = run(f"--http.port={display.port}", "--http.address=127.0.0.1", f"--storage.root={display.storage}")
    assert result.returncode == 1 and "--http.port" in result.stderr


def test_without_storage_it_starts_all_the_same_and_says_so(start_display, tmp_path):
    (tmp_path / "file").write_text("")
    display = start_display(storage=tmp_path / "file" / "below")
    assert display.snapshot().size == (720, 720)
    wait_until(lambda: display.status()["storage"]["healthy"] is False, "/status says so")
    response = display.upload(solid((1, 2, 3)))
    assert (response.status_code, response.json()["code"]) == (503, "STORAGE_UNAVAILABLE")
    assert "file/below" in display.log_text()


def test_idle_costs_no_processor(display):
    assert display.upload(encoded(marker(), "PNG")).ok
    # A still picture at rest: no thread may wake again and again. Counted in switches, not in time.
    tasks = f"/proc/{display.process.pid}/task"

    def switches():
        total = 0
        for task in os.listdir(tasks):
            with open(f"{tasks}/{task}/status") as status:
                total += sum(int(line.split()[1]) for line in status if "ctxt_switches" in line)
        return total

    before = switches()
    subprocess.run(["sleep", "3"], check=True)  # what is counted is what happens while nothing happens
    assert switches() - before < 3 * 20
