"""However the clock of the machine jumps, nothing is done twice, no limit ends early and no link is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.bent_clock import Clock
from tests.hostile.world import World, world

pytestmark = pytest.mark.xdist_group("hostile-clocks")

RULES = r"""
rules:
  - {id: cooled, when: {console: '^cooled$'}, cooldown: 1h, do: [{power: restart}]}
  - {id: budgeted, when: {console: '^budgeted (?P<n>\d+)$'}, by: [it.n], do: [{power: restart}]}
  - {id: hourly, when: {console: '^hourly$'}, count: 3, within: 1h, do: [{send: "say three"}]}
  - {id: held, while: memory_pct > 90, for: 1h, do: [{power: stop}]}
  - {id: nightly, servers: {name: [nightly]}, when: {schedule: '30 2 * * *', tz: UTC}, do: [{send: "say nightly"}]}
  - {id: told, when: {console: '^tell (?P<n>\w+)$'}, by: [it.n], do: [{notify: ops, text: "told ${it.n}."}]}
"""
LIMITS = "  power: {server: 1/1h, fleet: 100/1h}"
EVENING = 1_893_448_800.0  # 2029-12-31 22:00 UTC
HOUR, DAY, YEAR = 3_600.0, 86_400.0, 31_557_600.0

JUMPS = {
    "two hours on": 2 * HOUR,
    "two hours back": -2 * HOUR,
    "ten minutes on": 600.0,
    "ten minutes back": -600.0,
    "a month on": 30 * DAY,
    "a month back": -30 * DAY,
    "ten years on": 10 * YEAR,
    "to the year 2231": 201 * YEAR,  # beyond 2232 Linux sets no clock
    "to the year 1971": -59 * YEAR,  # nor before 1970
}


Bent = tuple[World, Clock]


@pytest.fixture(scope="module")
def bent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bent]:
    folder = tmp_path_factory.mktemp("clocks")
    with world(folder, RULES, servers=["lobby", "nightly"], fresh=2 * len(JUMPS) + 2, limits=LIMITS) as made:
        clock = Clock(folder)
        clock.shows(EVENING)
        made.env["PYTHONPATH"] = str(clock.bent)
        with made.running():
            yield made, clock
            clock.is_off_by(0)


def test_a_night_that_a_jump_goes_over_and_back_is_one_night(bent: Bent) -> None:
    """First of all: the other jumps go over many nights."""
    here, clock = bent
    server = here["nightly"]
    for hours in (1, 2, 4.25, 4.75):  # now it is 2:45, and half past two was gone over
        clock.shows(EVENING + hours * HOUR)
        here.served(server)
    server.typed("say nightly")
    for hours in (3.5, 4.75, 4.25, 4.6, 2.1, 5):
        clock.shows(EVENING + hours * HOUR)
        here.served(server)

    assert server.commands.count("say nightly") == 1


@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_ends_no_cooldown_no_window_and_no_hold_and_spends_no_budget_again(
    bent: Bent, jump: str
) -> None:
    here, clock = bent
    server, other = here.fresh(), here.fresh()
    server.stats = {**server.stats, "memory_bytes": 1_000 * 1024 * 1024}
    here.answers(server, "hourly", "hourly", "cooled")
    server.until(lambda one: one.powers == ["restart"])
    here.answers(other, "budgeted 1")
    other.until(lambda one: one.powers == ["restart"])
    for off in (EVENING + JUMPS[jump], EVENING, EVENING + JUMPS[jump]):
        clock.shows(off)
        here.answers(server, "cooled")
        here.answers(other, "budgeted 2", "budgeted 3")
    clock.shows(EVENING)

    assert here.answers(server, "hourly") == ["say three"]
    assert (server.powers, other.powers) == (["restart"], ["restart"])
    assert (server.connections, other.connections) == (1, 1)


@pytest.mark.parametrize("jump", JUMPS)
def test_a_message_is_delivered_and_the_status_answered_whatever_year_it_is(bent: Bent, jump: str) -> None:
    here, clock = bent
    word = jump.replace(" ", "")
    clock.shows(EVENING + JUMPS[jump])
    here["lobby"].prints(f"tell {word}")

    here.inbox.got(f"told {word}.")
    assert here.ask("GET", "/v1/status")
    assert here.ask("GET", "/v1/incidents") is not None
    assert "Traceback" not in here.command("status")
    clock.shows(EVENING)


def test_no_jump_cost_a_link_or_a_token(bent: Bent) -> None:
    here, _ = bent

    assert not here.daemon.says("link.lost")
    assert all(server.tokens_given == 1 for server in here.house.servers.values())


@pytest.mark.long
def test_a_memory_of_another_year_is_taken_and_its_limits_with_it(tmp_path: Path) -> None:
    """Ended in one year, begun in another, on either side."""
    with world(tmp_path, RULES, limits=LIMITS) as made:
        clock, server = Clock(tmp_path), made["lobby"]
        made.env["PYTHONPATH"] = str(clock.bent)
        for moment in (EVENING, EVENING - 300, EVENING - 20 * YEAR, EVENING - 40 * YEAR):
            clock.shows(moment)
            with made.running():
                made.answers(server, "cooled")

        assert server.powers == ["restart"]
