"""Uploads to a P3A display over HTTP (docs/API_UPLOAD.md): what runs on worker threads, and when.

Only Python's own modules. No function here touches an operator, so TouchDesigner's thread rules are kept.
"""
import http.client
import ipaddress
import json
import queue
import random
import socket
import ssl
import threading


class Failed(Exception):
    """What went wrong, as a sentence. `passing`: the same may well work a little later."""

    def __init__(self, sentence: str, passing: bool):
        super().__init__(sentence)
        self.passing = passing


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
        return True
    except ValueError:
        return host == 'localhost'


def host_of(text: str) -> str:
    """What people type or paste, as 'http://p3a.local/', without what does not belong to the name."""
    return text.strip().split('://')[-1].split('/')[0]


def has_tls(text: str) -> bool:
    """Whether people typed 'https://p3a.local': a display with TLS."""
    return text.strip().lower().startswith(('https://', 'wss://'))


def resolve(host: str) -> str:
    """The address of a name, IPv4 if there is one. May take seconds: never call it on the main thread."""
    if is_address(host):
        return host
    if not host or ':' in host:
        raise Failed('type the display\'s name or address into Address, without a port: those have their own fields', False)
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Failed(f'no machine answers to the name {host}; try the display\'s address instead ({error})', True) from None
    found.sort(key=lambda entry: entry[0] != socket.AF_INET)
    return found[0][4][0]


def form(name: str, data: bytes, content_type: str) -> tuple[bytes, str]:
    """A multipart body with one file in it, and its Content-Type."""
    boundary = 'p3a' + ''.join(random.choices('0123456789abcdef', k=24))
    head = (f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="{name}"\r\n'
            f'Content-Type: {content_type}\r\n\r\n').encode()
    return head + data + f'\r\n--{boundary}--\r\n'.encode(), f'multipart/form-data; boundary={boundary}'


def connection_to(host: str, port: int, timeout: float, tls: str | None):
    if tls is None:
        return http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        context = ssl.create_default_context(cafile=tls or None)
    except OSError as error:
        raise Failed(f'the CA File {tls} cannot be used ({error}); name a PEM file', True) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return http.client.HTTPSConnection(host, port, timeout=timeout, context=context)


def request(host: str, port: int, route: str, body: bytes, content_type: str, timeout: float,
            tls: str | None = None) -> tuple[int, dict]:
    """`tls`: None for plain HTTP, else whom to trust: a PEM file, or '' for this machine's own list."""
    connection = connection_to(host, port, timeout, tls)
    try:
        connection.request('POST', route, body, {'Content-Type': content_type})
        response = connection.getresponse()
        answer = response.read()
    except ssl.SSLCertVerificationError as error:
        raise Failed(f'the certificate of {host}:{port} is refused ({error.verify_message}); name its PEM file in CA File, '
                     'and a name that it is for in Address', True) from None
    except ssl.SSLError as error:
        raise Failed(f'no TLS with {host}:{port} ({error.reason}); if the display has no certificate, leave https:// away', True) from None
    except (OSError, http.client.HTTPException) as error:
        raise Failed(f'no answer from {host}:{port} ({error or type(error).__name__}); is the display on, and on this network?',
                     True) from None
    finally:
        connection.close()
    try:
        answer = json.loads(answer)
    except ValueError:
        answer = {}
    return response.status, answer if isinstance(answer, dict) else {}


def post_picture(host: str, port: int, route: str, data: bytes, content_type: str, timeout: float = 5.0,
                 tls: str | None = None) -> dict:
    """Sends one picture and returns `data` of the answer. Raises Failed. `tls`: as of request().

    A display without /upload/image is a p3a with its own firmware, which has POST /upload.
    """
    status, answer = request(host, port, route, data, content_type, timeout, tls)
    if status == 404 and route == '/upload/image':
        route = '/upload'
        body, kind = form('td_live.' + content_type.split('/')[1].replace('jpeg', 'jpg'), data, content_type)
        status, answer = request(host, port, route, body, kind, timeout, tls)
    if status != 200 or answer.get('ok') is not True:
        sentence = answer.get('error', 'no sentence with it')
        raise Failed(f'{route} was refused with {status} {answer.get("code", "")}: {sentence}', status in (408, 500, 503))
    found = answer.get('data')
    return found if isinstance(found, dict) else {}


class Jobs:
    """Runs functions on worker threads; what they return is handed over on the main thread, in drain().

    `manager` is TouchDesigner's op.TDResources.ThreadManager (2023.31500 and later), or None for threads of our own.
    Its hooks are not used: a queue that the main thread empties needs no more than drain() once in a while.
    """

    def __init__(self, manager=None):
        self.manager = manager
        self.results = queue.Queue()

    def start(self, done, function, *args):
        """Calls done(result, error), one of them None, on the main thread when function(*args) has ended."""
        results, claim = self.results, threading.Lock()

        def work():
            if not claim.acquire(blocking=False):
                return  # another thread has taken it
            try:
                results.put((done, function(*args), None))
            except Exception as error:  # whatever it is, it belongs on the main thread
                results.put((done, None, error))

        if self.manager is None or self.manager.EnqueueTask(self.manager.TDTask(target=work)) is None:
            threading.Thread(target=work, daemon=True).start()  # no manager, or its pool is full

    def drain(self):
        while True:
            try:
                done, result, error = self.results.get_nowait()
            except queue.Empty:
                return
            done(result, error)


class Uploader:
    """One picture on its way at a time; of those that come meanwhile only the newest waits.

    The last upload is kept, and sent again when it failed for a reason that passes, after 1, 2, 4, then every 8 s,
    until it arrives or a newer one takes its place.
    """

    def __init__(self, jobs: Jobs, post, tell):
        """`post(route, data, content_type)` runs on a worker. `tell(result: dict | None, sentence: str)`: main thread."""
        self.jobs = jobs
        self.post = post
        self.tell = tell
        self.busy = False
        self.waiting = None  # the next (route, data, content type)
        self.last_upload = None
        self.retry_at = None
        self.failures = 0
        self.now = 0.0

    def send(self, route: str, data: bytes, content_type: str):
        picture = (route, data, content_type)
        if route == '/upload/image':
            self.last_upload = picture
            self.failures, self.retry_at = 0, None
        self.waiting = picture
        self._next()

    def send_again(self) -> bool:
        """The last upload once more. False when there was none."""
        if self.last_upload:
            self.send(*self.last_upload)
        return self.last_upload is not None

    def step(self, now: float):
        self.now = now
        if self.retry_at is not None and now >= self.retry_at and not self.busy:
            self.retry_at = None
            self.waiting = self.waiting or self.last_upload
            self._next()

    def _next(self):
        if not self.busy and self.waiting:
            picture, self.waiting, self.busy = self.waiting, None, True
            self.jobs.start(lambda result, error: self._done(picture, result, error), self.post, *picture)

    def _done(self, picture, result, error):
        self.busy = False
        is_newest = picture is self.last_upload
        if error is None:
            self.failures = 0 if is_newest else self.failures
            self.tell(result, 'shown' if result.get('display_updated', True) else 'kept; something newer is shown')
        else:
            sentence = str(error)
            if is_newest and getattr(error, 'passing', False):
                wait = min(8, 2 ** self.failures)
                self.failures += 1
                self.retry_at = self.now + wait
                sentence += f'; once more in {wait} s'
            self.tell(None, sentence)
        self._next()
