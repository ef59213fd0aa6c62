#!/usr/bin/python3
"""Makes pictures that are cut off, damaged, or far more work than they look, for tests/e2e/bombs_test.py,
script/bench bombs and tests/e2e/differential_test.py. Nothing of it is committed.

    tests/broken_pictures.py FOLDER      writes them there, the large ones too

broken_pictures() gives those of a few kilobytes, about 1 MB at most, and large_pictures() those of megabytes.
Every one says what a display does with it: REFUSED, LATE (refused, by its deadline if it comes to that), SHOWN
(odd but right, or harmless), or EITHER (what is wrong lies where a decoder need not look, or in an animation's
later frame, which is met when it plays).
"""
import dataclasses
import io
import pathlib
import random
import struct
import sys
import zlib

from PIL import Image

REFUSED, SHOWN, EITHER, LATE = "refused", "shown", "either", "late"


@dataclasses.dataclass(frozen=True)
class Picture:
    name: str  # begins with the format
    data: bytes
    expected: str = REFUSED

    @property
    def format(self) -> str:
        return self.name.split("-")[0]


def noise(mode, size, seed=3):
    bytes_a_pixel = len(Image.new(mode, (1, 1)).tobytes())
    return Image.frombytes(mode, size, random.Random(seed).randbytes(size[0] * size[1] * bytes_a_pixel))


def saved(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def animated(form, count=3, size=(24, 18), **options):
    frames = [noise("RGB", size, seed).quantize(16) if form == "GIF" else noise("RGBA", size, seed) for seed in range(count)]
    return saved(frames[0], form, save_all=True, append_images=frames[1:], duration=100, **options)


def replaced(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new):]


def cuts(name, data, boundaries, shown_from=None):
    """Cut off at each boundary and a byte to either side; from `shown_from` on nothing that counts is missing."""
    places = sorted({place + step for place in boundaries for step in (-1, 0, 1) if 0 < place + step < len(data)})
    for place in places:
        whole = shown_from is not None and place >= shown_from
        yield Picture(f"{name}-cut-at-{place}", data[:place], EITHER if whole else REFUSED)


# --- PNG -------------------------------------------------------------------------------------------------------

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def ihdr(width, height, depth=8, color=6, interlace=0, compression=0, filter_method=0):
    return SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, compression, filter_method, interlace))


def png(width, height, *chunks, **header):
    return ihdr(width, height, **header) + b"".join(chunks) + chunk(b"IEND", b"")


def idat(raw: bytes) -> bytes:
    return chunk(b"IDAT", zlib.compress(raw))


def png_chunks(data):
    """(offset, length, kind) of each."""
    place = 8
    while place < len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        yield place, length, kind
        place += length + 12


