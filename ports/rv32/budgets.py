#!/usr/bin/env python3
"""What core/ costs on the chip, compared with ports/rv32/budgets.txt.

    budgets.py BUILD_DIR [--update]

Instructions, allocations and the deepest stack come from frame_budgets.cc, run in QEMU; sizes and undefined symbols
from core linked as one object; stack of functions and call paths from the compiler's call graph. A figure that
differs by more than 2 % in either direction fails until it is written into the table (--update); a goal that is
missed fails whatever the table says. Ends with "N passed, N failed".
"""
import functools
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TABLE = HERE / "budgets.txt"
TOLERANCE = 0.02
LARGE_FRAME = 256  # bytes of stack from which on a function has its own line
LARGE_PATH = 512  # and a path from an entry of core

MILLION = 1_000_000
GOALS = {
    ("instructions", "RGB565 720"): 4 * MILLION,
    ("instructions", "RGB565 720 turned by 90"): 4 * MILLION,
    ("instructions", "RGB565 in 16 regions"): 4 * MILLION,
    ("instructions", "RGB565 360 to 720 nearest"): 8 * MILLION,
    ("instructions", "RGB565 512 to 720 nearest"): 8 * MILLION,
    ("bytes", "text"): 96 << 10,
    ("bytes", "data"): 0,
    ("bytes", "bss"): 0,
    ("stack-path", "deepest"): 6 << 10,
    ("stack-run", "deepest"): 6 << 10,
    ("allocations", "all frames"): 0,
}

# All that core may want of the machine's libraries: no allocation, no exception, no double-precision helper, no I/O.
ALLOWED_SYMBOLS = set(
    "memcpy memmove memset memcmp strlen powf lroundf __assert_func "
    # integers that the instruction set has no instruction for
    "__clzsi2 __clzdi2 __ctzsi2 __ctzdi2 __popcountsi2 __popcountdi2 __ashldi3 __ashrdi3 __lshrdi3 __muldi3 "
    "__divdi3 __moddi3 __udivdi3 __umoddi3".split()
)
HEADER = """\
# What core/ costs on RV32IMAFC, GCC 12.2 -O2 (docs/RV32.md). script/test-rv32 compares; --update writes.
#   instructions  for one 720x720 frame onto a panel of RGB565, from the message's bytes to the panel's
#   allocations   during all of these frames
#   bytes         of core/ as a whole
#   stack         bytes of one function (those of {frame} and more), without what it calls
#   stack-path    bytes from an entry of core down to the deepest call (those of {path} and more); a ByteSource
#                 is the port's, its stack comes on top
#   stack-run     bytes really used by the frames above, MemorySource and memcpy included
"""


