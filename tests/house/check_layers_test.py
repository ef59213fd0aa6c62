"""script/check-layers finds planted violations, and none in the repository itself."""
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def check(root: pathlib.Path) -> subprocess.CompletedProcess:
    return subprocess.run([ROOT / "script/check-layers", str(root)], capture_output=True, text=True)


def test_the_repository_keeps_its_layers():
    result = check(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("file", "include", "rule"),
    [
        ("core/base/x.h", '"device/ports.h"', "core may not include device"),
        ("core/image/x.cc", '"core/compose/canvas.h"', "rooms of core share only"),
        ("core/base/x.cc", "<vector>", "not for a core without heap"),
        ("core/base/x.cc", "<unistd.h>", "not for a core without heap"),
        ("device/x.cc", '"ports/linux/storage/linux_disk.h"', "device may not include ports"),
        ("device/x.cc", '"ports/fake/fake_disk.h"', "device may not include ports"),
        ("ports/x_test.cc", '"bench/live_content.h"', "ports may not include bench"),  # benches only
        ("device/x.h", "<boost/json.hpp>", "talk to it through the ports"),
        ("device/x.cc", '"sender/stream.h"', "device may not include sender"),
        ("sender/x.cc", '"device/ports.h"', "sender may not include device"),
        ("sender/x.cc", "<boost/asio.hpp>", "talk to it through the ports"),
        ("include/p3a/x.hpp", '"core/base/error.h"', "include may not include core"),
        ("include/p3a/x.h", "<unistd.h>", "talk to it through the ports"),
        ("ports/linux/x.cc", '"apps/display/main.h"', "ports may not include apps"),
        ("core/base/x.cc", '"error.h"', "from the root of the repository"),
    ],
)
def test_a_planted_violation_is_found(tmp_path, file, include, rule):
    planted = tmp_path / file
    planted.parent.mkdir(parents=True)
    planted.write_text(f"#include {include}\n")
    result = check(tmp_path)
    assert result.returncode == 1
    assert rule in result.stdout


def test_unit_tests_may_use_the_fake_machine(tmp_path):
    planted = tmp_path / "device/x_test.cc"
    planted.parent.mkdir(parents=True)
    planted.write_text('#include "ports/fake/fake_disk.h"\n')
    assert check(tmp_path).returncode == 0
