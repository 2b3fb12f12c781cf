"""What is said of one that others came before."""

from __future__ import annotations

from math import inf

from automaton.core.decision import Verdict
from automaton.core.gates.held import Held, behind


def test_one_that_others_came_before_waits_for_the_same_and_no_time_alone_helps() -> None:
    tickets = frozenset({("power.node", "eu"), ("power.fleet", "")})

    assert behind(tickets) == Held(
        Verdict.OVER_LIMIT,
        "others wait before it for `limits.power.fleet`, `limits.power.node`",
        tickets,
        inf,
    )
