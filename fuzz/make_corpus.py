#!/usr/bin/env python3
"""Writes the seed pictures of the image fuzzers into fuzz/corpus/{image,jpeg_header,engine_gate,png_chunks,p3x_header,decoders,baseline_decoder}.

The seeds are committed; run this again (python3-pil, 9.4 or newer) only to add some. Its output is the same
every time for the same Pillow. Nothing that the fuzzers have found themselves is touched.
"""
import io
import json
import pathlib
import struct
import zlib

from PIL import Image

CORPUS = pathlib.Path(__file__).resolve().parent / "corpus"


def gradient(mode, width=16, height=12, shift=0):
    """A small picture whose pixels all differ."""
    picture = Image.new("RGBA", (width, height))
    picture.putdata([((x * 16 + shift) % 256, (y * 20) % 256, (x + y) * 8 % 256, 255 - x * 8)
                     for y in range(height) for x in range(width)])
    return picture if mode == "RGBA" else picture.convert("RGB").convert(mode)


def saved(picture, file_format, **options):
    out = io.BytesIO()
    picture.save(out, file_format, **options)
    return out.getvalue()


def animated(file_format, count=3, **options):
    frames = [gradient("RGBA", shift=40 * i) for i in range(count)]
    return saved(frames[0], file_format, save_all=True, append_images=frames[1:], **options)


def chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


SIGNATURE = b"\x89PNG\r\n\x1a\n"
END = chunk(b"IEND", b"")


def header(width, height, depth, color, interlace=0):
    return SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace))


def rows(width, height, bytes_per_pixel, value=0x5A):
    return zlib.compress(bytes(([0] + [value] * (width * bytes_per_pixel)) * height))


def deep_png():
    return header(5, 4, 16, 2) + chunk(b"IDAT", rows(5, 4, 6)) + END


def interlaced_png():
    """8 x 8 pixels have all seven passes of Adam7."""
    passes = [(1, 1), (1, 1), (2, 1), (2, 2), (4, 2), (4, 4), (8, 4)]
    data = b"".join(bytes([0] + [40 * i] * width) * height for i, (width, height) in enumerate(passes))
    return header(8, 8, 8, 0, interlace=1) + chunk(b"IDAT", zlib.compress(data)) + END


def control(sequence, width, height, x, y, dispose=0, blend=0, delay=(1, 10)):
    return chunk(b"fcTL", struct.pack(">IIIIIHHBB", sequence, width, height, x, y, *delay, dispose, blend))


def apng(default_is_frame=True):
    """Three frames; the later ones are smaller than the canvas, lie off its corner, one split in two."""
    start = header(8, 8, 8, 6) + chunk(b"acTL", struct.pack(">II", 3, 0))
    whole = rows(8, 8, 4)
    small = rows(3, 2, 4, 0xA5)
    if default_is_frame:
        body = control(0, 8, 8, 0, 0) + chunk(b"IDAT", whole)
        n = 1
    else:
        body = chunk(b"IDAT", whole) + control(0, 8, 8, 0, 0) + chunk(b"fdAT", struct.pack(">I", 1) + whole)
        n = 2
    body += control(n, 3, 2, 5, 6, dispose=1, blend=1)
    body += chunk(b"fdAT", struct.pack(">I", n + 1) + small[:6])
    body += chunk(b"fdAT", struct.pack(">I", n + 2) + small[6:])
    body += control(n + 3, 3, 2, 0, 1, dispose=2, delay=(3, 0))
    body += chunk(b"fdAT", struct.pack(">I", n + 4) + small)
    return start + body + END


def with_thumbnail(jpeg):
    thumbnail = saved(gradient("RGB", 8, 6), "JPEG", quality=20)
    exif = b"Exif\0\0" + b"MM\0*\0\0\0\x08\0\0\0\0\0\0" + thumbnail
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]


def patched_jpeg(jpeg, marker=None, **fields):
    """The same file with another process or size in its frame header."""
    data = bytearray(jpeg)
    at = next(i for i in range(len(data)) if data[i] == 0xFF and data[i + 1] in (0xC0, 0xC2))
    if marker is not None:
        data[at + 1] = marker
    for name, value in fields.items():
        offset, form = {"precision": (4, ">B"), "height": (5, ">H"), "width": (7, ">H")}[name]
        struct.pack_into(form, data, at + offset, value)
    return bytes(data)


def jpegs():
    baseline = saved(gradient("RGB"), "JPEG", quality=50)
    progressive = saved(gradient("RGB"), "JPEG", quality=50, progressive=True)
    return {
        "baseline": baseline,
        "baseline_444": saved(gradient("RGB"), "JPEG", quality=50, subsampling=0),
        "progressive": progressive,
        "grayscale": saved(gradient("L"), "JPEG", quality=50),
        "cmyk": saved(gradient("RGB").convert("CMYK"), "JPEG", quality=50),
        "thumbnail": with_thumbnail(baseline),
        "fill_bytes": baseline[:2] + b"\xff" * 5 + baseline[2:],
        "restart_interval": baseline[:2] + b"\xff\xdd\0\x04\0\x02" + baseline[2:],
        "arithmetic": patched_jpeg(baseline, marker=0xC9),
        "lossless": patched_jpeg(baseline, marker=0xC3),
        "twelve_bit": patched_jpeg(baseline, marker=0xC1, precision=12),
        "bomb": patched_jpeg(baseline, width=65535, height=65535),
        "no_height": patched_jpeg(baseline, height=0),
        "cut_in_header": baseline[:100],
        "cut_in_pixels": progressive[:-40],
        "header_only": baseline[:2],
    }


