"""When the daemon is alive, and when it is ready: one sentence where it is not."""

from __future__ import annotations

import pytest

from automaton.daemon.services.health import is_reachable, why_not_alive, why_not_ready
from automaton.web.routes.reload import Reloaded
from automaton.wings.causes import Cause
from automaton.wings.panel_status import AccountStatus, PanelStatus
from automaton.wings.session_output import Ended

WELL = AccountStatus(1, None)
REFUSED = AccountStatus(1, Ended(Cause.KEY_REFUSED, "HTTP 401"))


def test_an_engine_that_turned_some_seconds_ago_is_alive() -> None:
    assert why_not_alive(5.0) == ""


def test_an_engine_that_stands_is_not_alive_and_its_age_is_told() -> None:
    assert why_not_alive(31.4) == "the engine has not turned for 31 s"


@pytest.mark.parametrize(
    ("panels", "why"),
    [
        ([], ""),
        ([PanelStatus("main", (WELL,))], ""),
        ([PanelStatus("main", (REFUSED, WELL))], ""),
        ([PanelStatus("main", (REFUSED,))], "no Panel or node answers: main"),
        ([PanelStatus("main", (WELL,), outage="HTTP 503")], "no Panel or node answers: main"),
        ([PanelStatus("main", (WELL,), has_answered=False)], "no Panel or node has answered yet: main"),
        ([PanelStatus("a", (WELL,), outage="HTTP 503"), PanelStatus("b", (WELL,))], ""),
        (
            [PanelStatus("a", (WELL,), outage="HTTP 503"), PanelStatus("b", (REFUSED,))],
            "no Panel or node answers: a, b",
        ),
    ],
)
def test_it_is_ready_while_one_panel_or_node_answers(panels: list[PanelStatus], why: str) -> None:
    assert why_not_ready("", None, panels) == why
    assert any(is_reachable(one) for one in panels) == (why == "" and bool(panels))


def test_a_refused_reload_is_not_ready_and_a_taken_one_is() -> None:
    assert why_not_ready("", Reloaded(False, "mistakes"), []) == "the last reload was refused: mistakes"
    assert why_not_ready("", Reloaded(True), []) == ""


def test_an_engine_that_stands_is_not_ready_either() -> None:
    assert why_not_ready("it stands", Reloaded(False, "mistakes"), []) == "it stands"