def deflated_zeros(mebibytes: int, each: bytes = bytes(1 << 20)) -> bytes:
    """A zlib stream of that many MiB of zeros, made by repeating a flushed block: 1 GiB is about 1 MB and takes no time."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(each) + packer.flush(zlib.Z_FULL_FLUSH)
    adler = (mebibytes * len(each) % 65521) << 16 | 1
    return b"\x78\xda" + block * mebibytes + b"\x03\x00" + struct.pack(">I", adler)


def split_idat(data, pieces=3):
    """The same PNG with its pixels in several IDATs."""
    out = data[:8]
    for place, length, kind in png_chunks(data):
        body = data[place + 8:place + 8 + length]
        step = max(1, len(body) // pieces)
        parts = [body[i:i + step] for i in range(0, len(body), step)] if kind == b"IDAT" else [body]
        out += b"".join(chunk(kind, part) for part in parts)
    return out


def broken_chunks(name, data):
    for place, length, kind in png_chunks(data):
        label = f"{name}-{kind.decode()}-at-{place}"
        counts = kind in (b"IHDR", b"PLTE", b"tRNS", b"IDAT")
        crc = place + 8 + length
        expected = REFUSED if counts else EITHER
        yield Picture(f"{label}-wrong-crc", replaced(data, crc, bytes([data[crc] ^ 1])), expected)
        for wrong in (0, length + 1, length - 1, 0x7FFFFFFF, 0xFFFFFFFF):
            if 0 <= wrong != length:
                yield Picture(f"{label}-length-{wrong}", replaced(data, place, struct.pack(">I", wrong)), REFUSED if kind != b"IEND" else EITHER)
        yield Picture(f"{label}-no-letters", replaced(data, place + 4, b"\0\1\2\3"))


def fctl(sequence, width, height, x=0, y=0, delay=(1, 10), dispose=0, blend=0):
    return chunk(b"fcTL", struct.pack(">IIIIIHHBB", sequence, width, height, x, y, *delay, dispose, blend))


def apng(frames, width=8, height=8, raw=None):
    """`frames`: (fcTL, sequence number of the fdAT or None for the IDAT) of each."""
    raw = raw or bytes([0] + [90] * width * 4) * height
    body = chunk(b"acTL", struct.pack(">II", len(frames), 0))
    for control, sequence in frames:
        body += control + (idat(raw) if sequence is None else chunk(b"fdAT", struct.pack(">I", sequence) + zlib.compress(raw)))
    return png(width, height, body)


def pngs():
    rgba = split_idat(saved(noise("RGBA", (24, 18)), "PNG"))
    palette = saved(noise("RGB", (24, 18)).quantize(16), "PNG", transparency=3)
    moving = animated("PNG")
    for name, data in (("png-rgba", rgba), ("png-palette", palette), ("png-apng", moving)):
        places = [place + step for place, length, _ in png_chunks(data) for step in (0, 4, 8, 8 + length // 2, 8 + length, 12 + length)]
        yield from cuts(name, data, places)
        yield from broken_chunks(name, data)
    small = idat(bytes([0] + [90] * 32) * 8)
    for width, height in ((65535, 65535), (2**31 - 1, 2**31 - 1), (2**31 - 1, 1), (1, 2**31 - 1), (2**31, 1), (0, 1), (1, 0), (0, 0), (2049, 1)):
        for interlace in (0, 1):
            yield Picture(f"png-{width}x{height}-interlace-{interlace}", png(width, height, small, interlace=interlace))
    for row in ((65535, 1), (1, 65535)):
        yield Picture(f"png-interlaced-giant-{row[0]}x{row[1]}", png(*row, chunk(b"IDAT", deflated_zeros(1)), interlace=1, color=0, depth=1))
    yield Picture("png-interlaced-row", png(2048, 1, idat(b"".join(bytes(1 + n) for n in (256, 256, 512, 1024))), interlace=1, color=0), SHOWN)
    yield Picture("png-interlaced-column", png(1, 2048, idat(bytes(2 * 256 + 2 * 256 + 2 * 512 + 2 * 1024)), interlace=1, color=0), EITHER)
    # Text and profiles are not read, whatever they would unpack to.
    gigabyte = deflated_zeros(1024)
    yield Picture("png-ztxt-of-1-gib", png(8, 8, chunk(b"zTXt", b"Comment\0\0" + gigabyte), small), SHOWN)
    yield Picture("png-iccp-of-1-gib", png(8, 8, chunk(b"iCCP", b"profile\0\0" + gigabyte), small), SHOWN)
    yield Picture("png-itxt-of-1-gib", png(8, 8, chunk(b"iTXt", b"Comment\0\1\0\0\0" + gigabyte), small), SHOWN)
    yield Picture("png-pixels-of-1-gib-in-8x8", png(8, 8, chunk(b"IDAT", gigabyte)), EITHER)
    yield Picture("png-pixels-too-few", png(8, 8, idat(bytes(33 * 7))))
    yield Picture("png-pixels-no-zlib", png(8, 8, chunk(b"IDAT", b"\x79\x9c" + bytes(64))))
    yield Picture("png-pixels-wrong-adler", png(8, 8, chunk(b"IDAT", zlib.compress(bytes(33 * 8))[:-1] + b"\x55")), EITHER)
    yield Picture("png-pixels-empty", png(8, 8, chunk(b"IDAT", b"")))
    yield Picture("png-no-pixels", png(8, 8))
    yield Picture("png-filter-of-9", png(8, 8, idat(bytes([9] + [0] * 32) * 8)))
    yield Picture("png-many-chunks", png(8, 8, *[chunk(b"tEXt", b"")] * 33000, small))
    yield Picture("png-many-empty-idats", png(8, 8, *[chunk(b"IDAT", b"")] * 20000, small), EITHER)
    for field in ({"depth": 3}, {"color": 1}, {"color": 7}, {"depth": 16, "color": 3}, {"interlace": 2}, {"compression": 1}, {"filter_method": 1}):
        yield Picture("png-header-" + "-".join(f"{key}-{value}" for key, value in field.items()), png(8, 8, small, **field))
    rows = idat(bytes([0] + list(range(8))) * 8)
    entries = bytes(range(9, 33))
    for name, plte in (("missing", b""), ("of-0", chunk(b"PLTE", b"")), ("of-257", chunk(b"PLTE", bytes(257 * 3))), ("no-multiple", chunk(b"PLTE", bytes(10)))):
        yield Picture(f"png-palette-{name}", png(8, 8, plte, rows, color=3))
    yield Picture("png-palette-short", png(8, 8, chunk(b"PLTE", entries[:6]), rows, color=3), EITHER)
    yield Picture("png-palette-longer-than-depth", png(8, 8, chunk(b"PLTE", bytes(17 * 3)), idat(bytes(5 * 8)), color=3, depth=4), EITHER)
    yield Picture("png-palette-twice", png(8, 8, chunk(b"PLTE", entries) * 2, rows, color=3), EITHER)
    yield Picture("png-trns-longer-than-palette", png(8, 8, chunk(b"PLTE", entries), chunk(b"tRNS", bytes(9)), rows, color=3), EITHER)
    yield Picture("png-trns-before-palette", png(8, 8, chunk(b"tRNS", bytes(8)), chunk(b"PLTE", entries), rows, color=3), EITHER)
    yield from apngs()


def apngs():
    whole = fctl(0, 8, 8)
    good = [(whole, None), (fctl(1, 8, 8), 2)]
    start = png(8, 8)[:-12]
    for frames in (0, 1025, 2**31 - 1, 2**31, 2**32 - 1):
        data = start + chunk(b"acTL", struct.pack(">II", frames, 0)) + whole + idat(bytes(33 * 8)) + chunk(b"IEND", b"")
        yield Picture(f"png-apng-claims-{frames}", data)
    yield Picture("png-apng-region-outside", apng([(whole, None), (fctl(1, 8, 8, x=1), 2)]))
    yield Picture("png-apng-region-wraps", apng([(whole, None), (fctl(1, 8, 8, x=2**32 - 4), 2)]))
    yield Picture("png-apng-region-huge", apng([(whole, None), (fctl(1, 2**31 - 1, 2**31 - 1), 2)]))
    yield Picture("png-apng-region-empty", apng([(whole, None), (fctl(1, 0, 0), 2)]))
    yield Picture("png-apng-wrong-sequence", apng([(whole, None), (fctl(7, 8, 8), 8)]))
    yield Picture("png-apng-sequence-twice", apng([(whole, None), (fctl(1, 8, 8), 1)]))
    yield Picture("png-apng-dispose-of-9", apng([(whole, None), (fctl(1, 8, 8, dispose=9), 2)]))
    yield Picture("png-apng-no-data", apng(good).replace(b"fdAT", b"fdXX"))
    yield Picture("png-apng-short-fdat", png(8, 8, chunk(b"acTL", struct.pack(">II", 2, 0)), whole, idat(bytes(33 * 8)), fctl(1, 8, 8), chunk(b"fdAT", b"\0\0")))


# --- JPEG ------------------------------------------------------------------------------------------------------


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def jpeg_segments(data):
    """(offset, marker, length as written) of each up to the end; what follows a scan's head belongs to it."""
    place = 2
    while place < len(data) - 2:
        marker, length = data[place + 1], struct.unpack_from(">H", data, place + 2)[0]
        yield place, marker, length
        place += 2 + length
        if marker == 0xDA:
            while data[place] != 0xFF or data[place + 1] in (0, *range(0xD0, 0xD8)):
                place += 1


