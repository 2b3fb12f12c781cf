"""Which rule and key a person means, and what is said where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.errors import Refused, Unreachable
from automaton.workbench.daemon_client import find_daemon
from automaton.workbench.daemon_command import find_key, find_rule, with_daemon
from tests.workbench.desk import EVIL, LOBBY, desk_at, rule

SERVERS = [LOBBY, EVIL]


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
    assert find_key(rule("a", by), SERVERS, text) == key


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
        find_key(rule("a", by), SERVERS, text)

    assert str(refused.value).startswith(why)


def test_a_server_whose_node_is_not_known_stands_for_none() -> None:
    with pytest.raises(Refused, match="the node of `direct` is not known"):
        find_key(rule("a", "node"), [type(LOBBY)(uuid="u", id="u", name="direct")], "direct")


def test_a_rule_is_meant_by_its_id(tmp_path: Path) -> None:
    with desk_at(tmp_path) as (config, _):
        daemon = find_daemon(config, {})
        assert daemon is not None
        found = find_rule(daemon, "hot")
        with pytest.raises(Refused, match="no rule is called `dwn`, did you mean `down`\\?"):
            find_rule(daemon, "dwn")
        daemon.close()

    assert found.by == "node"


def test_where_no_daemon_runs_it_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "automaton.yml"
    config.write_text("state: state\n")

    assert with_daemon(config, lambda _: 0) == 3
    assert "no daemon runs by" in capsys.readouterr().err


def test_weather_and_refusals_have_their_exit_codes(tmp_path: Path) -> None:
    def unreachable(_: object) -> int:
        raise Unreachable("nobody answers")

    def refused(_: object) -> int:
        raise Refused("no")

    with desk_at(tmp_path) as (config, _):
        assert [with_daemon(config, unreachable), with_daemon(config, refused)] == [75, 1]
