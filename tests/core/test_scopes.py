"""Engines that judge their shares decide what one engine would that judges the whole."""

from __future__ import annotations

import json
from random import Random

import pytest

from automaton.core import events as ev
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.parts import OF_SHARES, join, split
from automaton.core.telling.pace import NOT_OFTENER
from tests.core.fleet_streams import (
    FLEET_RULES,
    NODES,
    OF_SERVERS,
    OF_THE_FLEET,
    SERVER_RULES,
    WholeFleet,
    begun,
    stream,
)
from tests.core.shared_fleet import Post, SharedFleet, shared
from tests.core.turmoil import limits
from tests.core.turmoil_rules import rules
from tests.long import seeds

MANY = """
    rules:
      - id: many
        by: fleet
        while: count(not connected) >= 2
        do: [{notify: ops, text: "${count(not connected)} of ${total}: ${names(not connected)}"}]
    """


def test_a_rule_of_the_fleet_counts_the_servers_of_all_nodes() -> None:
    fleet = shared(MANY).at(5.0, ev.LinkLost, server="u0").at(5.0, ev.LinkLost, server="u1").until(20.0)
    fleet.at(20.0, ev.LinkUp, server="u1").until(40.0)

    assert fleet.told("many") == ["5 many fleet fired", "20 many fleet cleared"]
    assert fleet.calls == ["5 notify ops: 2 of 4: s0, s1"]


def test_what_happens_at_nodes_is_counted_together() -> None:
    fleet = shared("""
        rules:
          - id: joins
            by: fleet
            when: {event: player.join}
            count: 3
            within: 1m
            do: [{notify: ops, text: "${it.player}"}]
        """)  # fmt: skip
    for mono, server in ((5.0, "u0"), (6.0, "u1"), (7.0, "u2")):
        fleet.at(mono, ev.Occurred, server=server, name="player.join", fields={"player": server})

    assert fleet.calls == ["7 notify ops: u2"]


def test_the_servers_act_on_an_incident_of_the_fleet() -> None:
    fleet = shared("""
        rules:
          - {id: many, by: fleet, while: count(not connected) >= 2, do: []}
          - {id: act, when: {rule: many, is: open}, if: firing("many"), do: [{notify: ops, text: "${name}"}]}
        """)  # fmt: skip
    fleet.at(5.0, ev.LinkLost, server="u0").at(5.0, ev.LinkLost, server="u1").until(30.0)

    assert fleet.calls == [f"5 notify ops: s{number}" for number in (0, 2, 1, 3)]


def test_a_state_of_lines_and_states_reaches_the_fleet() -> None:
    fleet = shared("""
        rules:
          - {id: stops, by: fleet, when: {state: running -> stopping}, do: [{notify: ops, text: "${it.to}"}]}
          - id: lines
            by: fleet
            when: {console: '^error (?P<what>\\w+)'}
            do: [{notify: ops, text: "${it.what}"}]
        """)  # fmt: skip
    fleet.at(5.0, ev.StateChanged, server="u0", state=State.STOPPING)
    fleet.at(6.0, ev.LinePrinted, server="u1", text="error 7")

    assert fleet.calls == ["5 notify ops: stopping", "6 notify ops: 7"]


def test_power_is_held_by_the_fleet_that_a_node_does_not_see() -> None:
    fleet = shared("rules: [{id: a, when: {console: '^go'}, do: [{power: restart}]}]")
    fleet.at(5.0, ev.LinePrinted, server="u1", text="go")

    assert [one.verdict for _, one in fleet.decisions if one.rule == "a"][:2] == [
        Verdict.FIRED,
        Verdict.ACTING,
    ]


SPACED = (2.0, 2.0, 3.0, 5.0)
"""Seconds between happenings, so that nothing changes twice within the pace of parts: not even by time, for
readings are overdue after a whole number of seconds."""

DENSE = (0.0, 0.1, 0.5, 1.0, 2.0, 5.0)


def both(seed: int, gaps: tuple[float, ...], post: Post | None = None) -> tuple[SharedFleet, SharedFleet]:
    """The same stream, judged by one engine and by four."""
    written = "rules:" + OF_SERVERS + OF_THE_FLEET
    whole = begun(WholeFleet(written))
    shares = begun(SharedFleet(written, [f"eu{number}" for number in range(NODES)], post=post))
    for mono, kind, server, fields in stream(Random(seed), 200, gaps):
        whole.at(mono, kind, server, **fields)
        shares.at(mono, kind, server, **fields)
    for one in (whole, shares):
        one.until(one.now + 100.0)
    return whole, shares


def by_key(told: list[str]) -> list[str]:
    """In order for each rule and key: engines of several nodes judge side by side."""
    return sorted(told, key=lambda line: line.split()[1:3])


def _at(told: str) -> float:
    return float(told.split()[0])


@pytest.mark.parametrize("seed", seeds(0, 6, 60))
def test_rules_of_servers_and_nodes_decide_exactly_the_same(seed: int) -> None:
    whole, shares = both(seed, DENSE)

    assert by_key(shares.told(*SERVER_RULES)) == by_key(whole.told(*SERVER_RULES))
    assert len(whole.told(*SERVER_RULES)) > 20


@pytest.mark.parametrize("seed", seeds(100, 6, 60))
def test_rules_of_the_fleet_decide_the_same_where_parts_need_not_wait(seed: int) -> None:
    whole, shares = both(seed, SPACED)

    pairs = list(zip(by_key(shares.told(*FLEET_RULES)), by_key(whole.told(*FLEET_RULES)), strict=True))
    assert [one.split()[1:] for one, _ in pairs] == [other.split()[1:] for _, other in pairs]
    assert all(0 <= _at(one) - _at(other) <= NOT_OFTENER for one, other in pairs)
    assert len(pairs) > 20


