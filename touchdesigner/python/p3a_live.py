"""The extension of the p3a_live COMP: a TOP on a P3A display, live (docs/TOUCHDESIGNER_GUIDE.md).

build_network.py makes the COMP. Everything here runs on TouchDesigner's main thread; what may take time (looking up a
name, uploading) goes to worker threads through p3a_http.Jobs, with bytes that were taken on the main thread.
"""
import json
import time
import traceback

IN_FLIGHT = 4     # frames that may be under way to the display
UPLOAD_S = 0.5    # the shortest time between two uploads: each is written to the display's card
CONTENT_TYPES = {'jpeg': 'image/jpeg', 'png': 'image/png'}


class P3aLive:
    def __init__(self, ownerComp):
        self.ownerComp = ownerComp
        self.frames = ownerComp.op('p3a_frames').module
        self.http = ownerComp.op('p3a_http').module
        self.top = ownerComp.op('frame')
        self.socket = ownerComp.op('websocket')
        self.clock = time.monotonic
        self.display = {}  # the display's last hello
        self.stats = {}
        self.owner = {}
        self.flight = self.frames.InFlight()
        self.sent = self.skipped = self.bytes_sent = 0
        self.quality = 1.0  # never above the parameter, below it while frames are too large
        self.last_frame = None
        self.last_upload_at = float('-inf')
        self.picture_trouble = self.upload_status = ''
        self.pattern = None
        try:
            manager = op.TDResources.ThreadManager
        except Exception:  # TouchDesigner before 2023.31500 has none
            manager = None
        self.jobs = self.http.Jobs(manager)
        self.uploader = self.http.Uploader(self.jobs, self._Poster(), self._Uploaded)
        addresses = dict(ownerComp.fetch('p3a_addresses', {}, search=False))
        link = ownerComp.op('p3a_link').module
        self.link = link.Link(self._Open, self._Close, self._Resolve, addresses, self.http.is_address)
        self._Close()
        self._ApplyParameters()

    def onDestroyTD(self):
        self.link.want(None, self.clock())

    # --- called by the DATs of the COMP ---

    def Start(self):
        """When the project is opened, or the COMP made."""
        self.ownerComp.op('timer').par.start.pulse()

    def SendFrame(self) -> bool:
        """The next picture, if it is time for one. From the Timer CHOP's onCycle. True when one went out."""
        if self.last_frame == absTime.frame:
            return False  # a timer faster than the frame rate calls several times a frame
        self.last_frame = absTime.frame
        now = self.clock()
        self.Step(now)
        if not self._Value('Active'):
            return False
        mode = self._Value('Mode')
        return self._SendStream(now) if mode == 'stream' else self._SendHttp(mode, now)

    def Step(self, now: float):
        """Connects, reconnects, takes what worker threads have brought."""
        self.link.want(self._Target(), now)
        self.uploader.step(now)
        self.jobs.drain()
        self.link.step(now)
        self._ShowStatus()

    def ParameterChanged(self, par):
        self._ApplyParameters()

    def Pulse(self, name: str):
        if name == 'Uploadnow':
            self.Upload()
        elif name == 'Retrylast':
            if not self.uploader.send_again():
                self.upload_status = 'there is no upload to send again yet'
        elif name == 'Reconnect':
            self.link.again(self.clock())

    def OnConnect(self):
        self.flight = self.frames.InFlight()
        self.link.connected(self.clock())
        name = ('TouchDesigner ' + self.ownerComp.name)[:64]  # the display takes no more
        self.socket.sendText(json.dumps({'type': 'hello', 'name': name, 'acks': True, 'stats': True,
                                         'touch': bool(self._Value('Touch'))}))
        self._Callback('onConnect')

    def OnDisconnect(self):
        was_open = self.link.state == 'open'
        self.link.disconnected(self.clock())
        if was_open:
            self._Callback('onDisconnect', self.link.trouble)

    def OnText(self, text: str):
        now = self.clock()
        self.link.heard(now)
        message = self.frames.parse(text)
        if message is None:
            return
        handle = getattr(self, '_On_' + message['type'], None)
        if handle:
            handle(message, now)
        if message['type'] != 'ack':  # those come with every frame
            self._Callback('onMessage', message)

    def OnHeard(self):
        """A ping of the display: it is there."""
        self.link.heard(self.clock())

    # --- for the user's own scripts ---

    def Upload(self):
        """The picture as it is now, to stay on the display. Returns at once; onUpload tells how it went."""
        if not self._Wired():
            return
        name = 'jpeg' if self._Value('Format') == 'jpeg' else 'png'
        self.upload_status = 'uploading'
        self.uploader.send('/upload/image', self._File(name, self._Value('Quality')), CONTENT_TYPES[name])

    # --- pictures ---

    def _SendStream(self, now: float) -> bool:
        if self.link.state != 'open' or not self.display:
            return False
        if len(self.flight.sent_at) >= IN_FLIGHT:
            self.skipped += 1  # what is on the way arrives first; the next picture will be newer
            return False
        if not self._Wired():
            return False
        format_name, data = self._Picture()
        if data is None:
            return False
        header = self._Value('Header') or format_name == 'rgb888'
        message = self.frames.frame(format_name, data, self.flight.count, int(now * 1e6)) if header else data
        if self.socket.sendBinary(message) < 0:
            self.link.disconnected(now)
            return False
        self.flight.sent(now)
        self.sent += 1
        self.bytes_sent += len(message)
        return True

    def _SendHttp(self, mode: str, now: float) -> bool:
        if not self._Wired() or self.uploader.busy or (mode == 'upload' and now - self.last_upload_at < UPLOAD_S):
            return False
        self.last_upload_at = now
        if mode == 'upload':
            self.Upload()
        else:
            name = 'jpeg' if self._Value('Format') == 'jpeg' else 'png'
            self.uploader.send('/display/raw', self._File(name, self._Value('Quality')), CONTENT_TYPES[name])
        self.sent += 1
        return True

    def _Wired(self) -> bool:
        """False, and said, when there is nothing to show: better the panel as it is than black."""
        inputs = self.ownerComp.inputConnectors
        wired = not inputs or bool(inputs[0].connections) or bool(self._Value('Testpattern'))
        nothing = 'nothing is wired into this COMP'
        if not wired:
            self.picture_trouble = nothing
        elif self.picture_trouble == nothing:
            self.picture_trouble = ''
        return wired

    def _Picture(self):
        """(format, bytes) of what to show, within the display's limits; (format, None) when there is none."""
        limits = self.display.get('limits', {})
        lossless = limits.get('max_lossless_bytes', 2 << 20)
        if self._Value('Testpattern'):
            return self._Checked('rgb888', self._TestPattern(), lossless)
        chosen = {'jpeg': 'jpeg', 'png': 'png', 'rgb': 'rgb888'}[self._Value('Format')]
        if chosen == 'jpeg' or chosen not in self.display.get('formats', [chosen]):
            picture = self._Jpeg(limits.get('max_frame_bytes', 200 << 10))
            if chosen != 'jpeg':
                self.picture_trouble = f'the display takes no {chosen}: sent as JPEG'
            return picture
        if chosen == 'png':
            return self._Checked('png', self._File('png', 1.0), lossless)
        pixels = self.top.numpyArray(delayed=True)  # the picture of the call before: waiting for this one stalls
        panel = (self.display.get('height'), self.display.get('width'))
        if pixels is None or pixels.shape[:2] != panel:
            return 'rgb888', None  # the first call; or the Fit TOP has not cooked at the panel's size yet
        data = self.frames.rgb888(pixels, self.top.pixelFormatName, not self._Value('Flip'))
        return self._Checked('rgb888', data, lossless)

    def _Jpeg(self, limit: int):
        self.quality = min(self._Value('Quality'), self.quality * 1.002)
        data = self._File('jpeg', self.quality)
        while len(data) > limit and self.quality > 0.1:
            self.quality *= 0.8  # too large a frame costs the connection; softer is better than gone
            data = self._File('jpeg', self.quality)
        return self._Checked('jpeg', data, limit)

    def _Checked(self, format_name: str, data: bytes, limit: int):
        self.picture_trouble = ''
        if len(data) > limit:
            self.picture_trouble = (f'not sent: {len(data)} bytes of {format_name}, the display takes {limit}; '
                                    'choose JPEG, or raise stream.max_frame_bytes')
            data = None
        return format_name, data

    def _File(self, name: str, quality: float) -> bytes:
        if name == 'jpeg':
            return bytes(self.top.saveByteArray('.jpg', quality=quality))
        return bytes(self.top.saveByteArray('.png'))

    def _TestPattern(self) -> bytes:
        size = (self.display['width'], self.display['height'])
        if self.pattern is None or self.pattern[0] != size:
            self.pattern = (size, self.frames.test_pattern(*size))
        return self.pattern[1]

    # --- messages of the display ---

    def _On_hello(self, message: dict, now: float):
        self.display = message
        self._ApplyParameters()
        self._ShowInfo()

    def _On_ack(self, message: dict, now: float):
        self.flight.answered(message, now)

    def _On_stats(self, message: dict, now: float):
        self.stats = message
        self._ShowInfo()

    def _On_source(self, message: dict, now: float):
        self.owner = message

    def _On_error(self, message: dict, now: float):
        self.picture_trouble = f'{message.get("code")}: {message.get("error")}'
        self._Callback('onError', self.picture_trouble)

    def _On_touch(self, message: dict, now: float):
        """Into the table `touches`, a row for each finger that is down, and to the callback."""
        width, height = self.display.get('width', 720), self.display.get('height', 720)
        touch = {'id': message.get('id', 0), 'kind': message.get('kind', ''), 'x': message.get('x', 0), 'y': message.get('y', 0)}
        touch['u'] = (touch['x'] + 0.5) / width
        touch['v'] = 1 - (touch['y'] + 0.5) / height  # TouchDesigner counts upwards
        table = self.ownerComp.op('touches')
        row = [str(touch['id']), touch['x'], touch['y'], round(touch['u'], 5), round(touch['v'], 5)]
        known = bool(table.row(row[0]))
        if touch['kind'] == 'up':
            if known:
                table.deleteRow(row[0])
        elif known:
            table.replaceRow(row[0], row)
        else:
            table.appendRow(row)
        self._Callback('onTouch', touch)

    # --- the rest ---

    def _Value(self, name: str):
        return getattr(self.ownerComp.par, name).eval()

    def _Host(self) -> str:
        return self.http.host_of(self._Value('Address'))

    def _Target(self):
        if self._Value('Active') and self._Value('Mode') == 'stream':
            return self._Host(), self._Value('Port'), self._Tls() is not None
        return None

    def _Tls(self):
        """What p3a_http takes: None, or whom to trust."""
        return self._Value('Cafile').strip() if self.http.has_tls(self._Value('Address')) else None

    def _Open(self, address: str, port: int):
        # Certificates are for names. That the name has an address is known by now, so looking it up again is quick.
        self.socket.par.netaddress = 'wss://' + self.link.target[0] if self.link.target[2] else address
        self.socket.par.port = port
        self.socket.par.active = True

    def _Close(self):
        self.socket.par.active = False
        self.display, self.owner = {}, {}
        self.ownerComp.op('touches').clear(keepFirstRow=True)

    def _Resolve(self, host: str):
        def done(address, error):
            self.link.resolved(host, address, str(error or ''), self.clock())
            self.ownerComp.store('p3a_addresses', dict(self.link.addresses))

        self.jobs.start(done, self.http.resolve, host)

    def _Poster(self):
        """What a worker calls: it knows no operator, only what the parameters last said."""
        http, self.upload_target = self.http, ['', 80, None]
        target, addresses = self.upload_target, {}

        def post(route, data, content_type):
            host, port, tls = target
            addresses[host] = addresses.get(host) or http.resolve(host)
            try:
                at = addresses[host] if tls is None else host  # certificates are for names
                return http.post_picture(at, port, route, data, content_type, tls=tls)
            except http.Failed:
                addresses.pop(host, None)  # it may have another by the next time
                raise

        return post

    def _Uploaded(self, result: dict | None, sentence: str):
        self.upload_status = ('last upload: ' if result is not None else 'upload failed: ') + sentence
        self._Callback('onUpload', result, sentence)

    def _ApplyParameters(self):
        fit = self.ownerComp.op('fit')
        fit.par.fit = self._Value('Fit')
        fit.par.resolutionw, fit.par.resolutionh = self.display.get('width', 720), self.display.get('height', 720)
        self.ownerComp.op('timer').par.length = 1 / max(0.1, self._Value('Maxfps'))
        self.upload_target[:] = [self._Host(), self._Value('Httpport'), self._Tls()]

    def _Callback(self, name: str, *values):
        """Calls the function of the user's Callbacks DAT, if there is one. Its mistakes do not stop the show."""
        try:
            function = getattr(self.ownerComp.op('callbacks').module, name, None)
            if function:
                function(self.ownerComp, *values)
        except Exception:
            traceback.print_exc()

    def _ShowStatus(self):
        words = {'off': 'off', 'resolving': 'looking up the name', 'connecting': 'connecting', 'waiting': self.link.trouble,
                 'open': 'connected' if self.display else 'connected, but nothing has answered like a P3A display yet'}
        parts = [words[self.link.state] or 'connecting']
        if self._Value('Active') and self._Value('Mode') != 'stream':
            parts = ['sending over HTTP']
        elif self.display:
            parts = [f'live on {self.display.get("name")}, {self.display.get("width")} x {self.display.get("height")}']
            if self.owner.get('you') is False and self.owner.get('owner') == 'stream':
                parts.append(f'another stream has the panel: {self.owner.get("name", "?")}')
        parts += [part for part in (self.picture_trouble, self.upload_status) if part]
        status = '; '.join(parts)
        if self._Value('Status') != status:
            self.ownerComp.par.Status = status

    def _ShowInfo(self):
        """The table `info`: what the display last told, and our own counts. About once a second."""
        ours = {'sent': self.sent, 'shown': self.flight.shown, 'skipped': self.skipped, 'bytes_sent': self.bytes_sent,
                'in_flight': len(self.flight.sent_at), 'round_trip_ms': round(self.flight.round_trip_ms, 1),
                'jpeg_quality': round(self.quality, 3), 'reconnects': self.link.reconnects, 'dropped': self.flight.dropped}
        table = self.ownerComp.op('info')
        table.clear()
        table.appendRow(['name', 'value'])
        for prefix, message in (('', ours), ('display.', self.display), ('stats.', self.stats), ('source.', self.owner)):
            for name, value in self.frames.flat(message).items():
                if name != 'type':
                    table.appendRow([prefix + name, value])
