"""A key has the name that people know, and the names by which a silence finds it."""

from __future__ import annotations

import pytest

from automaton.web.pages.key_names import called, glob_of, key_name, server_in, told_name, values_of
from automaton.web.routes.changes import FleetRow
from tests.web.pages.trail_rows import LOBBY

SERVERS = {LOBBY: FleetRow(uuid=LOBBY, id="aaaa", name="lobby", at=0.0, node="eu-1", tags=["prod"])}


@pytest.mark.parametrize(
    ("key", "name", "server"),
    [
        (LOBBY, "lobby", LOBBY),
        (f"{LOBBY}/Steve", "lobby / Steve", LOBBY),
        ("cccccccc-0000-4000-8000-000000000003", "cccccccc", "cccccccc-0000-4000-8000-000000000003"),
        ("node:eu%201", "node eu 1", ""),
        ("fleet", "the fleet", ""),
    ],
)
def test_a_key_is_called_as_people_call_it(key: str, name: str, server: str) -> None:
    assert (key_name(key, SERVERS), server_in(key)) == (name, server)


@pytest.mark.parametrize(
    ("name", "key", "shown", "values"),
    [
        ("lobby", LOBBY, "lobby", ""),
        ("a/b/Steve", f"{LOBBY}/Steve", "a/b / Steve", "Steve"),
        ("lobby/%C3%96l%20%26%20Fett/7", f"{LOBBY}/%C3%96l%20%26%20Fett/7", "lobby / Öl & Fett / 7",
         "Öl & Fett / 7"),
        ("node:eu-1/a%2Fb", "node:eu-1/a%2Fb", "node:eu-1 / a/b", "a/b"),
        ("lobby", f"{LOBBY}/Steve", "lobby / Steve", "Steve"),
        ("", f"{LOBBY}/Steve", "", "Steve"),
    ],
)  # fmt: skip
def test_values_in_a_key_are_read_as_they_are_and_not_as_a_path_has_them(
    name: str, key: str, shown: str, values: str
) -> None:
    assert (told_name(name, key), values_of(key)) == (shown, values)


def test_a_server_is_found_by_its_names_its_node_and_its_tags() -> None:
    assert called(LOBBY, SERVERS) == (("lobby", "aaaa", LOBBY, LOBBY), ("node:eu-1", "tag:prod"))
    assert called("node:eu-1", SERVERS) == (("eu-1", "node:eu-1", "node:eu-1"), ("node:eu-1",))


@pytest.mark.parametrize(
    ("name", "other", "glob"),
    [("lobby", "arena", "lobby"), ("lobby", "Lobby", "aaaa"), ("a, b", "x", "aaaa"), ("tag:x", "x", "aaaa")],
)
def test_a_person_silences_a_server_by_its_name_where_that_names_it_alone(
    name: str, other: str, glob: str
) -> None:
    servers = {
        LOBBY: FleetRow(uuid=LOBBY, id="aaaa", name=name, at=0.0),
        "b": FleetRow(uuid="b", id="bbbb", name=other, at=0.0),
    }

    assert glob_of(f"{LOBBY}/Steve", servers) == glob
    assert (glob_of("node:eu-1", servers), glob_of("c", servers)) == ("node:eu-1", "c")
