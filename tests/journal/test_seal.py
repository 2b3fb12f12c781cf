"""One number for all parts."""

from __future__ import annotations

from itertools import combinations

from automaton.journal.seal import seal_of_part, seal_of_position


def test_every_bit_of_a_name_a_body_and_a_position_counts() -> None:
    seals = [seal_of_part(name, body) for name in (b"", b"a", b"b", b"ab") for body in (b"", b"a", b"b")]
    seals += [seal_of_position(position) for position in range(5)]

    assert all(one != other for one, other in combinations(seals, 2))


def test_it_fits_in_a_column_of_sqlite() -> None:
    assert all(-(1 << 63) <= seal_of_part(b"%d" % number, b"") < 1 << 63 for number in range(100))


def test_it_is_the_same_on_every_machine() -> None:
    """It stands in files."""
    assert (seal_of_part(b"a", b"1"), seal_of_position(1)) == (SEAL_OF_PART, SEAL_OF_POSITION)


SEAL_OF_PART, SEAL_OF_POSITION = -3925595350222673035, -4593968200172842616
