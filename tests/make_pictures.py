#!/usr/bin/python3
"""Makes tests/pictures/: small files of every kind that the display takes or refuses, and what they show.

    /usr/bin/python3 tests/make_pictures.py      (Debian's python3-pil and python3-numpy)

Its output is committed; run it only to change the pictures. index.txt has a line for each file:

    good NAME WIDTH HEIGHT FRAMES DELAYS TOLERANCE    shows NAME.rgba: its frames, R,G,B,A, one after the other
    bad NAME CODE                                     is refused with that code, on opening or while it plays

DELAYS are milliseconds as the display keeps them, joined by commas. TOLERANCE is the largest difference of a
sample that is right: 0 for lossless formats, 1 or 2 where libraries may round differently. PNG, APNG, GIF and
animated WebP are written by hand here, and composed by plain numpy, so that the expectation does not come
from the libraries under test; only JPEG and lossy WebP are expected to show what Pillow makes of them.
"""
import io
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image

OUT = pathlib.Path(__file__).parent / "pictures"
index = []
random = np.random.default_rng(7)


def good(name, data, frames, delays=(0,), tolerance=0):
    frames = [np.asarray(frame, np.uint8) for frame in frames]
    height, width = frames[0].shape[:2]
    (OUT / name).write_bytes(data)
    (OUT / (name + ".rgba")).write_bytes(b"".join(frame.tobytes() for frame in frames))
    index.append(f"good {name} {width} {height} {len(frames)} {','.join(map(str, delays))} {tolerance}")


def bad(name, data, code):
    (OUT / name).write_bytes(data)
    index.append(f"bad {name} {code}")


def shown_delay(milliseconds):
    return 100 if milliseconds <= 10 else milliseconds


def smooth(width, height):
    """A picture with gradients and edges: R,G,B."""
    y, x = np.mgrid[0:height, 0:width]
    r = x * 255 // max(width - 1, 1)
    g = y * 255 // max(height - 1, 1)
    b = np.where((x // 5 + y // 5) % 2, 220, 30)
    return np.dstack([r, g, b]).astype(np.uint8)


def opaque(rgb):
    return np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])


def noise_rgba(width, height):
    picture = random.integers(0, 256, (height, width, 4)).astype(np.uint8)
    picture[..., 3] = random.choice([0, 255, 255, 90, 200], (height, width))
    return picture


# --- Composing animations, independent of the program under test -----------------------------------


def over(source, under):
    """Both R,G,B,A, not premultiplied."""
    s, u = source.astype(np.int64), under.astype(np.int64)
    source_share = s[..., 3:] * 255
    under_share = (255 - s[..., 3:]) * u[..., 3:]
    whole = np.maximum(source_share + under_share, 1)
    out = np.empty_like(s)
    out[..., :3] = (2 * (s[..., :3] * source_share + u[..., :3] * under_share) + whole) // (2 * whole)
    out[..., 3] = (2 * (source_share + under_share) + 255)[..., 0] // 510
    out = np.where(s[..., 3:] == 0, u, out)
    return np.where((s[..., 3:] == 255) | ((u[..., 3:] == 0) & (s[..., 3:] > 0)), s, out).astype(np.uint8)


def compose(size, frames):
    """frames: (x, y, rgba, dispose, blend) with dispose none|background|previous, blend source|over."""
    width, height = size
    canvas = np.zeros((height, width, 4), np.uint8)
    shown = []
    for x, y, rgba, dispose, blend in frames:
        before = canvas.copy()
        rgba = rgba[: height - y if height > y else 0, : width - x if width > x else 0]
        region = canvas[y : y + rgba.shape[0], x : x + rgba.shape[1]]
        region[:] = over(rgba, region) if blend == "over" else rgba
        shown.append(canvas.copy())
        if dispose == "background":
            region[:] = 0
        if dispose == "previous":
            canvas = before
    return shown


# --- PNG (Third Edition) ------------------------------------------------------------------------------

