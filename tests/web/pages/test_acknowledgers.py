"""Who took note is read of the trail once, and then only what is new."""

from __future__ import annotations

import anyio

from automaton.web.pages.acknowledgers import AT_FIRST, Acknowledgers
from automaton.web.pages.trail_port import TrailLine
from tests.web.pages.trail_rows import LOBBY, NOON, KeptTrail, row
from tests.web.pages.visiting import HandClock


def ack(number: int, by: str, rule: str = "oom", at: float = NOON) -> TrailLine:
    body = {"by": by}
    return row(number, kind="operator", rule=rule, detail=f"acknowledged by {by}", body=body, at=at)


def test_the_latest_of_a_rule_and_key_counts_and_only_new_rows_are_read_again() -> None:
    trail = KeptTrail(
        ack(1, "old", "forgotten", NOON - 2 * AT_FIRST), ack(2, "bert"), row(3, "fired"), ack(4, "anna")
    )

    async def story() -> tuple[dict[tuple[str, str], str], ...]:
        found = Acknowledgers(trail, HandClock())
        first = dict(await found.names())
        trail.lines += [row(5, "fired"), ack(6, "carl", "mem")]
        second = dict(await found.names())
        trail.lines = [ack(1, "dora", "new")]
        return first, second, dict(await found.names())

    first, second, third = anyio.run(story)

    assert first == {("oom", LOBBY): "anna"}
    assert second == {("oom", LOBBY): "anna", ("mem", LOBBY): "carl"}
    assert third == {("new", LOBBY): "dora"}
    reads = [(one.after, one.before) for one in trail.asked if one.kind == "operator"]
    assert reads == [(0, 5), (4, 7), (0, 2)]
