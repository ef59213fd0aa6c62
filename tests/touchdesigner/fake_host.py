"""The rest of the fake TouchDesigner: timers, TOPs, COMPs, threads and the frame that moves them (see fake_td.py)."""
import queue
import threading
import time
import types

import fake_tops
from fake_td import EXTENSION, Connector, Dat, Guarded, Op, Par, Pars, Table, TdAttributeError, TdError, WebSocket

FRAME_RATE = 60


class Timer(Op):
    def __init__(self, *words):
        super().__init__(*words)
        self._running, self._left, self._cycle = False, 0.0, 0

    def _pulsed(self, name):
        if name == "start":
            self._running, self._left, self._cycle = True, self._length(), 0

    def _length(self):
        return self.par.length.eval() / {"seconds": 1, "frames": FRAME_RATE, "samples": FRAME_RATE}[self.par.lengthunits.eval()]

    def _step(self):
        if not self._running or self.par.active.eval() == "never" or not self.par.play.eval():
            return
        self._left -= 1 / FRAME_RATE
        while self._left <= 1e-9 and self._running:
            self._running = self.par.cycle.eval()
            self._left += self._length()
            self._call("onCycle" if self._running else "onDone", self, 0, *([self._cycle] if self._running else [False]))
            self._cycle += 1


class ParameterExecute(Dat):
    def _tell(self, par, before, pulse):
        watched = self.par.op.eval()
        wanted = self.par.pars.eval().split()
        if not self.par.active.eval() or par.owner is not watched or not (par.name in wanted or "*" in wanted):
            return
        if not (self.par.custom.eval() if par.isCustom else self.par.builtin.eval()):
            return
        if pulse and self.par.onpulse.eval():
            self._call("onPulse", par)
        elif not pulse and self.par.valuechange.eval():
            self._call("onValueChange", par, *([par.eval(), before] if self._host.old_parameter_execute else [before]))


class Top(Op):
    isTOP = True
    width = property(lambda self: self._picture()[0].shape[1])
    height = property(lambda self: self._picture()[0].shape[0])
    pixelFormatName = property(lambda self: self._picture()[1])

    def __init__(self, *words):
        super().__init__(*words)
        self._source, self._delayed = None, None

    def numpyArray(self, delayed=False, writable=False):
        pixels = self._picture()[0]
        pixels = (pixels[::-1] if self._host.bottom_first else pixels).copy()
        if not delayed:
            return pixels
        pixels, self._delayed = self._delayed, pixels
        return pixels

    def saveByteArray(self, filetype=".tiff", quality=1.0, metadata=()):
        self._host.saved += 1
        return fake_tops.file_bytes(*self._picture(), filetype, quality)

    def _picture(self):
        """(pixels with rows from the top, pixel format)"""
        if self._source is not None:
            return self._source
        source = (self._parent if self._type == "inTOP" else self)._inputs[0]._source
        pixels, pixel_format = source._picture() if source else (fake_tops.stored([[[0, 0, 0, 0]]], "rgba8fixed"), "rgba8fixed")
        if self._type == "fitTOP":
            size = (self.par.resolutionw.eval(), self.par.resolutionh.eval())
            background = [self.par[f"bgcolor{channel}"].eval() for channel in "rgba"]
            pixels = fake_tops.fitted(fake_tops.rgba(pixels, pixel_format), *size, self.par.fit.eval(), background)
            pixel_format = self.par.format.eval()
            pixels = fake_tops.stored(pixels, pixel_format)
        return pixels, pixel_format


class ParGroup(list):
    pass


class Execute(Dat):
    def _tell(self, name):
        if self.par.active.eval() and self.par[name[2:].lower()].eval():
            self._call(name)