def run(*command: str | pathlib.Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def measured_frames(build: pathlib.Path) -> dict:
    figures = {}
    for line in run(HERE / "run", build / "ports/rv32/p3a_budgets").splitlines():
        kind, name, value = line.split("\t")
        figures[kind, name] = int(value)
    return figures


def sizes(core: pathlib.Path) -> dict:
    kinds = {"text": 0, "rodata": 0, "data": 0, "bss": 0}
    for section, size in re.findall(r"^\.(\S+)\s+(\d+)\s", run("riscv64-unknown-elf-size", "-A", core), re.M):
        kind = section.split(".")[0].removeprefix("s")
        if kind in kinds:
            kinds[kind] += int(size)
    return {("bytes", kind): size for kind, size in kinds.items()}


def undefined_symbols(core: pathlib.Path) -> set:
    return set(re.findall(r"\bU (\S+)", run("riscv64-unknown-elf-nm", "-u", core)))


def library_stack(program: pathlib.Path) -> tuple[dict, dict]:
    """Frames and calls of everything in a program, read from its machine code; for what has no call graph."""
    frames, calls, at, function = {}, {}, {}, ""
    for line in run("riscv64-unknown-elf-objdump", "-d", "--no-show-raw-insn", "-M", "no-aliases", program).splitlines():
        if start := re.match(r"([0-9a-f]+) <(.+)>:$", line):
            function = at[start[1]] = start[2]
            frames[function], calls[function] = 0, set()
        elif grown := re.search(r"\t(?:c\.)?addi(?:16sp)?\s+sp,(?:sp,)?-(\d+)", line):
            frames[function] += int(grown[1])
        elif call := re.search(r"\t(?:c\.)?jalr?\s.*<([^+>]+)>$", line):
            calls[function].add(call[1])
    for address, name in re.findall(r"^(\w+) [TtWw] (\S+)$", run("riscv64-unknown-elf-nm", program), re.M):
        if address in at:  # a second name of the same code
            frames[name], calls[name] = frames[at[address]], calls[at[address]]
    return frames, calls


def call_graph(build: pathlib.Path) -> tuple[dict, dict, dict]:
    """The compiler's: bytes of each function of core, its name for people, and what it calls."""
    frames, calls = {}, {}
    for file in build.glob("core/*/CMakeFiles/p3a_*.dir/*.ci"):
        text = re.sub(r"C1E(?=\w)", "C2E", file.read_text())  # a constructor has two names and is one function
        for title, label in re.findall(r'^node: \{ title: "(.*?)" label: "(.*?)"', text, re.M):
            if size := re.search(r"\\n(\d+) bytes \((\w+)\)", label):
                if size[2] == "dynamic":
                    sys.exit(f"{label}: the stack of this function has no bound")
                frames[title] = int(size[1])
        for source, target in re.findall(r'sourcename: "(.*?)" targetname: "(.*?)"', text):
            calls.setdefault(source, set()).add(target)
    symbols = "\n".join(title.split(":")[-1] for title in frames)  # "file:symbol" where a file keeps it to itself
    demangled = subprocess.run(["c++filt", "-p"], input=symbols, check=True, capture_output=True, text=True).stdout
    return frames, dict(zip(frames, map(short_name, demangled.splitlines()))), calls


def short_name(name: str) -> str:
    """Without template arguments and what every name begins with."""
    name = name.replace("(anonymous namespace)::", "")
    while (shorter := re.sub(r"<[^<>]*>", "", name)) != name:
        name = shorter
    return name.split(" ")[-1].removeprefix("p3a::")


def stack(build: pathlib.Path) -> dict:
    frames, names, calls = call_graph(build)
    library_frames, library_calls = library_stack(build / "ports/rv32/p3a_budgets")

    @functools.cache
    def depth(function: str) -> int:  # a recursion never ends, which Python says
        if function == "__indirect_call":  # a ByteSource's, which is the port's
            return 0
        if function in frames:
            return frames[function] + max(map(depth, calls.get(function, [])), default=0)
        return library_depth(function)

    @functools.cache
    def library_depth(function: str, above: frozenset = frozenset()) -> int:
        if function in {"__assert_func", "abort"} | above:  # the program ends there
            return 0
        below = library_calls[function] - {function}
        return library_frames[function] + max((library_depth(f, above | {function}) for f in below), default=0)

    figures = {}

    def enter(kind: str, name: str, size: int):
        figures[kind, name] = max(size, figures.get((kind, name), 0))

    called = set().union(*calls.values())
    for title, size in frames.items():
        enter("stack-path", "deepest", depth(title))
        if size >= LARGE_FRAME:
            enter("stack", names[title], size)
        if title not in called and depth(title) >= LARGE_PATH:
            enter("stack-path", names[title], depth(title))
    return figures


def read_table(text: str) -> dict:
    rows = re.findall(r"^([a-z-]+) +(\S.*?) +(\d+)$", text, re.M)
    return {(kind, name): int(value) for kind, name, value in rows}


def write_table(figures: dict) -> str:
    order = ["instructions", "allocations", "bytes", "stack", "stack-path", "stack-run"]
    rows = sorted(figures.items(), key=lambda row: order.index(row[0][0]))
    lines = [f"{kind:<14}{name:<58}{value:>10}\n" for (kind, name), value in rows]
    return HEADER.format(frame=LARGE_FRAME, path=LARGE_PATH) + "\n" + "".join(lines)


def differences(written: dict, measured: dict) -> list[str]:
    """A sentence for each row that differs by more than the tolerance, is new or is gone."""
    found = []
    for row in sorted(written.keys() | measured.keys()):
        name = " ".join(row)
        if row not in measured:
            found.append(f"{name}: in the table, but not measured any more")
        elif row not in written:
            found.append(f"{name}: {measured[row]}, not in the table")
        elif abs(measured[row] - written[row]) > TOLERANCE * written[row]:
            change = f" ({measured[row] / written[row] - 1:+.1%})" if written[row] else ""
            found.append(f"{name}: {written[row]} in the table, now {measured[row]}{change}")
    return found


def missed_goals(measured: dict, goals: dict) -> list[str]:
    return [
        f"{' '.join(row)}: {measured.get(row, 'not measured')}, the goal is at most {most}"
        for row, most in goals.items()
        if row not in measured or measured[row] > most
    ]


def main() -> int:
    build = pathlib.Path(sys.argv[1])
    core = build / "ports/rv32/core.o"
    measured = measured_frames(build) | sizes(core) | stack(build)
    if "--update" in sys.argv:
        TABLE.write_text(write_table(measured), encoding="utf-8")
    written = read_table(TABLE.read_text(encoding="utf-8"))
    problems = differences(written, measured)
    if problems:
        problems.append("If that is as it should be: script/test-rv32 --update, and commit ports/rv32/budgets.txt")
    changed = max(0, len(problems) - 1)
    missed = missed_goals(measured, GOALS)
    forbidden = [
        f"core/ wants {symbol} of the machine, which is not on the list in ports/rv32/budgets.py"
        for symbol in sorted(undefined_symbols(core) - ALLOWED_SYMBOLS)
    ]
    for problem in problems + missed + forbidden:
        print(problem)
    failed = changed + len(missed) + len(forbidden)
    print(f"{len(written.keys() | measured.keys()) + len(GOALS) + 1 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
