"""Claims, leases and the fence hold whatever happens, in every order in which little can happen.

Three members; `tests/model/cluster/world.py` says what a fault is. Worlds are counted, so that a search which
has become blind is noticed. A pause is in every search: time passes whoever has something to do.
"""

from __future__ import annotations

import pytest

from tests.model.cluster import planted
from tests.model.cluster.search import search
from tests.model.cluster.world import Faults, Rules

LOSES = Rules(loses=True)


@pytest.mark.parametrize(
    ("faults", "worlds"),
    [
        (Faults(claims=2, entries=0), 1_879),
        (Faults(claims=2, entries=0, crashes=1), 2_668),
        (Faults(claims=2, entries=0, old_reads=1), 2_651),
        (Faults(claims=1, entries=1, silences=2, crashes=1), 3_933),
        (Faults(claims=1, entries=1, outages=2, stops=1, old_reads=1), 2_869),
        (Faults(claims=2, entries=0, releases=1), 5_097),
        (Faults(claims=2, entries=1), 8_942),
    ],
)
def test_nobody_acts_beside_another_or_twice_and_the_shard_is_owned_again(
    faults: Faults, worlds: int
) -> None:
    found = search(faults)

    assert found.broken == "", found.way
    assert found.able
    assert found.worlds == worlds


@pytest.mark.long
@pytest.mark.parametrize(
    "faults",
    [
        Faults(claims=3, entries=1),
        Faults(claims=2, entries=2, crashes=1),
        Faults(claims=2, entries=1, silences=1, crashes=1),
        Faults(claims=2, entries=1, outages=1, old_reads=1),
        Faults(claims=2, entries=1, releases=1, crashes=1),
        Faults(claims=1, entries=2, silences=3, crashes=2, stops=1),
    ],
)
def test_nor_where_more_goes_wrong(faults: Faults) -> None:
    found = search(faults)

    assert found.broken == "", found.way
    assert found.able


@pytest.mark.parametrize("entries", [0, pytest.param(1, marks=pytest.mark.long)])
def test_two_shards_whose_processes_crash_together_are_owned_each(entries: int) -> None:
    found = search(Faults(claims=1, entries=entries, crashes=1), shards=2)

    assert found.broken == "", found.way
    assert found.able


@pytest.mark.long
def test_who_is_stopped_between_look_and_write_acts_too_late_and_says_so() -> None:
    stopped = Faults(claims=2, entries=1, stops=1)

    found = search(stopped)

    assert found.broken == "", found.way
    assert found.strays
    assert "is under way while" in search(stopped, Rules(tells_strays=False)).broken


@pytest.mark.parametrize(
    ("faults", "length"),
    [
        (Faults(claims=1, entries=1, losses=1), 4),
        (Faults(claims=1, entries=0, losses=1, silences=1), 3),
        pytest.param(Faults(claims=2, entries=0, losses=1), 4, marks=pytest.mark.long),
        pytest.param(Faults(claims=1, entries=1, losses=1, silences=1, crashes=1), 3, marks=pytest.mark.long),
    ],
)
def test_a_log_that_lost_its_end_holds_all_deeds_until_it_is_adopted(faults: Faults, length: int) -> None:
    found = search(faults, LOSES, longest_log=length)

    assert found.broken == "", found.way
    assert found.able


@pytest.mark.parametrize(
    ("rules", "faults", "law"),
    [
        (Rules(planted.LeaseFromTheAnswer), Faults(2, 0), "may act at once"),
        (Rules(planted.ActsAtOnce), Faults(2, 0), "may act at once"),
        (Rules(planted.ActsTooSoon), Faults(2, 1), "is under way while"),
        (Rules(planted.KeepsItsLease), Faults(2, 0, releases=1), "may act at once"),
        (Rules(planted.GoesOnBehindAClaim), Faults(2, 0), "whose claim is not the last one"),
        (Rules(planted.AppendsWithoutReading), Faults(1, 1, silences=1), "in the log twice"),
        (Rules(planted.HoldsForEver), Faults(1, 0, silences=1), "nobody comes to own the shard"),
        (Rules(planted.WaitsForWhatIsLost, loses=True), Faults(1, 0, losses=1, silences=1), "nobody comes"),
        (Rules(is_fenced=False), Faults(2, 0), "an epoch is claimed that was already"),
        (Rules(waits_for_log=False), Faults(1, 1), "whose entry is not in the log"),
        (Rules(loses=True, knows_last=False), Faults(2, 0, losses=1), "that does not count"),
        pytest.param(
            Rules(planted.TrustsAShortLog, loses=True), Faults(2, 1, losses=1), "before anybody has adopted",
            marks=pytest.mark.long,
        ),
        pytest.param(
            Rules(planted.ReleasesInAHurry), Faults(3, 0, releases=1), "may act at once",
            marks=pytest.mark.long,
        ),
    ],
)  # fmt: skip
def test_a_planted_bug_is_found(rules: Rules, faults: Faults, law: str) -> None:
    found = search(faults, rules)

    assert law in found.broken


def test_the_way_to_a_broken_law_is_told_step_by_step() -> None:
    found = search(Faults(claims=1, entries=1, silences=1), Rules(planted.AppendsWithoutReading))

    assert found.way[0] == "0 claims, reads the last"
    assert "0 waits no longer, reads the tail" in found.way
    assert found.way[-1] == "something arrives late"
