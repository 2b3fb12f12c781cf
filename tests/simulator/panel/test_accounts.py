from __future__ import annotations

from automaton.simulator.panel.accounts import ADMIN_MAY, OWNER_MAY, User


def user(**changes: object) -> User:
    return User(id=1, uuid="u", name="n", key="k", **changes)  # type: ignore[arg-type]


def test_permissions_are_those_of_the_strongest_role() -> None:
    assert user(admin=True, owner=True).permissions("s") == ADMIN_MAY
    assert user(owner=True).permissions("s") == OWNER_MAY
    assert user(shares={"s": ("control.start",)}).permissions("s") == ("control.start",)
    assert user(shares={"s": ("control.start",)}).permissions("other") is None
    assert user(everywhere=("control.start",)).permissions("other") == ("control.start",)


def test_a_key_does_not_show() -> None:
    assert "ptlc" not in repr(User(id=1, uuid="u", name="n", key="ptlc_secret"))
