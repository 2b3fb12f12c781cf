"""`python -m tests.model --cases 10000`: the engine against the model, and the first difference in full."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from random import randrange

from hypothesis import HealthCheck, Phase, given, reject, seed, settings

from tests.model.chance import Case, cases
from tests.model.compare import by_engine_or_why_not, by_model, in_full
from tests.model.time_line import Undecided


class Difference(AssertionError):
    """The engine and the model tell different things."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.model", description=__doc__)
    parser.add_argument("--cases", type=int, default=1000, help="how many random cases (1000)")
    parser.add_argument("--seed", type=int, default=randrange(1 << 32), help="makes the same cases again")
    asked = parser.parse_args()
    print(f"--cases {asked.cases} --seed {asked.seed}", flush=True)  # noqa: T201 - it is a program
    figures: Counter[str] = Counter()
    smallest: list[Case] = []

    @seed(asked.seed)
    @settings(
        max_examples=asked.cases,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def compare(case: Case) -> None:
        try:
            model = by_model(case)
        except Undecided:
            figures.update(undecided=1)
            reject()
        engine = by_engine_or_why_not(case)
        if engine != model:
            smallest[:] = [case]
            raise Difference
        if not smallest:
            figures.update(cases=1, rules=len(case.rules), events=len(case.events))
            figures.update(what.split()[0] for _, _, what in engine)
            if figures["cases"] % 500 == 0:
                print(summary(figures), flush=True)  # noqa: T201 - it is a program

    try:
        compare()
    except Difference:
        print(f"a difference after {summary(figures)}\n\n{in_full(smallest[0])}")  # noqa: T201
        return 1
    print(f"no difference: {summary(figures)}")  # noqa: T201
    return 0


def summary(figures: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in figures.items())


if __name__ == "__main__":
    sys.exit(main())