class Page(Guarded):
    def __init__(self, owner, name):
        self._owner, self._name = owner, name

    def _append(self, name, kind, default, label, order=None, replace=True):
        if not (name[0].isupper() and name[1:].islower() and name.isalpha()):
            raise TdError(f"a custom parameter is called Name, not {name!r}")
        par = self._owner.par._all[name] = Par(self._owner, name, kind, default, custom=True)
        par.label = label or name
        return ParGroup([par])

    def appendToggle(self, name, label=None, **rest):
        return self._append(name, "toggle", False, label, **rest)

    def appendStr(self, name, label=None, **rest):
        return self._append(name, "str", "", label, **rest)

    def appendInt(self, name, label=None, size=1, **rest):
        return self._append(name, "int", 0, label, **rest)

    def appendFloat(self, name, label=None, size=1, **rest):
        return self._append(name, "float", 0.0, label, **rest)

    def appendMenu(self, name, label=None, **rest):
        return self._append(name, "menu", "", label, **rest)

    def appendPulse(self, name, label=None, **rest):
        return self._append(name, "pulse", None, label, **rest)


class Comp(Op):
    def __init__(self, *words):
        super().__init__(*words)
        self._children, self._extension = {}, None
        if self._host.extension_block:
            self._add_extension_block()

    def _add_extension_block(self):
        for par, (what, *rest) in EXTENSION.items():
            self._pars._all[par] = Par(self, par, what, *rest)

    @property
    def seq(self):
        comp = self

        class Ext:
            def __setattr__(self, name, value):
                assert (name, value) == ("numBlocks", 1)
                comp._add_extension_block()

        return types.SimpleNamespace(ext=Ext())

    def create(self, kind, name=None, initialize=True):
        classes = {"baseCOMP": Comp, "textDAT": Dat, "tableDAT": Table, "websocketDAT": WebSocket, "timerCHOP": Timer,
                   "parameterexecuteDAT": ParameterExecute, "executeDAT": Execute}
        if name in self._children:
            raise TdError(f"{name} would be renamed")
        made = classes.get(kind, Top)(self._host, kind, name, self)
        self._children[name] = made
        return made

    def appendCustomPage(self, name):
        return Page(self, name)

    def _pulsed(self, name):
        if name == "reinitextensions":
            if self._extension is not None:
                self._extension.onDestroyTD()
            self._compile()

    def _compile(self):
        self._extension = eval(self.par.ext0object.eval(), {"op": lambda path: self._host._lookup(self, path), "me": self})

    def __getattr__(self, name):
        if name[0].isupper() and self.par["ext0promote"] is not None and self.par.ext0promote.eval():
            if self._extension is None:  # "compiled only when they are referenced"
                self._compile()
            return getattr(self._extension, name)
        raise TdAttributeError(f"a COMP has no documented member {name!r}")


class ThreadManager(Guarded):
    """Thread Manager: TDTask, EnqueueTask; four workers."""

    def __init__(self):
        self._workers = []

    def TDTask(self, target, SuccessHook=None, ExceptHook=None, RefreshHook=None, args=(), kwargs=None):
        return types.SimpleNamespace(target=target, args=args, kwargs=kwargs or {})

    def EnqueueTask(self, task, standalone=False):
        self._workers = [worker for worker in self._workers if worker.is_alive()]
        if len(self._workers) >= 4 and not standalone:
            return None
        worker = threading.Thread(target=task.target, args=task.args, kwargs=task.kwargs, daemon=True)
        self._workers.append(worker)
        worker.start()
        return worker


class Resources(Guarded):
    def __init__(self, manager):
        if manager:
            self._manager = manager

    @property
    def ThreadManager(self):
        if "_manager" not in self.__dict__:
            raise TdAttributeError("no ThreadManager before 2023.31500")
        return self._manager


