"""What two trees printed is read and compared; the runs themselves are for people to start."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.against import BENCHMARKS, command_of, main, ratio, recipes_for, report

REPLAY = """\
33 rules of the recipes, one core; msgspec 0.23.0, Python 3.11.7, x86_64
one to one (goal 100,000): 361,901 events, 91 MiB; judged 105,494 a second, only read 504,556
lines alone: 180,900 events, 34 MiB; judged 113,874 a second, only read 805,149
"""
MATCHING = """\
20000 lines, one thread; google-re2 1.1.20251105, Python 3.11.7, x86_64
    10 patterns     718,123 lines/s  built in 0.001 s  200 hits
  1000 patterns     212,456 lines/s  built in 0.040 s  200 hits
1,000 against 10: 0.30
"""
FLEET = """\
300 servers up in 4.2 s; 54 rules; 21 s
events judged 12600, 600 a second
engine lag, ms: p50 0.5 p99 5.0 max 21.3
daemon: 18 % of a core, 131 MB
simulator: 24 % of a core, 90 MB
"""
FLEET_NOW = """\
300 servers, 59 rules, 20 s
  events judged 1,000 a second
  engine lag, ms: p50 0.5 p99 5.0 max 21.3
  daemon: 30 % of a core, in wait for one 2 % of the time; 125 MB empty, 131 up, 133 after
  load: 4 % of a core, behind by 3 ms at most, 40 MB
"""


@pytest.mark.parametrize(
    ("name", "output", "figures"),
    [
        ("replay", REPLAY, {"one to one": 105_494.0, "lines alone": 113_874.0}),
        ("matching", MATCHING, {"10 patterns": 718_123.0, "1000 patterns": 212_456.0}),
        ("fleet", FLEET, {"daemon": 300.0}),
        ("fleet", FLEET_NOW, {"daemon": 300.0}),
    ],
)
def test_the_figures_of_a_benchmark_are_read_from_what_it_prints(
    name: str, output: str, figures: dict[str, float]
) -> None:
    assert BENCHMARKS[name].figures(output) == figures


def test_a_ratio_is_of_medians_and_above_one_where_it_is_better_now() -> None:
    assert ratio([10.0, 200.0, 990.0], [100.0, 100.0, 1.0], less=False) == 2.0
    assert ratio([20.0], [10.0], less=True) == 0.5


def test_what_only_one_tree_printed_is_not_compared() -> None:
    assert report("replay", [{"a": 2.0, "b": 1.0}], [{"a": 1.0}]) == {"a": 2.0}


def test_less_of_a_core_is_better() -> None:
    assert report("fleet", [{"daemon": 9.0}], [{"daemon": 18.0}]) == {"daemon": 2.0}


def test_both_trees_get_the_same_rules_and_lines(tmp_path: Path) -> None:
    command = command_of("replay", tmp_path)

    assert command[-3:-1] == ["replay", str(tmp_path)]
    assert "logged in with entity id" in command[-1]


def test_games_that_nobody_plays_have_no_recipe_in_it(tmp_path: Path) -> None:
    rules = tmp_path / "tree" / "rules"
    rules.mkdir(parents=True)
    for name in ("paper.yml", "rust.yml", "README.md"):
        (rules / name).touch()

    assert [one.name for one in recipes_for("fleet", rules.parent).iterdir()] == ["paper.yml"]


def test_a_benchmark_that_cannot_be_compared_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["HEAD", "campaign"])

    assert "no benchmark `campaign` to compare" in capsys.readouterr().err
