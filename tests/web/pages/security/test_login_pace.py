"""Nobody alone keeps a person out, many together slow the guessing, and a known browser stands apart."""

from __future__ import annotations

from automaton.web.pages.security.login_pace import MOST_PACED, OF_A_NAME, OF_AN_ADDRESS, LoginPace
from tests.web.pages.visiting import HandClock

DAY = 86_400


def guesses(pace: LoginPace, clock: HandClock, addresses: list[str], name: str) -> int:
    """How many guesses so many addresses have in a day, who try whenever they may."""
    made = 0
    end = clock.at + DAY
    while clock.at < end:
        made += sum(pace.begin(address, name) == 0.0 for address in addresses)
        clock.at += 10.0
    return made


def test_a_name_takes_less_than_nine_thousand_guesses_a_day_however_many_make_them() -> None:
    clock = HandClock()
    alone = guesses(LoginPace(clock), clock, ["192.0.2.1"], "anna")
    together = guesses(LoginPace(clock), clock, [f"192.0.2.{one}" for one in range(10)], "anna")

    assert alone <= OF_AN_ADDRESS[0] + OF_AN_ADDRESS[1] * DAY + 1
    assert together <= OF_A_NAME[0] + OF_A_NAME[1] * DAY + 1


def test_who_guesses_all_day_from_one_address_keeps_nobody_out() -> None:
    clock = HandClock()
    pace = LoginPace(clock)
    guesses(pace, clock, ["192.0.2.1"], "anna")

    assert pace.begin("192.0.2.2", "anna") == 0.0


def test_addresses_of_one_customer_are_one() -> None:
    clock = HandClock()
    pace = LoginPace(clock)

    assert [pace.begin(f"2001:db8::{one}", "anna") == 0.0 for one in range(1, 12)] == [True] * 10 + [False]


def test_who_is_right_loses_no_place_and_one_own_login_gives_back_no_guess_at_others() -> None:
    clock = HandClock()
    pace = LoginPace(clock)
    for _ in range(100):
        assert pace.begin("192.0.2.1", "vic") == 0.0
        pace.right("192.0.2.1", "vic")
    tried = []
    for _ in range(12):
        tried.append(pace.begin("192.0.2.1", "anna") == 0.0)
        if pace.begin("192.0.2.1", "vic") == 0.0:
            pace.right("192.0.2.1", "vic")

    assert tried.count(True) == 10


def test_a_known_browser_is_paced_by_itself() -> None:
    clock = HandClock()
    pace = LoginPace(clock)
    guesses(pace, clock, [f"192.0.2.{one}" for one in range(10)], "anna")
    in_it = [pace.begin("192.0.2.1", "anna", "its cookie") == 0.0 for _ in range(11)]
    pace.right("192.0.2.1", "anna", "its cookie")

    assert in_it == [True] * 10 + [False]
    assert pace.begin("192.0.2.1", "anna", "its cookie") == 0.0


def test_so_many_are_remembered_and_no_more() -> None:
    pace = LoginPace(HandClock())
    for one in range(MOST_PACED + 10):
        pace.begin(f"10.{one >> 16}.{one >> 8 & 255}.{one & 255}", f"name {one}", "")

    assert (len(pace._addresses._buckets), len(pace._names._buckets)) == (MOST_PACED, MOST_PACED)
