"""Pixels as TouchDesigner's TOPs give them, by Derivative's pages on TOP_Class and Fit_TOP.

What those pages leave open is a switch of the host: whether numpyArray() begins with the bottom row.
"""
import io

import numpy
from PIL import Image

# Pixel formats (Fit_TOP, "Pixel Format"): bits or float, and channels.
FORMATS = {"rgba8fixed": (8, 4), "rgba16fixed": (16, 4), "rgba16float": (numpy.float16, 4), "rgba32float": (numpy.float32, 4),
           "rgb16float": (numpy.float16, 3), "rgb32float": (numpy.float32, 3), "mono8fixed": (8, 1), "mono32float": (numpy.float32, 1),
           "rg8fixed": (8, 2), "rg32float": (numpy.float32, 2), "monoalpha8fixed": (8, 2), "monoalpha32float": (numpy.float32, 2)}
FILE_TYPES = (".tif", ".tiff", ".jpg", ".jpeg", ".bmp", ".png", ".exr", ".dds")


def stored(pixels, pixel_format: str):
    """The picture as the GPU keeps it in that format; rows from the top."""
    kind, channels = FORMATS[pixel_format]
    pixels = numpy.asarray(pixels, numpy.float32)[:, :, :channels]
    if isinstance(kind, int):
        most = 2 ** kind - 1
        return numpy.round(numpy.clip(numpy.nan_to_num(pixels), 0, 1) * most).astype(numpy.float32) / most
    return pixels.astype(kind).astype(numpy.float32)


def rgba(pixels, pixel_format: str):
    """What a shader, and so a saved file, sees: mono fills RGB, RG has no blue, alpha is 1 where there is none."""
    height, width, channels = pixels.shape
    out = numpy.ones((height, width, 4), numpy.float32)
    if pixel_format.startswith("mono"):
        out[:, :, :3] = pixels[:, :, :1]
        if channels == 2:
            out[:, :, 3] = pixels[:, :, 1]
    elif pixel_format.startswith("rg8") or pixel_format.startswith("rg32"):
        out[:, :, :2], out[:, :, 2] = pixels, 0
    else:
        out[:, :, :channels] = pixels
    return out


def file_bytes(pixels, pixel_format: str, filetype: str, quality: float) -> bytearray:
    suffix = "." + filetype.rsplit(".", 1)[-1].lower() if "." in filetype else ""
    if suffix not in FILE_TYPES:
        raise ValueError(f"saveByteArray: {filetype!r}; the suffix must include the period")
    if not 0 <= quality <= 1:
        raise ValueError(f"saveByteArray: quality {quality} is not between 0 and 1")
    bytes_rgba = numpy.round(numpy.clip(numpy.nan_to_num(rgba(pixels, pixel_format)), 0, 1) * 255).astype(numpy.uint8)
    image = Image.fromarray(bytes_rgba, "RGBA")
    out = io.BytesIO()
    if suffix in (".jpg", ".jpeg"):
        image.convert("RGB").save(out, "JPEG", quality=max(1, round(quality * 100)))
    elif suffix == ".png":
        image.save(out, "PNG")
    else:
        raise ValueError(f"this fake writes no {suffix}")
    return bytearray(out.getvalue())


def fitted(pixels, width: int, height: int, how: str, background):
    """The Fit TOP: stretched (fill), whole (fitbest) or covering (fitoutside), in the middle, by nearest pixel."""
    source_height, source_width = pixels.shape[:2]
    scale_x, scale_y = width / source_width, height / source_height
    if how != "fill":
        scale_x = scale_y = (min if how == "fitbest" else max)(scale_x, scale_y)
    x = numpy.floor((numpy.arange(width) + 0.5 - width / 2) / scale_x + source_width / 2).astype(int)
    y = numpy.floor((numpy.arange(height) + 0.5 - height / 2) / scale_y + source_height / 2).astype(int)
    inside = ((y >= 0) & (y < source_height))[:, None] & ((x >= 0) & (x < source_width))[None, :]
    picked = pixels[numpy.clip(y, 0, source_height - 1)][:, numpy.clip(x, 0, source_width - 1)]
    return numpy.where(inside[:, :, None], picked, numpy.asarray(background, numpy.float32))
