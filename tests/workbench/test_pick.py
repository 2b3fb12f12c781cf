"""Which servers a person means."""

from __future__ import annotations

import pytest

from automaton.errors import AutomatonError, Refused, Unreachable
from automaton.web.routes.servers import ServerRow
from automaton.workbench.pick import pick_many, pick_one

LOBBY = ServerRow(uuid="aaaaaaaa-0000-4000-8000-000000000001", id="aaaaaaaa", name="Lobby", node="eu-1")
OTHER = ServerRow(uuid="bbbbbbbb-0000-4000-8000-000000000002", id="bbbbbbbb", name="lobby", node="eu-2")
RUST = ServerRow(uuid="cccccccc-0000-4000-8000-000000000003", id="cccccccc", name="rust [EU]", node="eu-1")
ROWS = [LOBBY, OTHER, RUST]


@pytest.mark.parametrize("text", ["cccccccc", "CCCCCCCC-0000-4000-8000-000000000003", "Rust [eu]"])
def test_a_short_id_a_uuid_or_a_name_means_one_server(text: str) -> None:
    assert pick_one(ROWS, text) is RUST


@pytest.mark.parametrize("text", ["", " "])
def test_an_empty_text_means_not_the_server_without_a_name(text: str) -> None:
    """As of a variable that was not set: `automaton power "$SERVER" kill`."""
    nameless = ServerRow(uuid="eeeeeeee-0000-4000-8000-000000000005", id="eeeeeeee", name=text)
    with pytest.raises(Refused, match="names no server"):
        pick_one([*ROWS, nameless], text)


def test_a_name_of_two_servers_is_refused_with_the_candidates() -> None:
    with pytest.raises(Refused, match=r"aaaaaaaa \(Lobby, eu-1\), bbbbbbbb \(lobby, eu-2\)"):
        pick_one(ROWS, "lobby")


def test_a_server_named_like_the_id_of_another_is_never_taken_for_it() -> None:
    """Users name their servers: a command must not go astray by that."""
    thief = ServerRow(uuid="dddddddd-0000-4000-8000-000000000004", id="dddddddd", name="aaaaaaaa")
    with pytest.raises(Refused, match="may be 2 servers"):
        pick_one([*ROWS, thief], "aaaaaaaa")


def test_a_slip_of_the_pen_is_told_what_it_may_mean() -> None:
    with pytest.raises(Refused, match="did you mean `cccccccc`"):
        pick_one(ROWS, "ccccccc")


@pytest.mark.parametrize(
    ("unheard", "kind"),
    [
        ([Unreachable("eu: nobody answers")], Unreachable),
        ([Unreachable("eu: nobody answers"), Refused("us: the key is refused")], Refused),
    ],
)
def test_a_server_that_is_not_found_may_be_where_nobody_answered(
    unheard: list[AutomatonError], kind: type[AutomatonError]
) -> None:
    with pytest.raises(AutomatonError, match="eu: nobody answers") as raised:
        pick_one(ROWS, "valheim", unheard)

    assert type(raised.value) is kind
    assert pick_one(ROWS, "cccccccc", unheard) is RUST


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        ([], ROWS),
        (["LOB*"], [LOBBY, OTHER]),
        (["bbbb*", "rust [eu]"], [OTHER, RUST]),
        (["valheim"], []),
    ],
)
def test_many_are_meant_by_patterns(patterns: list[str], found: list[ServerRow]) -> None:
    assert pick_many(ROWS, patterns) == found
