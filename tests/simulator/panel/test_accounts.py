from __future__ import annotations

from automaton.simulator.panel.accounts import ADMIN_MAY, OWNER_MAY, User
from automaton.simulator.panel.rate_limit import FixedWindows, RateUsage


def user(**changes: object) -> User:
    return User(id=1, uuid="u", name="n", key="k", **changes)  # type: ignore[arg-type]


def test_permissions_are_those_of_the_strongest_role() -> None:
    assert user(admin=True, owner=True).permissions("s") == ADMIN_MAY
    assert user(owner=True).permissions("s") == OWNER_MAY
    assert user(shares={"s": ("control.start",)}).permissions("s") == ("control.start",)
    assert user(shares={"s": ("control.start",)}).permissions("other") is None
    assert user(everywhere=("control.start",)).permissions("other") == ("control.start",)


def test_a_window_counts_and_then_says_when_it_ends() -> None:
    windows = FixedWindows(2)

    rates = [windows.count("a", 10.0), windows.count("a", 20.0), windows.count("a", 30.0)]

    assert rates == [RateUsage(2, 1), RateUsage(2, 0), RateUsage(2, 0, 40)]
    assert windows.count("b", 30.0) == RateUsage(2, 1)
    assert windows.count("a", 70.0) == RateUsage(2, 1)


def test_a_key_does_not_show() -> None:
    assert "ptlc" not in repr(User(id=1, uuid="u", name="n", key="ptlc_secret"))