def live_jpegs():
    """As live pictures are: 4:2:0, not all sides multiples of 16."""
    files = {f"quality_{quality}": saved(gradient("RGB", 37, 18, shift=7), "JPEG", quality=quality, subsampling=2)
             for quality in (5, 50, 75, 95, 100)}
    files["optimized"] = saved(gradient("RGB", 20, 33), "JPEG", quality=80, subsampling=2, optimize=True)
    files["one_pixel"] = saved(gradient("RGB", 1, 1), "JPEG", quality=75, subsampling=2)
    files["cut"] = saved(gradient("RGB", 48, 16), "JPEG", quality=75, subsampling=2)[:-9] + b"\xff\xd9"
    files["baseline_444"] = jpegs()["baseline_444"]
    files["progressive"] = jpegs()["progressive"]
    files["restart_interval"] = jpegs()["restart_interval"]
    return files


def pngs():
    still = saved(gradient("RGBA"), "PNG")
    offsets = apng()
    return {
        "rgba": still,
        "rgb": saved(gradient("RGB"), "PNG"),
        "gray": saved(gradient("L"), "PNG"),
        "gray_alpha": saved(gradient("L").convert("LA"), "PNG"),
        "one_bit": saved(gradient("1"), "PNG"),
        "palette": saved(gradient("RGB").quantize(8), "PNG", transparency=2),
        "one_pixel": saved(gradient("RGB", 1, 1), "PNG"),
        "text": still[:33] + chunk(b"tEXt", b"Comment\0hello") + still[33:],
        "deep": deep_png(),
        "interlaced": interlaced_png(),
        "apng": animated("PNG", duration=100),
        "apng_offsets": offsets,
        "apng_hidden_default": apng(default_is_frame=False),
        "apng_cut": offsets[:-30],
        "apng_missing_frame": offsets[:offsets.rindex(b"fcTL") - 4] + END,
        "apng_many": offsets.replace(struct.pack(">II", 3, 0), struct.pack(">II", 2**31, 0)),
        "bomb": header(65535, 65535, 8, 6) + chunk(b"IDAT", rows(1, 1, 4)) + END,
        "cut": still[:-20],
        "endless_chunk": still[:33] + struct.pack(">I", 0x7FFFFFFF) + b"IDAT",
        "signature_only": SIGNATURE,
    }


def others():
    lossy = saved(gradient("RGB"), "WEBP", quality=50)
    moving = animated("WEBP", duration=100, minimize_size=False)
    gif = animated("GIF", duration=100, loop=0, disposal=2)
    return {
        "webp_lossy": lossy,
        "webp_alpha": saved(gradient("RGBA"), "WEBP", quality=50),
        "webp_lossless": saved(gradient("RGBA"), "WEBP", lossless=True),
        "webp_animated": moving,
        "webp_cut": lossy[:-10],
        "webp_animated_cut": moving[:-10],
        "webp_bomb": lossy[:26] + struct.pack("<HH", 16383, 16383) + lossy[30:],
        "gif_still": saved(gradient("P"), "GIF"),
        "gif_animated": gif,
        "gif_cut": gif[:60],
        "gif_bomb": gif[:6] + b"\xff\xff\xff\xff" + gif[10:],
        "not_a_picture": b"<!DOCTYPE html><title>404</title>",
        "empty": b"",
    }


def p3x_files():
    """Golden streams as files (docs/P3X.md, section 11)."""
    streams = json.loads((CORPUS.parents[1] / "tests/vectors/p3x.json").read_text(encoding="utf-8"))["streams"]
    files = {}
    for stream in streams:
        frames = [bytes.fromhex(frame["bytes"]) for frame in stream["frames"]]
        body = b"".join(frames)
        head = b"\x89P3X\r\n\x1a\n" + struct.pack("<BBBBHHIIII", 1, 14, 2, 0, stream["width"], stream["height"], len(frames),
                                                  1 << 20, 32 + len(body), 0)
        index = b"".join(struct.pack("<II", len(frame) | (i == 0) << 31, 40_000) for i, frame in enumerate(frames))
        files["p3x_" + stream["name"].replace(" ", "_")] = head + body + index
    sprite = files["p3x_sprite"]
    files["p3x_cut"] = sprite[:-9]
    files["p3x_bomb"] = sprite[:12] + b"\xff\xff\xff\xff\xff\xff\xff\xff" + sprite[20:]
    return files


def write(folder, files):
    (CORPUS / folder).mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (CORPUS / folder / name).write_bytes(data)
    print(f"{folder}: {len(files)} files, {sum(map(len, files.values()))} bytes")


def main():
    named_jpegs = {f"jpeg_{name}": data for name, data in jpegs().items()}
    named_pngs = {f"png_{name}": data for name, data in pngs().items()}
    write("jpeg_header", jpegs())
    write("baseline_decoder", live_jpegs())
    write("engine_gate", {name: data for name, data in jpegs().items() if len(data) > 2})
    write("png_chunks", pngs())
    write("p3x_header", p3x_files())
    few_p3x = {name: data for name, data in p3x_files().items() if name in ("p3x_sprite", "p3x_cut", "p3x_bomb")}
    write("decoders", few_p3x)
    few = ("jpeg_baseline", "jpeg_progressive", "jpeg_cmyk", "jpeg_bomb", "jpeg_cut_in_header",
           "png_rgba", "png_deep", "png_apng_offsets", "png_apng_many", "png_bomb", "png_cut")
    write("image", others() | few_p3x | {name: (named_jpegs | named_pngs)[name] for name in few})


if __name__ == "__main__":
    main()
