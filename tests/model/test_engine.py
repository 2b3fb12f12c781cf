"""The engine against a slow, obvious model of the semantics, on random rules and streams."""

from __future__ import annotations

from hypothesis import HealthCheck, given, reject, settings

from tests.model.chance import Case, cases
from tests.model.compare import by_engine_or_why_not, by_model, in_full
from tests.model.time_line import Undecided


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(cases())
def test_the_engine_tells_what_the_model_tells(case: Case) -> None:
    """`python -m tests.model --cases 10000` does the same at length."""
    try:
        model = by_model(case)
    except Undecided:
        reject()

    assert by_engine_or_why_not(case) == model, in_full(case)
