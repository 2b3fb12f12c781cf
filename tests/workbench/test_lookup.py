"""Which server, rule or key a person means, and what is said where there is none."""

from __future__ import annotations

import pytest

from automaton.errors import AutomatonError, Refused, Unreachable
from automaton.web.routes.servers import ServerRow
from automaton.workbench.lookup import find_key, find_rule, find_server, matching_servers
from tests.workbench import desk

LOBBY = ServerRow(uuid="aaaaaaaa-0000-4000-8000-000000000001", id="aaaaaaaa", name="Lobby", node="eu-1")
OTHER = ServerRow(uuid="bbbbbbbb-0000-4000-8000-000000000002", id="bbbbbbbb", name="lobby", node="eu-2")
RUST = ServerRow(uuid="cccccccc-0000-4000-8000-000000000003", id="cccccccc", name="rust [EU]", node="eu-1")
ROWS = [LOBBY, OTHER, RUST]
NODES = [desk.LOBBY, desk.EVIL]


@pytest.mark.parametrize("text", ["cccccccc", "CCCCCCCC-0000-4000-8000-000000000003", "Rust [eu]"])
def test_a_short_id_a_uuid_or_a_name_means_one_server(text: str) -> None:
    assert find_server(ROWS, text) is RUST


@pytest.mark.parametrize("text", ["", " "])
def test_an_empty_text_means_not_the_server_without_a_name(text: str) -> None:
    """As of a variable that was not set: `automaton power "$SERVER" kill`."""
    nameless = ServerRow(uuid="eeeeeeee-0000-4000-8000-000000000005", id="eeeeeeee", name=text)
    with pytest.raises(Refused, match="names no server"):
        find_server([*ROWS, nameless], text)


def test_a_name_of_two_servers_is_refused_with_the_candidates() -> None:
    with pytest.raises(Refused, match=r"aaaaaaaa \(Lobby, eu-1\), bbbbbbbb \(lobby, eu-2\)"):
        find_server(ROWS, "lobby")


def test_a_server_named_like_the_id_of_another_is_never_taken_for_it() -> None:
    """Users name their servers: a command must not go astray by that."""
    thief = ServerRow(uuid="dddddddd-0000-4000-8000-000000000004", id="dddddddd", name="aaaaaaaa")
    with pytest.raises(Refused, match="may be 2 servers"):
        find_server([*ROWS, thief], "aaaaaaaa")


def test_a_slip_of_the_pen_is_told_what_it_may_mean() -> None:
    with pytest.raises(Refused, match="did you mean `cccccccc`"):
        find_server(ROWS, "ccccccc")


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
        find_server(ROWS, "valheim", unheard)

    assert type(raised.value) is kind
    assert find_server(ROWS, "cccccccc", unheard) is RUST


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
    assert matching_servers(ROWS, patterns) == found


@pytest.mark.parametrize(
    ("by", "text", "key"),
    [
        ("server", "Lobby", "u-1"),
        ("server", "1", "u-1"),
        ("node", "eu-1", "node:eu-1"),
        ("node", "node:EU-2", "node:eu-2"),
        ("node", "lobby", "node:eu-1"),
        ("fleet", "fleet", "fleet"),
        ("fleet", "lobby", "fleet"),
        ("[server, it.player]", "lobby", "u-1"),
        ("[server, it.player]", "lobby/Steve 2", "u-1/Steve%202"),
        ("[fleet, it.player]", "fleet/Steve", "fleet/Steve"),
    ],
)
def test_a_key_is_meant_by_the_names_that_people_use(by: str, text: str, key: str) -> None:
    assert find_key(desk.rule("a", by), NODES, text) == key


@pytest.mark.parametrize(
    ("by", "text", "why"),
    [
        ("server", "loby", "no server is called `loby`, did you mean `lobby`?"),
        ("server", "lobby/Steve", "no server is called `lobby/Steve`"),
        (
            "node",
            "us",
            "the rule looks at nodes, and no node or server is called `us`; the nodes are eu-1, eu-2",
        ),
        ("fleet", "nowhere", "no server is called `nowhere`"),
    ],
)
def test_what_nobody_is_called_is_refused(by: str, text: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        find_key(desk.rule("a", by), NODES, text)

    assert str(refused.value).startswith(why)


def test_a_server_whose_node_is_not_known_stands_for_none() -> None:
    with pytest.raises(Refused, match="the node of `direct` is not known"):
        find_key(desk.rule("a", "node"), [ServerRow(uuid="u", id="u", name="direct")], "direct")


def test_a_rule_is_meant_by_its_id() -> None:
    assert find_rule(desk.RULES, "hot").by == "node"
    with pytest.raises(Refused, match="no rule is called `dwn`, did you mean `down`\\?"):
        find_rule(desk.RULES, "dwn")
