"""Kills the decoder's workers while a stream runs, in every way that a kernel knows.

Used small by sandbox_test.py and 10,000 times by bench/kills.py.
"""
import os
import pathlib
import random
import signal
import struct
import threading
import time

from pictures import encoded, noise
from soak import SIDE, Connection

SIGNALS = (signal.SIGKILL, signal.SIGSEGV, signal.SIGSTOP)
FPS = 30
# From when a picture is sent until it is decoded, about: every other time they are killed within.
DECODING_S = 0.0008


def workers(display) -> list[int]:
    """The display's children but for the first, which makes them."""
    pid = display.process.pid
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children[1:]]


class Stream:
    """Pictures at 30 fps on one connection; what became of each."""

    def __init__(self, display):
        self.connection = Connection(display.port)
        self.sent, self.shown_at, self.lost, self.outrun = 0, [], 0, 0
        self.ended = threading.Event()
        self.changed = threading.Condition()
        self.threads = [threading.Thread(target=self._send), threading.Thread(target=self._receive)]
        for thread in self.threads:
            thread.start()

    def _send(self):
        picture = encoded(noise((SIDE, SIDE)), "JPEG", quality=80)
        while not self.ended.wait(1 / FPS):
            self.connection.send(2, picture)
            with self.changed:
                self.sent += 1
                self.changed.notify_all()

    def _receive(self):
        while True:
            try:
                dropped = self.connection.ack().get("dropped")
            except ConnectionAbortedError:
                return  # as close() asked for
            with self.changed:
                if dropped == "decode_failed":
                    self.lost += 1
                elif dropped:
                    self.outrun += 1  # a newer one was there: the machine is busy
                else:
                    self.shown_at.append(time.monotonic())
                self.changed.notify_all()

    def wait_shown(self, count: int):
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.shown_at) >= count, timeout=30), "no picture comes any more"

    def wait_sent(self):
        with self.changed:
            before = self.sent
            self.changed.wait_for(lambda: self.sent > before, timeout=30)

    def close(self):
        self.ended.set()
        self.threads[0].join()
        self.connection.send(8, struct.pack(">H", 1000))
        self.threads[1].join()
        self.connection.socket.close()


def kill_workers(display, times: int) -> dict:
    stream = Stream(display)
    stream.wait_shown(30)
    files = display.open_files()
    back_ms, lost_most, chance = [], 0, random.Random(1)
    for number in range(times):
        if number % 2:  # a picture was shown just now: nothing is being decoded
            stream.wait_sent()
            time.sleep(chance.uniform(0, DECODING_S))
        shown, lost = len(stream.shown_at), stream.lost
        begun = time.monotonic()
        for pid in workers(display):
            try:
                os.kill(pid, SIGNALS[number % len(SIGNALS)])
            except ProcessLookupError:
                pass
        # The first may have been on its way already.
        stream.wait_shown(shown + 2)
        back_ms.append((stream.shown_at[shown + 1] - begun) * 1000)
        lost_most = max(lost_most, stream.lost - lost)
    figures = {"kills": times, "back_ms_median": sorted(back_ms)[times // 2], "back_ms_p99": sorted(back_ms)[times * 99 // 100],
               "back_ms_most": max(back_ms), "frames_lost_most": lost_most, "frames_lost": stream.lost, "frames_outrun": stream.outrun,
               "frames_shown": len(stream.shown_at), "open_files_before": files, "open_files": display.open_files(),
               "workers": len(workers(display))}
    stream.close()
    return figures
