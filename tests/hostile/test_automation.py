"""Nothing that players or nodes do makes a rule act oftener than its limits, or against a human's word."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from tests.hostile import frames
from tests.hostile.world import World, world

pytestmark = pytest.mark.xdist_group("hostile-automation")

RULES = r"""
rules:
  - {id: cooled, when: {console: '^cooled$'}, cooldown: 1h, do: [{power: restart}]}
  - {id: budgeted, when: {console: '^budgeted (?P<word>\w+)$'}, by: [it.word], do: [{power: restart}]}
  - {id: broken, when: {event: [crash, crash.unhandled]}, breaker: {max: 3, within: 1h}, do: [{notify: ops, text: "crashed: ${name}!"}]}
  - {id: starts, while: state == "offline", cooldown: 1h, do: [{power: start, within: 1m}]}
  - {id: counted, when: {console: '^counted$'}, count: 1000, within: 1m, do: [{send: "say counted"}]}
  - {id: players, when: {console: '^player (?P<player>\w+)$'}, by: [it.player], cooldown: 1h, do: [{send: "say once"}]}
  - {id: toggles, while: memory_pct > 90, for: 5s, until: memory_pct < 80, do: [{power: restart}]}
  - {id: stops-at-will, when: {console: '^stop at will$'}, do: [{power: kill}]}
  - {id: stats-lie, while: cpu_pct > 50, cooldown: 1h, do: [{power: restart}]}
"""
CRASHED = tuple(
    f"\x1b[33m\x1b[1m[Pterodactyl Daemon]:\x1b[39m {text}\x1b[0m"
    for text in (
        "---------- Detected server process in a crashed state! ----------",
        "Exit code: 1",
        "Out of memory: false",
    )
)
LIMITS = "  power: {server: 3/1h, fleet: 200/10m}\n  send: {server: 200/10s}"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("automation"), RULES, fresh=30, limits=LIMITS) as made, made.running():
        yield made


def test_a_thousand_triggers_in_a_row_restart_once_where_a_cooldown_stands(here: World) -> None:
    server = here.fresh()
    here.answers(server, *["cooled"] * 1_000)

    assert server.powers == ["restart"]


def test_a_hundred_players_who_each_trigger_a_restart_spend_the_budget_of_the_server_and_no_more(
    here: World,
) -> None:
    server = here.fresh()
    server.prints(*(f"budgeted player{number}" for number in range(100)))
    here.served(server)
    here.daemon.tells("rule.over_limit", server.name)

    assert len(server.powers) <= 3


def test_a_restart_that_crashes_a_game_again_and_again_trips_the_breaker(here: World) -> None:
    server = here.fresh()
    for times in (1, 2, 3):
        server.turns("offline")
        server.prints(*CRASHED)
        server.turns("starting", "running")
        here.inbox.got(f"crashed: {server.name}!", times=times)
    server.turns("offline")
    server.prints(*CRASHED)
    server.turns("starting", "running")
    here.daemon.tells("rule.tripped", "rule=broken", server.name)

    here.served(server)
    assert len(here.inbox.found(f"crashed: {server.name}!")) == 3


def test_states_that_flap_a_thousand_times_start_a_server_once_at_most(here: World) -> None:
    server = here.fresh()
    server.sends(b"".join(frames.event("status", state) for state in ("offline", "running") * 500))
    here.served(server)

    assert len(server.powers) <= 1


def test_a_server_that_a_human_stopped_is_not_started(here: World) -> None:
    server = here.fresh()
    server.turns("stopping", "offline")
    here.daemon.tells("rule.refused", "rule=starts", server.name)

    assert server.powers == []


@pytest.mark.parametrize(
    "states",
    [
        ("stopping", "stopping", "offline"),
        ("stopping", "starting", "stopping", "offline"),
        ("starting", "stopping", "offline", "offline"),
    ],
    ids=" ".join,
)
def test_a_stop_by_a_human_is_one_whatever_states_a_node_puts_before_it(
    here: World, states: tuple[str, ...]
) -> None:
    server = here.fresh()
    server.turns(*states)
    here.daemon.tells("rule.", "rule=starts", server.name)

    assert server.powers == []


def test_999_of_a_thousand_matches_are_not_a_thousand(here: World) -> None:
    server = here.fresh()

    assert here.answers(server, *["counted"] * 999) == []
    assert here.answers(server, "counted") == ["say counted"]


def test_one_player_who_comes_a_thousand_times_is_answered_once(here: World) -> None:
    server = here.fresh()

    assert here.answers(server, *["player eve"] * 1_000) == ["say once"]


def test_memory_that_jumps_over_and_under_its_bound_a_thousand_times_restarts_nothing(here: World) -> None:
    server = here.fresh()
    server.ticks = False
    high = {**server.stats, "state": "running", "memory_bytes": 1_000 * 1024 * 1024}
    low = {**high, "memory_bytes": 1}
    import json

    server.sends(b"".join(frames.event("stats", json.dumps(one)) for one in (high, low) * 500))
    here.served(server)

    assert server.powers == []


def test_a_node_that_lies_about_its_load_has_its_own_server_restarted_once_and_no_other(here: World) -> None:
    server, other = here.fresh(), here.fresh()
    server.stats = {**server.stats, "cpu_absolute": 10_000.0}
    server.until(lambda one: one.powers, "no restart")
    here.served(server, other)

    assert server.powers == ["restart"]
    assert other.powers == []


def test_a_power_action_that_the_panel_refuses_in_every_way_is_not_asked_without_end(here: World) -> None:
    from tests.hostile.house import Answer

    server = here.fresh()
    here.house.answers(
        "POST", f"{server.uuid}/power", Answer(403, b"x" * 100_000), Answer(200, b"\xff"), Answer(418)
    )
    server.obeys = False
    server.prints("stop at will")
    here.daemon.tells("action=power", server.name, "result=")
    here.served(server)

    assert here.house.count("POST", f"{server.uuid}/power") <= 5


def test_two_hundred_reloads_in_a_row_lose_no_line_and_open_no_second_link(here: World) -> None:
    server = here.fresh()
    for _ in range(200):
        here.daemon.signal(signal.SIGHUP)
    here.served(server)

    assert server.connections == 1


def test_a_reload_in_the_middle_of_an_action_lets_it_end(here: World) -> None:
    server = here.fresh()
    server.obeys = False
    server.prints("stop at will")
    server.until(lambda one: one.powers, "no kill")
    answer = here.ask("POST", "/v1/reload")
    server.turns("offline")

    assert answer["taken"]
    here.daemon.tells("rule=stops-at-will", server.name, "cleared")
    assert server.powers[0] == "kill"
    assert len(server.powers) == 1


def test_sigterm_in_the_middle_of_an_action_is_a_clean_end(here: World) -> None:
    """Last, for it ends the daemon."""
    server = here.fresh()
    server.obeys = False
    server.prints("stop at will")
    server.until(lambda one: one.powers, "no kill")

    here.ends()
    assert server.powers == ["kill"]
    here.daemon.tells("daemon.ended")
    assert not here.daemon.says("journal.lost")