def sof(width, height, components=1, marker=0xC0, sampling=0x11, precision=8):
    body = b"".join(struct.pack(">BBB", i + 1, sampling, 0) for i in range(components))
    return segment(marker, struct.pack(">BHHB", precision, height, width, components) + body)


def progressive_scans(width, height, scans):
    """One component, and after its DC the whole AC again and again: 16 bytes a scan for 2048 x 2048 pixels.

    T.81: one Huffman code for the DC, a difference of no bits; two for the AC, 0 for a run of 2^14 and 14 bits more
    blocks without coefficients, 10 for one such block.
    """
    blocks = -(-width // 8) * -(-height // 8)
    tables = b"\0" + bytes([1] + [0] * 15) + b"\0" + b"\x10" + bytes([1, 1] + [0] * 14) + b"\xe0\0"
    bits, left = "", blocks
    while left >= 1 << 14:
        run = min(left, (1 << 15) - 1)
        bits += "0" + format(run - (1 << 14), "014b")
        left -= run
    bits += "10" * left
    bits += "1" * (-len(bits) % 8)
    ac = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
    scan = segment(0xDA, b"\x01\x01\x00\x00\x00\x00") + bytes(-(-blocks // 8))
    more = segment(0xDA, b"\x01\x01\x00\x01\x3f\x00") + ac
    return (b"\xff\xd8" + segment(0xDB, b"\0" + b"\1" * 64) + sof(width, height, marker=0xC2) + segment(0xC4, tables) + scan
            + more * (scans - 1) + b"\xff\xd9")


def jpegs():
    baseline = saved(noise("RGB", (24, 18)), "JPEG", quality=75)
    progressive = saved(noise("RGB", (24, 18)), "JPEG", quality=75, progressive=True)
    for name, data in (("jpeg-baseline", baseline), ("jpeg-progressive", progressive)):
        segments = list(jpeg_segments(data))
        yield from cuts(name, data, [place + step for place, _, length in segments for step in (0, 2, 4, 2 + length)] + [len(data) - 2], len(data) - 2)
        for place, marker, length in segments:
            scans = any(m == 0xDA for p, m, _ in segments if p < place)  # a table between scans may be missed or not
            counts = marker in (0xDB, 0xC0, 0xC2, 0xC4, 0xDA) and not scans
            for wrong in (0, 1, 2, length - 1, length + 1, 0xFFFF):
                yield Picture(f"{name}-{marker:02x}-at-{place}-length-{wrong}", replaced(data, place + 2, struct.pack(">H", wrong)),
                              REFUSED if counts or wrong == 0xFFFF or wrong < 2 else EITHER)
        frame = next(place for place, marker, _ in segments if marker in (0xC0, 0xC2))
        for width, height in ((65535, 65535), (65535, 1), (1, 65535), (0, 18), (24, 0), (2049, 18)):
            yield Picture(f"{name}-{width}x{height}", replaced(data, frame + 5, struct.pack(">HH", height, width)))
        for marker in (0xC1, 0xC3, 0xC5, 0xC9, 0xCA, 0xCB, 0xCF):
            yield Picture(f"{name}-as-{marker:02x}", replaced(data, frame + 1, bytes([marker])), SHOWN if (name, marker) == ("jpeg-baseline", 0xC1) else REFUSED)
        yield Picture(f"{name}-12-bit", replaced(data, frame + 4, b"\x0c"))
        for sampling in (0x00, 0x51, 0x44, 0x31):
            yield Picture(f"{name}-sampling-{sampling:02x}", replaced(data, frame + 11, bytes([sampling])), EITHER if sampling in (0x44, 0x31) else REFUSED)
        for marker in (0xDB, 0xC4):  # without Huffman tables it is a frame of Motion-JPEG, whose tables libjpeg knows
            without = b"\xff\xd8" + b"".join(data[place:end] for (place, kind, _), end in
                                            zip(segments, [p for p, _, _ in segments[1:]] + [len(data)]) if kind != marker)
            yield Picture(f"{name}-without-{marker:02x}", without, EITHER if marker == 0xC4 else REFUSED)
        yield Picture(f"{name}-restarts-missing", data[:2] + segment(0xDD, b"\0\1") + data[2:])
        yield Picture(f"{name}-two-frames", data[:frame] + data[frame:frame + 19] + data[frame:])
    yield Picture("jpeg-many-segments", b"\xff\xd8" + segment(0xFE, b"") * 100_000 + baseline[2:])
    yield Picture("jpeg-fill-bytes", b"\xff\xd8" + b"\xff" * 500_000 + baseline[2:])
    yield Picture("jpeg-scans-500", progressive_scans(256, 8 * 600, 500))
    yield Picture("jpeg-scans-500-large", progressive_scans(2048, 2048, 500))
    yield Picture("jpeg-scans-50-large", progressive_scans(2048, 2048, 50), SHOWN)
    yield Picture("jpeg-no-end", b"\xff\xd8" + sof(8, 8) + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + bytes(1000))


# --- GIF -------------------------------------------------------------------------------------------------------

ONE_PIXEL = b",\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"


def gif(width, height, *blocks, palette=bytes(range(6)), flags=0x80, trailer=b";"):
    return b"GIF89a" + struct.pack("<HHBBB", width, height, flags, 0, 0) + palette + b"".join(blocks) + trailer


def gif_image(x, y, width, height, lzw, flags=0, code_bits=2):
    pieces = b"".join(bytes([len(lzw[i:i + 255])]) + lzw[i:i + 255] for i in range(0, len(lzw), 255))
    return b"," + struct.pack("<HHHHBB", x, y, width, height, flags, code_bits) + pieces + b"\0"


def gif_blocks(data):
    """Offsets at which something begins: header, palette, every block, its data, every piece of it."""
    yield from (3, 6, 13)
    place = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    while data[place] != 0x3B:
        yield place
        if data[place] == 0x2C:
            flags = data[place + 9]
            place += 10
            yield place
            place += (3 << (flags & 7) + 1 if flags & 0x80 else 0) + 1
        else:
            place += 2
        while data[place]:
            yield place
            place += data[place] + 1
        place += 1
    yield place


def gifs():
    still, moving = saved(noise("RGB", (24, 18)).quantize(16), "GIF"), animated("GIF")
    yield from cuts("gif-still", still, gif_blocks(still))
    yield from cuts("gif-moving", moving, gif_blocks(moving))
    one = gif_image(0, 0, 1, 1, b"\x44\1")
    for width, height in ((65535, 65535), (65535, 1), (1, 65535), (0, 0), (0, 1), (2049, 1)):
        yield Picture(f"gif-{width}x{height}", gif(width, height, one))
    yield Picture("gif-frame-of-65535x65535-in-8x8", gif(8, 8, gif_image(0, 0, 65535, 65535, b"\x44\1")))
    yield Picture("gif-frame-outside", gif(8, 8, gif_image(65535, 65535, 1, 1, b"\x44\1")), SHOWN)
    yield Picture("gif-frame-of-nothing", gif(8, 8, gif_image(0, 0, 0, 0, b"\x44\1")))
    yield Picture("gif-no-palette", gif(1, 1, one, palette=b"", flags=0))
    yield Picture("gif-no-frame", gif(8, 8))
    yield Picture("gif-palette-short", gif(1, 1, palette=b"\0"))
    # Of four colours, the palette has two.
    yield Picture("gif-palette-index-out-of-range", gif(4, 1, gif_image(0, 0, 4, 1, b"\x84\x16\x05")), EITHER)
    for bits in (0, 1, 9, 12, 13, 255):
        yield Picture(f"gif-code-of-{bits}-bits", gif(1, 1, gif_image(0, 0, 1, 1, b"\x44\1", code_bits=bits)), EITHER if bits < 2 else REFUSED)
    yield Picture("gif-code-before-first", gif(8, 8, gif_image(0, 0, 8, 8, b"\xff" * 40)))
    yield Picture("gif-pixels-too-few", gif(8, 8, gif_image(0, 0, 8, 8, b"\x44\1")))
    yield Picture("gif-pixels-none", gif(8, 8, gif_image(0, 0, 8, 8, b"")))
    # Nothing but clear codes: work without end that draws nothing.
    yield Picture("gif-clear-codes", gif(2048, 2048, gif_image(0, 0, 2048, 2048, b"\x24\x49\x92" * 60_000)), LATE)
    yield Picture("gif-endless-comment", gif(8, 8, b"!\xfe" + (b"\xff" + bytes(255)) * 3000, trailer=b""))
    yield Picture("gif-long-comment", gif(1, 1, b"!\xfe" + (b"\xff" + bytes(255)) * 3000 + b"\0", one), SHOWN)
    yield Picture("gif-comments-of-one-byte", gif(1, 1, b"!\xfe\1\0\0" * 150_000, one), EITHER)
    yield Picture("gif-unknown-block", gif(1, 1, b"?", one))
    yield Picture("gif-1025-frames", gif(1, 1, one * 1025))
    yield Picture("gif-60000-frames", gif(1, 1, one * 60_000))
    yield Picture("gif-second-frame-broken", gif(8, 8, gif_image(0, 0, 1, 1, b"\x44\1"), gif_image(0, 0, 8, 8, b"\xff" * 40)), EITHER)


# --- WebP ------------------------------------------------------------------------------------------------------


def riff(*chunks, size=None):
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body) if size is None else size) + body


def webp_chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def webp_chunks(data):
    """(offset, length) of each, those within frames too."""
    place = 12
    while place + 8 <= len(data):
        length = struct.unpack_from("<I", data, place + 4)[0]
        yield place, length
        place += 24 if data[place:place + 4] == b"ANMF" else 8 + length + length % 2


def vp8x(width, height, flags=0):
    return webp_chunk(b"VP8X", struct.pack("<I", flags) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little"))


def webps():
    lossy = saved(noise("RGB", (24, 18)), "WEBP", quality=80)
    lossless = saved(noise("RGBA", (24, 18)), "WEBP", lossless=True, exact=True)
    alpha = saved(noise("RGBA", (24, 18)), "WEBP", quality=80)
    moving = animated("WEBP", lossless=True, minimize_size=False)
    for name, data in (("webp-lossy", lossy), ("webp-lossless", lossless), ("webp-alpha", alpha), ("webp-moving", moving)):
        places = [place + step for place, length in webp_chunks(data) for step in (0, 4, 8, 8 + length // 2, 8 + length)]
        yield from cuts(name, data, [4, 8, 12, *places])
        # As if the whole file were there: RIFF's size fits what is left.
        for place in sorted({p for p in places if 12 < p < len(data)}):
            yield Picture(f"{name}-ends-at-{place}", replaced(data[:place], 4, struct.pack("<I", place - 8)),
                          EITHER if place > len(data) // 4 else REFUSED)  # a frame less, or a byte that only fills up
        for place, length in webp_chunks(data):
            for wrong in (0, length + 2, max(0, length - 2), 0x7FFFFFFF, 0xFFFFFFFF):
                yield Picture(f"{name}-at-{place}-length-{wrong}", replaced(data, place + 4, struct.pack("<I", wrong)), EITHER if wrong < len(data) else REFUSED)
        for size in (0, 4, 0xFFFFFFFE, 0xFFFFFFFF):
            yield Picture(f"{name}-riff-{size}", replaced(data, 4, struct.pack("<I", size)))
    bits = 0x2F | (16382 << 8) | (16382 << 22)
    yield Picture("webp-lossless-16383x16383", riff(webp_chunk(b"VP8L", bits.to_bytes(5, "little") + bytes(64))))
    yield Picture("webp-lossy-16383x16383", riff(webp_chunk(b"VP8 ", b"\x10\2\0\x9d\1\x2a\xff\x3f\xff\x3f" + bytes(64))))
    yield Picture("webp-canvas-16383x16383", riff(vp8x(16383, 16383), lossless[12:]))
    yield Picture("webp-canvas-2-24", riff(vp8x(2**24, 2**24), lossless[12:]))
    yield Picture("webp-canvas-small-pixels-16383x16383", riff(vp8x(8, 8), webp_chunk(b"VP8L", bits.to_bytes(5, "little") + bytes(64))))
    yield Picture("webp-canvas-only", riff(vp8x(8, 8)))
    yield Picture("webp-moving-no-frames", riff(vp8x(8, 8, 2), webp_chunk(b"ANIM", bytes(6))))
    frame = webp_chunk(b"ANMF", bytes(6) + b"\x17\0\0\x11\0\0" + bytes(4) + lossless[12:])
    yield Picture("webp-1025-frames", riff(vp8x(24, 18, 2), webp_chunk(b"ANIM", bytes(6)), *[frame] * 1025))
    yield Picture("webp-frame-outside", riff(vp8x(8, 8, 2), webp_chunk(b"ANIM", bytes(6)), frame))
    yield Picture("webp-frame-lies", riff(vp8x(24, 18, 2), webp_chunk(b"ANIM", bytes(6)), replaced(frame, 14, b"\1\0\0\1\0\0")), EITHER)
    yield Picture("webp-many-chunks", riff(vp8x(24, 18, 2), *[webp_chunk(b"XXXX", b"")] * 50_000, frame))


def p3xs():
    """The head and the index are read in the display itself (docs/P3X.md, section 11)."""
    for size in (8, 16, 31, 32, 40):
        yield Picture(f"p3x-zeros-{size}", (b"\x89P3X\r\n\x1a\n" + bytes(40))[:size])
    yield Picture("p3x-ones", b"\x89P3X\r\n\x1a\n" + b"\xff" * 4000)


def broken_pictures():
    for made in (pngs(), jpegs(), gifs(), webps(), p3xs()):
        yield from made


# --- The large ones --------------------------------------------------------------------------------------------


def large_pictures():
    """Up to 5 MiB, what an upload may have; two are larger. Some are right, only far too much work."""
    yield Picture("gif-a-million-frames", gif(1, 1, ONE_PIXEL * 1_000_000))
    yield Picture("gif-340000-frames", gif(1, 1, ONE_PIXEL * 340_000))
    yield Picture("gif-comments-of-one-byte-5-mib", gif(1, 1, b"!\xfe\1\0\0" * 1_000_000, ONE_PIXEL), EITHER)
    yield Picture("gif-clear-codes-5-mib", gif(2048, 2048, gif_image(0, 0, 2048, 2048, b"\x24\x49\x92" * 1_700_000)), LATE)
    yield Picture("png-pixels-of-4-gib-in-8x8", png(8, 8, chunk(b"IDAT", deflated_zeros(4096))), EITHER)
    rows = zlib.compress(bytes(2048 * (2048 * 4 + 1)), 9)
    yield Picture("png-2048x2048", png(2048, 2048, chunk(b"IDAT", rows)), SHOWN)
    yield Picture("png-2048x2048-interlaced-16-bit", png(2048, 2048, idat(bytes(2048 * 2048 * 8 + 8 * 2048)), depth=16, interlace=1), EITHER)
    frames = [(fctl(0, 2048, 2048, dispose=2, blend=1), None)] + [(fctl(2 * n - 1, 2048, 2048, delay=(0, 1), dispose=2, blend=1), 2 * n) for n in range(1, 256)]
    data, at = rows, b"".join
    body = chunk(b"acTL", struct.pack(">II", len(frames), 0)) + at(
        control + (chunk(b"IDAT", data) if number is None else chunk(b"fdAT", struct.pack(">I", number) + data)) for control, number in frames)
    yield Picture("png-apng-256-frames-of-2048x2048", png(2048, 2048, body), EITHER)
    large = saved(Image.new("RGBA", (2048, 2048), (9, 8, 7, 100)), "WEBP", lossless=True)
    frame = webp_chunk(b"ANMF", bytes(6) + b"\xff\7\0\xff\7\0" + bytes(4) + large[12:])
    yield Picture("webp-1024-frames-of-2048x2048", riff(vp8x(2048, 2048, 0x12), webp_chunk(b"ANIM", bytes(6)), *[frame] * 1024), EITHER)
    still = noise("RGB", (2048, 2048))
    yield Picture("jpeg-2048x2048-noise", saved(still, "JPEG", quality=75), EITHER)
    yield Picture("jpeg-2048x2048-noise-progressive", saved(still, "JPEG", quality=75, progressive=True), EITHER)
    yield Picture("webp-2048x2048-noise", saved(still, "WEBP", quality=75, method=0), EITHER)
    yield Picture("jpeg-5-mib-of-restarts", saved(noise("RGB", (64, 64)), "JPEG")[:-2] + b"\xff\xd0" * 2_500_000, EITHER)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for made in (broken_pictures(), large_pictures()):
        for picture in made:
            (folder / picture.name).write_bytes(picture.data)


if __name__ == "__main__":
    main()
