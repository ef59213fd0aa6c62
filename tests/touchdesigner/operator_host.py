"""The P3A Out operator in a host of ours (operator/fake_host.cc), for tests and the bench: one process, driven by lines."""
import json
import pathlib
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLUGINS = ROOT / "build/release/touchdesigner/operator/plugin"
APIS = ["api11", "api12", "api12_common2"]


class OperatorHost:
    def __init__(self, api: str = "api12_common2", fps: float = 60):
        folder = PLUGINS / api
        self.process = subprocess.Popen([folder / f"p3a_fake_host_{api}", folder / "P3AOut.so", str(fps)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def say(self, *lines: str):
        self.process.stdin.write("".join(line + "\n" for line in lines))
        self.process.stdin.flush()

    def ask(self, line: str) -> dict:
        self.say(line)
        return json.loads(self.process.stdout.readline())

    def info(self) -> dict:
        return self.ask("info")

    def channel(self, name: str) -> float:
        return self.info()["channels"][name]

    def aim(self, port: int, address: str = "127.0.0.1"):
        self.say(f"set Address {address}", f"set Port {port}", "set Active 1")

    def until(self, condition, seconds: float = 20.0) -> dict:
        """The first info that fulfils the condition; the time only ends a test that has failed."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            info = self.info()
            if condition(info):
                return info
            time.sleep(0.02)
        raise AssertionError(f"never happened; last: {info}")

    def quit(self) -> dict:
        answer = self.ask("quit")
        assert self.process.wait(timeout=20) == 0
        return answer

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
