"""Who is idle longest makes way, of the same address first, and nobody who is being answered."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from automaton.web.connection_room import ConnectionRoom, site_of


@dataclass(eq=False)
class Guest:
    is_idle: bool = True
    is_gone: bool = False

    def dismiss(self) -> None:
        self.is_gone = True


@dataclass
class Told:
    heard: list[tuple[str, bool]] = field(default_factory=list)

    def __call__(self, address: str, refused: bool) -> None:
        self.heard.append((address, refused))


def let_in(room: ConnectionRoom, *addresses: str) -> list[Guest]:
    guests = [Guest() for _ in addresses]
    assert all(room.admit(guest, address) for guest, address in zip(guests, addresses, strict=True))
    return guests


def test_in_a_full_room_the_longest_idle_makes_way_whatever_its_address() -> None:
    told = Told()
    room = ConnectionRoom(3, 3, told)
    a, b, c = let_in(room, "a", "b", "c")
    room.answered(a)
    (new,) = let_in(room, "d")

    assert [one.is_gone for one in (a, b, c, new)] == [False, True, False, False]
    assert (len(room), told.heard) == (3, [("b", False)])


def test_an_address_with_all_that_it_may_have_makes_way_to_itself() -> None:
    room = ConnectionRoom(9, 2)
    other, first, second = let_in(room, "b", "a", "a")
    let_in(room, "a")

    assert [one.is_gone for one in (other, first, second)] == [False, True, False]


@pytest.mark.parametrize(("most", "an_address"), [(2, 9), (9, 2)])
def test_who_is_being_answered_stays_and_the_new_one_is_refused(most: int, an_address: int) -> None:
    told = Told()
    room = ConnectionRoom(most, an_address, told)
    for guest in let_in(room, "a", "a"):
        guest.is_idle = False

    assert not room.admit(Guest(), "a")
    assert (len(room), told.heard) == (2, [("a", True)])


def test_who_leaves_makes_room_once_and_who_never_came_makes_none() -> None:
    room = ConnectionRoom(1, 1)
    (guest,) = let_in(room, "a")
    for one in (guest, guest, Guest()):
        room.leave(one)
        room.answered(one)

    assert len(room) == 0
    let_in(room, "a")


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("uid 1000", "uid 1000"),
        ("", ""),
    ],
)
def test_all_addresses_of_one_customer_are_one(address: str, site: str) -> None:
    assert site_of(address) == site
