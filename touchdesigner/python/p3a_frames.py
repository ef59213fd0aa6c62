"""Frames, pixels and messages of a P3A display's stream (docs/PROTOCOL.md).

Pure functions: no operator, no socket, no clock, so they may be called from any thread. Needs numpy, which
TouchDesigner ships.
"""
import json
import struct

import numpy

MAGIC = 0x5044  # the bytes 44 50
FORMATS = {'jpeg': 0x01, 'png': 0x02, 'webp': 0x03, 'rgb565': 0x04, 'rgb888': 0x05}


def frame(format_name: str, payload: bytes, sequence: int | None = None, capture_us: int = 0) -> bytes:
    """A binary message: the 8 bytes of header, with a sequence number the extension block too, and the payload."""
    block = b'' if sequence is None else struct.pack('<HBBIq', 16, 0, 0, sequence & 0xFFFFFFFF, capture_us)
    return struct.pack('<HBBI', MAGIC, FORMATS[format_name], 1 if block else 0, len(block) + len(payload)) + block + payload


def rgb888(pixels: 'numpy.ndarray', pixel_format: str = '', bottom_first: bool = True) -> bytes:
    """TOP.numpyArray() as rows of red, green, blue bytes, from the top.

    The array is [height, width, 1 to 4 channels] of floats. What is below 0 or no number becomes 0, above 1 becomes 255.
    Alpha is left out: RGB counts as it is, as over black. `pixel_format` is TOP.pixelFormatName, which tells two
    channels apart: red and green, or gray and alpha. `bottom_first`: the array begins with the bottom row.
    """
    if pixels.ndim != 3 or not 1 <= pixels.shape[2] <= 4:
        raise ValueError(f'the picture has the shape {pixels.shape}, not [height, width, 1 to 4]')
    rows = pixels[::-1] if bottom_first else pixels
    height, width, channels = rows.shape
    if channels == 1 or (channels == 2 and pixel_format.startswith('monoalpha')):
        rows = numpy.broadcast_to(rows[:, :, :1], (height, width, 3))
    elif channels == 2:
        rows = numpy.concatenate([rows, numpy.zeros((height, width, 1), rows.dtype)], axis=2)
    scaled = numpy.fmax(rows[:, :, :3], 0)  # fmax and fmin, other than clip, put a number in the place of a NaN
    numpy.fmin(scaled, 1, out=scaled)
    scaled *= 255
    scaled += 0.5
    return scaled.astype(numpy.uint8).tobytes()


def test_pattern(width: int, height: int) -> bytes:
    """RGB888: red, green, blue, white corners (left to right, top to bottom) on a gray ramp, darkest at the left."""
    ramp = numpy.linspace(0, 255, width).round().astype(numpy.uint8)
    picture = numpy.repeat(numpy.broadcast_to(ramp, (height, width))[:, :, None], 3, axis=2)
    side = max(1, min(width, height) // 8)
    picture[:side, :side] = (255, 0, 0)
    picture[:side, -side:] = (0, 255, 0)
    picture[-side:, :side] = (0, 0, 255)
    picture[-side:, -side:] = (255, 255, 255)
    return picture.tobytes()


def parse(text: str) -> dict | None:
    """A text message as a dict, or None when it is none of ours."""
    try:
        message = json.loads(text)
    except ValueError:
        return None
    return message if isinstance(message, dict) and isinstance(message.get('type'), str) else None


def flat(message: dict, prefix: str = '') -> dict:
    """{'latency_us': {'total': {'p50': 3}}} as {'latency_us.total.p50': 3}, for a table."""
    rows = {}
    for name, value in message.items():
        if isinstance(value, dict):
            rows |= flat(value, f'{prefix}{name}.')
        else:
            rows[prefix + name] = ' '.join(map(str, value)) if isinstance(value, list) else value
    return rows


class InFlight:
    """The frames of one connection that are on their way: sent, but not yet answered with an `ack`.

    Newest wins on our side of the network too: while `limit` of them are under way, send nothing, and take a newer
    picture later. Acks count the binary messages of a connection from 1 (`frame`).
    """

    def __init__(self):
        self.count = 0
        self.sent_at: dict[int, float] = {}
        self.shown = 0
        self.dropped: dict[str, int] = {}
        self.round_trip_ms = 0.0

    def sent(self, now: float):
        self.count += 1
        self.sent_at[self.count] = now

    def answered(self, ack: dict, now: float):
        sent_at = self.sent_at.pop(ack.get('frame'), None)
        if sent_at is None:
            return
        self.round_trip_ms = (now - sent_at) * 1000
        if 'dropped' in ack:
            self.dropped[ack['dropped']] = self.dropped.get(ack['dropped'], 0) + 1
        else:
            self.shown += 1