@pytest.mark.parametrize("seed", seeds(200, 4, 40))
def test_a_bad_post_opens_nothing_twice_and_every_end_follows(seed: int) -> None:
    post = Post(Random(seed), loss=0.2, doubling=0.3, delay=4.0)
    _, shares = both(seed, DENSE, post)

    assert is_alternating(shares.told(*FLEET_RULES, *SERVER_RULES))
    assert len(shares.told(*FLEET_RULES)) > 20


@pytest.mark.parametrize("seed", seeds(300, 4, 40))
def test_each_match_is_counted_once_however_bad_the_post(seed: int) -> None:
    """Each under its own key: of two that come late and together, the second would find the first open."""
    written = """
        rules:
          - id: count
            by: [fleet, it.player]
            when: {event: player.join}
            do: [{notify: ops, text: "${it.player}"}]
        """
    post = Post(Random(seed), loss=0.3, doubling=0.3, delay=5.0)
    shares = begun(SharedFleet(written, [f"eu{number}" for number in range(NODES)], post=post))
    chance, players = Random(seed), [f"p{number}" for number in range(60)]
    for turn, player in enumerate(players):
        server, fields = f"u{chance.randrange(9)}", {"player": player}
        shares.at(1.0 + turn, ev.Occurred, server=server, name="player.join", fields=fields)
    shares.until(200.0)

    assert sorted(call.split(": ")[1] for call in shares.calls) == sorted(players)
    assert all(engine.untold == 0 for engine in shares.engines.values())


@pytest.mark.parametrize("seed", seeds(400, 4, 40))
def test_engines_that_begin_anew_lose_no_match_and_hear_none_twice(seed: int) -> None:
    written = """
        rules:
          - id: count
            by: [fleet, it.player]
            when: {event: player.join}
            do: [{notify: ops, text: "${it.player}"}]
          - id: hears
            servers: {name: s0}
            when: {rule: count, is: open}
            overlap: queue
            do: [{notify: heard, text: x}]
        """
    post = Post(Random(seed), loss=0.2, doubling=0.2, delay=3.0)
    shares = begun(SharedFleet(written, [f"eu{number}" for number in range(NODES)], post=post))
    shares.until(60.0)  # by then each node has begun to hear
    chance, players = Random(seed), [f"p{number}" for number in range(60)]
    for turn, player in enumerate(players):
        server, fields = f"u{chance.randrange(9)}", {"player": player}
        shares.at(61.0 + turn, ev.Occurred, server=server, name="player.join", fields=fields)
        if turn % 7 == 3:
            shares.restart(chance.choice(list(shares.engines)))
    shares.until(300.0)

    told = [call.split(" ", 1)[1] for call in shares.calls]
    assert sorted(one for one in told if "ops" in one) == sorted(f"notify ops: {one}" for one in players)
    assert told.count("notify heard: x") == len(players)


def is_alternating(told: list[str]) -> bool:
    """Whether each rule and key opens and ends by turns, and ends last."""
    ways: dict[tuple[str, str], list[str]] = {}
    for line in told:
        _, rule, key, verdict = line.split()
        if verdict != "abandoned":
            ways.setdefault((rule, key), []).append(verdict)
    return all(
        verdict == ("fired" if turn % 2 == 0 else "cleared")
        for verdicts in ways.values()
        for turn, verdict in enumerate(verdicts)
    )


@pytest.mark.parametrize("seed", seeds(500, 2, 20))
def test_what_engines_wrote_turn_by_turn_is_what_they_know_of_one_another(seed: int) -> None:
    _, shares = both(seed, DENSE, Post(Random(seed), loss=0.4, delay=4.0))

    for address, engine in shares.engines.items():
        written, damaged = join(shares.written[address])
        whole, _ = join(split(json.loads(json.dumps(engine.dump(engine.now)))))
        assert written is not None
        assert whole is not None
        assert not damaged
        assert [written.get(key) for key in OF_SHARES.values()] == [
            whole.get(key) for key in OF_SHARES.values()
        ]


@pytest.mark.parametrize("seed", seeds(600, 2, 20))
def test_engines_go_on_whatever_comes_however_they_are_reloaded_and_killed(seed: int) -> None:
    """All rules and limits of the turmoil, over a post that loses and delays, and is cut at times."""
    chance = Random(seed)
    post = Post(Random(seed), loss=0.2, doubling=0.2, delay=3.0)
    shares = begun(SharedFleet(rules(chance), [f"eu{one}" for one in range(NODES)], limits(chance), post))
    for mono, kind, server, fields in stream(chance, 120, DENSE):
        shares.at(max(mono, shares.now), kind, server, **fields)
        luck = chance.random()
        if luck < 0.03:
            shares.adopt(rules(chance), limits(chance))
        elif luck < 0.06:
            shares.restart(chance.choice(list(shares.engines)))
        elif luck < 0.08:
            post.is_cut = not post.is_cut
        elif luck < 0.1 and server:
            shares.at(shares.now, ev.ServerGone, server=server, reason="deleted")
    post.is_cut = False
    shares.until(shares.now + 300.0)

    assert [engine.unreadable for engine in shares.engines.values()] == [0] * (NODES + 1)
    assert shares.decisions
