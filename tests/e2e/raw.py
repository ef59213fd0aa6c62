"""HTTP as bytes over a plain socket: what is sent is known byte by byte, and may be wrong."""
import json
import socket


def connect(display, address: str = "127.0.0.1", source: str | None = None, port: int | None = None) -> socket.socket:
    return socket.create_connection((address, port or display.port), timeout=20,
                                    source_address=(source, 0) if source else None)


class Answer:
    def __init__(self, head: bytes, body: bytes):
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ")[1]) if lines[0].startswith("HTTP/1.1 ") else 0
        self.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        self.body = body

    @property
    def code(self) -> str:
        """The stable code of a refusal, "" for none."""
        try:
            return json.loads(self.body).get("code", "")
        except ValueError:
            return ""


def read_answer(connection: socket.socket, with_body: bool = True) -> Answer | None:
    """None: the display hung up without one."""
    data = b""
    while b"\r\n\r\n" not in data:
        try:
            piece = connection.recv(65536)
        except ConnectionResetError:
            return None
        if not piece:
            return None
        data += piece
    head, body = data.split(b"\r\n\r\n", 1)
    answer = Answer(head, body)
    length = int(answer.headers.get("content-length", 0)) if with_body else 0
    while len(answer.body) < length:
        answer.body += connection.recv(65536)
    return answer


def ask(display, request: bytes) -> Answer | None:
    with connect(display) as connection:
        connection.sendall(request)
        return read_answer(connection, not request.startswith(b"HEAD"))
