"""One server with how the rules stand towards it, of a whole daemon on virtual time."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.core.facts.table import SERVER_FACTS
from automaton.web.routes.server_view import ServerView, ThresholdRow
from tests.daemon.asking import LOBBY, asking, open_down

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def viewed(folder: Path, *, down: bool = False) -> ServerView:
    async with asking(folder) as (watch, daemon):
        if down:
            await open_down(watch)
        view = await daemon.host.server_view.view(LOBBY)
    assert view is not None
    return view


async def test_a_server_is_told_with_its_facts_and_the_rules_that_concern_it(tmp_path: Path) -> None:
    view = await viewed(tmp_path)

    assert (view.server.name, list(view.server.facts)) == ("lobby", list(SERVER_FACTS))
    rules = {one.id: one for one in view.rules}
    assert {"rust", "sleeping"}.isdisjoint(rules)
    assert (rules["wide"].by, rules["wide"].key) == ("node", "node:node-1")
    assert rules["quiet"].thresholds == [ThresholdRow(word="while", fact="memory_pct", how=">", limit=99.0)]
    assert {rules[id_].phase for id_ in ("down", "crashed", "quiet", "wide", "each")} == {"idle"}


async def test_an_open_incident_is_told_with_the_step_of_its_run(tmp_path: Path) -> None:
    view = await viewed(tmp_path, down=True)

    (incident,) = view.incidents
    down = next(one for one in view.rules if one.id == "down")
    (run,) = down.runs
    assert (incident.rule, down.phase, down.hold_for) == ("down", "open", 10.0)
    assert (run.key, run.step.verb, run.step.number, run.step.steps) == (LOBBY, "wait", 2, 2)
    assert 0 < run.step.age < 15
    assert [one.verdict for one in down.reasons] == ["already_open"]


async def test_what_nobody_watches_is_not_told(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        view, known = await daemon.host.server_view.view("nobody"), daemon.host.server_view.knows("nobody")

    assert (view, known) == (None, False)
