"""A p3a with its own firmware (1.1.1), as far as a sender sees it: GET /status, POST /upload, POST /pico8/exit and the
WebSocket /pico_stream. Real hardware cannot run here, so this stands in for it.

It enforces what that firmware wants, byte for byte (its sources at 3d0156a4), and is stricter where the firmware
drops things without a word: `faults` collects every packet that would have been ignored, every frame that would have
cost the connection, every request that would have been misread. A test ends with check().
"""
import base64
import hashlib
import json
import re
import socket
import struct
import threading
import time

MAX_FRAME = 8246  # a larger WebSocket payload makes the handler fail
PALETTE = 48
PIXELS = 128 * 128 // 2
ENDINGS = {"webp", "gif", "jpg", "jpeg", "png", "apng", "bmp"}


class Closed(Exception):
    pass


class Reader:
    def __init__(self, connection):
        self.connection = connection
        self.buffer = b""

    def more(self):
        piece = self.connection.recv(65536)
        if not piece:
            raise Closed
        self.buffer += piece

    def until(self, end: bytes) -> bytes:
        while end not in self.buffer:
            self.more()
        head, self.buffer = self.buffer.split(end, 1)
        return head

    def exactly(self, count: int) -> bytes:
        while len(self.buffer) < count:
            self.more()
        out, self.buffer = self.buffer[:count], self.buffer[count:]
        return out


