"""The whole at a glance, of all shards, and what is not in it as one more trouble."""

from __future__ import annotations

from automaton.cluster.control.merge import Lacking
from automaton.cluster.control.merge_status import DECISIONS_SHOWN, STATUS
from automaton.web.missing import MissingShard
from automaton.web.routes.breakers import BreakerRow
from automaton.web.routes.hold import HoldRow
from automaton.web.routes.incidents import IncidentRow
from automaton.web.routes.status import DecisionRow, Status


def status(
    live: int, *, troubles: tuple[str, ...] = (), age: float = 1.0, arm: str = "live", rules: int = 5
) -> Status:
    return Status(
        summary="", version="1", uptime=age, arm=arm, rules=rules, links={"live": live, "parked": 1},
        hold=HoldRow(since=0.0, age=age, reason="fire"), troubles=list(troubles),
        breakers=[BreakerRow(rule="r", key="s", name="s", age=age)],
        incidents=[IncidentRow(rule="r", server="s", name="s", severity="info", open_for=age)],
        decisions=[DecisionRow(rule="r", server="s", name="s", verdict="fired", sentence="", age=age)],
    )  # fmt: skip


def test_links_are_summed_and_the_summary_is_of_all() -> None:
    merged = STATUS.merged([status(3), status(4, age=9.0)], Lacking())

    assert merged.summary == "7/9 servers, 5 rules, 2 incidents, 2 parked"
    assert [row.age for row in merged.breakers] == [1.0, 9.0]
    assert (merged.links["live"], merged.links["retrying"], merged.uptime) == (7, 0, 9.0)
    assert ([row.age for row in merged.decisions], merged.hold) == (
        [9.0, 1.0],
        HoldRow(since=0.0, age=9.0, reason="fire"),
    )


def test_what_all_say_alike_is_said_once() -> None:
    merged = STATUS.merged([status(1, troubles=("dark", "x")), status(1, troubles=("dark",))], Lacking())

    assert merged.troubles == ["dark", "x"]


def test_what_is_missing_and_what_differs_are_troubles() -> None:
    lacking = Lacking([MissingShard("node:us-1", "b does not answer")])

    merged = STATUS.merged([status(1), status(1, arm="shadow", rules=6)], lacking)

    assert merged.troubles == [
        "node:us-1 is not in this: b does not answer",
        "members differ in `limits.arm`, live and shadow: reload those that have the old files",
        "members differ in how many rules they have, 5 and 6: reload those that have the old files",
    ]


def test_the_latest_decisions_of_all_are_shown() -> None:
    merged = STATUS.merged([status(1, age=float(age)) for age in range(30)], Lacking())

    assert [row.age for row in merged.decisions] == [float(age) for age in reversed(range(DECISIONS_SHOWN))]
