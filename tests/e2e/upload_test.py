"""POST /upload/image and POST /upload, with the clients that people use."""
import io
import json
import socket
import struct
import subprocess
import zlib

import pytest
import requests
from PIL import Image

from conftest import wait_until
from pictures import encoded, marker, noise, solid

FORMATS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}


def error_of(response: requests.Response) -> tuple[int, str]:
    answer = response.json()
    assert answer["ok"] is False
    assert len(answer["error"]) > 20, "a sentence that says what to do"
    return response.status_code, answer["code"]


@pytest.mark.parametrize("format", FORMATS)
def test_each_format_is_saved_and_shown(display, format):
    data = solid((200, 40, 90), size=(16, 16), format=format, **({"lossless": True} if format == "WEBP" else {}))
    response = display.upload(data)
    assert response.status_code == 200, response.text
    answer = response.json()["data"]
    name = f"td_live.{FORMATS[format]}"
    assert answer == {"saved_path": f"animations/{name}", "file_size": len(data),
                      "format": "jpeg" if format == "JPEG" else format.lower(), "display_updated": True}
    assert (display.storage / "animations" / name).read_bytes() == data
    pixel = display.snapshot().getpixel((360, 360))
    assert max(abs(a - b) for a, b in zip(pixel, (200, 40, 90))) <= 3
    showing = display.status()["showing"]
    assert (showing["name"], showing["width"], showing["source"]) == (name, 16, "rotation")


def test_a_png_of_the_panels_size_comes_out_bit_for_bit(display):
    picture = noise((720, 720))
    assert display.upload(encoded(picture, "PNG")).ok
    assert display.snapshot().tobytes() == picture.tobytes()


def test_integer_enlarging_is_exact(display):
    picture = noise((72, 72))
    assert display.upload(encoded(picture, "PNG")).ok
    assert display.snapshot().tobytes() == picture.resize((720, 720), Image.NEAREST).tobytes()


def test_a_jpeg_is_within_one_of_libjpegs_own_decode(display):
    data = encoded(marker(), "JPEG", quality=85)
    assert display.upload(data).ok
    expected = Image.open(io.BytesIO(data)).convert("RGB").tobytes()
    assert max(abs(a - b) for a, b in zip(display.snapshot().tobytes(), expected)) <= 1


def test_a_picture_of_another_shape_is_fitted_and_centred(start_display):
    display = start_display({"picture.background": "#102030"})
    assert display.upload(solid((255, 255, 0), size=(40, 20))).ok
    shot = display.snapshot()
    assert shot.getpixel((0, 0)) == (0x10, 0x20, 0x30)
    assert [shot.getpixel((360, y)) for y in (179, 180, 539, 540)] == [
        (0x10, 0x20, 0x30), (255, 255, 0), (255, 255, 0), (0x10, 0x20, 0x30)]


def test_other_extensions_of_the_same_name_go_after_the_new_file_is_there(display):
    for format, name in FORMATS.items():
        assert display.upload(solid((1, 2, 3), format=format)).ok
        assert display.files() == [f"td_live.{name}"]


def test_without_overwrite_every_upload_has_a_name_of_its_own(start_display):
    display = start_display({"upload.overwrite": "false"})
    names = [display.upload(solid((i, 0, 0))).json()["data"]["saved_path"] for i in range(3)]
    assert len(set(names)) == 3 and len(display.files()) == 3
    assert all(name.startswith("animations/td_live-2") and name.endswith(".png") for name in names)


# --- clients ---------------------------------------------------------------------------------------------------


def test_requests_sends_multipart_as_in_the_plan(display):
    # plan.md, Method A: files={'image': (filename, buffer, content_type)}
    files = {"image": ("td_frame.jpg", solid((9, 200, 9), format="JPEG"), "image/jpeg")}
    response = requests.post(display.url + "/upload/image", files=files, timeout=5)
    assert response.ok and response.json()["data"]["saved_path"] == "animations/td_live.jpg"


def test_curl_sends_a_form_and_a_raw_body(display, tmp_path):
    picture = tmp_path / "picture.png"
    picture.write_bytes(solid((5, 6, 7)))
    for arguments in (["-F", f"image=@{picture}"], ["--data-binary", f"@{picture}", "-H", "Content-Type: image/png"]):
        out = subprocess.run(["curl", "-sS", *arguments, display.url + "/upload/image"], capture_output=True, check=True)
        assert json.loads(out.stdout)["ok"] is True


