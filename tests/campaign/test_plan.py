"""The plan of a campaign: from a seed alone, of everything that can go wrong, and set right again."""

from __future__ import annotations

from collections import Counter

from automaton.simulator.faults.catalog import FAULTS
from tests.campaign.plan import NAP, TALLY, Deed, Targets, plan

WHOM = Targets(servers=["a", "b", "c"], nodes=["n1", "n2"], panels=["p"])


def hour(seed: int) -> list[Deed]:
    return plan(seed, WHOM, 3600.0, faults=20.0, numbers=2.0)


def test_a_seed_gives_the_same_plan_again_and_another_seed_another() -> None:
    assert hour(1) == hour(1)
    assert hour(1) != hour(2)


def test_every_deed_is_a_fault_that_the_simulator_knows_with_what_it_takes() -> None:
    for deed in hour(1):
        if deed.name not in (TALLY, NAP):
            assert set(deed.given) <= set(FAULTS[deed.name].takes), deed


def test_what_stays_until_it_is_set_right_is_set_right() -> None:
    ends = {"suspend": "unsuspend", "freeze": "thaw"}
    for seed in range(5):
        names = Counter(deed.name for deed in hour(seed))
        rights = Counter(deed.name for deed in hour(seed) if deed.given.get("back") or "remote" in deed.given)
        assert all(names[begin] == names[end] > 0 for begin, end in ends.items())
        assert names["origin"] == 2 * rights["origin"]
        assert names["rotate-token"] == 2 * rights["rotate-token"]
