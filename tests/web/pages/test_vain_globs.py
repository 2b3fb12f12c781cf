"""A silence that names nothing says so, and what was meant, perhaps."""

from __future__ import annotations

from automaton.web.pages.vain_globs import NEAR_FOR, VainGlob, told, vain_rules, vain_servers
from automaton.web.routes.changes import FleetRow
from tests.web.pages.trail_rows import LOBBY

SERVERS = [FleetRow(uuid=LOBBY, id="aaaa", name="lobby", at=0.0, node="eu-1", tags=["prod"])]


def test_a_name_an_id_a_node_a_tag_and_a_glob_of_them_name_something() -> None:
    names = ["Lobby", "aaaa", LOBBY, "lob*", "node:eu-1", "node:*", "eu-1", "tag:prod", "fleet", "*"]

    assert vain_servers(names, SERVERS) == []


def test_a_glob_that_names_nothing_is_told_with_the_nearest_name() -> None:
    servers = vain_servers(["lobbi", "node:eu-9", "tag:nix", "prod"], SERVERS)

    assert [(one.of, one.glob) for one in servers] == [
        ("servers", "lobbi"), ("servers", "node:eu-9"), ("servers", "tag:nix"), ("servers", "prod"),
    ]  # fmt: skip
    assert told(servers[1:3]) == (
        "`node:eu-9` names nothing now, did you mean `node:eu-1`? `tag:nix` names nothing now."
    )
    assert told(vain_rules(["oom", "om"], ["oom"])) == "`om` names nothing now, did you mean `oom`?"
    assert told([]) == ""


def test_only_for_the_first_few_a_near_name_is_looked_for() -> None:
    many = [VainGlob("rules", "om", ["oom"])] * (NEAR_FOR + 1)

    assert told(many).count("did you mean") == NEAR_FOR
