"""The display's decoders against Pillow's, pixel for pixel.

Pillow reads PNG by libpng where the display has libspng, and GIF by code of its own where the display has giflib, so
these are two opinions. JPEG and WebP are libjpeg-turbo and libwebp in both; what is compared there is what this
program does with them: rows, colours, sampling, alpha. So there is one bound for all: the same pixels, and 1 of 255
where a pixel is half transparent, since who puts it on black may round either way.
"""
import io
import pathlib
import subprocess

import numpy as np
import pytest
import requests
from bombs import REFUSED, broken_pictures
from conftest import ROOT
from pictures import animation, encoded, noise
from PIL import Image

SIDE = 256
# Packages with pictures that script/setup installs or brings along; how many of each at most, the same ones every time.
PACKAGES = {"adwaita-icon-theme": 80, "chromium": 20, "cmake-data": 20, "git": 20, "libtk8.6": 20, "libxslt1-dev": 30,
            "nodejs": 20, "libgudev-1.0-dev": 20, "valgrind": 20, "python3-pip": 20, "prometheus": 20, "cscope": 20}
# What the display shows and Pillow does not, or shows otherwise, and why either is right.
REASONS = {
    "png-ztxt-of-1-gib": "the display does not read texts, so it need not refuse one that unpacks to a GiB",
    "png-itxt-of-1-gib": "the same",
    "png-iccp-of-1-gib": "the same for profiles",
    "png-palette-short": "what has no colour is black, as with libpng; Pillow fills the palette up with grays",
    "gif-palette-index-out-of-range": "the same",
    "png-trns-longer-than-palette": "PNG forbids it, so it is ignored, as by libpng; Pillow uses it",
    "png-trns-before-palette": "the same",
    "gif-frame-outside": "a frame beyond the canvas shows nothing of itself; Pillow refuses it",
    "gif-second-frame-broken": "what no frame covers is transparent, as in browsers; Pillow gives it the first colour",
    "webp-lossy-at-12-length-534": "libwebp makes up two missing bytes at a picture's end; Pillow's demuxer minds that they lie behind it",
    "webp-alpha-at-472-length-546": "the same",
    "webp-lossless-at-12-length-1805": "the same: they were filler",
    "webp-lossless-ends-at-1827": "the last byte only makes the file's length even",
    "webp-frame-lies": "the header says that there is no alpha and the frame has some; Pillow believes the header",
}


def composed(image: Image.Image) -> tuple[np.ndarray, np.ndarray]:
    """R,G,B on black, and how far each pixel may be off."""
    if image.mode.startswith("I"):  # 16 bits of gray: the high byte, where Pillow's own convert() clips
        image = Image.fromarray((np.asarray(image).astype(np.int64) >> 8).astype(np.uint8))
    rgba = np.asarray(image.convert("RGBA")).astype(np.int64)
    alpha = rgba[..., 3:]
    return (rgba[..., :3] * alpha + 127) // 255, ((alpha != 0) & (alpha != 255)).astype(np.int64)


def pillow(data: bytes) -> Image.Image | None:
    try:
        image = Image.open(io.BytesIO(data))
        image.load()
        return image
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, Image.DecompressionBombError):
        return None


class Ours:
    def __init__(self, display):
        self.display, self.session = display, requests.Session()

    def decode(self, data: bytes, size: tuple[int, int]) -> np.ndarray | str:
        """The first frame's R,G,B, or the code of the refusal."""
        headers = {"Content-Type": "application/octet-stream", "X-Region": f"0,0,{size[0]},{size[1]}"}
        answer = self.session.post(self.display.url + "/display/raw", data=data, headers=headers, timeout=30)
        if not answer.ok:
            return answer.json()["code"]
        panel = Image.open(io.BytesIO(self.session.get(self.display.url + "/snapshot.png", timeout=30).content))
        return np.asarray(panel.convert("RGB").crop((0, 0, *size))).astype(np.int64)


def difference(ours: np.ndarray, theirs: Image.Image) -> str:
    """Nothing when both are the same picture."""
    expected, tolerance = composed(theirs)
    off = np.abs(ours - expected)
    wrong = (off > tolerance).any(axis=2)
    if not wrong.any():
        return ""
    y, x = np.argwhere(wrong)[0]
    return f"{wrong.sum()} of {wrong.size} pixels differ, first at {x},{y}: {ours[y, x]} and not {expected[y, x]}"


@pytest.fixture
def ours(start_display):
    # Soft edges: a JPEG's halved colour is interpolated then, as by Pillow.
    return Ours(start_display({"panel.width": SIDE, "panel.height": SIDE, "panel.refresh_hz": 0, "picture.scaling": "bilinear"}))


def test_a_live_jpegs_halved_colour_is_repeated_where_edges_are_hard(start_display):
    """decisions/0013: nearer to pixel art than Pillow's decoder, which interpolates as `bilinear` does."""
    art = noise((64, 64), 3).resize((SIDE, SIDE), Image.NEAREST)
    data = encoded(art, "JPEG", quality=75, subsampling=2)
    wanted = np.asarray(art).astype(np.int64)
    ours = Ours(start_display({"panel.width": SIDE, "panel.height": SIDE, "panel.refresh_hz": 0})).decode(data, (SIDE, SIDE))
    assert np.abs(ours - wanted).mean() * 1.5 < np.abs(composed(pillow(data))[0] - wanted).mean()


