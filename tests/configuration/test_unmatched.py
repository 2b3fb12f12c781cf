"""What automaton.yml chooses, held against what there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.configuration.load import load_configuration
from automaton.configuration.unmatched import unmatched
from automaton.core.events import Profile

LOBBY = Profile(uuid="aaaaaaaa-1", id="aaaaaaaa", name="lobby")
SETTINGS = """\
panels: {main: {url: 'https://x', keys: [{env: KEY}], servers: {id: zzzz}}}
nodes: {edge: {config: {env: WINGS}, servers: [{id: 'zz*', egg: Paper}, {id: 'aa*', egg: Paper}]}}
"""


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ({"main": [LOBBY]}, ["`servers` of `main` chooses none of the servers that it lists (1)"]),
        ({"main": []}, ["`main` lists no server: make the key's user a subuser of the servers"]),
        ({"edge": []}, ["the node `edge` has no server"]),
        ({"edge": [LOBBY]}, ["the egg `Paper` is told of `zz*`, which fits no server of `edge`"]),
        ({}, []),
    ],
)
def test_what_chooses_nothing_is_told_of_those_that_answered(
    tmp_path: Path, listed: dict[str, list[Profile]], told: list[str]
) -> None:
    (tmp_path / "automaton.yml").write_text(SETTINGS)
    env = {"KEY": "ptlc_x", "WINGS": "uuid: u\ntoken: t\nremote: https://x\n"}
    configuration = load_configuration(tmp_path / "automaton.yml", env).or_raise()

    problems = unmatched(configuration, listed)

    assert [(one.severity, one.code, one.message) for one in problems] == [
        ("warning", "no-server", message) for message in told
    ]
    assert all(one.line for one in problems)
