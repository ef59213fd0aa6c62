"""TouchDesigner as far as our scripts may use it, stricter than the real one.

TouchDesigner runs on Windows and macOS only, so this stands in for it. Operators have the methods, members, parameters
and callbacks that Derivative's documentation lists (docs.derivative.ca: OP, COMP, DAT, TOP, Par, Page, Connector and MOD
class; WebSocket, Timer, Parameter Execute, Fit; Thread Manager), and nothing else: anything more raises, as does a wrong
type, a menu entry that does not exist, a callback that is not called so, and any touch of an operator from another
thread. What the documentation leaves open is a switch on Host, and the tests try both.
"""
import builtins
import collections
import queue
import threading
import types

import fake_tops
import rfc6455


class TdError(Exception):
    pass


class TdAttributeError(TdError, AttributeError):
    pass


COMMON_TOP = {"outputresolution": ("menu", "useinput", ("useinput", "eighth", "quarter", "half", "2x", "4x", "8x", "fit", "limit", "custom")),
              "resolutionw": ("int", 256), "resolutionh": ("int", 256), "resmult": ("toggle", True),
              "outputaspect": ("menu", "useinput", ("useinput", "resolution", "custom")),
              "format": ("menu", "useinput", ("useinput", *fake_tops.FORMATS))}
UNITS = ("samples", "frames", "seconds")
PARAMETERS = {
    "baseCOMP": {"reinitextensions": ("pulse",), "initextonstart": ("toggle", False), "parentshortcut": ("str", "")},
    "textDAT": {"file": ("str", ""), "syncfile": ("toggle", False)},
    "tableDAT": {"file": ("str", "")},
    "websocketDAT": {"active": ("toggle", True), "netaddress": ("str", "localhost"), "port": ("int", 80), "timeout": ("int", 5000),
                     "callbacks": ("op", ""), "executeloc": ("menu", "current", ("current", "callbacks", "op")), "fromop": ("op", ""),
                     "clamp": ("toggle", True), "maxlines": ("int", 100), "clear": ("pulse",), "bytes": ("toggle", False)},
    "timerCHOP": {"active": ("menu", "always", ("never", "always", "running", "playing")),
                  "timecontrol": ("menu", "sequential", ("lock", "sequential", "chop", "timecode")), "deferpars": ("toggle", False),
                  "initialize": ("pulse",), "start": ("pulse",), "lengthtype": ("menu", "fixed", ("fixed", "infinite")),
                  "length": ("float", 10.0), "lengthunits": ("menu", "seconds", UNITS), "play": ("toggle", True), "speed": ("float", 1.0),
                  "cycle": ("toggle", False), "cyclelimit": ("toggle", False), "maxcycles": ("int", 1), "callbacks": ("op", "")},
    "parameterexecuteDAT": {"active": ("toggle", True), "op": ("op", ""), "pars": ("str", "*"), "valuechange": ("toggle", True),
                            "valueschanged": ("toggle", False), "onpulse": ("toggle", True), "custom": ("toggle", True),
                            "builtin": ("toggle", True)},
    "executeDAT": {"active": ("toggle", True), "start": ("toggle", False), "create": ("toggle", False), "exit": ("toggle", False),
                   "framestart": ("toggle", False), "frameend": ("toggle", False), "playstatechange": ("toggle", False),
                   "devicechange": ("toggle", False)},
    "inTOP": COMMON_TOP, "outTOP": COMMON_TOP, "nullTOP": COMMON_TOP, "moviefileinTOP": COMMON_TOP,
    "fitTOP": COMMON_TOP | {"fit": ("menu", "fill", ("fill", "fithorz", "fitvert", "fitbest", "fitoutside", "nativeres")),
                            "bgcolorr": ("float", 0.0), "bgcolorg": ("float", 0.0), "bgcolorb": ("float", 0.0), "bgcolora": ("float", 0.0)},
}
EXTENSION = {"ext0object": ("str", ""), "ext0name": ("str", ""), "ext0promote": ("toggle", False)}
CALLBACKS = {
    "websocketDAT": {"onConnect", "onDisconnect", "onReceiveText", "onReceiveBinary", "onReceivePing", "onReceivePong", "onMonitorMessage"},
    "timerCHOP": {"onInitialize", "onReady", "onStart", "onTimerPulse", "whileTimerActive", "onSegmentEnter", "onSegmentExit", "onCycleStart",
                  "onCycleEndAlert", "onCycle", "onDone", "onSubrangeStart"},
    "executeDAT": {"onStart", "onCreate", "onExit", "onFrameStart", "onFrameEnd", "onPlayStateChange", "onDeviceChange", "onProjectPreSave",
                   "onProjectPostSave"},
    "parameterexecuteDAT": {"onValueChange", "onValuesChanged", "onPulse", "onExpressionChange", "onExportChange", "onEnableChange",
                            "onModeChange"},
}
TYPES = {"toggle": (bool, int), "int": (int,), "float": (float, int), "str": (str,), "menu": (str,), "op": (str,)}