def packaged() -> list[pathlib.Path]:
    found = []
    for package, most in PACKAGES.items():
        listing = subprocess.run(["dpkg", "-L", package], capture_output=True, text=True, check=False).stdout.split("\n")
        files = sorted(name for name in listing if name.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".webp")))
        found += [pathlib.Path(name) for name in files[::max(1, len(files) // most)][:most]]
    return [path for path in found if path.is_file()]


def test_pictures_of_debian_packages_are_as_pillow_shows_them(ours):
    compared, faults = 0, []
    for path in packaged():
        data = path.read_bytes()
        theirs = pillow(data)
        if theirs is None or max(theirs.size) > SIDE or getattr(theirs, "n_frames", 1) > 1:
            continue
        pixels = ours.decode(data, theirs.size)
        fault = f"refused: {pixels}" if isinstance(pixels, str) else difference(pixels, theirs)
        faults += [f"{path}: {fault}"] if fault else []
        compared += 1
    assert not faults, "\n".join(faults)
    if not compared:
        pytest.skip("no package with pictures is installed")


def made():
    """Every way in which Pillow writes them."""
    for size in ((1, 1), (7, 5), (16, 16), (33, 17), (100, 75)):
        rgb, alpha = noise(size, 5), Image.frombytes("RGBA", size, noise((size[0], size[1] * 2), 6).tobytes()[:size[0] * size[1] * 4])
        smooth = rgb.resize((3, 3)).resize(size, Image.BICUBIC)
        name = f"{size[0]}x{size[1]}"
        for mode in ("1", "L", "LA", "RGB", "RGBA", "P"):
            yield f"png-{mode}-{name}", encoded((alpha if "A" in mode else rgb).convert(mode), "PNG")
        yield f"png-16-{name}", encoded(Image.fromarray((np.asarray(rgb.convert("L")).astype(np.int32) * 257)).convert("I;16"), "PNG")
        for colors in (2, 4, 16, 256):
            palette = rgb.quantize(colors)
            yield f"png-palette-{colors}-{name}", encoded(palette, "PNG", transparency=1)
            yield f"gif-{colors}-{name}", encoded(palette, "GIF")
            yield f"gif-transparent-{colors}-{name}", encoded(palette, "GIF", transparency=1, interlace=0)
        for image, kind in ((rgb, "noise"), (smooth, "smooth")):
            for quality in (5, 60, 100):
                for sampling in (0, 1, 2):
                    yield f"jpeg-{kind}-{quality}-{sampling}-{name}", encoded(image, "JPEG", quality=quality, subsampling=sampling)
                yield f"jpeg-{kind}-{quality}-progressive-{name}", encoded(image, "JPEG", quality=quality, progressive=True)
                yield f"webp-{kind}-{quality}-{name}", encoded(image, "WEBP", quality=quality)
            yield f"jpeg-{kind}-gray-{name}", encoded(image.convert("L"), "JPEG")
            yield f"webp-lossless-{kind}-{name}", encoded(image, "WEBP", lossless=True)
        yield f"webp-alpha-{name}", encoded(alpha, "WEBP", quality=70)
        yield f"webp-lossless-alpha-{name}", encoded(alpha, "WEBP", lossless=True, exact=True)


def test_every_kind_that_pillow_writes_is_as_pillow_reads_it(ours):
    faults = []
    for name, data in made():
        theirs = pillow(data)
        pixels = ours.decode(data, theirs.size)
        fault = f"refused: {pixels}" if isinstance(pixels, str) else difference(pixels, theirs)
        faults += [f"{name}: {fault}"] if fault else []
    assert not faults, "\n".join(faults)


def test_odd_pictures_that_are_shown_are_as_pillow_shows_them(ours):
    compared, faults, reasons = 0, [], dict(REASONS)
    for picture in broken_pictures():
        theirs = None if picture.expected == REFUSED or picture.format == "p3x" else pillow(picture.data)
        size = theirs.size if theirs else (8, 8)
        if picture.expected == REFUSED or max(size) > SIDE or "moving" in picture.name or "apng" in picture.name:
            continue
        pixels = ours.decode(picture.data, size)
        if isinstance(pixels, str):
            continue  # stricter than Pillow, which draws what is there
        fault = difference(pixels, theirs) if theirs else "Pillow refuses it"
        if fault and not reasons.pop(picture.name, ""):
            faults.append(f"{picture.name}: {fault}")
        compared += 1
    assert not faults, "\n".join(faults)
    assert not reasons, "these are as Pillow has them"
    assert compared > 15


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_an_animation_is_frame_by_frame_as_pillow_plays_it(tmp_path, form):
    """By p3a-send, which has the display's decoders: to P3X and from there to PNG, both lossless."""
    frames = [noise((40, 30), seed) for seed in range(6)]
    if form == "GIF":
        frames = [frame.quantize(64) for frame in frames]
    options = {"WEBP": {"lossless": True, "minimize_size": False}}.get(form, {})
    data = encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=50, loop=0, **options)
    (tmp_path / "a").write_bytes(data)
    send = ROOT / "build/bin/p3a-send"
    subprocess.run([send, "encode", tmp_path / "a", "--out", tmp_path / "a.p3x"], check=True, capture_output=True)
    subprocess.run([send, "decode", tmp_path / "a.p3x", "--out", tmp_path / "frames"], check=True, capture_output=True)
    decoded = sorted((tmp_path / "frames").iterdir())
    theirs = Image.open(io.BytesIO(data))
    assert len(decoded) == theirs.n_frames == 6
    for number, path in enumerate(decoded):
        theirs.seek(number)
        fault = difference(np.asarray(Image.open(path).convert("RGB")).astype(np.int64), theirs)
        assert not fault, f"frame {number}: {fault}"
