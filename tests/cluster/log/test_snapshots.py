"""When a snapshot is written, and what may be trimmed behind it."""

from __future__ import annotations

from automaton.cluster.log.entries import Manifest, Piece
from automaton.cluster.log.snapshots import LEAST_BEHIND, MOST_MESSAGES, Snapshots

STATE = {"a": b"1"}


def written(snapshots: Snapshots, position: int, last: int) -> list[Piece | Manifest]:
    """All messages of the one that is due."""
    found: list[Piece | Manifest] = []
    while isinstance(step := snapshots.next(position, last, STATE, 0), Piece | Manifest):
        found.append(step)
        snapshots.wrote()
    return found


def test_none_is_due_before_enough_stands_behind_the_last() -> None:
    snapshots = Snapshots(0, 0)
    snapshots.add(LEAST_BEHIND - 1)
    assert snapshots.next(9, 20, STATE, 9) is None

    snapshots.add(1)

    *pieces, manifest = written(snapshots, 9, 20)
    assert isinstance(manifest, Manifest)
    assert (manifest.position, manifest.sequence, manifest.pieces) == (9, 20, len(pieces))


def test_a_shard_where_nothing_happens_writes_one_now_and_then_too() -> None:
    snapshots = Snapshots(100, 0)
    assert snapshots.next(9, 100 + MOST_MESSAGES - 1, STATE, 9) is None

    assert written(snapshots, 9, 100 + MOST_MESSAGES) != []


def test_what_a_new_owner_finds_behind_the_last_counts() -> None:
    assert written(Snapshots(0, LEAST_BEHIND), 9, 20) != []


def test_the_log_is_trimmed_behind_the_manifest_and_the_trail_and_no_sooner() -> None:
    snapshots = Snapshots(0, LEAST_BEHIND)
    written(snapshots, 9, 20)

    assert snapshots.next(12, 30, STATE, shipped=8) is None
    assert snapshots.next(12, 30, STATE, shipped=9) == 19
    assert snapshots.next(12, 30, STATE, shipped=9) is None


def test_pieces_that_were_not_written_are_asked_for_again() -> None:
    snapshots = Snapshots(0, LEAST_BEHIND)

    assert snapshots.next(9, 20, STATE, 0) == snapshots.next(10, 21, {"a": b"2"}, 0)


def test_a_large_state_is_not_written_again_and_again() -> None:
    snapshots = Snapshots(0, 0, least_behind=10)
    large = {"a": bytes(1000)}
    snapshots.add(10)
    while isinstance(snapshots.next(9, 20, large, 9), Piece | Manifest):
        snapshots.wrote()
    snapshots.add(2000)
    assert snapshots.next(9, 20, large, 9) is None

    snapshots.add(2000)

    assert isinstance(snapshots.next(9, 20, large, 9), Piece)
