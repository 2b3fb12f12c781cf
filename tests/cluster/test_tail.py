"""What the end of a log says."""

from __future__ import annotations

import pytest

from automaton.cluster.stamp import UNKNOWN, Kind, Known, Placed, Stamp, Writer
from automaton.cluster.tail import Fate, Judged, claim_behind, judged

A, B = Writer("a", "1", 1), Writer("b", "1", 1)
CLAIM = Stamp(Kind.CLAIM, 4, A, 1)
OURS = Stamp(Kind.ENTRIES, 4, A, 2)
OTHER = Stamp(Kind.ENTRIES, 3, B, 7)
FOREIGN = Stamp(Kind.CLAIM, 5, B, 1)


def tail(first: int, *stamps: Stamp) -> list[Placed]:
    return [Placed(sequence, stamp) for sequence, stamp in enumerate(stamps, first)]


@pytest.mark.parametrize(
    ("found", "last", "fate"),
    [
        (tail(10, CLAIM, OURS), 11, Fate.LANDED),
        (tail(10, CLAIM), 10, Fate.ABSENT),
        ([], 9, Fate.STALE),
        (tail(10, CLAIM, OURS, FOREIGN), 12, Fate.FOREIGN),
        (tail(10, CLAIM, FOREIGN), 11, Fate.FOREIGN),
        (tail(12, FOREIGN), 12, Fate.FOREIGN),
        (tail(10, Stamp(Kind.CLAIM, 4, B, 1)), 10, Fate.FOREIGN),
        (tail(12, OTHER), 12, Fate.GONE),
        ([], 12, Fate.GONE),
        ([], 10, Fate.GONE),
        (tail(10, CLAIM, OTHER), 11, Fate.PASSED),
        (tail(10, OTHER), 10, Fate.PASSED),
        (tail(10, OTHER, OURS), 11, Fate.PASSED),
    ],
)
def test_the_fate_of_a_message_that_was_to_follow_on_the_claim_at_10(
    found: list[Placed], last: int, fate: Fate
) -> None:
    assert judged(OURS, 10, CLAIM, found, last).fate is fate


@pytest.mark.parametrize(
    ("found", "last", "fate"),
    [
        (tail(11, OURS), 11, Fate.LANDED),
        ([], 10, Fate.ABSENT),
        (tail(11, OTHER), 11, Fate.PASSED),
        (tail(12, OTHER), 12, Fate.GONE),
        ([], 11, Fate.GONE),
    ],
)
def test_where_nobody_knows_what_stood_before_it_the_place_alone_tells(
    found: list[Placed], last: int, fate: Fate
) -> None:
    assert judged(OURS, 10, None, found, last).fate is fate


def test_who_claimed_and_how_far_the_epochs_have_come_is_told() -> None:
    assert judged(OURS, 10, CLAIM, tail(10, CLAIM, FOREIGN), 11).by == Placed(11, FOREIGN)
    assert judged(OURS, 10, CLAIM, tail(10, CLAIM, OTHER), 11) == Judged(Fate.PASSED, Placed(11, OTHER), 4)
    assert judged(OURS, 10, CLAIM, tail(10, OTHER, OTHER), 11) == Judged(Fate.PASSED, Placed(10, OTHER), 4)
    newer = Stamp(Kind.IDLE, 9, A, 5)
    assert judged(OURS, 10, CLAIM, tail(10, CLAIM, newer), 11) == Judged(Fate.PASSED, Placed(11, newer), 9)
    assert judged(OURS, 10, CLAIM, tail(10, CLAIM, OURS), 11) == Judged(Fate.LANDED, Placed(11, OURS))


QUIET = 75.0
RELEASE = Stamp(Kind.RELEASE, 3, B, 9, quiet=12.0)
LOST = Stamp(Kind.IDLE, 3, B, 9, lost=True)


@pytest.mark.parametrize(
    ("last", "sequence", "known", "claim"),
    [
        (None, 0, UNKNOWN, Stamp(Kind.CLAIM, 1, A, 1, quiet=QUIET)),
        (OTHER, 8, UNKNOWN, Stamp(Kind.CLAIM, 4, A, 1, quiet=QUIET)),
        (OTHER, 8, Known(3, 8), Stamp(Kind.CLAIM, 4, A, 1, quiet=QUIET)),
        (RELEASE, 8, Known(3, 8), Stamp(Kind.CLAIM, 4, A, 1, quiet=12.0)),
        (RELEASE, 8, Known(3, 9), Stamp(Kind.CLAIM, 4, A, 1, lost=True, quiet=QUIET)),
        (OTHER, 8, Known(6, 2), Stamp(Kind.CLAIM, 7, A, 1, lost=True, quiet=QUIET)),
        (None, 0, Known(2, 1), Stamp(Kind.CLAIM, 3, A, 1, lost=True, quiet=QUIET)),
        (None, 1, UNKNOWN, Stamp(Kind.CLAIM, 1, A, 1, lost=True, quiet=QUIET)),
        (LOST, 8, UNKNOWN, Stamp(Kind.CLAIM, 4, A, 1, lost=True, quiet=QUIET)),
    ],
    ids=[
        "an empty log", "after somebody", "as far as was known", "a release waits as long as it says",
        "shorter than was known", "an older epoch than was known", "all is lost", "emptied by hand",
        "lost, and not adopted yet",
    ],
)  # fmt: skip
def test_a_claim_says_what_its_log_was_found_like(
    last: Stamp | None, sequence: int, known: Known, claim: Stamp
) -> None:
    placed = None if last is None else Placed(sequence, last)

    assert claim_behind(placed, sequence, known, A, 1, QUIET) == claim
