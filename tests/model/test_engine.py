"""The engine against a slow, obvious model of the semantics, on random rules and streams."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, reject, settings

from tests.model import stream, written
from tests.model.chance import Case, cases
from tests.model.compare import by_engine_or_why_not, by_model, in_full
from tests.model.time_line import Undecided

RANDOM = settings(
    max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)  # fmt: skip


@RANDOM
@given(cases())
def test_the_engine_tells_what_the_model_tells(case: Case) -> None:
    """`python -m tests.model --cases 10000` does the same at length."""
    agree(case)


@pytest.mark.long
@settings(RANDOM, max_examples=400)
@given(cases())
def test_in_many_more_cases_too(case: Case) -> None:
    agree(case)


def agree(case: Case) -> None:
    try:
        model = by_model(case)
    except Undecided:
        reject()

    assert by_engine_or_why_not(case) == model, in_full(case)


def test_a_rule_does_not_open_again_before_its_end_is_told() -> None:
    first = written.Rule(
        id="first", when=written.Printed("hit"), until=written.Happens("backup.restored"),
        do=(written.Notify("one"),),
    )  # fmt: skip
    second = written.Rule(
        id="second", when=written.Tells("first", "cleared"), until=written.Happens("backup.restored"),
        do=(written.Notify("one"),), on_clear=(written.Notify("over"),),
    )  # fmt: skip
    turn = (stream.Line(0, "hit", "a"), stream.Happened(0, "backup.restored"))
    case = Case((first, second), (stream.LinkUp(0), stream.Reported(0, "running"), *turn, *turn))

    told = by_engine_or_why_not(case)

    assert told == by_model(case), in_full(case)
    assert [what for _, rule, what in told if rule == "second"] == [
        "opened", "notify one", "cleared", "notify over",
    ]  # fmt: skip
