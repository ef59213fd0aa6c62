"""A WebSocket client on a plain socket, by RFC 6455 and nothing more: what it sends is known byte by byte."""
import asyncio
import base64
import hashlib
import os
import queue
import socket
import ssl
import struct
import threading

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def masked(opcode: int, payload: bytes) -> bytes:
    """One frame of a client: final, with a mask (sections 5.2 and 5.3)."""
    mask = os.urandom(4)
    length = len(payload)
    if length < 126:
        head = struct.pack(">BB", 0x80 | opcode, 0x80 | length)
    elif length < 65536:
        head = struct.pack(">BBH", 0x80 | opcode, 0x80 | 126, length)
    else:
        head = struct.pack(">BBQ", 0x80 | opcode, 0x80 | 127, length)
    key = (mask * (length // 4 + 1))[:length]
    return head + mask + (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(length, "big")


def through_tls(host: str, port: int, timeout: float) -> socket.socket:
    """A plain socket whose other end goes on under TLS. Python's own TLS sockets are not for two threads."""
    near, far = socket.socketpair()
    came_to = queue.Queue()

    async def pump(reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        finally:
            writer.close()

    async def relay():
        try:
            trust = ssl.create_default_context()  # SSL_CERT_FILE is the machine's list
            there = await asyncio.wait_for(asyncio.open_connection(host, port, ssl=trust), timeout)
        except Exception as error:
            far.close()
            return came_to.put(error)
        here = await asyncio.open_connection(sock=far)
        came_to.put(None)
        await asyncio.gather(pump(here[0], there[1]), pump(there[0], here[1]), return_exceptions=True)

    threading.Thread(target=asyncio.run, args=(relay(),), daemon=True).start()
    if error := came_to.get():
        near.close()
        raise ConnectionError(str(error))
    near.settimeout(timeout)
    return near


class Client:
    def __init__(self, host: str, port: int, path: str = "/", timeout: float = 5.0):
        if host.startswith("wss://"):
            host = host.removeprefix("wss://")
            self.socket = through_tls(host, port, timeout)
        else:
            self.socket = socket.create_connection((host, port), timeout)
        key = base64.b64encode(os.urandom(16))
        self.socket.sendall(b"GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            b"Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n\r\n"
                            % (path.encode(), host.encode(), port, key))
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
        if b" 101 " not in head.split(b"\r\n")[0] or accept not in head:
            raise ConnectionError(head.decode("latin-1"))
        self.socket.settimeout(None)

    def send(self, opcode: int, payload: bytes):
        self.socket.sendall(masked(opcode, payload))

    def receive(self) -> tuple[int, bytes]:
        """The next message or control frame, as (opcode, payload)."""
        opcode, whole = None, b""
        while True:
            first, second = self._exactly(2)
            length = second & 127
            if length == 126:
                (length,) = struct.unpack(">H", self._exactly(2))
            elif length == 127:
                (length,) = struct.unpack(">Q", self._exactly(8))
            payload = self._exactly(length)
            if first & 8:
                return first & 15, payload
            opcode = first & 15 or opcode
            whole += payload
            if first & 128:
                return opcode, whole

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()

    def _more(self):
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the other end has closed")
        self.buffer += piece

    def _exactly(self, count: int) -> bytes:
        while len(self.buffer) < count:
            self._more()
        out, self.buffer = self.buffer[:count], self.buffer[count:]
        return out
