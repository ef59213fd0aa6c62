"""When to connect, to give up, to wait and to try again. No operator, no socket, no clock: all of that is handed in."""
import random

CONNECT_S = 5.0   # a connection that is not there by then is tried again
RESOLVE_S = 15.0  # the same for a name; Windows can take seconds over one that nobody has
SILENT_S = 6.0    # the display says something every second; after this long it is gone
LONGEST_WAIT_S = 5.0
HITCH_S = 1.0     # TouchDesigner itself stood still: what came in meanwhile has not been told yet


class Link:
    """One connection and its next attempts. All methods on the main thread; `now` are seconds of one clock.

    `opening(address, port)` and `closing()` switch the WebSocket on and off; `resolving(host)` asks for a name's address,
    which comes back through resolved(). `addresses` remembers what names had, and may be kept from run to run. A target is
    (host, port), and whatever else makes it another one.
    """

    def __init__(self, opening, closing, resolving, addresses: dict, is_address, chance=random.random):
        self.opening, self.closing, self.resolving = opening, closing, resolving
        self.addresses, self.is_address, self.chance = addresses, is_address, chance
        self.state = 'off'  # off, resolving, connecting, open, waiting
        self.target = None
        self.failures = 0
        self.reconnects = 0
        self.until = 0.0
        self.stepped = None
        self.trouble = ''

    def want(self, target: tuple | None, now: float):
        """Where to be connected to, or None for nowhere. The same target again changes nothing."""
        if target == self.target:
            return
        if self.target is not None:
            self.closing()
        self.target, self.state, self.failures, self.trouble = target, 'off', 0, ''
        if target:  # a moment for the old connection: switching off and on within one frame may go unnoticed
            self.state, self.until = 'waiting', now + 0.1

    def step(self, now: float):
        if self.stepped is not None and now - self.stepped > HITCH_S:
            self.until += now - self.stepped
        self.stepped = now
        if self.state == 'waiting' and now >= self.until:
            self._begin(now)
        elif self.state == 'resolving' and now >= self.until:
            self._fail(now, f'the name {self.target[0]} is not found; try the display\'s address instead')
        elif self.state == 'connecting' and now >= self.until:
            self._unreachable(now)
        elif self.state == 'open' and now >= self.until:
            self._fail(now, 'the display has gone silent')

    def connected(self, now: float):
        if self.state == 'connecting':
            self.state, self.until, self.trouble = 'open', now + SILENT_S, ''

    def heard(self, now: float):
        if self.state == 'open':
            self.until, self.failures = now + SILENT_S, 0

    def disconnected(self, now: float):
        if self.state == 'connecting':
            self._unreachable(now)
        elif self.state == 'open':
            self._fail(now, 'the connection was closed')

    def again(self, now: float):
        """Starts over, with the name looked up anew."""
        if self.target:
            self.addresses.pop(self.target[0], None)
            self.failures = 0
            self._fail(now, 'asked to reconnect')

    def resolved(self, host: str, address: str | None, trouble: str, now: float):
        if address:
            self.addresses[host] = address
        if self.state == 'resolving' and self.target and self.target[0] == host:
            if address:
                self._open(address, now)
            else:
                self._fail(now, trouble)

    def _begin(self, now: float):
        host = self.target[0]
        address = host if self.is_address(host) else self.addresses.get(host)
        if address:
            self._open(address, now)
        else:
            self.state, self.until = 'resolving', now + RESOLVE_S
            self.resolving(host)

    def _open(self, address: str, now: float):
        self.state, self.until = 'connecting', now + CONNECT_S
        self.opening(address, self.target[1])

    def _unreachable(self, now: float):
        host, port = self.target[:2]
        self.addresses.pop(host, None)  # it may have another by now
        self._fail(now, f'no display answers at {host}:{port}')

    def _fail(self, now: float, trouble: str):
        self.closing()
        wait = min(LONGEST_WAIT_S, 0.5 * 2 ** self.failures) * (0.5 + 0.5 * self.chance())
        self.failures += 1
        self.reconnects += 1
        self.state, self.until, self.trouble = 'waiting', now + wait, trouble
