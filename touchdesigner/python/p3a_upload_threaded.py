"""
P3A upload without waiting: takes the picture on TouchDesigner's main thread and sends it on a worker
(docs/TOUCHDESIGNER_GUIDE.md)

Dependencies: none.
Usage: as a Text DAT of this name, from a Timer CHOP's callbacks:

    def onCycle(timerOp, segment, cycle):
        mod.p3a_upload_threaded.threaded_upload('render_out', 'p3a.local')
"""


def threaded_upload(top_path, ip_address='p3a.local', quality=85, timeout=5.0, ca_file=None):
    """Upload in background thread using Thread Manager

    Returns True when the picture is on its way, at once; False when there is none, or the one before is still under way:
    then this one is left out, and the next call takes a newer one. What became of it is printed.

    Args:
        top_path: Path to TOP operator (relative or absolute)
        ip_address: P3A device IP or hostname (default: 'p3a.local'), also with a port ('localhost:8080'); for a
            display with TLS with https:// in front
        quality: JPEG quality 0-100 (default: 85)
        timeout: seconds to wait for the display at most
        ca_file: with https://, a PEM file with the display's own certificate, or its authority's; None: whom Python trusts
    """
    # Imports live inside, and the state in a module of Python's, so that it also works when this file is exec'd.
    import http.client
    import sys
    import threading
    import types

    state = sys.modules.setdefault('p3a_upload_threaded_state', types.ModuleType('p3a_upload_threaded_state'))
    under_way = state.__dict__.setdefault('under_way', {})  # by display: a lock that is held meanwhile
    busy = under_way.setdefault(ip_address, threading.Lock())

    # On the main thread: whatever touches an operator.
    top_op = op(top_path)
    if top_op is None:
        print(f"ERROR: TOP '{top_path}' not found")
        return False
    if not busy.acquire(blocking=False):
        return False
    try:
        data = bytes(top_op.saveByteArray('.jpg', quality=quality / 100))
        try:
            manager = op.TDResources.ThreadManager
        except Exception:  # TouchDesigner before 2023.31500 has none
            manager = None
    except Exception:
        busy.release()
        raise
    taken = threading.Lock()

    # On a worker: no operator, no parameter, nothing of td.
    def work():
        if not taken.acquire(blocking=False):
            return
        try:
            scheme, _, host = ip_address.rpartition('://')
            if scheme == 'https':
                import ssl
                trusted = ssl.create_default_context(cafile=ca_file)
                connection = http.client.HTTPSConnection(host.strip('/'), timeout=timeout, context=trusted)
            else:
                connection = http.client.HTTPConnection(host.strip('/'), timeout=timeout)
            try:
                connection.request('POST', '/upload/image', data, {'Content-Type': 'image/jpeg'})
                response = connection.getresponse()
                answer = response.read().decode(errors='replace')
            finally:
                connection.close()
            print('Upload successful:' if response.status == 200 else f'Upload failed: HTTP {response.status}', answer)
        except Exception as e:
            print(f'Upload error: {type(e).__name__}: {e}')
        finally:
            busy.release()

    if manager is None or manager.EnqueueTask(manager.TDTask(target=work)) is None:
        threading.Thread(target=work, daemon=True).start()  # no manager, or its pool is full
    return True
