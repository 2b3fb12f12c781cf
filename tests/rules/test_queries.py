"""Games that are asked over the network: those that hang, and those that only seem to."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.core.events import State
from automaton.simulator.games.query_words import MANNERS
from tests.rules.watch import watching

pytestmark = pytest.mark.anyio

HANG = "query-hang.yml"


async def test_a_game_that_hangs_is_told_and_restarted_though_it_reads_no_console(tmp_path: Path) -> None:
    async with watching(tmp_path, HANG) as watch:
        await watch.seconds(120)
        watch.befall("freeze", "valheim")
        await watch.seconds(150)
        assert watch.power == []

        await watch.seconds(210)
        assert watch.told[0] == "ops: valheim hangs: it answered over the network, and does not any more"
        assert watch.power == ["restart valheim", "kill valheim"]

        await watch.seconds(120)
        assert watch.state("valheim") is State.RUNNING
        assert watch.told[1].startswith("ops: valheim hangs no longer, after ")


async def test_a_game_whose_answer_returns_is_let_alone(tmp_path: Path) -> None:
    async with watching(tmp_path, HANG) as watch:
        await watch.seconds(120)
        watch.befall("query", "valheim", manner="silent")
        await watch.seconds(200)
        watch.befall("query", "valheim", manner="honest")
        await watch.seconds(600)

        assert watch.power == []
        assert len(watch.told) == 2


async def test_a_game_that_never_answered_is_let_alone(tmp_path: Path) -> None:
    async with watching(tmp_path, HANG) as watch:
        watch.befall("query", "valheim", manner="silent")
        await watch.seconds(15)
        watch.befall("restart", "valheim")  # what was answered before is of another process
        await watch.seconds(1800)

        assert (watch.power, watch.told) == ([], [])


async def test_where_most_games_of_a_node_are_silent_nothing_is_restarted(tmp_path: Path) -> None:
    async with watching(tmp_path, HANG) as watch:
        await watch.seconds(120)
        watch.befall("query", "valheim", manner="silent")
        watch.befall("query", "lobby", manner="silent")
        await watch.seconds(1800)
        watch.befall("query", "valheim", manner="honest")
        watch.befall("query", "lobby", manner="honest")
        await watch.seconds(600)

        assert watch.power == []
        assert watch.told[0].startswith("oncall: node-1: 2 of 2 games do not answer over the network")
        assert all(one.startswith("oncall") for one in watch.told)


@pytest.mark.parametrize(
    "manner", [one for one in MANNERS if one not in ("honest", "drip", "bomb", "refuses")]
)
async def test_however_games_answer_the_daemon_goes_on(tmp_path: Path, manner: str) -> None:
    reads = "rules: [{id: slow, while: query_ms > 60000, do: [{notify: ops, text: slow}]}]"
    async with watching(tmp_path, rules_of={"reads.yml": reads}) as watch:
        await watch.seconds(60)
        watch.befall("query", "lobby", manner=manner)
        watch.befall("query", "valheim", manner=manner)
        await watch.seconds(300)
        watch.befall("query", "lobby", manner="honest")
        await watch.seconds(60)

        servers = {one.facts.profile.name: one.facts for one in watch.daemon.host.engine.servers().values()}
        assert servers["lobby"].read("query_ok", watch.daemon.clock.now().mono).plain is True
