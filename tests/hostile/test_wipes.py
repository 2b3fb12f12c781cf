"""A player's words never choose which files go or what reaches a start-up line, and a Panel's lists lead nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest

from tests.hostile.house import Answer, Server, as_json
from tests.hostile.world import World, world

pytestmark = pytest.mark.xdist_group("hostile-wipes")

RULES = r"""
rules:
  - {id: deletes, when: {console: '^delete (?P<what>.*)$'}, by: [it.what], do: [{files: {delete: "worlds/${it.what}"}, optional: true}]}
  - {id: renames, when: {console: '^rename (?P<what>.*)$'}, by: [it.what], do: [{files: {rename: worlds/map, to: "worlds/${it.what}"}, optional: true}]}
  - {id: writes, when: {console: '^write (?P<what>.*)$'}, by: [it.what], do: [{files: {write: worlds/motd.txt, text: "seed ${it.what}\n"}, optional: true}]}
  - {id: sets, when: {console: '^seed (?P<what>.*)$'}, by: [it.what], do: [{startup: {SEED: "${it.what}"}, optional: true}]}
  - {id: clears, when: {console: '^clear the worlds$'}, do: [{files: {delete: "worlds/*"}, optional: true}]}
  - {id: rotates, when: {console: '^back up$'}, do: [{backup: nightly, keep: 1, within: 1h}, {send: "say rotated"}]}
"""
ALLOW = '{power: [start], send: ["*"], files: ["worlds/*"], startup: [SEED]}'
UP = ["..", ".", "../..", "../server.jar", "a/b", "a\\b", "/etc/passwd", "%2e%2e%2fserver.jar/x", "*", "m?p"]
SHELL = ["$(id)", "`id`", "a;b", "a b", "{{SERVER_MEMORY}}", "a'b", "", "ä", "x" * 65]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("wipes"), RULES, fresh=12) as made:
        text = made.file.read_text()
        allowed = next(line for line in text.splitlines() if line.startswith("  allow:"))
        made.file.write_text(text.replace(allowed, f"  allow: {ALLOW}"))
        with made.running():
            yield made


def changes(here: World, server: Server, *lines: str) -> list[tuple[str, str, Any]]:
    """What the Panel was asked to change because of these lines: the word, the query, the body."""
    already = len(here.house.asked)
    for line in lines:
        server.prints(line)
    here.served(server)
    return [
        (one.path.rpartition("/")[2], unquote(one.query), json.loads(one.body) if one.body[:1] == b"{" else one.body)
        for one in here.house.asked[already:]
        if server.uuid in one.path and one.method in ("POST", "PUT", "DELETE")
        and one.path.rpartition("/")[2] != "command"
    ]  # fmt: skip


def folder(here: World, server: Server, *names: str) -> None:
    """What the Panel lists in every folder of this server."""
    data = [{"object": "file_object", "attributes": {"name": name}} for name in names]
    here.house.answers("GET", f"{server.uuid}/files/list", as_json({"object": "list", "data": data}))


@pytest.mark.parametrize("typed", UP)
@pytest.mark.parametrize("deed", ["delete", "rename"])
def test_a_players_text_in_a_path_leads_to_no_other_folder(here: World, deed: str, typed: str) -> None:
    before = len(here.lines("is no path to use"))

    assert changes(here, here["lobby"], f"{deed} {typed}") == []
    assert len(here.lines("is no path to use")) > before


def test_a_players_text_is_one_name_in_its_folder(here: World) -> None:
    server = here.fresh()
    folder(here, server, "map", "..map", "a b")

    asked = changes(here, server, "delete map", "delete ..map", "delete a b", "rename new map")
    here.daemon.tells("call.ended", f"server={server.name}", "rename worlds/map to", times=1)

    assert [body for word, _, body in asked if word == "delete"] == [
        {"root": "/", "files": [f"worlds/{name}"]} for name in ("map", "..map", "a b")
    ]


@pytest.mark.parametrize("typed", SHELL)
def test_a_players_text_in_a_start_up_value_is_letters_digits_and_three_signs(
    here: World, typed: str
) -> None:
    assert changes(here, here["lobby"], f"seed {typed}") == []


def test_a_seed_goes_out_as_it_was_typed(here: World) -> None:
    server = here.fresh()
    server.prints("seed -42.7_a")
    here.daemon.tells("call.ended", f"server={server.name}", "action=startup", "result=done")
    bodies = [one.body for one in here.house.asked if one.path.endswith(f"{server.uuid}/startup/variable")]

    assert [json.loads(body) for body in bodies] == [{"key": "SEED", "value": "-42.7_a"}]


@pytest.mark.parametrize("typed", ["a\x0bop: true", "a\x85b", "a\u2028b", "a\u202eb", "a\x1b[2Jb"])
def test_a_players_text_in_a_file_begins_no_line_of_its_own(here: World, typed: str) -> None:
    """What is cleaned from a console line may be written; nothing else goes out."""
    bodies = [str(body, "utf-8") for _, _, body in changes(here, here["lobby"], f"write {typed}")]

    assert [one for one in bodies if not one[:-1].isprintable()] == []


LED = ["../server.jar", "a/../../x", "..", ".", "/etc", ".env"]


def test_names_in_a_panels_list_lead_out_of_no_folder(here: World) -> None:
    server = here.fresh()
    folder(here, server, *LED, "map")
    server.prints("clear the worlds")
    here.daemon.tells("call.ended", f"server={server.name}", "action=files", "result=done")
    (asked,) = [one for one in here.house.asked if one.path.endswith(f"{server.uuid}/files/delete")]

    assert json.loads(asked.body) == {"root": "/", "files": ["worlds/map"]}


JUNK = [
    b"",
    b"[]",
    b"[" * 100_000,
    b'{"data": 1}',
    b'{"data": [{"attributes": {"name": 1}}]}',
    b"\xff" * 1000,
]


@pytest.mark.parametrize("body", JUNK, ids=range(len(JUNK)))
def test_a_list_that_is_none_deletes_nothing(here: World, body: bytes) -> None:
    server = here.fresh()
    here.house.answers("GET", f"{server.uuid}/files/list", Answer(200, body))
    server.prints("clear the worlds")
    here.daemon.tells("call.ended", f"server={server.name}", "action=files", "result=refused")

    assert here.house.count("POST", f"{server.uuid}/files/delete") == 0


def test_backups_that_the_panel_names_and_the_rule_did_not_make_stay(here: World) -> None:
    server = here.fresh()
    good = {"is_successful": True, "is_locked": False, "completed_at": "2026-01-01"}
    names = ["others-1", "others-2", "backup-1"]
    data = [{"object": "backup", "attributes": {"uuid": name, **good}} for name in names]
    here.house.overrides.append(
        lambda asked: (
            as_json({"object": "list", "data": data})
            if asked.method == "GET" and asked.path.endswith(f"{server.uuid}/backups")
            else None
        )
    )
    server.prints("back up")
    server.until(lambda one: one.backups)
    server.event("backup completed", json.dumps({"uuid": "backup-1", "is_successful": True}))
    server.typed("say rotated")

    assert here.house.count("DELETE", f"{server.uuid}/backups") == 0
