"""`automaton web`: each action makes its own thing, and a name that fits nowhere makes nothing."""

from __future__ import annotations

import json
from typing import Literal

import pytest
import typer

from automaton.cli.web import run


def ended(action: Literal["passwd", "totp"], name: str) -> int:
    with pytest.raises(typer.Exit) as found:
        run(action, name, as_json=True)
    return found.value.exit_code


def test_one_time_codes_have_an_address_for_an_app(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("totp", "anna") == 0
    made = json.loads(capsys.readouterr().out)

    assert made["name"] == "anna"
    assert made["totp"] in made["address"]
    assert made["address"].startswith("otpauth://totp/")


@pytest.mark.parametrize("action", ["passwd", "totp"])
def test_a_name_that_automaton_yml_does_not_take_makes_nothing(
    action: Literal["passwd", "totp"], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(action, "an na") == 1

    told = capsys.readouterr()
    assert told.out == ""
    assert "web.users" in told.err
