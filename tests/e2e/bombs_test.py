"""Broken pictures and bombs, every one through every way in: each costs at most itself."""
import bombs
import pytest
from conftest import wait_until


@pytest.mark.parametrize("way", bombs.WAYS, ids=lambda way: way.name)
def test_a_broken_picture_costs_at_most_itself(start_display, way):
    display = start_display(bombs.PANEL)
    pictures = list(bombs.broken_pictures())
    thrower = way(display)
    bombs.warm_up(way, display, max(len(picture.data) for picture in pictures))
    rss, files = display.rss_bytes(), display.open_files()
    faults = [str(figures) for figures in bombs.throw_all(display, pictures, thrower, every=10) if figures.faults]
    assert not faults, "\n".join(faults)
    assert display.rss_bytes() - rss <= bombs.GROWTH_BYTES
    assert bombs.worker_peak_bytes(display) <= bombs.WORKER_BYTES
    assert display.status()["decode"]["crashed"] == 0
    thrower.end()
    wait_until(lambda: display.open_files() <= files, "no descriptor is left")
