"""The console of Eco, which names players only where the mod NidToolbox is."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear, pack_of

ECO = Ear("eco")


@pytest.mark.parametrize(("egg", "pack"), [("Eco", "eco"), ("Eco Modded", "eco"), ("Ecology Suite", "wings")])
def test_its_servers_are_found_by_their_egg(egg: str, pack: str) -> None:
    assert pack_of(egg) == pack


@pytest.mark.parametrize("prefix", ["[12:00:00] ", "[12:00] ", "[11:24:39.201] [1] [ Info] [Eco] "])
@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Web Server now listening on: http://0.0.0.0:3001", "ready"),
        ("[NidToolbox]: Eve has logged in with IP 192.0.2.1", "player.join"),
        ("[NidToolbox]: Eve has logged in with IP ::ffff:192.0.2.1", "player.join"),
        ("[NidToolbox]: Eve has logged out.", "player.leave"),
    ],
)
def test_its_events_are_read_behind_every_prefix(prefix: str, text: str, event: str) -> None:
    assert ECO.events(prefix + text) == [event]


@pytest.mark.parametrize(
    "text",
    [
        "Initializing WorldPlugin... Finished in 0,2ms",
        "Eve has logged out.",
        "Saving: Web Server now listening on:",
    ],
)
def test_words_that_only_look_like_an_event_are_none(text: str) -> None:
    assert ECO.heard(f"[12:00:00] {text}").occurred == ()


def test_it_takes_no_commands() -> None:
    assert not ECO.pack.console
