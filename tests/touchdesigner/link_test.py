"""When p3a_link connects and waits, on a clock of the test's."""
import importlib.util

import pytest

from stage import SCRIPTS

spec = importlib.util.spec_from_file_location("p3a_link", SCRIPTS / "p3a_link.py")
p3a_link = importlib.util.module_from_spec(spec)
spec.loader.exec_module(p3a_link)


@pytest.fixture
def world():
    """(link, what it has done, run): `run(seconds, each)` steps 60 times a second."""
    done = []
    link = p3a_link.Link(lambda address, port: done.append((round(now[0], 2), "open", address, port)),
                         lambda: None, lambda host: done.append((round(now[0], 2), "resolve", host)), {},
                         lambda host: host[0].isdigit(), chance=lambda: 1.0)
    now = [0.0]

    def run(seconds, each=lambda: None):
        for _ in range(round(seconds * 60)):
            now[0] += 1 / 60
            link.step(now[0])
            each()

    return link, done, run, now


def test_attempts_become_rarer_up_to_every_five_seconds(world):
    link, done, run, now = world
    link.want(("192.0.2.1", 81), 0.0)
    run(60, lambda: link.disconnected(now[0]) if link.state == "connecting" else None)
    times = [entry[0] for entry in done]
    gaps = [round(later - earlier, 1) for earlier, later in zip(times, times[1:])]
    assert gaps[:5] == [0.5, 1.0, 2.0, 4.0, 5.0] and set(gaps[5:]) == {5.0}
    assert link.trouble == "no display answers at 192.0.2.1:81"


def test_silence_ends_a_connection_and_words_keep_it(world):
    link, done, run, now = world
    link.want(("192.0.2.1", 81), 0.0)
    run(0.5)
    link.connected(now[0])
    run(20, lambda: link.heard(now[0]))
    assert link.state == "open"
    run(6.1)
    assert link.state == "waiting" and link.trouble == "the display has gone silent"


def test_a_touchdesigner_that_stood_still_is_no_silence_of_the_display(world):
    link, done, run, now = world
    link.want(("192.0.2.1", 81), 0.0)
    run(0.5)
    link.connected(now[0])
    run(3)
    now[0] += 30  # a film is being loaded
    link.step(now[0])
    assert link.state == "open"
    run(6.1)
    assert link.trouble == "the display has gone silent", "but silence afterwards is"


def test_a_name_that_changed_hands_is_asked_for_again(world):
    link, done, run, now = world
    link.want(("p3a.local", 81), 0.0)
    run(0.2)
    assert done[-1][1:] == ("resolve", "p3a.local")
    link.resolved("p3a.local", "192.0.2.1", "", now[0])
    assert done[-1][1:] == ("open", "192.0.2.1", 81)
    link.disconnected(now[0])
    run(1)
    assert done[-1][1:] == ("resolve", "p3a.local")


def test_what_is_no_longer_wanted_is_not_opened(world):
    link, done, run, now = world
    link.want(("p3a.local", 81), 0.0)
    run(0.2)
    link.want(None, now[0])
    link.resolved("p3a.local", "192.0.2.1", "", now[0])
    link.disconnected(now[0])
    run(10)
    assert [entry[1] for entry in done] == ["resolve"] and link.state == "off"
