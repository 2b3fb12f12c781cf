"""Three members decide on recorded streams what one daemon does, but for the seconds that parts need."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from trio.testing import MockClock

from automaton.core.decision import Verdict
from automaton.core.dump import BATCHED_EVERY
from automaton.core.events import CallEnded, Event, State
from automaton.core.telling.pace import NOT_OFTENER
from automaton.simulator.games.eggs import PAPER, VALHEIM
from automaton.simulator.wings.server_build import ServerBuild
from automaton.web.recording_format import read_row
from tests.daemon.cluster.judging import (
    CONTINENTS,
    LOOPBACK,
    Delays,
    MadeDecision,
    by_one,
    by_three,
)
from tests.daemon.cluster.recorded_fleet import recorded_fleet
from tests.daemon.cluster.recorded_rules import ACTING, HOLDING, TIGHT, configure
from tests.daemon.cluster.sameness import Compared, SamenessBounds, compare, most_ahead
from tests.long import seeds
from tests.rules.watch import watching

pytestmark = pytest.mark.anyio

PARTS = NOT_OFTENER + BATCHED_EVERY
"""Seconds until a part is told: not oftener than once a second, and with the next batch of the journal."""


AN_EDGE = 4
"""Seconds, more than parts and the way take."""


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


def compared(one: list[MadeDecision], three: list[MadeDecision], delays: Delays) -> Compared:
    """Within the seconds of parts, and twice the way there: a rule may listen to one that listens."""
    within = PARTS + 2 * (delays.append[1] + delays.way[1])
    holding = {rule: within + time for rule, time in HOLDING.items()}
    return compare(one, three, SamenessBounds(within, holding, ACTING))


@pytest.mark.parametrize("seed", seeds(1, 1, 6))
async def test_a_recorded_fleet_is_judged_by_three_as_by_one(seed: int, tmp_path: Path) -> None:
    configuration, stream = configure(tmp_path), recorded_fleet(seed)
    one = await by_one(configuration, stream, seed, LOOPBACK)
    three = await by_three(configuration, stream, seed, LOOPBACK)
    found = compared(one, three, LOOPBACK)

    assert found.different == []
    assert {*HOLDING} - {"all-busy"} <= found.apart.keys()
    assert sum(map(len, found.later.values())) > 200


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 7))
async def test_so_it_is_with_an_ocean_between_members(seed: int, tmp_path: Path) -> None:
    configuration, stream = configure(tmp_path / "exactly"), recorded_fleet(seed)
    three = await by_three(configuration, stream, seed, CONTINENTS)
    one = await by_one(configuration, stream, seed, CONTINENTS)
    found = compared(one, three, CONTINENTS).different

    # What is counted within a minute may lie a minute apart but for milliseconds: on the way that is more.
    for wider in (-AN_EDGE, AN_EDGE) if found else ():
        other = configure(tmp_path / f"{wider}", wider=wider)
        one = await by_one(other, stream, seed, CONTINENTS)
        also = {whom(told) for told in compared(one, three, CONTINENTS).different}
        found = [told for told in found if whom(told) in also]
    assert found == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 5))
async def test_budgets_of_the_fleet_let_out_as_many_by_three_as_by_one(seed: int, tmp_path: Path) -> None:
    """Which of those that wait in line is first may be another: a recorded server does not obey either."""
    configuration, stream = configure(tmp_path, TIGHT), recorded_fleet(seed)
    one = await by_one(configuration, stream, seed, LOOPBACK)
    three = await by_three(configuration, stream, seed, LOOPBACK)

    for budget, most, seconds in (("power", 3, 60.0), ("send", 1, 20.0)):
        ones, others = sent(one, budget), sent(three, budget)
        assert most_within(ones, seconds) <= most
        assert most_within(others, seconds) <= most
        assert most_ahead(ones, others) <= 2
    assert any(one.decision.verdict is Verdict.OVER_LIMIT for one in three)


@pytest.mark.long
async def test_a_recording_of_a_daemon_is_judged_by_three_as_by_one(tmp_path: Path) -> None:
    (tmp_path / "daemon").mkdir()
    (tmp_path / "judged").mkdir()
    stream = await recorded_by_a_daemon(tmp_path / "daemon", Random(5))
    configuration = configure(tmp_path / "judged")
    one = await by_one(configuration, stream, 5, LOOPBACK)
    three = await by_three(configuration, stream, 5, LOOPBACK)
    found = compared(one, three, LOOPBACK)

    assert found.different == []
    assert {"exits", "lists", "acts of lists"} <= found.later.keys()  # what befalls a server is chance


def whom(told: str) -> str:
    """The rule and the key of a difference."""
    return told.partition(":")[0]


async def recorded_by_a_daemon(folder: Path, chance: Random) -> list[Event]:
    """Ten minutes of twelve simulated servers on three nodes that crash, stop and are lost."""
    servers = [
        ServerBuild(
            uuid=f"{number:08x}-0000-4000-8000-000000000000", name=f"s{number}",
            egg=PAPER if number % 2 else VALHEIM, chatter=0.2,
        )
        for number in range(12)
    ]  # fmt: skip
    async with watching(folder, servers=servers, nodes=3) as watch:
        recorder = watch.daemon.host.recorder
        recording = recorder.begin(1 << 30)
        rows = [recording.rest()]
        for _ in range(60):
            await watch.seconds(10.0 + chance.uniform(0.0, 1.0))
            server = f"s{chance.randrange(12)}"
            fault = chance.choice(("crash", "crash", "restart", "drop"))
            watch.befall(fault if watch.state(server) is State.RUNNING else "start", server=server)
            rows.append(recording.rest())
        recorder.leave(recording)
    events = [read_row(line) for part in rows for line in part.splitlines()]
    return [one for one in events if isinstance(one, Event) and not isinstance(one, CallEnded)]


def sent(judged: list[MadeDecision], budget: str) -> list[float]:
    """When actions of a budget went out."""
    return [one.at for one in judged for asked in one.decision.calls if asked.call.budget == budget]


def most_within(times: list[float], seconds: float) -> int:
    """The most in any stretch of so many seconds."""
    return max((sum(at <= one < at + seconds for one in times) for at in times), default=0)
