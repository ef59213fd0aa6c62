"""A bad network on loopback: a TCP relay between a sender and a display.

What a test may change at any time: `rate` (bytes a second towards the display), `delay_s` (each way), `lose_every`
(bytes after which the rest waits `lose_s`, as TCP sees a lost packet), `chunk` (bytes a write). stall() stops both ways
and tells nobody, resume() goes on; cut() ends the connections with RST; refuse() and accept() close and open the door.

It takes whatever the sender gives at once and makes it wait here, like a router with too much memory: `frames_in` counts
the binary messages whose first byte the sender has let go of.
"""
import asyncio
import socket
import struct
import threading


class MessageCounter:
    """Counts binary messages in a client's WebSocket bytes (RFC 6455 section 5.2), which may come in any pieces."""

    def __init__(self):
        self.binary = 0
        self._head = bytearray()
        self._skip = 0
        self._upgraded = False

    def feed(self, data: bytes):
        at = 0
        while at < len(data):
            if self._skip:
                step = min(self._skip, len(data) - at)
                self._skip -= step
                at += step
                continue
            self._head.append(data[at])
            at += 1
            if not self._upgraded:
                if self._head.endswith(b"\r\n\r\n"):
                    self._upgraded = True
                    self._head.clear()
            elif (size := self._payload_size()) is not None:
                self.binary += self._head[0] & 0x0F == 2
                self._skip = size + 4  # and the mask
                self._head.clear()

    def _payload_size(self):
        if len(self._head) < 2:
            return None
        short = self._head[1] & 0x7F
        wide = {126: 2, 127: 8}.get(short, 0)
        if len(self._head) < 2 + wide:
            return None
        return int.from_bytes(self._head[2:], "big") if wide else short


class Relay:
    def __init__(self, port: int):
        self.to_port = port
        self.rate = None
        self.delay_s = 0.0
        self.lose_every = None
        self.lose_s = 0.0
        self.chunk = 16384
        self.frames_in = 0
        self.connections = 0
        self._pairs = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._running = asyncio.Event()
        self._running.set()
        self._server = None
        self.port = 0
        self.accept()

    def _do(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(20)

    def accept(self):
        async def listen():
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=1 << 16)
            self.port = self._server.sockets[0].getsockname()[1]

        self._do(listen())

    def refuse(self):
        async def shut():
            self._server.close()

        self._do(shut())

    def stall(self):
        async def stop():
            self._running.clear()

        self._do(stop())

    def resume(self):
        async def go():
            self._running.set()

        self._do(go())

    def cut(self):
        async def reset():
            for writer in self._pairs:
                raw = writer.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
            self._pairs.clear()

        self._do(reset())

    def close(self):
        async def end():
            self._server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        self._do(end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()

    async def _serve(self, reader, writer):
        self.connections += 1
        try:
            to_reader, to_writer = await asyncio.open_connection("127.0.0.1", self.to_port, limit=1 << 16)
        except OSError:
            writer.transport.abort()
            return
        self._pairs += [writer, to_writer]
        try:
            await asyncio.gather(self._one_way(reader, to_writer, MessageCounter()), self._one_way(to_reader, writer, None))
        finally:
            for end in (writer, to_writer):
                end.transport.abort()

    async def _one_way(self, reader, writer, counter):
        queue = asyncio.Queue()
        await asyncio.gather(self._take(reader, queue, counter), self._give(queue, writer, counter is not None))

    async def _take(self, reader, queue, counter):
        while True:
            await self._running.wait()
            try:
                data = await reader.read(1 << 16)
            except OSError:
                data = b""
            await self._running.wait()
            if counter:
                before = counter.binary
                counter.feed(data)
                self.frames_in += counter.binary - before
            queue.put_nowait((self._loop.time() + self.delay_s, data))
            if not data:
                return

    async def _give(self, queue, writer, upstream):
        sent = 0
        while True:
            ready, data = await queue.get()
            await asyncio.sleep(ready - self._loop.time())
            if not data:  # that end is gone: the other one hears it, as it is said over TCP
                if writer.can_write_eof() and not writer.is_closing():
                    writer.write_eof()
                return
            while data:
                piece, data = data[: self.chunk], data[self.chunk:]
                await self._running.wait()
                if writer.is_closing():
                    return
                writer.write(piece)
                try:
                    await writer.drain()
                except OSError:
                    return
                sent += len(piece)
                if upstream and self.rate:
                    await asyncio.sleep(len(piece) / self.rate)
                if self.lose_every and sent >= self.lose_every:
                    sent = 0
                    await asyncio.sleep(self.lose_s)
