"""`automaton packs`: what is known of each game, and which servers have it, and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automaton.errors import Unreachable
from automaton.packs.load import read_packs
from automaton.web.routes.servers import ServerRow
from automaton.workbench.packs import listed, reason, show, table
from tests.workbench.configured import site
from tests.workbench.test_recipes import Direct

LOBBY = ServerRow(uuid="u-1", id="1", name="lobby", pack="minecraft", pack_by="egg: Paper*")
RUST = ServerRow(uuid="u-2", id="2", name="wipe", pack="rust", pack_by="settings")
OTHER = ServerRow(uuid="u-3", id="3", name="forge", pack="wings")
PACKS = [pack for name, pack in read_packs(())[0].items() if name in ("minecraft", "rust", "wings", "ark")]
SERVERS = {"minecraft": [LOBBY], "rust": [RUST], "wings": [OTHER]}


def test_packs_that_servers_have_stand_first_with_what_each_can_do_and_why_they_have_it() -> None:
    lines = list(table(PACKS, SERVERS, width=None))
    rows = {line.split()[0]: line for line in lines[1:5]}

    assert lines[0].split() == ["PACK", "SERVERS", "PROOF", "CAN", "FROM"]
    assert list(rows) == ["minecraft", "rust", "wings", "ark"]
    assert rows["rust"].split()[1:3] == ["1", "console"]
    assert "  ready, joins, leaves, chat" in rows["rust"]
    assert rows["rust"].endswith("  shipped")
    assert lines[6:] == [
        "PACK       BY                            SERVERS",
        "minecraft  egg: Paper*                   1: lobby",
        "rust       `packs` in automaton.yml      1: wipe",
        "wings      no other pack knows its game  1: forge",
    ]


@pytest.mark.parametrize("width", [40, 100, None])
def test_all_that_a_pack_can_is_listed_its_own_events_too(width: int | None) -> None:
    told = " ".join(" ".join(table(PACKS, SERVERS, width=width)).split())

    assert "hang, crash.report" in told
    assert "map.started" not in told


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    many = [ServerRow(uuid=str(n), id=str(n), name=f"lobby-{n}", pack="minecraft") for n in range(50)]

    assert max(map(len, table(PACKS, {"minecraft": many}, width=width))) <= width


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (LOBBY, "egg: Paper*"),
        (RUST, "`packs` in automaton.yml"),
        (OTHER, "no other pack knows its game"),
        (ServerRow(uuid="u", id="1", name="x", pack="rust"), "the daemon does not say: it is an older one"),
    ],
)
def test_why_a_server_has_its_pack_is_told_in_words(row: ServerRow, why: str) -> None:
    assert reason(row) == why


def test_servers_are_those_of_the_configuration_where_no_daemon_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert listed(site(tmp_path), lambda _: Direct("rust"), as_json=True) == 0

    told = {one["pack"]: one for one in json.loads(capsys.readouterr().out)["packs"]}
    assert told["rust"]["servers"] == [{"name": "lobby", "id": "1", "uuid": "u", "by": ""}]
    assert told["ark"]["servers"] == []
    assert told["ark"]["from"] == ["shipped"]


def test_a_pack_of_packs_d_is_listed_with_its_file_and_what_adds_to_one_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = site(tmp_path)
    (tmp_path / "packs.d").mkdir()
    mine, more = tmp_path / "packs.d" / "mine.yml", tmp_path / "packs.d" / "more.yml"
    mine.write_text("pack: mine\nproof: documentation\nevents: {ready: '^up$'}\n")
    more.write_text("extends: rust\nchat: '^SAY (?P<player>\\w+): (?P<text>.*)$'\n")

    assert listed(config, lambda _: Direct("mine"), as_json=True) == 0
    told = {one["pack"]: one for one in json.loads(capsys.readouterr().out)["packs"]}
    assert told["mine"]["from"] == [str(mine)]
    assert (told["mine"]["proof"], told["mine"]["can"]) == ("documentation", ["ready"])
    assert told["rust"]["from"] == ["shipped", str(more)]


def test_where_no_server_can_be_seen_all_packs_are_listed_and_why_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    silent = Direct("", Unreachable("nobody answers"))

    assert listed(site(tmp_path), lambda _: silent, as_json=False) == 0
    told = capsys.readouterr()
    assert told.err == "note: which servers have which is not known: nobody answers\n"
    assert {line.split()[1] for line in told.out.splitlines()[1:]} == {"-"}


def test_one_is_told_whole_with_its_servers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert show(site(tmp_path), lambda _: Direct("rust"), "rust", as_json=False) == 0

    out = capsys.readouterr().out
    assert out.startswith("rust: ready, joins, leaves")
    assert "\nservers: 1\n  lobby (1): the daemon does not say" in out


def test_of_one_programs_get_every_pattern(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert show(site(tmp_path), lambda _: Direct("rust"), "rust", as_json=True) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["pack"] == "rust"
    assert told["events"][0].startswith("ready: '^")


def test_one_that_is_not_there_is_told_with_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show(site(tmp_path), lambda _: Direct("rust"), "minecrft", as_json=False) == 1
    assert capsys.readouterr().err == "no pack is called `minecrft`, did you mean `minecraft`?\n"


def test_a_mistake_in_packs_d_is_told_and_the_others_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = site(tmp_path)
    (tmp_path / "packs.d").mkdir()
    (tmp_path / "packs.d" / "mine.yml").write_text("pack: mine\nevnts: {}\n")

    assert listed(config, lambda _: Direct("rust"), as_json=False) == 0
    told = capsys.readouterr()
    assert "mine.yml:2:1: error: unknown key `evnts`" in told.err
    assert "\nark " in told.out
