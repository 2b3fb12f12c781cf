"""Everything is held and released by a word, and both say what follows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automaton.workbench.hold import hold, release
from tests.workbench.desk import desk_at


def test_a_hold_says_what_it_holds_and_how_it_ends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with desk_at(tmp_path) as (config, desk):
        codes = [hold(config, "night", as_json=False), hold(config, "night", as_json=False)]

    assert (codes, desk.heard) == ([0, 0], ["hold night", "hold night"])
    assert capsys.readouterr().out.splitlines() == [
        "every action is on hold: rules judge and notify, and nothing else; `automaton release` ends it",
        "every action was on hold already, for 1m by now: rules judge and notify, and nothing else;"
        " `automaton release` ends it",
    ]


def test_a_release_says_for_how_long_it_was_held_and_is_refused_without_a_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with desk_at(tmp_path) as (config, _):
        nothing = release(config, as_json=False)
        hold(config, "night\x1b[2J", as_json=True)
        code = release(config, as_json=True)
    out, err = capsys.readouterr()

    assert (nothing, code) == (1, 0)
    assert [json.loads(line)["by"] for line in out.splitlines()] == ["uid 0", "uid 0"]
    assert err.splitlines()[0] == "nothing is on hold"
    assert err.splitlines()[-1].startswith("actions are released, after a hold of ")
    assert "\x1b" not in err
