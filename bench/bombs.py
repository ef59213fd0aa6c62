"""script/bench bombs: what every broken picture costs on every way in, the large ones too. Arguments: beginnings of their names.

Prints those that took most, and all that broke a rule (tests/e2e/bombs.py); exit code 1 when there were any.
"""
import pathlib
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/e2e"))
import bombs  # noqa: E402
from broken_pictures import large_pictures  # noqa: E402
from conftest import Display  # noqa: E402


class Peak:
    """The most that a worker had, those that are killed at their deadline included: looked at 200 times a second."""

    def __init__(self, display):
        self.bytes, self.display, self.ended = 0, display, threading.Event()
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()

    def _watch(self):
        while not self.ended.wait(0.005):
            self.bytes = max(self.bytes, bombs.worker_peak_bytes(self.display))

    def end(self) -> int:
        self.ended.set()
        self.thread.join()
        return self.bytes


def run(way, pictures) -> list:
    with tempfile.TemporaryDirectory() as folder:
        display = Display(pathlib.Path(folder), bombs.PANEL).start()
        try:
            thrower = way(display)
            bombs.warm_up(way, display, way.warm_bytes)
            rss, peak = display.rss_bytes(), Peak(display)
            figures = list(bombs.throw_all(display, pictures, thrower))
            growth, worker = display.rss_bytes() - rss, peak.end()
            refused = sum(1 for one in figures if one.code)
            print(f"{way.name}: {len(figures)} pictures, {refused} refused; display grew {growth >> 10} KiB, "
                  f"largest worker {worker >> 20} MiB, {display.status()['decode']}")
            for one in sorted(figures, key=lambda one: -one.cpu)[:8]:
                print(f"  {one.cpu:5.2f} s  {one.picture.name}: {one.code or 'shown'}")
            faults = [str(one) for one in figures if one.faults]
            if growth > bombs.GROWTH_BYTES or worker > bombs.WORKER_BYTES:
                faults.append(f"{way.name}: too much memory")
            return faults
        finally:
            display.kill()


def main() -> int:
    pictures = [picture for made in (bombs.broken_pictures(), large_pictures()) for picture in made
                if not sys.argv[1:] or picture.name.startswith(tuple(sys.argv[1:]))]
    faults = [fault for way in bombs.WAYS for fault in run(way, pictures)]
    print("\n".join(faults) or "no rule broken")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
