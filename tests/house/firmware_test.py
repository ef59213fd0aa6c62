"""The ESP-IDF component takes every source of its rooms, names the components that its includes come from, and compiles where
the integer types are the chip's."""
import concurrent.futures
import itertools
import pathlib
import platform
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PORT = ROOT / "ports/esp32p4"

# Reads component.cmake as ESP-IDF's first pass does: as a script.
SCRIPT = f"""
function(idf_component_register)
  cmake_parse_arguments(C "" "" "SRCS;INCLUDE_DIRS;REQUIRES" ${{ARGN}})
  message("SRCS ${{C_SRCS}}")
  message("REQUIRES ${{C_REQUIRES}}")
endfunction()
foreach(LATER target_compile_features target_compile_definitions add_custom_command)
  cmake_language(EVAL CODE "function(${{LATER}})\\nendfunction()")
endforeach()
set(CMAKE_CURRENT_BINARY_DIR {ROOT}/build)
include({PORT}/component.cmake)
"""
# Which component of ESP-IDF 5.5 and 6.0 a header is of; None: a managed one (idf_component.yml), or everybody's.
COMPONENT_OF = {
    "diskio.h": "fatfs", "ff.h": "fatfs", "esp_vfs_fat.h": "fatfs",
    "driver/gpio.h": "esp_driver_gpio", "driver/i2c_master.h": "esp_driver_i2c", "driver/jpeg_decode.h": "esp_driver_jpeg",
    "driver/ppa.h": "esp_driver_ppa", "driver/sdmmc_host.h": "esp_driver_sdmmc", "sd_pwr_ctrl_by_on_chip_ldo.h": "sdmmc",
    "esp_cache.h": "esp_mm", "esp_heap_caps.h": "heap", "esp_http_server.h": "esp_http_server",
    "esp_lcd_mipi_dsi.h": "esp_lcd", "esp_lcd_panel_ops.h": "esp_lcd", "esp_lcd_st7703.h": None,
    "esp_ldo_regulator.h": "esp_hw_support", "esp_log.h": "log", "esp_mac.h": "esp_hw_support", "esp_netif.h": "esp_netif",
    "esp_system.h": "esp_system", "esp_task_wdt.h": "esp_system", "esp_timer.h": "esp_timer", "lwip/sockets.h": "lwip",
    "esp_event.h": "esp_event", "esp_wifi.h": "esp_wifi", "nvs.h": "nvs_flash", "nvs_flash.h": "nvs_flash",
    "freertos/FreeRTOS.h": "freertos", "freertos/semphr.h": "freertos", "freertos/task.h": "freertos",
    "mdns.h": None, "sdkconfig.h": None, "sys/select.h": None, "sys/socket.h": "lwip", "sys/time.h": None, "unistd.h": None,
}


@pytest.fixture(scope="module", name="component")
def _component(tmp_path_factory):
    script = tmp_path_factory.mktemp("idf") / "component_list.cmake"
    script.write_text(SCRIPT)
    said = subprocess.run(["cmake", "-P", script], capture_output=True, text=True, check=True).stderr
    return {kind: re.search(f"^{kind} (.*)$", said, re.M)[1].split(";") for kind in ("SRCS", "REQUIRES")}


def included(source: pathlib.Path) -> set[str]:
    return set(re.findall(r"^#include <(.+\.h)>", source.read_text(encoding="utf-8"), re.M))


def with_headers(sources):
    return [path for source in sources for path in (source, source.with_suffix(".h")) if path.exists()]


def test_every_source_of_its_rooms_is_in_it_and_no_test(component):
    taken = {pathlib.Path(name) for name in component["SRCS"]}
    for folder in ("core", "device", "ports/esp32p4"):
        for source in (ROOT / folder).rglob("*.cc"):
            name = source.name
            for_tests = re.search(r"_(test|fuzz|bench)\.cc$|^fake_", name) or name == "wifi.cc"
            assert (source in taken) == (not for_tests), source
    assert ROOT / "ports/decode/decoders.cc" in taken
    assert not any("fake" in path.name or "_test" in path.name for path in taken)