class StockP3a:
    def __init__(self):
        self.faults = []
        self.frames = []  # (time, palette, 128 rows of 128 indices)
        self.pings = []  # times
        self.uploads = {}  # name -> bytes
        self.requests = []  # "METHOD /path"
        self.exits = 0
        self.in_pico = False
        self.sd_locked = False
        self.answers_pings = True
        self.lock = threading.Lock()
        self.open = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    # --- for tests ---

    def check(self):
        assert not self.faults, self.faults

    def cut(self):
        """Every connection breaks; a close of that firmware is a reset."""
        with self.lock:
            for connection in self.open:
                reset(connection)

    def close(self):
        self.listener.close()
        self.cut()

    def color_at(self, x: int, y: int):
        _, palette, rows = self.frames[-1]
        return palette[rows[y][x]]

    # --- the device ---

    def fault(self, what: str):
        self.faults.append(what)

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                self.open.append(connection)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        reader = Reader(connection)
        try:
            while self.request(connection, reader):
                pass
        except (Closed, OSError):
            pass
        finally:
            reset(connection)

    def request(self, connection, reader) -> bool:
        head = reader.until(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        if len(head) > 1024:
            self.fault(f"request headers of {len(head)} bytes: 431")
        method, target, _ = lines[0].split(" ")
        headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines[1:])}
        self.requests.append(f"{method} {target}")
        if "expect" in headers:
            self.fault("Expect is never answered")
        if headers.get("transfer-encoding"):
            self.fault("a chunked body has the length 0 here")
        body = reader.exactly(int(headers.get("content-length", 0)))
        if (method, target) == ("GET", "/pico_stream"):
            self.stream(connection, reader, headers)
            return False
        respond(connection, *self.answer(method, target, headers, body))
        return True

    def answer(self, method, target, headers, body):
        if (method, target) == ("GET", "/status"):
            # Fields as that firmware's, some left out.
            state = "PICO8_STREAMING" if self.in_pico else "ANIMATION_PLAYBACK"
            return envelope(200, {
                "state": "READY", "uptime_ms": 1000, "heap_free": 20_000_000, "rssi": -50,
                "fw": {"version": "1.1.1", "idf": "v5.5.4", "build": "x"}, "queue_depth": 0,
                "device": {"mac": "AA:BB:CC:DD:EE:FF", "chip": "ESP32-P4", "chip_rev": "v1.0", "cores": 2,
                           "board": "Waveshare ESP32-P4-WIFI6-Touch-LCD-4B", "screen_w": 720, "screen_h": 720},
                "device_name": "", "hostname": "p3a", "net": {"connected": True},
                "makapix": {"p3a_state": state}, "sd_card_failed": False, "api_version": 4})
        if (method, target) == ("POST", "/upload"):
            return self.upload(headers, body)
        if (method, target) == ("POST", "/pico8/exit"):
            self.exits += 1
            self.in_pico = False
            return 200, "text/plain", b"OK"
        if method in ("HEAD", "OPTIONS", "PATCH"):
            return 405, "text/plain", b"Method not allowed"
        return 404, "text/plain", b"Not found"

    # One part, its name in quotes, its type by its ending; the whole body of 1 to 16,777,216 bytes.
    def upload(self, headers, body):
        kind = headers.get("content-type", "")
        if not 1 <= len(body) <= 16_777_216:
            return refusal(413, "FILE_TOO_LARGE")
        if len(kind) > 127:
            return refusal(400, "MISSING_BOUNDARY")
        if "multipart/form-data" not in kind:
            return refusal(415, "UNSUPPORTED_MEDIA_TYPE")
        boundary = kind.partition("boundary=")[2].split(";")[0]
        if not boundary:
            return refusal(400, "MISSING_BOUNDARY")
        if self.sd_locked:
            return refusal(500, "SD_LOCKED")  # meant to be 423, which its JSON helper does not know
        opening = b"--" + boundary.encode() + b"\r\n"
        if not body.startswith(opening):
            return refusal(400, "MALFORMED_DATA")  # a quoted boundary ends here
        head, end, rest = body[len(opening):].partition(b"\r\n\r\n")
        if not end or len(head) > 2048:
            return refusal(400, "MALFORMED_DATA")
        match = re.search(rb'Content-Disposition: [^\r\n]*filename="([^"\r\n]*)"', head)
        if not match:
            return refusal(400, "NO_FILENAME")
        name = match[1].decode("latin-1").split("/")[-1].split("\\")[-1]
        if not name or ".." in name or len(name) > 255:
            return refusal(400, "INVALID_FILENAME")
        if "." not in name:
            return refusal(400, "INVALID_EXTENSION")
        if name.rsplit(".", 1)[1].lower() not in ENDINGS:
            return refusal(400, "UNSUPPORTED_TYPE")
        data, closing, _ = rest.partition(b"\r\n--" + boundary.encode() + b"--")
        if not closing:
            self.fault("the form ends without its last boundary: the firmware keeps a file cut off")
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,100}", name):
            self.fault(f"{name!r} does not fit the card or breaks the answer's JSON")
        self.uploads[name] = data
        return envelope(200, {"filename": name, "message": "File uploaded and playing"})

    def stream(self, connection, reader, headers):
        if headers.get("upgrade", "").lower() != "websocket":
            self.in_pico = True  # and no answer at all
            self.fault("GET /pico_stream without an upgrade")
            return
        if headers.get("sec-websocket-version") != "13":
            self.fault("WebSocket version 13 is the only one")
        for name in ("sec-websocket-protocol", "sec-websocket-extensions", "authorization"):
            if name in headers:
                self.fault(f"{name} means nothing here")
        accept = hashlib.sha1((headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode())
        connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           b"Sec-WebSocket-Accept: " + base64.b64encode(accept.digest()) + b"\r\n\r\n")
        self.in_pico = True
        while True:
            first, second = reader.exactly(2)
            length = second & 127
            if length == 126:
                (length,) = struct.unpack(">H", reader.exactly(2))
            elif length == 127:
                (length,) = struct.unpack(">Q", reader.exactly(8))
            if not second & 128:
                self.fault("a frame without a mask")
            mask = reader.exactly(4)
            if length > MAX_FRAME:
                self.fault(f"a frame of {length} bytes: the socket is dropped")
                return
            payload = unmask(reader.exactly(length), mask)
            opcode = first & 15
            if opcode == 8:  # answered by the IDF itself; the mode stays
                connection.sendall(b"\x88" + bytes([len(payload)]) + payload)
                return
            if opcode in (9, 10):
                self.fault("WebSocket pings do not keep the mode alive")
                continue
            if opcode != 2 or not first & 128:
                self.fault(f"frame 0x{first:02x}: text and fragments are ignored")
                continue
            self.packet(connection, payload)

    def packet(self, connection, packet: bytes):
        if packet == b"p8P":
            self.pings.append(time.monotonic())
            if self.answers_pings:
                connection.sendall(b"\x82\x03p8Q")
            return
        if packet[:3] != b"p8F" or len(packet) < 6:
            self.fault(f"a packet that begins with {packet[:6]!r} is ignored")
            return
        length, flags = struct.unpack_from("<HB", packet, 3)
        palette_bytes = PALETTE if flags & 1 else 0
        if flags & ~1 or length != palette_bytes + PIXELS or len(packet) != 6 + length:
            self.fault(f"a video packet of {len(packet)} bytes, length {length}, flags {flags}, is dropped")
            return
        if not palette_bytes:
            self.fault("a frame that counts on a palette that somebody else may have changed")
            return
        palette = [tuple(packet[6 + i * 3:9 + i * 3]) for i in range(16)]
        pixels = packet[6 + palette_bytes:]
        rows = [[pixels[y * 64 + x // 2] >> (x % 2 * 4) & 15 for x in range(128)] for y in range(128)]
        if self.in_pico:  # after an exit they are parsed, and not shown
            self.frames.append((time.monotonic(), palette, rows))


def unmask(data: bytes, mask: bytes) -> bytes:
    key = (mask * (len(data) // 4 + 1))[:len(data)]
    return (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")).to_bytes(len(data), "big")


def reset(connection):
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    connection.close()


def envelope(status: int, data: dict):
    return status, "application/json", json.dumps({"ok": True, "data": data}).encode()


def refusal(status: int, code: str):
    return status, "application/json", json.dumps({"ok": False, "error": f"{code} happened", "code": code}).encode()


def respond(connection, status: int, kind: str, body: bytes):
    reason = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 413: "Payload Too Large",
              415: "Unsupported Media Type", 500: "Internal Server Error"}[status]
    connection.sendall(f"HTTP/1.1 {status} {reason}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
                       .encode() + body)