class Guarded:
    """An object of TouchDesigner's: main thread only, documented names only."""
    WRITABLE: tuple = ()

    def __getattribute__(self, name):
        if not name.startswith("_") and threading.current_thread() is not threading.main_thread():
            raise TdError(f"THREAD CONFLICT: .{name} of an operator from a worker thread")
        return object.__getattribute__(self, name)

    def __getattr__(self, name):
        raise TdAttributeError(f"{type(self).__name__} has no documented member {name!r}")

    def __setattr__(self, name, value):
        if not name.startswith("_"):
            if threading.current_thread() is not threading.main_thread():
                raise TdError(f"THREAD CONFLICT: .{name} of an operator set from a worker thread")
            if name not in self.WRITABLE:
                raise TdAttributeError(f"{type(self).__name__}.{name} cannot be set")
        object.__setattr__(self, name, value)


class Par(Guarded):
    WRITABLE = ("val", "default", "min", "max", "clampMin", "clampMax", "normMin", "normMax", "menuNames", "menuLabels", "help", "readOnly",
                "label")

    def __init__(self, owner, name, kind, default=None, menu=(), custom=False):
        self._kind, self._owner, self._name, self._custom = kind, owner, name, custom
        for member in ("min", "max", "normMin", "normMax", "help", "label", "menuLabels"):
            object.__setattr__(self, member, None)
        self.readOnly = self.clampMin = self.clampMax = False
        object.__setattr__(self, "menuNames", list(menu))
        object.__setattr__(self, "default", default)
        object.__setattr__(self, "val", default)

    owner = property(lambda self: self._owner)
    name = property(lambda self: self._name)
    isCustom = property(lambda self: self._custom)

    def eval(self):
        if self._kind == "op":
            return self._owner._find(self.val) if self.val else None
        return bool(self.val) if self._kind == "toggle" else self.val

    def pulse(self, value=1, frames=0, seconds=0):
        if self._kind != "pulse":
            raise TdError(f"{self._name} is no pulse")
        self._owner._pulsed(self._name)
        self._owner._host._changes.append((self, None, True))

    def __setattr__(self, name, value):
        if name == "default" and self._kind == "menu" and value not in self.menuNames:
            raise TdError(f"{self._name}: the default {value!r} is no entry of its menu")
        if name == "val":
            if self._kind == "pulse" or not isinstance(value, TYPES[self._kind]):
                raise TdError(f"{self._owner.path}.par.{self._name} = {value!r}: wants {self._kind}")
            if self._kind == "menu" and value not in self.menuNames:
                raise TdError(f"{self._name} has no menu entry {value!r}")
            if self._kind in ("int", "float"):
                value = max(value, self.min) if self.clampMin else value
                value = min(value, self.max) if self.clampMax else value
            before = self.val
            object.__setattr__(self, "val", value)
            if before != value:
                self._owner._host._changes.append((self, before, False))
                self._owner._par_changed(self._name)
            return
        super().__setattr__(name, value)


class Pars(Guarded):
    def __init__(self, owner):
        self._owner, self._all = owner, {}

    def __getattr__(self, name):
        if name in self._all:
            return self._all[name]
        raise TdAttributeError(f"{self._owner._type} has no documented parameter {name!r}")

    def __setattr__(self, name, value):
        if name.startswith("_"):
            return object.__setattr__(self, name, value)
        if threading.current_thread() is not threading.main_thread():
            raise TdError("THREAD CONFLICT: a parameter set from a worker thread")
        getattr(self, name).val = value

    def __getitem__(self, name):
        return self._all.get(name)


class Connector(Guarded):
    def __init__(self, owner):
        self._owner, self._source = owner, None

    connections = property(lambda self: [self._source] if self._source else [])

    def connect(self, target):
        if target._family != self._owner._family and self._owner._family != "COMP":
            raise TdError(f"a {target._family} cannot be wired into a {self._owner._family}")
        self._source = target


class Op(Guarded):
    WRITABLE = ("nodeX", "nodeY", "name")

    def __init__(self, host, kind, name, parent):
        self._host, self._type, self._parent, self._storage = host, kind, parent, {}
        self._family = kind[-4:] if kind.endswith("COMP") or kind.endswith("CHOP") else kind[-3:]
        self._inputs = [Connector(self)]
        object.__setattr__(self, "name", name)
        self._pars = Pars(self)
        for par, (what, *rest) in PARAMETERS[kind].items():
            self._pars._all[par] = Par(self, par, what, *rest)

    par = property(lambda self: self._pars)
    inputConnectors = property(lambda self: self._inputs)
    family = property(lambda self: self._family)

    @property
    def path(self):
        return "/" + self.name if self._parent is None else self._parent.path.rstrip("/") + "/" + self.name

    def parent(self):
        return self._parent

    def op(self, path):
        return self._host._lookup(self, path)

    def store(self, key, value):
        self._storage[key] = value

    def fetch(self, key, default=None, search=True, storeDefault=False):
        return self._storage.get(key, default)

    def _find(self, path):  # a path in a parameter begins beside the operator
        return self._host._lookup(self._parent, path) if not path.startswith("..") else self._host._lookup(self, path)

    def _pulsed(self, name):
        pass

    def _par_changed(self, name):
        pass

    def _step(self):
        pass

    def _call(self, name, *values):
        """A callback of the operator's Callbacks DAT (or its own text)."""
        dat = self if self._type in ("parameterexecuteDAT", "executeDAT") else self.par.callbacks.eval()
        if dat is None:
            return
        module = dat.module
        for word in vars(module):
            if word.startswith(("on", "while")) and callable(getattr(module, word)) and word not in CALLBACKS[self._type]:
                raise TdError(f"{dat.path}: a {self._type} calls no {word}")
        function = getattr(module, name, None)
        if function:
            function(*values)