def test_it_requires_what_it_includes(component):
    ours = [path for path in map(pathlib.Path, component["SRCS"]) if PORT in path.parents]
    needed = {COMPONENT_OF[header] for source in with_headers(ours) for header in included(source)}
    assert needed - {None} <= set(component["REQUIRES"])


def test_the_firmware_requires_what_it_includes():
    main = ROOT / "apps/firmware/main"
    required = re.search(r"REQUIRES ([^)]*)\)", (main / "CMakeLists.txt").read_text())[1].split()
    needed = {COMPONENT_OF[header] for source in [main / "main.cc", *with_headers([PORT / "board/wifi.cc"])]
              for header in included(source)}
    assert needed - {None} <= set(required)


# The chip's compiler: 32 bits, and std::uint32_t is unsigned long (std::min(2U, x) does not compile there).
CHIP = ["g++", "-m32", "-std=gnu++2b", "-fno-exceptions", "-fno-rtti", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", '-DP3A_VERSION=""',
        "-msse2", "-Wno-psabi"]  # the last two: core/codec's vectors, on this machine
WORDS = {"typedef unsigned int __uint32_t;": "typedef unsigned long __uint32_t;", "typedef signed int __int32_t;": "typedef long __int32_t;"}


@pytest.fixture(scope="module", name="compile_for_the_chip")
def _compile_for_the_chip(tmp_path_factory):
    """Does g++ take these sources, read as one? The C library's own headers, with the chip's words."""
    if platform.machine() != "x86_64":
        pytest.skip("g++ -m32 is an x86-64 machine's")
    headers = tmp_path_factory.mktemp("words")
    (headers / "gnu").mkdir()
    (headers / "gnu/stubs-32.h").touch()
    (headers / "bits").mkdir()
    host = pathlib.Path("/usr/include", subprocess.run(["g++", "-dumpmachine"], capture_output=True, text=True, check=True).stdout.strip())
    types = (host / "bits/types.h").read_text()
    for word, other in WORDS.items():
        assert word in types
        types = types.replace(word, other)
    (headers / "bits/types.h").write_text(types)
    version = subprocess.run(["g++", "-dumpversion"], capture_output=True, text=True, check=True).stdout.strip()
    where = [f"-isystem{folder}" for folder in (headers, host / "c++" / version, host, PORT / "standin")] + [f"-I{ROOT}"]

    def compiled(sources: list[pathlib.Path]) -> str:
        joined = "".join(f'#include "{source}"\n' for source in sources)
        return subprocess.run([*CHIP, *where, "-xc++", "-"], input=joined, capture_output=True, text=True).stderr

    return compiled


def test_it_compiles_where_a_word_is_a_long(component, compile_for_the_chip):
    # core/ is compiled for the real instruction set: script/test-rv32.
    sources = sorted(source for source in map(pathlib.Path, component["SRCS"]) if source.suffix == ".cc" and ROOT / "core" not in source.parents
                     and source.exists())
    sources += [ROOT / "apps/firmware/main/main.cc", PORT / "board/wifi.cc"]
    folders = [list(group) for _, group in itertools.groupby(sources, lambda source: source.parent)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for folder, errors in zip(folders, pool.map(compile_for_the_chip, folders)):
            if errors:  # perhaps only because two of them use one name for two things
                errors = "".join(map(compile_for_the_chip, [[source] for source in folder]))
            assert not errors, errors


def test_a_host_s_word_is_found_out(compile_for_the_chip, tmp_path):
    source = tmp_path / "word.cc"
    source.write_text("#include <algorithm>\n#include <cstdint>\nstd::uint32_t two(std::uint32_t x) { return std::min(2U, x); }\n")
    assert "no matching function" in compile_for_the_chip([source])