class Host:
    """One running TouchDesigner. `frame()` is one frame: what came in is told, timers go on, scripts that wait are run."""

    def __init__(self, folder="", thread_manager=True, extension_block=True, old_parameter_execute=False, bottom_first=True,
                 tells_failed_connects=True, tells_own_closing=True):
        self.extension_block, self.old_parameter_execute, self.bottom_first = extension_block, old_parameter_execute, bottom_first
        self.tells_failed_connects, self.tells_own_closing = tells_failed_connects, tells_own_closing
        self._changes, self._runs, self.saved = [], [], 0
        self.absTime = types.SimpleNamespace(frame=0.0, seconds=0.0)
        self.resources = Resources(ThreadManager() if thread_manager else None)
        self.project = types.SimpleNamespace(folder=str(folder))
        self.root = Comp(self, "baseCOMP", "", None)
        self.home = self.root.create("baseCOMP", "project1")
        self.printed = []

    # --- what a script sees ---

    def _lookup(self, at, path):
        if path.startswith("/"):
            at, path = self.root, path[1:]
        for step in path.split("/"):
            at = at if step in (".", "") else at._parent if step == ".." else at._children.get(step)
            if at is None:
                return None
        return at

    def _globals(self, dat):
        """The names of a script in `dat`; for the textport, one in /project1."""
        host, inside = self, dat.parent() if dat else self.home

        class Finder:
            TDResources = self.resources

            def __call__(self, path):
                if threading.current_thread() is not threading.main_thread():
                    raise TdError("THREAD CONFLICT: op() from a worker thread")
                return host._lookup(inside, path)

        class Mod:
            def __getattr__(self, name):
                return host._lookup(inside, name).module

        return {"op": Finder(), "me": dat, "parent": lambda: inside, "mod": Mod(), "project": self.project, "run": self._run,
                "absTime": self.absTime, "print": self._print}

    def _print(self, *words, **_):
        self.printed.append(" ".join(map(str, words)))

    def _run(self, script, *args, endFrame=False, fromOP=None, asParameter=False, group=None, delayFrames=0, delayMilliSeconds=0,
             delayRef=None):
        if threading.current_thread() is not threading.main_thread():
            raise TdError("run() from a worker thread")
        self._runs.append((self.absTime.frame + delayFrames + delayMilliSeconds * FRAME_RATE / 1000, script, args))

    def textport(self, script: str):
        exec(script, names := self._globals(None) | {"__name__": "__main__"})
        return names

    # --- for tests ---

    def source(self, name, pixels, pixel_format="rgba8fixed"):
        """A TOP in /project1 that shows these pixels (rows from the top)."""
        top = self.home._children.get(name) or self.home.create("moviefileinTOP", name)
        top._source = (fake_tops.stored(pixels, pixel_format), pixel_format)
        return top

    def dat(self, name, text):
        made = self.home.create("textDAT", name)
        made.text = text
        return made

    def everything(self, at=None):
        at = at or self.root
        for child in list(at._children.values()):
            yield child
            if isinstance(child, Comp):
                yield from self.everything(child)

    def frame(self):
        self.absTime.frame += 1
        self.absTime.seconds += 1 / FRAME_RATE
        due = [entry for entry in self._runs if entry[0] <= self.absTime.frame]
        self._runs = [entry for entry in self._runs if entry[0] > self.absTime.frame]
        for _, script, args in due:
            script(*args) if callable(script) else exec(script, self._globals(None) | {"args": args})
        for one in self.everything():
            one._step()
        changes, self._changes = self._changes, []
        for change in changes:
            for one in self.everything():
                if isinstance(one, ParameterExecute):
                    one._tell(*change)

    def until(self, condition, what: str, seconds=20.0):
        """Frames until the condition holds; the limit only ends a test that has failed."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.frame()
            result = condition()
            if result:
                return result
            time.sleep(0.002)
        raise AssertionError(f"never happened: {what}")

    def reopen(self):
        """The project was saved, TouchDesigner ended, and the project opened again: parameters, texts and storage remain."""
        self.close()
        self._changes, self._runs = [], []
        self.absTime.frame = self.absTime.seconds = 0.0
        for one in self.everything():
            if isinstance(one, Timer):
                one._running = False
            elif isinstance(one, WebSocket):
                one._events = queue.Queue()
                object.__setattr__(one.par.active, "val", True)  # as it was when the project was saved
            if isinstance(one, Dat):
                one._module = None
            if isinstance(one, Comp):
                one._extension = None
        for one in list(self.everything()):
            if isinstance(one, Execute):
                one._tell("onStart")

    def close(self):
        for one in self.everything():
            if isinstance(one, WebSocket):
                one.par.active = False
