"""ports/rv32/budgets.py tells what has changed, in either direction, and which goals are missed."""
import importlib.util
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("budgets", ROOT / "ports/rv32/budgets.py")
budgets = importlib.util.module_from_spec(spec)
spec.loader.exec_module(budgets)

WORK = ("instructions", "RGB565 720")


def test_two_percent_either_way_is_no_difference():
    for measured in (1000, 1020, 980):
        assert budgets.differences({WORK: 1000}, {WORK: measured}) == []


def test_more_than_two_percent_is_told_in_both_directions():
    assert "+2.1%" in budgets.differences({WORK: 1000}, {WORK: 1021})[0]
    assert "-2.1%" in budgets.differences({WORK: 1000}, {WORK: 979})[0]


def test_nothing_may_become_something():
    row = ("allocations", "all frames")
    assert budgets.differences({row: 0}, {row: 0}) == []
    assert "now 1" in budgets.differences({row: 0}, {row: 1})[0]


def test_rows_that_come_or_go_are_told():
    assert "not in the table" in budgets.differences({}, {WORK: 1})[0]
    assert "not measured any more" in budgets.differences({WORK: 1}, {})[0]


def test_a_goal_is_missed_whatever_the_table_says():
    assert budgets.missed_goals({WORK: 4_000_000}, {WORK: 4_000_000}) == []
    assert "at most 4000000" in budgets.missed_goals({WORK: 4_000_001}, {WORK: 4_000_000})[0]
    assert "not measured" in budgets.missed_goals({}, {WORK: 4_000_000})[0]


def test_the_table_reads_back_as_it_was_written():
    figures = {WORK: 679978, ("stack-path", "Compositor::begin"): 1744, ("bytes", "bss"): 0}
    assert budgets.read_table(budgets.write_table(figures)) == figures


def test_functions_are_named_without_their_template_arguments():
    assert budgets.short_name("p3a::(anonymous namespace)::read_chunk") == "read_chunk"
    assert budgets.short_name("std::optional<std::array<unsigned char, 3u> > p3a::read_bytes<3u>") == "read_bytes"
