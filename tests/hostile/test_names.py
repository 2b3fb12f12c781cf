"""No name that a player takes hides that he came and went, or keeps another server waiting."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile.world import World, world

pytestmark = pytest.mark.xdist_group("hostile-names")

RULES = """\
rules:
  - id: greet
    servers: {name: [source, ark]}
    when: {event: player.join}
    by: [it.account]
    do: [{send: "say welcome ${it.account}"}]
  - id: part
    servers: {name: [source, ark]}
    when: {event: player.leave}
    by: [it.account]
    do: [{send: "say farewell ${it.account}"}]
  - id: watch
    servers: {name: [loud]}
    when: {event: player.join}
    by: [it.player]
    do: [{wait: {console: "^never$"}, within: 1h}]
"""
JOINED = '"{}<2><7656119800000{:04}><>" entered the game'
LEFT = '"{}<2><7656119800000{:04}><CT>" disconnected (reason "x")'
INVENTED = 3_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    servers = {
        "source": "Counter-Strike: Global Offensive",
        "ark": "ARK: Survival Evolved",
        "loud": "Paper",
        "quiet": "Paper",
    }
    with world(tmp_path_factory.mktemp("names"), RULES, servers=servers) as made, made.running():
        yield made


@pytest.mark.parametrize(
    ("number", "name"),
    list(
        enumerate(
            [
                'x<1>" say "',
                'x<1>" say_team "hi"',
                'x<1><[U:1:1]><CT>" say "',
                '"',
                "<",
                "[x]",
                "x entered the game",
                "y" * 40,
            ]
        )
    ),
)
def test_a_name_on_a_source_server_hides_neither_coming_nor_going(
    site: World, number: int, name: str
) -> None:
    server = site["source"]
    account = f"7656119800000{number:04}"

    assert site.answers(server, JOINED.format(name, number), LEFT.format(name, number)) == [
        f"say welcome {account}",
        f"say farewell {account}",
    ]


@pytest.mark.parametrize("said", [JOINED.format("Eve", 9000), LEFT.format("Eve", 9000)])
def test_words_that_look_like_a_join_on_a_source_server_are_words(site: World, said: str) -> None:
    assert site.answers(site["source"], f'"Bob<3><76561198000009001><CT>" say "{said}"') == []


@pytest.mark.parametrize(("number", "name"), list(enumerate(["12:30", ":x", "[x] (y)"])))
def test_a_name_on_ark_with_a_colon_is_a_name(site: World, number: int, name: str) -> None:
    line = f"{name} [UniqueNetId:ark{number:016} Platform:None] joined this ARK!"

    assert site.answers(site["ark"], line) == [f"say welcome ark{number:016}"]


def test_three_thousand_invented_players_whose_runs_wait_keep_no_other_server_waiting(site: World) -> None:
    loud, quiet = site["loud"], site["quiet"]
    for first in range(0, INVENTED, 300):
        numbers = range(first, first + 300)
        loud.prints(
            *(
                f"[12:00:00] [Server thread/INFO]: Eve{one}[local] logged in with entity id 1"
                for one in numbers
            )
        )
        site.served(quiet, loud)  # else its queue is full, and lines are lost

    assert sum(one["rule"] == "watch" for one in site.ask("GET", "/v1/incidents")["incidents"]) == INVENTED
