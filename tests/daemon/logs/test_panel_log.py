"""What the log says of Panels and their keys."""

from __future__ import annotations

from structlog.testing import capture_logs

from automaton.daemon.logs.panel_log import PanelLog
from automaton.wings.causes import PLANS, Cause
from automaton.wings.panel_status import AccountStatus, PanelStatus
from automaton.wings.session_output import Ended

FINE = AccountStatus(3, None)
REFUSED = AccountStatus(3, Ended(Cause.KEY_REFUSED, "HTTP 401"))
UNREAD = AccountStatus(3, Ended(Cause.PANEL_UNREACHABLE, "HTTP 502"))
UNREAD_AGAIN = AccountStatus(3, Ended(Cause.PANEL_UNREACHABLE, "HTTP 502"))


def told(*rounds: tuple[AccountStatus, ...]) -> list[dict[str, object]]:
    with capture_logs() as logs:
        news = PanelLog()
        for accounts in rounds:
            news.tell([PanelStatus("main", accounts)])
    return [dict(entry) for entry in logs]


def test_a_refused_key_is_told_once_with_what_to_do_and_its_return_too() -> None:
    assert told((FINE,), (REFUSED,), (REFUSED,), (FINE,), (FINE,)) == [
        {
            "log_level": "warning",
            "event": "panel.failing",
            "panel": "main",
            "cause": "key_refused",
            "reason": f"{PLANS[Cause.KEY_REFUSED].advice} (HTTP 401)",
        },
        {"log_level": "info", "event": "panel.answers", "panel": "main"},
    ]


def test_a_refusal_in_the_words_of_the_advice_is_told_once() -> None:
    said = f"{PLANS[Cause.KEY_REFUSED].advice} (Unauthenticated.)"

    assert heard(("", AccountStatus(3, Ended(Cause.KEY_REFUSED, said)))) == [("panel.failing", said)]


def heard(*rounds: tuple[str, AccountStatus]) -> list[tuple[object, object]]:
    """The events, each with its reason, of a Panel's silence and how its list was read."""
    with capture_logs() as logs:
        news = PanelLog()
        for silence, account in rounds:
            news.tell([PanelStatus("main", (account,), outage=silence)])
    return [(entry["event"], entry.get("reason", "")) for entry in logs]


def test_a_panel_that_is_down_and_back_is_told_once_each_and_its_list_is_not_told_beside() -> None:
    rounds = (
        ("", FINE), ("HTTP 502", UNREAD), ("HTTP 502", UNREAD_AGAIN), ("", UNREAD_AGAIN), ("", FINE),
    )  # fmt: skip

    assert heard(*rounds) == [
        ("panel.lost", "Wings asks it before a start: `start` and `restart` wait (HTTP 502)"),
        ("panel.back", ""),
    ]


def test_a_list_that_fails_again_when_the_panel_is_back_is_told_then() -> None:
    rounds = (("HTTP 502", UNREAD), ("", UNREAD), ("", UNREAD_AGAIN), ("", UNREAD_AGAIN), ("", FINE))

    assert [event for event, _ in heard(*rounds)] == [
        "panel.lost", "panel.back", "panel.failing", "panel.answers",
    ]  # fmt: skip


def test_a_refused_key_is_told_though_the_panel_is_down_as_well() -> None:
    assert [event for event, _ in heard(("HTTP 502", FINE), ("HTTP 502", REFUSED))] == [
        "panel.lost", "panel.failing",
    ]  # fmt: skip


def test_of_several_keys_the_one_is_named() -> None:
    assert [entry["key"] for entry in told((FINE, REFUSED))] == ["2 of 2"]


def test_a_key_with_too_many_servers_is_told_once() -> None:
    crowd = AccountStatus(1001, None)

    assert [(entry["event"], entry["servers"]) for entry in told((crowd,), (crowd,))] == [
        ("panel.crowded", 1001)
    ]
    assert told((AccountStatus(1000, None),)) == []


def test_servers_of_a_node_that_a_panel_has_are_told_once() -> None:
    log = PanelLog()
    with capture_logs() as entries:
        for elsewhere in (0, 2, 3, 0, 1):
            log.tell([PanelStatus("edge", (FINE,), elsewhere=elsewhere)])

    assert [(one["event"], one["panel"], one["servers"]) for one in entries] == [
        ("servers.elsewhere", "edge", 2),
        ("servers.elsewhere", "edge", 1),
    ]
