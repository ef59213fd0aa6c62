"""The stream's wire (docs/PROTOCOL.md) in plain Python: builds and parses frames and control messages.

No dependencies, no clock, no sockets. What is wrong raises WireError with the display's own error code.
"""
import json
import struct

MAGIC = 0x5044
HEADER = struct.Struct("<HBBI")  # magic, format, flags, size of everything after these 8 bytes
EXTENSION = struct.Struct("<HBBIqqHHHH")  # length, kind, 0, sequence, capture, presentation, x, y, w, h
FLAG_EXTENSION = 0x01
MAX_EXTENSION_BYTES = 256

FORMATS = {0x01: "jpeg", 0x02: "png", 0x03: "webp", 0x04: "rgb565", 0x05: "rgb888", 0x10: "pixelart", 0x11: "mixed",
           0x40: "audio"}
NUMBERS = {name: number for number, name in FORMATS.items()}
LOSSY = ("jpeg", "webp", "audio")
BYTES_PER_PIXEL = {"rgb565": 2, "rgb888": 3}
KINDS = ("key", "delta")
NO_REGION = (0, 0, 0, 0)


class WireError(Exception):
    def __init__(self, code, sentence):
        super().__init__(f"{code}: {sentence}")
        self.code = code


def picture_file_format(data):
    """The format of a JPEG, PNG or WebP file by its first bytes, else None."""
    if data[:3] == b"\xff\xd8\xff":
        return "jpeg"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return None


def build_header(format_name, payload_bytes, extension=None):
    """What goes before the payload. `extension`: any of kind, sequence, capture_us, presentation_us, region."""
    block = b""
    if extension is not None:
        block = EXTENSION.pack(EXTENSION.size, KINDS.index(extension.get("kind", "key")), 0,
                               extension.get("sequence", 0), extension.get("capture_us", 0),
                               extension.get("presentation_us", 0), *extension.get("region", NO_REGION))
    flags = 0 if extension is None else FLAG_EXTENSION
    return HEADER.pack(MAGIC, NUMBERS[format_name], flags, len(block) + payload_bytes) + block


def build_frame(format_name, payload, extension=None):
    return build_header(format_name, len(payload), extension) + payload


def _parse_extension(block):
    if len(block) < 2:
        raise WireError("BAD_FRAME", "no room for the extension block")
    (length,) = struct.unpack_from("<H", block)
    if length % 8 or not 8 <= length <= MAX_EXTENSION_BYTES or length > len(block):
        raise WireError("BAD_FRAME", f"the extension block's length is {length}")
    known = block[: min(length, EXTENSION.size)].ljust(EXTENSION.size, b"\0")  # a field left out is 0
    _, kind, reserved, sequence, capture_us, presentation_us, *region = EXTENSION.unpack(known)
    if kind >= len(KINDS) or reserved:
        raise WireError("BAD_FRAME", f"frame kind {kind}, reserved byte {reserved}")
    if tuple(region) != NO_REGION and 0 in region[2:]:
        raise WireError("BAD_FRAME", "an empty region")
    extension = {"kind": KINDS[kind], "sequence": sequence, "capture_us": capture_us,
                 "presentation_us": presentation_us, "region": tuple(region)}
    return extension, length


def parse_frame(message, max_lossy_bytes=200 << 10, max_lossless_bytes=2 << 20):
    """A dict of format, bare, payload and extension (a dict or None)."""
    if not message:
        raise WireError("EMPTY_BODY", "the message is empty")
    extension = None
    format_name = picture_file_format(message)
    bare = format_name is not None
    payload = message
    if not bare:
        if message[:4] == b"GIF8":
            raise WireError("UNKNOWN_FORMAT", "a GIF is no stream frame")
        if message[:2] != b"\x44\x50" or len(message) < HEADER.size:
            raise WireError("BAD_FRAME", "neither a header nor a picture file")
        _, number, flags, size = HEADER.unpack_from(message)
        if number not in FORMATS:
            raise WireError("UNKNOWN_FORMAT", f"format {number}")
        if flags & ~FLAG_EXTENSION:
            raise WireError("BAD_FRAME", f"flags {flags}")
        payload = message[HEADER.size:]
        if size != len(payload):
            raise WireError("BAD_FRAME", f"size {size}, but {len(payload)} bytes follow")
        format_name = FORMATS[number]
        if flags & FLAG_EXTENSION:
            extension, length = _parse_extension(payload)
            payload = payload[length:]
    if not payload:
        raise WireError("EMPTY_BODY", "no payload")
    limit = max_lossy_bytes if format_name in LOSSY else max_lossless_bytes
    if len(payload) > limit:
        raise WireError("FRAME_TOO_LARGE", f"{len(payload)} bytes of {format_name}, the limit is {limit}")
    if format_name in ("jpeg", "png", "webp") and picture_file_format(payload) != format_name:
        raise WireError("FORMAT_MISMATCH", f"the payload is no {format_name} file")
    return {"format": format_name, "bare": bare, "payload": payload, "extension": extension}


