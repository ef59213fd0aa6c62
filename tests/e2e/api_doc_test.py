"""docs/API_UPLOAD.md: every curl in it is run, every route of the display is in it, every code it names is one of ours."""
import json
import re
import shlex
import subprocess

from conftest import ROOT
from pictures import encoded, noise, solid

DOC = (ROOT / "docs/API_UPLOAD.md").read_text()


def commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", DOC, re.S)
    return [line for block in blocks for line in block.replace("\\\n", " ").splitlines() if line.startswith("curl ")]


def test_every_curl_works(display, tmp_path):
    (tmp_path / "picture.png").write_bytes(solid((255, 0, 0)))
    (tmp_path / "picture.jpg").write_bytes(encoded(noise((64, 64)), "JPEG"))
    (tmp_path / "pixels").write_bytes(noise((64, 64)).tobytes())
    assert len(commands()) >= 8
    for command in commands():
        words = shlex.split(command.replace("http://localhost:8080", display.url))
        done = subprocess.run(["curl", "-sS", *words[1:]], cwd=tmp_path, capture_output=True, timeout=30)
        assert done.returncode == 0, done.stderr
        if "-o" not in words:
            assert json.loads(done.stdout)["ok"] is True, (command, done.stdout)
    assert (tmp_path / "panel.png").read_bytes()[:4] == b"\x89PNG"


def test_every_route_has_a_curl():
    source = (ROOT / "device/api/api.cc").read_text()
    table = source[source.index("Api::routes()"):]
    routes = re.findall(r'Route\{"([A-Z]+)", "([^"]+)"', table[:table.index("}\n\n")])
    routes += [("POST", "/upload/image"), ("POST", "/upload"), ("POST", "/display/raw")]
    assert len(routes) > 20
    called = set()
    for command in commands():
        words = shlex.split(command)
        method = words[words.index("-X") + 1] if "-X" in words else "POST" if "-F" in words or "--data-binary" in words else "GET"
        called.add((method, next(word for word in words if word.startswith("http"))[len("http://localhost:8080"):]))
    assert set(routes) <= called, set(routes) - called


def test_every_code_that_is_used_is_described_and_the_other_way_round():
    names = dict(re.findall(r'case ErrorCode::(k\w+):\s*return \{"([A-Z_0-9]+)"', (ROOT / "core/base/error.cc").read_text()))
    sources = [path for room in ("core", "device", "ports") for path in (ROOT / room).rglob("*")
               if path.suffix in (".cc", ".h") and path.stem != "error" and "_test" not in path.stem]
    used = {names[name] for path in sources for name in re.findall(r"ErrorCode::(k\w+)", path.read_text()) if name in names}
    used.discard("DECODE_TIMEOUT")  # the playlist knows what to do with it, but no decoder gives it yet
    docs = DOC + (ROOT / "docs/PROTOCOL.md").read_text()
    assert len(used) > 30 and not {code for code in used if code not in docs}
    rows = re.findall(r"^\| \d{3}(?:, \d{3})* \| ([A-Z_, ]+)", DOC, re.M)
    named = {code for row in rows for code in re.findall(r"[A-Z][A-Z_]{3,}", row)}
    assert len(named) > 25 and named <= set(names.values()), named - set(names.values())
