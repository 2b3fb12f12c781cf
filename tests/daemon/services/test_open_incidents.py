"""Open incidents are known by what touched them, of a whole daemon on virtual time."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.core.decision import Decision, Verdict
from automaton.daemon.services.open_incidents import ALL_EVERY, MANY_TOUCHED, OpenIncidents
from tests.rules.watch import LOBBY, watching

pytestmark = pytest.mark.anyio

RULE = """\
rules:
  - id: any-memory
    while: memory > 1MiB
    for: 30s
    do: [{notify: ops, text: high}]
"""


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_an_incident_is_found_by_a_decision_at_its_rule_and_key(
    tmp_path: Path,
) -> None:
    async with watching(tmp_path, rules_of={"mine.yml": RULE}, servers=[LOBBY]) as watch:
        look, now = watch.daemon.inspector, 100.0
        known = OpenIncidents(look)
        opened = known.now(now)
        await watch.seconds(60)
        unheard = known.now(now + 1)
        touched = known.write(Decision("any-memory", LOBBY.uuid, watch.daemon.clock.now(), Verdict.FIRED))
        found = known.now(now + 2)
        detail = known.write(Decision("any-memory", LOBBY.uuid, watch.daemon.clock.now(), Verdict.NOT_TRUE))

    assert (opened, unheard, touched, detail) == ([], [], True, False)
    assert [(one.rule.id, one.key) for one in found] == [("any-memory", LOBBY.uuid)]


async def test_after_a_while_all_are_looked_at_though_nothing_was_decided(tmp_path: Path) -> None:
    async with watching(tmp_path, rules_of={"mine.yml": RULE}, servers=[LOBBY]) as watch:
        known = OpenIncidents(watch.daemon.inspector)
        before = known.now(100.0)
        await watch.seconds(60)
        later = known.now(100.0 + ALL_EVERY)
        known.begin()

        assert known.now(100.0 + ALL_EVERY) == later

    assert (before, len(later)) == ([], 1)


async def test_while_nobody_reads_what_was_touched_is_bounded_and_nothing_is_missed(tmp_path: Path) -> None:
    async with watching(tmp_path, rules_of={"mine.yml": RULE}, servers=[LOBBY]) as watch:
        known, now = OpenIncidents(watch.daemon.inspector), watch.daemon.clock.now()
        known.now(100.0)
        await watch.seconds(60)
        known.write(Decision("any-memory", LOBBY.uuid, now, Verdict.FIRED))
        for number in range(MANY_TOUCHED):
            known.write(Decision("greeted", f"{LOBBY.uuid}/player-{number}", now, Verdict.FIRED))

        assert known.touched == 0
        assert [one.rule.id for one in known.now(101.0)] == ["any-memory"]
