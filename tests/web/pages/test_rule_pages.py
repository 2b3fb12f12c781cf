"""All pages about rules answer at their places, and those that change are live."""

from __future__ import annotations

import pytest

from automaton.web.pages.live import LivePages
from automaton.web.pages.rule_pages import RulePages
from tests.web.pages.ruled import LinesTrail, ruled

pytestmark = pytest.mark.anyio


async def test_what_changes_by_itself_is_live_and_try_is_not() -> None:
    async with ruled() as page:
        live = LivePages()
        RulePages(page.app.pages, page.feed._control, LinesTrail(), None, page.feed._clock).routes(live)

    found = [live.find(path) is not None for path in ("/rules", "/rules/a", "/rules/a/why-not", "/try")]
    assert found == [True, True, True, False]
