"""An event in words."""

from __future__ import annotations

from typing import Any

import pytest

from automaton.core import events as ev
from automaton.core.events import Event, Source, State
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.daemon.services.event_text import LONGEST, what_happened


def of(kind: type[Event], **fields: Any) -> str:
    return what_happened(kind(server="u", at=Moment(0.0, 0.0), **fields))


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        (ev.LinePrinted, {"text": "Steve joined"}, "line: Steve joined"),
        (ev.LinePrinted, {"text": "hi", "source": Source.CHAT}, "chat line: hi"),
        (
            ev.Occurred,
            {"name": "crash", "fields": {"exit_code": 1, "oom": None}},
            "event: crash exit_code=1 oom=unknown",
        ),
        (
            ev.Occurred,
            {"name": "backup.completed", "fields": {"ok": True}},
            "event: backup.completed ok=true",
        ),
        (ev.StateChanged, {"state": State.OFFLINE}, "state: offline"),
        (ev.LinkLost, {"reason": "no pong"}, "the link was lost: no pong"),
        (ev.PanelLost, {"detail": "HTTP 503"}, "the Panel does not answer: HTTP 503"),
        (ev.StartFailed, {}, "a start failed, and Wings handles that as a crash"),
        (ev.DaemonError, {"detail": "no image"}, "Wings reports an error: no image"),
        (ev.PanelBack, {}, "the Panel answers again"),
        (ev.HookCalled, {"name": "deploy"}, "hook: deploy"),
        (ev.CallEnded, {"number": 1, "outcome": Outcome(Result.DONE)}, ""),
        (ev.CallEnded, {"number": 1, "outcome": Outcome(Result.FAILED, "409")}, "an answer: failed: 409"),
        (ev.Acknowledged, {"rule": "a"}, "somebody acknowledged"),
        (ev.Acknowledged, {"rule": "a", "by": "link, channel ops"}, "acknowledged by link, channel ops"),
        (ev.ServerGone, {"reason": "deleted"}, "the server is gone: deleted"),
        (ev.PlayersCounted, {"players": 3}, ""),
    ],
)
def test_what_happened_is_said_in_short(kind: type[Event], fields: dict[str, Any], words: str) -> None:
    assert of(kind, **fields) == words


def test_a_long_line_is_cut() -> None:
    assert len(of(ev.LinePrinted, text="x" * 4096)) == LONGEST
