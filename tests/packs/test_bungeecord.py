"""The consoles of BungeeCord and of Waterfall, which add an address to a name."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear

PROXY = Ear("bungeecord")
BUNGEE, WATERFALL = "12:00:00 [INFO] ", "[12:00:00 INFO]: "


@pytest.mark.parametrize(
    ("prefix", "came", "left"),
    [
        (BUNGEE, "Eve", "Eve"),
        (WATERFALL, "Eve|/192.0.2.1:50000", "/192.0.2.1:50000|Eve"),
        (WATERFALL, "Eve|/[2001:db8::1]:50000", "/[2001:db8::1]:50000|Eve"),
    ],
)
def test_who_goes_from_server_to_server_has_come_once(prefix: str, came: str, left: str) -> None:
    lines = [
        "[/192.0.2.1:50000] <-> InitialHandler has pinged",
        "[/192.0.2.1:50000] <-> InitialHandler has connected",
        f"[{came}] <-> ServerConnector [lobby] has connected",
        f"[{came}] <-> ServerConnector [survival] has connected",
        f"[{left}] <-> DownstreamBridge <-> [lobby] has disconnected",
        f"[{left}] -> UpstreamBridge has disconnected",
        f"[{left}] <-> DownstreamBridge <-> [survival] has disconnected",
    ]

    assert PROXY.came_and_went(prefix + line for line in lines) == ["+Eve", "-Eve"]


def test_who_is_refused_has_neither_come_nor_gone() -> None:
    lines = [
        "[Eve,/192.0.2.1:50000] <-> InitialHandler has connected",
        "[Eve] disconnected with: Could not connect to a default or fallback server",
        "[Eve] -> UpstreamBridge has disconnected",
    ]

    assert PROXY.came_and_went(BUNGEE + line for line in lines) == []


@pytest.mark.parametrize("prefix", [BUNGEE, WATERFALL, ""])
@pytest.mark.parametrize("players", [0, 117])
def test_the_list_is_read(prefix: str, players: int) -> None:
    line = f"{prefix}Total players online: {players}"

    assert PROXY.told(line) == players
    assert PROXY.is_probed(line)


@pytest.mark.parametrize(
    "text",
    [
        "[Eve] disconnected with: [Alex] -> UpstreamBridge has disconnected",
        "[Eve] <-> ServerConnector [Total players online: 3] has disconnected",
        "[lobby] (1): Total players online: 3",
        "Listening on /0.0.0.0:25577 Eve",
    ],
)
def test_words_that_only_look_like_an_event_are_none(text: str) -> None:
    assert PROXY.heard(BUNGEE + text).occurred == ()