def test_curl_waits_for_100_continue_and_is_not_kept_waiting(display, tmp_path):
    picture = tmp_path / "large.png"
    picture.write_bytes(encoded(noise((900, 900)), "PNG"))
    assert picture.stat().st_size > 1 << 20  # curl asks with Expect above 1 MiB
    out = subprocess.run(["curl", "-sSv", "-F", f"f=@{picture}", display.url + "/upload/image"], capture_output=True,
                         text=True, check=True)
    assert json.loads(out.stdout)["ok"] is True
    assert "100 Continue" in out.stderr


def test_a_chunked_body(display):
    data = solid((7, 7, 7))
    response = requests.post(display.url + "/upload/image", data=iter([data[:10], data[10:]]),
                             headers={"Content-Type": "application/octet-stream"}, timeout=10)
    assert response.ok


def multipart(boundary: str, parts: list[tuple[str, bytes]]) -> bytes:
    body = b"".join(f"--{boundary}\r\n{head}\r\n\r\n".encode() + data + b"\r\n" for head, data in parts)
    return body + f"--{boundary}--\r\n".encode()


@pytest.mark.parametrize("quote", ["", '"'])
def test_the_first_part_with_a_filename_wins(display, quote):
    first, second = solid((1, 1, 200)), solid((200, 1, 1))
    body = multipart("x-y", [("Content-Disposition: form-data; name=note", b"hello"),
                             ('Content-Disposition: form-data; name="a"; filename="a.png"', first),
                             ('Content-Disposition: form-data; name="b"; filename="b.png"', second)])
    response = display.upload(body, content_type=f"multipart/form-data; boundary={quote}x-y{quote}")
    assert response.ok, response.text
    assert display.snapshot().getpixel((9, 9)) == (1, 1, 200)


def test_the_route_of_todays_p3a(display):
    files = {"file": ("my picture.PNG", solid((3, 4, 5)), "image/png")}
    response = requests.post(display.url + "/upload", files=files, timeout=5)
    assert response.json() == {"ok": True, "data": {"filename": "my picture.PNG",
                                                    "message": "File uploaded and playing"}}
    assert display.files() == ["my picture.PNG"]


# --- errors ----------------------------------------------------------------------------------------------------


def png_header(width: int, height: int) -> bytes:
    ihdr = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", ihdr) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


BAD_BODIES = {
    "unknown": (b"this is no picture at all", "application/octet-stream", {}, (400, "UNKNOWN_FORMAT")),
    "mismatch": (solid((1, 1, 1)), "application/octet-stream", {"X-Image-Format": "jpeg"}, (400, "FORMAT_MISMATCH")),
    "cmyk": (encoded(Image.new("CMYK", (8, 8)), "JPEG"), "image/jpeg", {}, (400, "UNSUPPORTED_FEATURE")),
    "4096": (png_header(4096, 4096), "image/png", {}, (400, "DIMENSIONS_TOO_LARGE")),
    "65535": (png_header(65535, 65535), "image/png", {}, (400, "DIMENSIONS_TOO_LARGE")),
    "truncated png": (encoded(noise((64, 64)), "PNG")[:5000], "image/png", {}, (400, "DECODE_FAILED")),
    "truncated jpeg": (encoded(noise((64, 64)), "JPEG")[:2000], "image/jpeg", {}, (400, "DECODE_FAILED")),
    "truncated webp": (encoded(noise((64, 64)), "WEBP", lossless=True)[:5000], "image/webp", {}, (400, "DECODE_FAILED")),
    "truncated gif": (encoded(noise((64, 64)), "GIF")[:1500], "image/gif", {}, (400, "DECODE_FAILED")),
    "type": (solid((1, 1, 1)), "text/plain", {}, (415, "UNSUPPORTED_MEDIA_TYPE")),
    "multipart": (b"--x\r\nnonsense", "multipart/form-data; boundary=x", {}, (400, "MALFORMED_MULTIPART")),
    "unended": (b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + solid((1, 1, 1)),
                "multipart/form-data; boundary=x", {}, (400, "MALFORMED_MULTIPART")),
    "empty": (b"", "image/png", {}, (400, "EMPTY_BODY")),
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_bad_input_gets_its_code_and_the_picture_stays(display, name):
    body, content_type, headers, expected = BAD_BODIES[name]
    assert display.upload(solid((77, 88, 99))).ok
    assert error_of(display.upload(body, content_type=content_type, headers=headers)) == expected
    assert display.files() == ["td_live.png"]
    assert display.snapshot().getpixel((1, 1)) == (77, 88, 99)
    assert display.upload(solid((1, 2, 3))).ok, "the next one is welcome"


def test_no_content_type(display):
    with requests.Session() as session:
        request = session.prepare_request(requests.Request("POST", display.url + "/upload/image", data=b"abc"))
        request.headers.pop("Content-Type", None)
        assert error_of(session.send(request, timeout=5)) == (400, "MISSING_CONTENT_TYPE")


def test_too_large_is_said_as_soon_as_it_is_known(display):
    limit = 5 << 20
    head = f"POST /upload/image HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: {limit + 1}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", display.port), timeout=10) as client:
        client.sendall(head.encode())  # and not one byte of the body
        assert b" 413 " in client.recv(1000).split(b"\r\n")[0]
    body = b"\x89PNG\r\n\x1a\n" + bytes(limit)
    assert error_of(display.upload(body)) == (413, "FILE_TOO_LARGE")
    chunked = requests.post(display.url + "/upload/image", data=iter([body[i:i + 65536] for i in range(0, len(body), 65536)]),
                            headers={"Content-Type": "image/png"}, timeout=20)
    assert error_of(chunked) == (413, "FILE_TOO_LARGE")
    assert display.files() == []


