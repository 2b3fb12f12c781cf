"""A silence is begun, listed and ended; slips are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automaton.workbench.silence import end_silence, silence, silences
from tests.workbench.desk import desk_at


def test_a_silence_is_begun_with_what_it_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with desk_at(tmp_path) as (config, desk):
        code = silence(config, ["d*"], ["lobby", "node:eu-?"], "1h30m", "night", as_json=False)

    assert (code, desk.heard) == (0, ["silence ['d*'] ['lobby', 'node:eu-?'] 5400 night"])
    assert capsys.readouterr() == (
        "silence s2: the rules d* on the servers lobby, node:eu-?, for 1h 30m;"
        " `automaton silence end s2` ends it\n",
        "",
    )


def test_a_glob_that_fits_nothing_is_most_often_a_slip(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with desk_at(tmp_path) as (config, _):
        code = silence(config, ["dwn"], ["loby"], "2h", "", as_json=True)
    out, err = capsys.readouterr()

    assert code == 0
    assert json.loads(out)["id"] == "s2"
    assert err.splitlines()[:2] == [
        "warning: no rule fits `dwn` now, did you mean `down`?",
        "warning: no server fits `loby` now, did you mean `lobby`?",
    ]


@pytest.mark.parametrize(
    ("length", "problem"),
    [("2", "a duration needs a unit, did you mean `2s`?"), ("0s", "a silence lasts from a second to a year")],
)
def test_a_length_that_is_none_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], length: str, problem: str
) -> None:
    with desk_at(tmp_path) as (config, desk):
        code = silence(config, ["down"], [], length, "", as_json=False)

    assert (code, desk.heard) == (1, [])
    assert capsys.readouterr().err.strip().endswith(problem)


def test_silences_are_listed_harmlessly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with desk_at(tmp_path) as (config, _):
        codes = [silences(config, as_json=False), silences(config, as_json=True)]
    *lines, as_json = capsys.readouterr().out.splitlines()

    assert codes == [0, 0]
    assert lines == ["ID  RULES  SERVERS  ENDS IN  NOTE", "s1  *      lob*     1h       night"]
    assert [one["id"] for one in json.loads(as_json)["silences"]] == ["s1"]


def test_a_silence_is_ended_by_its_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with desk_at(tmp_path) as (config, _):
        codes = [end_silence(config, "s1", as_json=False), end_silence(config, "s/9", as_json=False)]

    assert codes == [0, 1]
    assert capsys.readouterr().out == "silence s1 has ended\n"


def test_a_node_and_a_tag_are_named_without_a_warning_unless_no_server_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with desk_at(tmp_path) as (config, _):
        silence(config, [], ["node:eu-1", "tag:prod", "node:mars"], "2h", "", as_json=False)

    assert capsys.readouterr().err == "warning: no server fits `node:mars` now\n"


@pytest.mark.parametrize(
    ("rules", "server", "warning"),
    [
        ([], "eu-1", "`eu-1` is a node: did you mean `node:eu-1`?"),
        (["d*"], "eu-?", "`eu-?` is a node: did you mean `node:eu-?`?"),
        ([], "fleet", "`fleet` names rules by `fleet` alone: name no server, and all are meant"),
        (["a*", "hot"], "Fleet", "`fleet` names rules by `fleet` alone: name no server, and all are meant"),
        ([], "tag:prd", "no server fits `tag:prd` now, did you mean `tag:prod`?"),
        ([], "TAG:mars*", "no server fits `TAG:mars*` now"),
        (
            [],
            "pack:rust",
            "no server fits `pack:rust`: a silence knows names, `node:` and `tag:`, and no packs",
        ),
    ],
)
def test_what_no_server_is_called_by_is_answered_with_what_was_meant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rules: list[str], server: str, warning: str
) -> None:
    with desk_at(tmp_path) as (config, _):
        silence(config, rules, [server], "2h", "", as_json=False)

    assert capsys.readouterr().err == f"warning: {warning}\n"


@pytest.mark.parametrize(("rule", "key"), [("hot", "eu-1"), ("all", "fleet")])
def test_a_wider_rule_is_silenced_at_a_bare_node_or_the_fleet_without_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rule: str, key: str
) -> None:
    with desk_at(tmp_path) as (config, _):
        silence(config, [rule], [key], "2h", "", as_json=False)

    assert capsys.readouterr().err == ""
