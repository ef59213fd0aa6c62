"""The library as others get it: installed to a prefix, found by CMake and by pkg-config, linked from C and C++, and
run where there is no display."""
import os
import pathlib
import shutil
import socket
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("P3A_BUILD", ROOT / "build/release"))
EXAMPLE = ROOT / "examples/outside"


def run(*command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300, **options)


def good(*command, **options):
    result = run(*command, **options)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    built = BUILD / "ports/client/door/libp3a.so"
    assert built.exists(), "build the library first: cmake --build --preset release --target p3a"
    first = tmp_path_factory.mktemp("first") / "prefix"
    good("cmake", "--install", BUILD, "--prefix", first, "--component", "p3a")
    moved = tmp_path_factory.mktemp("moved") / "elsewhere"  # an installation may be moved
    shutil.move(first, moved)
    return moved


@pytest.fixture(scope="module")
def programs(prefix, tmp_path_factory):
    """name -> (program, environment), built by CMake and by hand with pkg-config."""
    folder = tmp_path_factory.mktemp("cmake")
    good("cmake", "-S", EXAMPLE, "-B", folder, f"-DCMAKE_PREFIX_PATH={prefix}")
    good("cmake", "--build", folder)
    (pc,) = prefix.glob("lib*/**/p3a.pc")
    environment = {**os.environ, "PKG_CONFIG_PATH": str(pc.parent), "LD_LIBRARY_PATH": str(pc.parent.parent)}
    flags = good("pkg-config", "--cflags", "--libs", "p3a", env=environment).split()
    by_hand = tmp_path_factory.mktemp("pkgconfig")
    strict = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    good("cc", "-std=c99", *strict, EXAMPLE / "show.c", "-o", by_hand / "show", *flags)
    good("c++", "-std=c++17", *strict, EXAMPLE / "fade.cc", "-o", by_hand / "fade", *flags)
    return {
        "cmake/show": (folder / "show", None),
        "cmake/fade": (folder / "fade", None),
        "pkg-config/show": (by_hand / "show", environment),
        "pkg-config/fade": (by_hand / "fade", environment),
    }


@pytest.fixture
def nobody():
    """An address at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize("name", ["cmake/show", "pkg-config/show", "cmake/fade", "pkg-config/fade"])
def test_without_a_display_the_program_ends_in_good_order(programs, nobody, name):
    program, environment = programs[name]
    result = run(program, nobody, *(["1"] if name.endswith("fade") else []), env=environment)
    assert result.returncode in (1, 4)
    assert f"No display was reached at {nobody}" in result.stderr


def test_a_file_for_no_display_is_an_orderly_error_too(programs, nobody):
    program, environment = programs["cmake/show"]
    result = run(program, nobody, EXAMPLE / "show.c", env=environment)
    assert result.returncode == 2
    assert "does not answer" in result.stderr


def test_it_brings_tls_along_and_says_so(prefix, programs):
    (library,) = prefix.glob("lib*/**/libp3a.so")
    assert "libssl.so.3" in good("readelf", "-d", library)
    _, environment = programs["pkg-config/show"]
    assert good("pkg-config", "--variable=tls", "p3a", env=environment).strip() == "ON"
    assert "ssl" not in good("pkg-config", "--libs", "p3a", env=environment)
    assert "-lssl" in good("pkg-config", "--static", "--libs", "p3a", env=environment)


def test_nothing_but_the_two_doors_is_exported(prefix):
    (library,) = prefix.glob("lib*/**/libp3a.so")
    names = [line.split(maxsplit=1)[1] for line in good("nm", "-DC", "--defined-only", library).splitlines()
             for line in [line.split(maxsplit=1)[1]]]
    ours = [name for name in names if name.startswith("p3a_") or "p3a::v0::" in name]
    assert len(ours) > 20
    assert not [name for name in names if ("p3a::" in name or "boost::" in name) and "p3a::v0::" not in name]


def test_the_headers_stand_alone(prefix, tmp_path):
    for name, compiler in (("a.c", ["cc", "-std=c99"]), ("b.cc", ["c++", "-std=c++17"])):
        header = "p3a/p3a.h" if name.endswith(".c") else "p3a/p3a.hpp"
        source = tmp_path / name
        source.write_text(f"#include <{header}>\n#include <{header}>\nint main(void) {{ return 0; }}\n")
        good(*compiler, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", f"-I{prefix}/include", source)