def area_on_panel(frame, width, height):
    """Where on a panel of that size the picture goes, as (x, y, w, h)."""
    region = frame["extension"]["region"] if frame["extension"] else NO_REGION
    x, y, w, h = area = (0, 0, width, height) if region == NO_REGION else region
    if x + w > width or y + h > height:
        raise WireError("BAD_FRAME", f"the region {area} reaches beyond the panel")
    pixel_bytes = BYTES_PER_PIXEL.get(frame["format"])
    if pixel_bytes and len(frame["payload"]) != w * h * pixel_bytes:
        raise WireError("LENGTH_MISMATCH", f"{len(frame['payload'])} bytes for {w} x {h} pixels")
    return area


# --- mixed frames: a P3X frame, and JPEG and PNG files in windows of it ---

MIXED = struct.Struct("<BBHI")  # windows, patches, 0, bytes of the P3X frame
RECT = struct.Struct("<HHHH")
MAX_WINDOWS, MAX_PATCHES = 4, 16


def build_mixed(windows, patches, p3x):
    """windows: (x, y, w, h); patches: ((x, y, w, h), file)."""
    head = MIXED.pack(len(windows), len(patches), 0, len(p3x)) + b"".join(RECT.pack(*window) for window in windows)
    head += b"".join(RECT.pack(*area) + struct.pack("<I", len(file)) for area, file in patches)
    return head + p3x + b"".join(file for _, file in patches)


def _overlap(a, b):
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def _lies_in(window, area):
    return (area[0] >= window[0] and area[1] >= window[1] and area[0] + area[2] <= window[0] + window[2]
            and area[1] + area[3] <= window[1] + window[3])


def parse_mixed(payload):
    """(windows, patches, p3x) as build_mixed() takes them."""
    try:
        counts = MIXED.unpack_from(payload)
        windows = [RECT.unpack_from(payload, MIXED.size + 8 * i) for i in range(counts[0])]
        at = MIXED.size + 8 * counts[0]
        heads = [(RECT.unpack_from(payload, at + 12 * i), *struct.unpack_from("<I", payload, at + 12 * i + 8))
                 for i in range(counts[1])]
    except struct.error as error:
        raise WireError("BAD_FRAME", "the mixed frame is cut off") from error
    sizes = [counts[3], *(size for _, size in heads)]
    at += 12 * counts[1]
    if counts[0] > MAX_WINDOWS or counts[1] > MAX_PATCHES or counts[2] or at + sum(sizes) != len(payload) or 0 in sizes:
        raise WireError("BAD_FRAME", "the mixed frame's numbers")
    parts = []
    for size in sizes:
        parts.append(payload[at:at + size])
        at += size
    areas = [area for area, _ in heads]
    apart = not any(_overlap(a, b) for i, a in enumerate(windows) for b in windows[:i])
    inside = all(any(_lies_in(window, area) for window in windows) for area in areas)
    if any(0 in area[2:] for area in windows + areas) or not apart or not inside:
        raise WireError("BAD_FRAME", "the mixed frame's rectangles")
    if sum(w * h for *_, w, h in areas) > 2 * sum(w * h for *_, w, h in windows):
        raise WireError("BAD_FRAME", "the mixed frame draws too much")
    return windows, list(zip(areas, parts[1:])), parts[0]


# --- control: one JSON object a text message ---

MAX_TEXT_BYTES = 4096
_number = (int, float)
# What must be there, by type of message. Anything else may be there, and is not looked at.
REQUIRED = {
    "hello": {},
    "ack": {"frame": int, "received_us": int},
    "stats": {"now_us": int, "frames_in": int, "presented": int, "dropped": dict, "latency_us": dict, "fps": _number},
    "error": {"code": str, "error": str},
    "ping": {"t0_us": int},
    "pong": {"t0_us": int, "t1_us": int, "t2_us": int},
    "touch": {"kind": str, "id": int, "x": int, "y": int},
    "source": {"owner": str, "you": bool},
    "take": {},
    "release": {},
    "key_request": {},
}


def build_control(message):
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False)


def parse_control(text):
    """The message as a dict; None for a type that is not known here, which is to be ignored."""
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise WireError("PAYLOAD_TOO_LARGE", f"a text message has at most {MAX_TEXT_BYTES} bytes")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WireError("INVALID_JSON", str(error)) from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise WireError("INVALID_VALUE", "a control message is a JSON object with a text member 'type'")
    required = REQUIRED.get(message["type"])
    if required is None:
        return None
    for member, kind in required.items():
        value = message.get(member)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise WireError("INVALID_VALUE", f"{message['type']} wants the member '{member}'")
    return message


def clock_offset_us(t0_us, t1_us, t2_us, t3_us):
    """(the display's clock minus ours, round trip), RFC 5905 section 8. t0, t3: ours, at ping and pong."""
    return ((t1_us - t0_us) + (t2_us - t3_us)) / 2, (t3_us - t0_us) - (t2_us - t1_us)
