"""What varies of itself is put as a sign, words near the beginning as a name, and nobody's stays nobody's."""

from __future__ import annotations

import pytest

from automaton.workbench.pack_draft.masks import (
    ACCOUNT,
    ADDRESS,
    ID,
    MOST_WORDS,
    NAME,
    NUMBER,
    STEAM,
    anonymous,
    masked,
    slots,
)


@pytest.mark.parametrize(
    ("line", "shape"),
    [
        ("Done (9.1s)!", f"Done ({NUMBER}s)!"),
        ("Eve[/192.0.2.7:5] came", f"Eve[/{ADDRESS}] came"),
        ("at (-1.5, 64, 12)", f"at ({NUMBER}, {NUMBER}, {NUMBER})"),
        ("id steam_76561190000000009)", f"id steam_{ACCOUNT})"),
        ('"Eve<2><[U:1:77]><CT>"', f'"Eve<{NUMBER}><{STEAM}><CT>"'),
        ("is 0a1b2c3d-0a1b-4c3d-8e0f-0a1b2c3d4e5f", f"is {ID}"),
        ("Bob_7 and Peggy99 stay", "Bob_7 and Peggy99 stay"),
    ],
)
def test_numbers_addresses_accounts_and_ids_become_signs_and_names_stay(line: str, shape: str) -> None:
    assert masked(line) == shape


def test_each_word_near_the_beginning_may_be_the_name() -> None:
    assert dict(slots("Eve joined our game")) == {
        "Eve": f"{NAME} joined our game",
        "our": f"Eve joined {NAME} game",
    }


def test_a_name_that_stands_twice_is_one() -> None:
    assert dict(slots("Eve[Eve] came"))["Eve"] == f"{NAME}[{NAME}] came"


def test_of_a_long_line_its_first_words_are_tried() -> None:
    assert len(list(slots(" ".join(f"w{number}x" for number in range(100))))) == MOST_WORDS


def test_what_belongs_to_a_person_is_replaced_by_nobodys() -> None:
    assert anonymous("/198.51.100.9:77 76561190000000042 [U:1:42] 5") == (
        "/192.0.2.1:77 76561190000000001 [U:1:7] 5"
    )
