"""Decisions of the trail are told as the daemon tells its own: with their calls, and what became of these."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from automaton.core.decision import DecisionKind
from automaton.journal.entry import TrailRow
from automaton.journal.trail import KeptRow
from automaton.web.routes.explain import CallRow, EntryRow, Explanation
from automaton.workbench.earlier_decisions import KEPT, entries_of, with_earlier
from automaton.workbench.trail import Trail
from tests.workbench.trails import body, with_trail


def kept(number: int, kind: str, verdict: str, text: str = "", key: str = "u-1") -> KeptRow:
    return KeptRow(number, number, TrailRow(float(number), kind, "a", key, "u-1", verdict, "d", text))


def explanation(fired: Sequence[EntryRow] = (), held: Sequence[EntryRow] = ()) -> Explanation:
    return Explanation(
        rule="a", key="u-1", name="lobby", arm="live", severity="info", set_off_by="while", phase="idle",
        fired=list(fired), held=list(held),
    )  # fmt: skip


ENTRY = EntryRow(at=0.0, age=1.0, verdict="cooling", sentence="s")


def test_a_call_has_its_outcome_by_its_number() -> None:
    found = entries_of(
        [
            kept(1, "call", "acting", body(calls=[{"number": 7, "verb": "send", "command": "list"}])),
            kept(2, "outcome", "done", body(number=7)),
            kept(3, "decision", "shadow", body(held=[{"verb": "power", "signal": "stop"}])),
            kept(4, "decision", "no verdict of this version"),
            kept(5, "message", "sent"),
        ],
        10.0,
    )

    assert {kind: [(one.age, one.verdict, one.calls) for one in rows] for kind, rows in found.items()} == {
        DecisionKind.FIRED: [
            (9.0, "acting", [CallRow(verb="send", what="list", asked=True, result="done", detail="d")])
        ],
        DecisionKind.HELD: [(7.0, "shadow", [CallRow(verb="power", what="stop", asked=False)])],
    }


def test_what_the_daemon_remembers_itself_is_not_looked_up() -> None:
    one = explanation([ENTRY], [ENTRY])

    assert with_earlier(one, Trail(Path("nowhere")), 0.0) is one


def test_only_the_key_s_own_and_the_latest_are_told(tmp_path: Path) -> None:
    rows = [kept(number, "decision", "fired").row for number in range(KEPT + 5)]
    other = kept(99, "decision", "fired", key="u-1/Steve").row
    config = with_trail(tmp_path, [*rows, other])
    found = with_earlier(explanation(held=[ENTRY]), Trail(config.parent / "state" / "journal.db"), 100.0)

    assert [one.at for one in found.fired] == [float(number) for number in range(5, KEPT + 5)]
    assert found.held == [ENTRY]
