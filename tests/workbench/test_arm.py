"""Whoever arms a rule is told what holds, until when, and how it is set back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automaton.web.routes.arming import ArmAnswer
from automaton.workbench.arm import arm, told
from tests.workbench.desk import desk_at


def answer(arm: str, *, own: str = "live", limit: str = "live", holds: str = "") -> str:
    return told(ArmAnswer(rule="down", arm=arm, own=own, limit=limit, holds=holds or arm))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            answer("off"),
            "down is off until the next reload; its file says live, `automaton arm down file` sets it back",
        ),
        (
            answer("live", own="shadow", limit="shadow", holds="shadow"),
            "down is shadow until the next reload: `limits.arm` is shadow, and the lesser holds;"
            " its file says shadow, `automaton arm down file` sets it back",
        ),
        (answer("file", holds="live"), "down is live again, as its file says"),
        (answer("live"), "down is live again, as its file says"),
    ],
)
def test_what_holds_is_told(said: str, words: str) -> None:
    assert said == words


def test_it_is_asked_of_the_daemon(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with desk_at(tmp_path) as (config, desk):
        code = arm(config, "down", "off", "night", as_json=True)

    assert (code, desk.heard) == (0, ["arm down off night"])
    assert json.loads(capsys.readouterr().out)["holds"] == "off"