SIGNATURE = b"\x89PNG\r\n\x1a\n"
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def scanlines(samples, depth):
    """Filtered rows of an array (height, width, channels), each row with another filter where it can."""
    height = samples.shape[0]
    bytes_a_pixel = max(1, samples.shape[2] * depth // 8)
    previous = None
    out = bytearray()
    for y in range(height):
        flat = samples[y].reshape(-1)
        if depth == 16:
            row = flat.astype(">u2").tobytes()
        elif depth == 8:
            row = flat.astype(np.uint8).tobytes()
        else:
            bits = "".join(format(int(v), f"0{depth}b") for v in flat)
            bits += "0" * (-len(bits) % 8)
            row = bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))
        previous = previous or bytes(len(row))
        kind = y % 5
        out.append(kind)
        for i, value in enumerate(row):
            a = row[i - bytes_a_pixel] if i >= bytes_a_pixel else 0
            b = previous[i]
            c = previous[i - bytes_a_pixel] if i >= bytes_a_pixel else 0
            nearest = min((a, b, c), key=lambda v: abs(a + b - c - v))
            out.append((value - (0, a, b, (a + b) // 2, nearest)[kind]) & 255)
        previous = row
    return bytes(out)


def pixel_data(samples, depth, interlaced):
    if not interlaced:
        return zlib.compress(scanlines(samples, depth))
    passes = (samples[y0::dy, x0::dx] for x0, y0, dx, dy in ADAM7)
    return zlib.compress(b"".join(scanlines(part, depth) for part in passes if part.size))


def ihdr(width, height, depth, color, interlaced):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlaced))


def png(samples, depth, color, interlaced=False, palette=None, trns=None, extra=b"", pieces=1):
    height, width = samples.shape[:2]
    out = SIGNATURE + ihdr(width, height, depth, color, interlaced) + extra
    if palette is not None:
        out += chunk(b"PLTE", palette.astype(np.uint8).tobytes())
    if trns is not None:
        out += chunk(b"tRNS", trns)
    data = pixel_data(samples, depth, interlaced)
    step = -(-len(data) // pieces)
    for i in range(0, len(data), step):
        out += chunk(b"IDAT", data[i : i + step])
    return out + chunk(b"IEND", b"")


def expand(samples, depth, color, palette=None, trns=None):
    """What a PNG shows, as R,G,B,A of 8 bits."""
    height, width = samples.shape[:2]
    top = (1 << depth) - 1
    eight = samples >> 8 if depth == 16 else samples * 255 // top
    out = np.full((height, width, 4), 255, np.uint8)
    if color == 3:
        out[..., :3] = palette[samples[..., 0]]
        if trns is not None:
            alpha = np.full(256, 255, np.uint8)
            alpha[: len(trns)] = list(trns)
            out[..., 3] = alpha[samples[..., 0]]
        return out
    out[..., :3] = eight[..., :3] if color in (2, 6) else eight[..., :1]
    if color in (4, 6):
        out[..., 3] = eight[..., -1]
    if trns is not None:
        key = np.array(struct.unpack(f">{len(trns) // 2}H", trns))
        out[..., 3] = np.where((samples == key).all(axis=2), 0, 255)
    return out


def make_pngs():
    width, height = 19, 13
    for color, depths in ((0, (1, 2, 4, 8, 16)), (2, (8, 16)), (3, (1, 2, 4, 8)), (4, (8, 16)), (6, (8, 16))):
        for depth in depths:
            for interlaced in (False, True):
                samples = random.integers(0, 1 << depth, (height, width, CHANNELS[color]))
                palette = random.integers(0, 256, (1 << depth, 3)).astype(np.uint8) if color == 3 else None
                name = f"png-{ {0: 'gray', 2: 'rgb', 3: 'palette', 4: 'graya', 6: 'rgba'}[color] }{depth}"
                name += "-interlaced" if interlaced else ""
                data = png(samples, depth, color, interlaced, palette, pieces=3)
                good(name + ".png", data, [expand(samples, depth, color, palette)])
                if color in (4, 6) or interlaced and depth != 8:
                    continue
                trns = bytes([0, 128]) if color == 3 else struct.pack(f">{CHANNELS[color]}H", *samples[5, 5])
                data = png(samples, depth, color, interlaced, palette, trns)
                good(name + "-trns.png", data, [expand(samples, depth, color, palette, trns)])
    for width, height in ((1, 1), (1, 9), (9, 1), (3, 2)):
        for interlaced in (False, True):
            samples = smooth(width, height).astype(np.int64)
            name = f"png-{width}x{height}{'-interlaced' if interlaced else ''}.png"
            good(name, png(samples, 8, 2, interlaced), [opaque(smooth(width, height))])
    picture = smooth(24, 18).astype(np.int64)
    # Eight megabytes of text in eight kilobytes, a broken colour profile, an unknown chunk: none is looked at.
    bomb = chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(8 << 20), 9)) + chunk(b"iCCP", b"x") + chunk(b"exIf", b"?")
    good("png-ancillary.png", png(picture, 8, 2, extra=bomb), [opaque(smooth(24, 18))])

    data = png(picture, 8, 2)
    bad("bad-png-cut.png", data[: len(data) * 6 // 10], "DECODE_FAILED")
    bad("bad-png-no-end.png", data[:-12], "DECODE_FAILED")
    at = data.index(b"IEND") - 5
    bad("bad-png-crc.png", data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], "DECODE_FAILED")
    bad("bad-png-ihdr-crc.png", data[:32] + bytes([data[32] ^ 1]) + data[33:], "DECODE_FAILED")
    short = SIGNATURE + ihdr(24, 18, 8, 2, 0) + chunk(b"IDAT", pixel_data(picture[:9], 8, False))
    bad("bad-png-short.png", short + chunk(b"IEND", b""), "DECODE_FAILED")
    no_palette = SIGNATURE + ihdr(24, 18, 8, 3, 0) + chunk(b"IDAT", pixel_data(picture[..., :1], 8, False))
    bad("bad-png-no-palette.png", no_palette + chunk(b"IEND", b""), "DECODE_FAILED")
    huge = SIGNATURE + ihdr(4096, 4096, 8, 2, 0) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    bad("bad-png-4096.png", huge, "DIMENSIONS_TOO_LARGE")


def apng(size, frames, depth=8, color=6, interlaced=False, palette=None, trns=None, default=None):
    """frames: (x, y, samples, dispose, blend, delay numerator, denominator). default: a still for other readers."""
    width, height = size
    out = SIGNATURE + ihdr(width, height, depth, color, interlaced)
    out += chunk(b"acTL", struct.pack(">II", len(frames), 0))
    if palette is not None:
        out += chunk(b"PLTE", palette.astype(np.uint8).tobytes())
    if trns is not None:
        out += chunk(b"tRNS", trns)
    sequence = 0
    if default is not None:
        out += chunk(b"IDAT", pixel_data(default, depth, interlaced))
    for i, (x, y, samples, dispose, blend, numerator, denominator) in enumerate(frames):
        disposal = ("none", "background", "previous").index(dispose)
        rows, columns = samples.shape[:2]
        control = (sequence, columns, rows, x, y, numerator, denominator, disposal, blend == "over")
        out += chunk(b"fcTL", struct.pack(">IIIIIHHBB", *control))
        sequence += 1
        data = pixel_data(samples, depth, interlaced)
        if i == 0 and default is None:
            out += chunk(b"IDAT", data)
            continue
        for part in (data[: len(data) // 2], data[len(data) // 2 :]):
            out += chunk(b"fdAT", struct.pack(">I", sequence) + part)
            sequence += 1
    return out + chunk(b"IEND", b"")


def make_apngs():
    size = (20, 14)
    frames = [(0, 0, noise_rgba(*size), "none", "source", 5, 100)]
    delays = iter([(0, 100), (1, 100), (11, 1000), (1, 0), (7, 0), (1, 1), (25, 100), (3, 1000)])
    for dispose in ("none", "background", "previous"):
        for blend in ("source", "over"):
            x, y = (int(v) for v in random.integers(0, 8, 2))
            columns, rows = (int(v) for v in random.integers(1, 7, 2))
            frames.append((x, y, noise_rgba(columns, rows), dispose, blend, *next(delays)))
    frames.append((0, 0, noise_rgba(*size), "none", "over", *next(delays)))
    shown = compose(size, [frame[:5] for frame in frames])
    milliseconds = [shown_delay(n * 1000 // (d or 100)) for *_, n, d in frames]
    as_int = [(x, y, p.astype(np.int64), *rest) for x, y, p, *rest in frames]
    good("apng-all.png", apng(size, as_int), shown, milliseconds)
    good("apng-interlaced.png", apng(size, as_int, interlaced=True), shown, milliseconds)
    default = np.zeros((14, 20, 4), np.int64)
    good("apng-default-image.png", apng(size, as_int, default=default), shown, milliseconds)
    good("apng-one-frame.png", apng(size, as_int[:1]), shown[:1])
    good("apng-one-frame-default.png", apng(size, as_int[:1], default=default), shown[:1])
    first_previous = [(*as_int[0][:3], "previous", "over", 1, 10), *as_int[1:3]]
    expected = compose(size, [(0, 0, frames[0][2], "previous", "over"), *[f[:5] for f in frames[1:3]]])
    good("apng-first-previous.png", apng(size, first_previous), expected, (100, *milliseconds[1:3]))

    palette = random.integers(0, 256, (16, 3)).astype(np.uint8)
    trns = bytes([0, 100, 255, 30])
    indexed = [
        (x, y, random.integers(0, 16, (rows, columns, 1)), dispose, "over", 1, 20)
        for x, y, columns, rows, dispose in ((0, 0, 20, 14, "none"), (3, 4, 9, 5, "previous"), (11, 0, 9, 14, "none"))
    ]
    shown = compose(size, [(x, y, expand(s, 4, 3, palette, trns), d, b) for x, y, s, d, b, *_ in indexed])
    good("apng-palette.png", apng(size, indexed, 4, 3, False, palette, trns), shown, (50, 50, 50))

    data = apng(size, as_int)
    bad("bad-apng-cut.png", data[: len(data) * 7 // 10], "DECODE_FAILED")
    at = data.rindex(b"fdAT") + 12
    bad("bad-apng-crc.png", data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :], "DECODE_FAILED")
    at = data.rindex(b"fcTL") + 8  # the width of a frame: beyond the canvas
    bad("bad-apng-region.png", data[:at] + b"\0\0\0\x40" + data[at + 4 :], "DECODE_FAILED")


# --- GIF89a ------------------------------------------------------------------------------------------------


def lzw(indices, bits):
    clear, codes = 1 << bits, {}
    width, following = bits + 1, clear + 2
    out, held, count = bytearray(), 0, 0

    def put(code):
        nonlocal held, count
        held |= code << count
        count += width
        while count >= 8:
            out.append(held & 255)
            held >>= 8
            count -= 8

    put(clear)
    text = ()
    for index in (int(i) for i in indices):
        if text + (index,) in codes or not text:
            text += (index,)
            continue
        put(codes[text] if len(text) > 1 else text[0])
        if following < 4096:
            codes[text + (index,)] = following
            if following == 1 << width:
                width += 1
            following += 1
        else:
            put(clear)
            codes, width, following = {}, bits + 1, clear + 2
        text = (index,)
    put(codes[text] if len(text) > 1 else text[0])
    put(clear + 1)
    if count:
        out.append(held & 255)
    return bytes(out)


def gif_blocks(data):
    out = b""
    for i in range(0, len(data), 255):
        out += bytes([len(data[i : i + 255])]) + data[i : i + 255]
    return out + b"\0"


def gif(size, palette, frames):
    """frames: (x, y, indices, disposal 0-3, delay in 1/100 s, transparent or None, local palette or None, interlaced)."""
    bits = max(1, (len(palette) - 1).bit_length()) if palette is not None else 1
    out = b"GIF89a" + struct.pack("<HHBBB", *size, (0x80 | bits - 1) if palette is not None else 0, 0, 0)
    out += palette.tobytes() if palette is not None else b""
    out += b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00" + b"\x21\xfe\x02hi\x00"
    for x, y, indices, disposal, delay, transparent, local, interlaced in frames:
        flags = disposal << 2 | (transparent is not None)
        out += b"\x21\xf9\x04" + struct.pack("<BHBB", flags, delay, transparent or 0, 0)
        bits = max(1, (len(local if local is not None else palette) - 1).bit_length())
        flags = (0x80 | bits - 1 if local is not None else 0) | (0x40 if interlaced else 0)
        rows, columns = indices.shape
        out += b"\x2c" + struct.pack("<HHHHB", x, y, columns, rows, flags)
        out += local.tobytes() if local is not None else b""
        order = list(range(rows))
        if interlaced:
            order = [*range(0, rows, 8), *range(4, rows, 8), *range(2, rows, 4), *range(1, rows, 2)]
        bits = max(2, bits)
        out += bytes([bits]) + gif_blocks(lzw(indices[order].reshape(-1), bits))
    return out + b"\x3b"


def gif_shown(size, palette, frames):
    drawn = []
    for x, y, indices, disposal, _, transparent, local, _ in frames:
        rgba = opaque((local if local is not None else palette)[indices])
        if transparent is not None:
            rgba[indices == transparent] = 0
        drawn.append((x, y, rgba, ("none", "none", "background", "previous")[disposal], "over"))
    return compose(size, drawn)


def make_gifs():
    size = (22, 17)
    palette = random.integers(0, 256, (16, 3)).astype(np.uint8)
    local = random.integers(0, 256, (4, 3)).astype(np.uint8)
    many = random.integers(0, 256, (256, 3)).astype(np.uint8)

    def indices(columns, rows, colors):
        return random.integers(0, colors, (rows, columns))

    frames = [
        (0, 0, indices(22, 17, 16), 0, 5, None, None, False),
        (3, 2, indices(9, 11, 16), 1, 0, 3, None, False),
        (10, 5, indices(12, 12, 16), 2, 1, None, None, True),
        (1, 1, indices(20, 15, 4), 3, 2, 2, local, False),
        (5, 0, indices(6, 17, 256), 2, 10, 9, many, True),
        (15, 10, indices(30, 20, 16), 0, 7, 0, None, False),  # reaches beyond the canvas
        (0, 0, indices(22, 17, 16), 3, 3, 1, None, True),
        (0, 16, indices(22, 1, 16), 1, 100, 1, None, True),
    ]
    delays = [shown_delay(frame[4] * 10) for frame in frames]
    data = gif(size, palette, frames)
    good("gif-all.gif", data, gif_shown(size, palette, frames), delays)
    good("gif-still.gif", gif(size, palette, frames[:1]), gif_shown(size, palette, frames[:1]))
    transparent = [(4, 3, indices(9, 11, 16), 2, 50, 3, None, True)]
    good("gif-still-transparent.gif", gif(size, palette, transparent), gif_shown(size, palette, transparent))
    only_local = [(0, 0, indices(22, 17, 4), 0, 4, None, local, False)] * 2
    good("gif-local-palette.gif", gif(size, None, only_local), gif_shown(size, None, only_local), (40, 40))
    one = [(0, 0, indices(1, 1, 2), 0, 0, None, None, False)]
    good("gif-1x1.gif", gif((1, 1), palette[:2], one), gif_shown((1, 1), palette[:2], one))
    full = [(0, 0, indices(64, 48, 256), 0, 0, None, None, False)]  # long enough to fill the table of codes
    good("gif-codes.gif", gif((64, 48), many, full), gif_shown((64, 48), many, full))

    bad("bad-gif-cut.gif", data[: len(data) * 6 // 10], "DECODE_FAILED")
    bad("bad-gif-no-end.gif", data[:-1], "DECODE_FAILED")
    bad("bad-gif-empty.gif", gif(size, palette, []), "DECODE_FAILED")
    bad("bad-gif-no-palette.gif", gif(size, palette, frames[:1]).replace(b"\x16\0\x11\0\x83", b"\x16\0\x11\0\x03", 1)
        .replace(palette.tobytes(), b"", 1), "DECODE_FAILED")
    at = data.index(b"\x2c\0\0\0\0") + 10
    broken = data[: at + 1] + bytes([data[at + 1]]) + b"\xff" * data[at + 1] + data[at + 2 + data[at + 1] :]
    bad("bad-gif-codes.gif", broken, "DECODE_FAILED")
    two = gif(size, palette, frames[:2])
    head = len(gif(size, palette, frames[:1])) - 1  # up to where the second frame begins
    at = two.index(b"\x2c", head) + 11  # its first codes
    bad("bad-gif-second-frame.gif", two[: at + 1] + b"\xff" * two[at] + two[at + 1 + two[at] :], "DECODE_FAILED")


# --- WebP (container specification) -------------------------------------------------------------------------


def saved(picture, **options):
    out = io.BytesIO()
    picture.save(out, **options)
    return out.getvalue()


def riff(body):
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def webp_chunk(kind, data):
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def u24(number):
    return struct.pack("<I", number)[:3]


def webp_animation(size, frames):
    """frames: (x, y, rgba, dispose none|background, blend, delay in ms); offsets are even."""
    body = webp_chunk(b"VP8X", bytes([0x12, 0, 0, 0]) + u24(size[0] - 1) + u24(size[1] - 1))
    body += webp_chunk(b"ANIM", bytes([10, 200, 30, 255, 0, 0]))
    for x, y, rgba, dispose, blend, delay in frames:
        image = saved(Image.fromarray(rgba), format="WEBP", lossless=True, exact=True)
        at = image.index(b"VP8L")
        length = struct.unpack("<I", image[at + 4 : at + 8])[0]
        rows, columns = rgba.shape[:2]
        flags = (blend == "source") << 1 | (dispose == "background")
        head = u24(x // 2) + u24(y // 2) + u24(columns - 1) + u24(rows - 1) + u24(delay) + bytes([flags])
        body += webp_chunk(b"ANMF", head + webp_chunk(b"VP8L", image[at + 8 : at + 8 + length]))
    return riff(body)


def make_webps():
    rgb, rgba = smooth(30, 21), noise_rgba(17, 11)
    good("webp-lossless.webp", saved(Image.fromarray(rgb), format="WEBP", lossless=True), [opaque(rgb)])
    data = saved(Image.fromarray(rgba), format="WEBP", lossless=True, exact=True)
    good("webp-lossless-alpha.webp", data, [rgba])
    one = np.array([[[200, 100, 50]]], np.uint8)
    good("webp-1x1.webp", saved(Image.fromarray(one), format="WEBP", lossless=True), [opaque(one)])
    lossy = saved(Image.fromarray(rgb), format="WEBP", quality=80)
    good("webp-lossy.webp", lossy, [np.asarray(Image.open(io.BytesIO(lossy)).convert("RGBA"))], tolerance=1)
    soft = np.dstack([smooth(30, 20), (smooth(30, 20)[..., 0] // 2 + 100).astype(np.uint8)])
    lossy_alpha = saved(Image.fromarray(soft), format="WEBP", quality=80)
    shown = np.asarray(Image.open(io.BytesIO(lossy_alpha)))
    good("webp-lossy-alpha.webp", lossy_alpha, [shown], tolerance=1)

    size = (18, 14)
    frames = [
        (0, 0, opaque(smooth(18, 14)), "none", "source", 40),
        (2, 4, noise_rgba(9, 7), "none", "over", 0),
        (6, 0, noise_rgba(12, 14), "background", "source", 10),
        (4, 2, noise_rgba(5, 5), "background", "over", 11),
        (0, 0, noise_rgba(18, 14), "none", "over", 250),
    ]
    shown = compose(size, [frame[:5] for frame in frames])
    data = webp_animation(size, frames)
    good("webp-animation.webp", data, shown, [shown_delay(frame[5]) for frame in frames], tolerance=2)
    good("webp-one-frame.webp", webp_animation(size, frames[:1]), shown[:1])

    bad("bad-webp-cut.webp", lossy[: len(lossy) * 6 // 10], "DECODE_FAILED")
    lossless = (OUT / "webp-lossless-alpha.webp").read_bytes()
    bad("bad-webp-lossless-cut.webp", lossless[: len(lossless) * 6 // 10], "DECODE_FAILED")
    bad("bad-webp-animation-cut.webp", data[: len(data) * 7 // 10], "DECODE_FAILED")


# --- JPEG (ITU-T T.81) ---------------------------------------------------------------------------------------

# The DC code lengths of annex K.3: how many codes of 1 to 16 bits, then the values in order.
DC_COUNTS = (0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0)


def flat_jpeg(blocks, interval=0, adobe_transform=None):
    """A baseline JPEG of flat 8x8 blocks: an array (rows, columns, components) of levels, quantizer 8."""
    rows, columns, components = blocks.shape
    codes, code = {}, 0
    for bits, count in enumerate(DC_COUNTS, 1):
        for _ in range(count):
            codes[len(codes)] = format(code, f"0{bits}b")
            code += 1
        code <<= 1

    def segment(marker, data):
        return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data

    out = b"\xff\xd8"
    if adobe_transform is not None:
        out += segment(0xEE, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, adobe_transform))
    out += segment(0xDB, b"\0" + b"\x08" * 64)
    frame = struct.pack(">BHHB", 8, rows * 8, columns * 8, components)
    out += segment(0xC0, frame + b"".join(bytes([i + 1, 0x11, 0]) for i in range(components)))
    out += segment(0xC4, b"\0" + bytes(DC_COUNTS) + bytes(range(12)))
    out += segment(0xC4, b"\x10" + bytes([1] + [0] * 15) + b"\0")  # end of block is the one AC code: "0"
    if interval:
        out += segment(0xDD, struct.pack(">H", interval))
    scan = bytes([components]) + b"".join(bytes([i + 1, 0]) for i in range(components)) + b"\0\x3f\0"
    out += segment(0xDA, scan)
    bits, before, restarts = "", [0] * components, 0

    def flushed():
        padded = bits + "1" * (-len(bits) % 8)
        data = bytes(int(padded[i : i + 8], 2) for i in range(0, len(padded), 8))
        return data.replace(b"\xff", b"\xff\0")

    for mcu in range(rows * columns):
        if interval and mcu and mcu % interval == 0:
            out += flushed() + bytes([0xFF, 0xD0 + restarts % 8])
            bits, before, restarts = "", [0] * components, restarts + 1
        for i in range(components):
            level = int(blocks[mcu // columns, mcu % columns, i]) - 128
            difference, before[i] = level - before[i], level
            size = abs(difference).bit_length()
            bits += codes[size]
            if size:
                bits += format(difference if difference > 0 else difference + (1 << size) - 1, f"0{size}b")
            bits += "0"
    return out + flushed() + b"\xff\xd9"


def make_jpegs():
    def add(name, data):
        shown = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
        good(name, data, [opaque(shown)], tolerance=1)

    picture = Image.fromarray(smooth(29, 27))
    for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
        for progressive in (False, True):
            kind = "progressive" if progressive else "baseline"
            data = saved(picture, format="JPEG", quality=85, subsampling=sampling, progressive=progressive)
            add(f"jpeg-{kind}-{name}.jpg", data)
    add("jpeg-gray.jpg", saved(picture.convert("L"), format="JPEG", quality=85))
    add("jpeg-gray-progressive.jpg", saved(picture.convert("L"), format="JPEG", progressive=True))
    add("jpeg-1x1.jpg", saved(picture.resize((1, 1)), format="JPEG"))
    blocks = random.integers(0, 256, (3, 4, 3))
    add("jpeg-restarts.jpg", flat_jpeg(blocks, interval=5))
    add("jpeg-restarts-gray.jpg", flat_jpeg(blocks[..., :1], interval=1))
    add("jpeg-rgb.jpg", flat_jpeg(blocks, adobe_transform=0))
    baseline = saved(picture, format="JPEG", quality=85)
    oriented = baseline[:2] + b"\xff\xe1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    add("jpeg-exif-orientation.jpg", oriented + baseline[2:])

    bad("bad-jpeg-cmyk.jpg", saved(picture.convert("CMYK"), format="JPEG"), "UNSUPPORTED_FEATURE")
    progressive = saved(picture, format="JPEG", progressive=True)
    restarts = flat_jpeg(blocks, interval=5)
    for name, data in (("baseline", baseline), ("progressive", progressive), ("restarts", restarts)):
        bad(f"bad-jpeg-cut-{name}.jpg", data[: len(data) * 9 // 10], "DECODE_FAILED")
    bad("bad-jpeg-no-end.jpg", baseline[:-2], "DECODE_FAILED")
    bad("bad-jpeg-early-end.jpg", baseline[: len(baseline) * 9 // 10] + b"\xff\xd9", "DECODE_FAILED")
    bad("bad-jpeg-lost-restart.jpg", restarts.replace(b"\xff\xd1", b"\xff\xd5", 1), "DECODE_FAILED")
    # A hundred and more scans of one progressive picture: work out of nothing, and more than it can refine.
    scan = progressive.rindex(b"\xff\xda")
    bad("bad-jpeg-scans.jpg", progressive[:scan] + progressive[scan:-2] * 120 + b"\xff\xd9", "DECODE_FAILED")


def main():
    OUT.mkdir(exist_ok=True)
    for old in OUT.iterdir():
        old.unlink()
    make_pngs()
    make_apngs()
    make_gifs()
    make_webps()
    make_jpegs()
    (OUT / "index.txt").write_text("\n".join(index) + "\n")


if __name__ == "__main__":
    main()
