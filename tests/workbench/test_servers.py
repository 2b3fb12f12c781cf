"""What `automaton servers` shows: a table that fits the terminal, or all that is known of one server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automaton.web.routes.servers import FactRow, LinkRow, ServerRow
from automaton.workbench.servers import server_lines, server_table, servers
from tests.workbench.desk import desk_at

GIB = 1024**3
KNOWN = {
    "state": FactRow(value="running", text="running"),
    "players": FactRow(value=3, text="3"),
    "cpu_pct": FactRow(value=12.5, text="12.5 %"),
    "memory": FactRow(value=2 * GIB, text="2 GiB"),
    "memory_limit": FactRow(value=4 * GIB, text="4 GiB"),
    "memory_pct": FactRow(value=50.0, text="50 %"),
    "disk": FactRow(value=7 * GIB, text="7 GiB"),
    "disk_limit": FactRow(value=None, text="unknown", why="it has no disk limit"),
    "uptime": FactRow(value=7500.0, text="2h 5m"),
}
LOBBY = ServerRow(
    uuid="a", id="aaaaaaaa", name="lobby", node="eu-1", panel="main", pack="minecraft", state="running",
    link=LinkRow(state="live", since=300.0), facts=KNOWN,
)  # fmt: skip
RUST = ServerRow(
    uuid="b", id="bbbbbbbb", name="rust [EU] monthly, vanilla", node="eu-1", panel="main",
    link=LinkRow(state="parked", reason="set `origin`"),
)  # fmt: skip


def test_a_wide_table_has_players_processor_memory_disk_and_uptime_of_each_server() -> None:
    head, lobby, rust = server_table([LOBBY, RUST], colours=False, width=140)

    assert head.split() == [
        "ID", "NAME", "NODE", "STATE", "LINK", "PACK", "PLAYERS", "CPU", "MEMORY", "DISK", "UPTIME", "REASON",
    ]  # fmt: skip
    assert lobby.endswith("live    minecraft        3  12.5 %  2 GiB of 4 GiB  7 GiB   2h 5m")
    assert rust.endswith("parked  -                -       -               -      -       -  set `origin`")


def test_at_80_columns_the_main_facts_stay_and_what_is_less_wanted_goes() -> None:
    table = server_table([LOBBY, RUST], colours=False, width=80)

    assert table == [
        "NAME                        STATE    PLAYERS     CPU  MEMORY   DISK  UPTIME",
        "lobby                       running        3  12.5 %    50 %  7 GiB   2h 5m",
        "rust [EU] monthly, vanilla  parked         -       -       -      -       -",
        "    reason: set `origin`",
    ]


def test_with_short_names_80_columns_hold_ids_and_links_too() -> None:
    assert server_table([LOBBY], colours=False, width=80) == [
        "ID        NAME   STATE    LINK  PLAYERS     CPU  MEMORY   DISK  UPTIME  REASON",
        "aaaaaaaa  lobby  running  live        3  12.5 %    50 %  7 GiB   2h 5m",
    ]


@pytest.mark.parametrize("width", [40, 60, 66, 80, 100, 120])
def test_no_line_is_wider_than_the_terminal_and_a_long_name_forges_no_row(width: int) -> None:
    name = "lobby" + " " * 90 + "b2  rust  -  running"
    forged = ServerRow(uuid="a", id="a1", name=name, link=LinkRow(state="parked", reason="set it" * 40))
    lines = server_table([forged, LOBBY, RUST], colours=False, width=width)

    assert max(len(line) for line in lines) <= width
    assert len([line for line in lines if "reason:" not in line]) == 4


def test_where_nobody_looks_nothing_is_left_out() -> None:
    assert server_table([LOBBY], colours=False) == server_table([LOBBY], colours=False, width=200)


def test_of_one_server_every_fact_is_told_and_why_one_is_unknown() -> None:
    assert list(server_lines(LOBBY, colours=False)) == [
        "lobby (aaaaaaaa), a, of main",
        "link live for 5m",
        "  state         running",
        "  players       3",
        "  cpu_pct       12.5 %",
        "  memory        2 GiB",
        "  memory_limit  4 GiB",
        "  memory_pct    50 %",
        "  disk          7 GiB",
        "  disk_limit    unknown: it has no disk limit",
        "  uptime        2h 5m",
    ]


def test_a_name_tells_all_of_a_server_a_pattern_lists_and_json_has_every_fact(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with desk_at(tmp_path) as (config, _):
        codes = [servers(config, ["lobby"], as_json=False), servers(config, ["lob*"], as_json=False)]
        named, _, listed = capsys.readouterr().out.partition("ID")
        codes += [servers(config, [], as_json=True), servers(config, ["loby"], as_json=False)]
        codes += [servers(config, ["nobody*"], as_json=False)]

    told = capsys.readouterr()
    assert codes == [0, 0, 0, 1, 1]
    assert named == "lobby (1), u-1, of main\n  players  3\n  tags     prod\n"
    assert listed.splitlines()[1].split()[:2] == ["1", "lobby"]
    assert json.loads(told.out)["servers"][0]["facts"] == {
        "players": {"value": 3, "text": "3"},
        "tags": {"value": ["prod"], "text": "prod"},
    }
    assert told.err == "no server is called `loby`, did you mean `lobby`?\nno server fits\n"
