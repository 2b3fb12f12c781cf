"""What an opening was decided on stands in the trail, as short as it is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.core.decision import Decision, Verdict
from automaton.core.moment import Moment
from automaton.daemon.services.opening_evidence import OpeningEvidence
from tests.daemon.asking import LOBBY, asking, open_down

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


def decided(verdict: Verdict, rule: str = "down") -> Decision:
    return Decision(rule, LOBBY, Moment(1.0, 1.0), verdict)


async def test_an_opening_has_the_severity_and_the_values_of_its_expressions(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        await open_down(watch)
        evidence = OpeningEvidence(daemon.active, daemon.host.inspector)
        opened = evidence.of(decided(Verdict.FIRED))
        other = evidence.of(decided(Verdict.CLEARED))
        unknown = evidence.of(decided(Verdict.FIRED, "nothing"))

    assert opened == {
        "severity": "warning",
        "incident": 1,
        "evidence": [["while", 'state == "offline"', "true"], ["while", "state", "offline"]],
    }
    assert (other, unknown) == ({}, {})