class Dat(Op):
    WRITABLE = ("nodeX", "nodeY", "name", "text")

    def __init__(self, *words):
        super().__init__(*words)
        object.__setattr__(self, "text", "")
        self._module, self._rows = None, []

    @property
    def module(self):
        if self._module is None or self._module[0] != self.text:
            module = types.ModuleType(self.name)
            module.__dict__.update(self._host._globals(self))
            exec(compile(self.text, self.path, "exec"), module.__dict__)
            self._module = (self.text, module)
        return self._module[1]


class Table(Dat):
    numRows = property(lambda self: len(self._rows))

    def clear(self, keepSize=False, keepFirstRow=False, keepFirstCol=False):
        self._rows[:] = self._rows[:1] if keepFirstRow else []

    def appendRow(self, vals=(), nameOrIndex=None, sort=None):
        self._rows.append([str(value) for value in vals])
        return len(self._rows) - 1

    def _index(self, which):
        if isinstance(which, int):
            return which if which < len(self._rows) else None
        return next((i for i, row in enumerate(self._rows) if row and row[0] == which), None)

    def row(self, *which):
        found = [self._index(one) for one in which]
        return [cell for i in found if i is not None for cell in self._rows[i]]

    def replaceRow(self, which, vals, entireRow=True):
        self._rows[self._index(which)] = [str(value) for value in vals]

    def deleteRow(self, which):
        del self._rows[self._index(which)]


class WebSocket(Dat):
    """A WebSocket DAT: a real connection, made on a thread; what comes in is told once a frame."""

    def __init__(self, *words):
        super().__init__(*words)
        self._client, self._events, self._generation = None, queue.Queue(), 0

    def sendText(self, *message):
        return self._send(rfc6455.TEXT, "".join(message).encode())

    def sendBinary(self, *contents):
        return self._send(rfc6455.BINARY, self._serialized(contents))

    def sendPing(self, *contents):
        return self._send(rfc6455.PING, self._serialized(contents))

    def sendPong(self, *contents):
        return self._send(rfc6455.PONG, self._serialized(contents))

    def _serialized(self, contents):
        """"any number of strings, byte arrays, or individual single-byte numeric values" (WebsocketDAT_Class)"""
        out = b""
        for part in contents:
            out += part.encode() if isinstance(part, str) else bytes([part]) if isinstance(part, int) else bytes(part)
        return out

    def _send(self, opcode, payload):
        if self._client is None:
            return -1
        try:
            self._client.send(opcode, payload)
        except OSError:
            return -1
        return len(payload)

    def _par_changed(self, name):
        if name != "active":
            return
        self._generation += 1
        if self._client:
            self._client.close()
            self._client = None
            if self._host.tells_own_closing:
                self._events.put((self._generation, "onDisconnect"))
        if self.par.active.eval():
            target = (self.par.netaddress.eval(), self.par.port.eval(), "/", self.par.timeout.eval() / 1000)
            threading.Thread(target=self._receive, args=(self._generation, self._events, target), daemon=True).start()

    @staticmethod
    def _receive(generation, events, target):
        client = None
        try:
            client = rfc6455.Client(*target)
            events.put((generation, client))
            while True:
                events.put((generation, *client.receive()))
        except OSError:
            events.put((generation, "onDisconnect" if client else "failed"))

    def _step(self):
        while not self._events.empty():
            generation, what, *rest = self._events.get()
            if generation != self._generation:
                if isinstance(what, rfc6455.Client):
                    what.close()
                continue
            if isinstance(what, rfc6455.Client):
                self._client = what
                self._call("onConnect", self)
            elif what == rfc6455.TEXT:
                self._call("onReceiveText", self, 1, rest[0].decode())
            elif what == rfc6455.PING:
                self._call("onReceivePing", self, rest[0])
            elif what == "onDisconnect" or (what == "failed" and self._host.tells_failed_connects):
                self._client = None
                self._call("onDisconnect", self)
            elif what == rfc6455.CLOSE:
                self._client.close()
