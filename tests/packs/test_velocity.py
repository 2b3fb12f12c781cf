"""The console of Velocity."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear

VELOCITY = Ear("velocity")
NOW = "[12:00:00 INFO]: "
EVE = "[connected player] Eve (/192.0.2.1:50000)"


def test_who_goes_from_server_to_server_has_come_once() -> None:
    lines = [
        "[initial connection] /192.0.2.1:50000 has disconnected: Outdated client",
        f"{EVE} has connected",
        "[server connection] Eve -> lobby has connected",
        "[server connection] Eve -> survival has connected",
        "[server connection] Eve -> lobby has disconnected",
        f"{EVE}: kicked from server survival: You are banned",
        f"{EVE} has disconnected: You are banned",
        "[server connection] Eve -> survival has disconnected",
    ]

    assert VELOCITY.came_and_went(NOW + line for line in lines) == ["+Eve", "-Eve"]


@pytest.mark.parametrize(("answer", "players"), [
    ("0 players are currently connected to the proxy.", 0),
    ("1 player is currently connected to the proxy.", 1),
    ("117 players are currently connected to the proxy.", 117),
])  # fmt: skip
def test_the_list_is_read(answer: str, players: int) -> None:
    assert VELOCITY.told(NOW + answer) == players
    assert VELOCITY.is_probed(NOW + answer)


@pytest.mark.parametrize(
    "text",
    [
        f"{EVE}: kicked from server lobby: {EVE} has disconnected",
        f"{EVE}: disconnected while connecting to lobby: Done (1.0s)!",
        "Done (1.0s)! Eve",
        "Eve: 3 players are currently connected to the proxy.",
    ],
)
def test_words_that_only_look_like_an_event_are_none(text: str) -> None:
    assert VELOCITY.heard(NOW + text).occurred == ()


def test_why_somebody_went_may_be_any_text() -> None:
    fields = VELOCITY.fields(
        f"{NOW}{EVE} has disconnected: [connected player] Alex (/192.0.2.2:1) has connected"
    )

    assert fields["player"] == "Eve"
    assert fields["action"] == "disconnected"
