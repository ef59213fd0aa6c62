"""
P3A stream over TouchDesigner's WebSocket DAT (docs/TOUCHDESIGNER_GUIDE.md)

Put this into a Text DAT named p3a_stream_websocket and name it as Callbacks DAT of a WebSocket DAT (Network Address:
the display, Network Port: 81, Active: on). Then, in the callbacks of a Timer CHOP:

    def onCycle(timerOp, segment, cycle):
        mod.p3a_stream_websocket.send_frame_to_p3a(op('render_out'), op('websocket1'))

Dependencies: none.
"""
import random
import struct
import time

CONNECT_S = 6.0  # a connection that is not there by then is tried again
_failures = {}   # by path of the WebSocket DAT: attempts since a picture was last sent
_since = {}      # by path: since when it ought to be connected


def send_frame_to_p3a(top_operator, websocket_dat, quality=75):
    """Stream frame to P3A via WebSocket. True when it was handed over."""
    if not websocket_dat.par.active.eval():
        return False
    jpeg_data = bytes(top_operator.saveByteArray('.jpg', quality=quality / 100))
    header = struct.pack('<HBBI',
        0x5044,           # Magic: the bytes 44 50
        0x01,             # Format: JPEG
        0x00,             # Flags
        len(jpeg_data)    # Frame size
    )
    if websocket_dat.sendBinary(header + jpeg_data) >= 0:
        _failures.pop(websocket_dat.path, None)
        _since.pop(websocket_dat.path, None)
        return True
    if time.monotonic() - _since.setdefault(websocket_dat.path, time.monotonic()) > CONNECT_S:
        onDisconnect(websocket_dat)  # not every failed attempt may be told
    return False


def onConnect(dat):
    print('Connected to P3A display')


def onDisconnect(dat):
    """Switches the DAT off, and on again after 0.25 to 5 s: a WebSocket DAT does not reconnect by itself."""
    if not dat.par.active.eval():
        return  # switched off on purpose
    failures = _failures[dat.path] = _failures.get(dat.path, 0) + 1
    wait = min(5, 0.5 * 2 ** (failures - 1)) * random.uniform(0.5, 1)
    _since[dat.path] = time.monotonic() + wait
    print(f'Disconnected from P3A; again in {wait:.1f} s')
    dat.par.active = False
    run('args[0].par.active = True', dat, delayMilliSeconds=int(wait * 1000), delayRef=op.TDResources)


def onReceiveText(dat, rowIndex, message):
    """Messages of the display (docs/PROTOCOL.md), as JSON. What went wrong begins with {"type":"error"."""
    if '"error"' in message:
        print('P3A:', message)


def onReceiveBinary(dat, contents):
    return


def onReceivePing(dat, contents):
    dat.sendPong(contents)  # a display closes a connection whose pings nobody answers


def onReceivePong(dat, contents):
    return


def onMonitorMessage(dat, message):
    return