def test_a_body_shorter_than_announced(display):
    head = "POST /upload/image HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 1000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", display.port), timeout=10) as client:
        client.sendall(head.encode() + solid((1, 1, 1))[:50])
        client.shutdown(socket.SHUT_WR)
        answer = client.makefile("rb").read()
    assert b" 400 " in answer.split(b"\r\n")[0] and b"LENGTH_MISMATCH" in answer
    wait_until(lambda: display.files() == [], "the temporary file is gone")


@pytest.mark.parametrize("name", ["../evil.png", "/etc/evil.png", "..", "a/../../evil.png", "%2e%2e%2fevil.png", "x" * 300 + ".png",
                                  "..\\evil.png", "ev\x00il.png", ".hidden.png", "evil.png/", "CON\n.png"])
def test_names_from_the_network_never_leave_the_folder(display, name):
    body = multipart("b", [(f'Content-Disposition: form-data; name="f"; filename="{name}"', solid((1, 1, 1)))])
    display.upload(body, path="/upload", content_type="multipart/form-data; boundary=b")
    outside = [path for path in display.storage.parent.rglob("*evil*") if (display.storage / "animations") not in path.parents]
    assert outside == []
    assert all("/" not in file and not file.startswith(".") for file in display.files())


def test_a_link_in_the_folder_is_replaced_and_not_followed(display, tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"not a picture")
    (display.storage / "animations").mkdir(exist_ok=True)
    (display.storage / "animations" / "link.png").symlink_to(secret)
    response = requests.post(display.url + "/upload", files={"file": ("link.png", solid((1, 1, 1)))}, timeout=5)
    assert response.ok
    assert secret.read_bytes() == b"not a picture"
    assert not (display.storage / "animations" / "link.png").is_symlink()


def test_uploads_can_be_switched_off(start_display):
    display = start_display({"upload.enable": "false"})
    assert error_of(display.upload(solid((1, 1, 1)))) == (403, "UPLOAD_DISABLED")


def test_wrong_paths_and_methods(display):
    assert error_of(requests.get(display.url + "/nothing", timeout=5)) == (404, "NOT_FOUND")
    response = requests.get(display.url + "/upload/image", timeout=5)
    assert error_of(response) == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["Allow"] == "POST"


# --- animations ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP"])
def test_an_animation_plays_and_loops(display, format):
    colors = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    options = {"lossless": True} if format == "WEBP" else {}
    frames = [Image.new("RGB", (8, 8), color) for color in colors]
    data = encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=20, loop=0, **options)
    assert display.upload(data).ok
    seen = []

    def look():
        pixel = display.snapshot().getpixel((300, 300))
        if not seen or seen[-1] != pixel:
            seen.append(pixel)
        return len(seen) >= 8

    wait_until(look, "frames change and come again")
    assert set(seen) == set(colors)
    assert display.status()["showing"]["animated"] is True
