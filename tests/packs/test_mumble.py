"""The log of the Mumble server."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear, pack_of

MUMBLE = Ear("mumble")
NOW = "<W>2026-01-05 12:00:00.267 1 => "


@pytest.mark.parametrize(
    ("egg", "startup"), [("Mumble Server", ""), ("Ours", "./murmurd -fg -ini murmur.ini")]
)
def test_its_servers_are_found(egg: str, startup: str) -> None:
    assert pack_of(egg, startup=startup) == "mumble"


@pytest.mark.parametrize("name", ["Eve", "Eve (afk)", "Ева", "a:b", "Eve(-1)"])
def test_who_comes_and_goes_is_told_by_name(name: str) -> None:
    came, went = (
        f"{NOW}<2:{name}(-1)> Authenticated",
        f"{NOW}<2:{name}(-1)> Connection closed: The remote host closed the connection [1]",
    )

    assert (MUMBLE.events(came), MUMBLE.events(went)) == (["player.join"], ["player.leave"])
    assert [MUMBLE.fields(line)["player"] for line in (came, went)] == [name, name]


def test_one_who_was_never_let_in_neither_comes_nor_goes() -> None:
    lines = [
        NOW + "<0:(-1)> New connection: 192.0.2.1:48756",
        NOW + "<3:Eve(-1)> Client version 1.5.517 (X11: 1.5.517)",
        NOW + "<0:(-1)> Connection closed: Error during SSL handshake: http request [13]",
    ]

    assert all(MUMBLE.heard(line).occurred == () for line in lines)


@pytest.mark.parametrize(
    "line",
    [
        "<2:Eve(-1)> Added channel 1 => <9:Bob(-1)> Authenticated[7] under Root[0]",
        "<2:Eve(-1)> Moved <9:Bob(-1)> Connection closed: x",
        "<2:Eve(-1)> Client version 1.5.517 (1 => Server listening on [::]:64738)",
    ],
)
def test_what_somebody_does_with_a_name_of_an_event_is_none(line: str) -> None:
    assert MUMBLE.heard(NOW + line).occurred == ()


@pytest.mark.parametrize("address", ["0.0.0.0:64738", "[::]:64738"])
def test_it_is_ready_when_it_listens(address: str) -> None:
    assert MUMBLE.events(f"{NOW}Server listening on {address}") == ["ready"]
