"""The console of Enshrouded, which only speaks."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear, pack_of

ENSHROUDED = Ear("enshrouded")
NOW = "[I 00:04:24,063] "
READY = "[Session] 'HostOnline' (up)!"
JOIN = "[server] Player '{}' logged in with Permissions:"
LEAVE = "[server] Remove Player '{}'"
EVENTS = {
    "ready": READY,
    "player.join": JOIN.format("Alex"),
    "player.leave": LEAVE.format("Alex"),
    "world_saved": "[server] Saved",
}


def test_its_servers_are_found_by_egg_and_start_up_line() -> None:
    assert pack_of("Enshrouded") == "enshrouded"
    assert pack_of("Ours", startup="proton run ./enshrouded_server.exe & ENS_PID=$!") == "enshrouded"


@pytest.mark.parametrize("prefix", [NOW, "[W 01:00:00,000] ", ""])
@pytest.mark.parametrize(("event", "text"), EVENTS.items())
def test_its_events_are_read_behind_every_prefix(prefix: str, event: str, text: str) -> None:
    assert ENSHROUDED.events(prefix + text) == [event]


@pytest.mark.parametrize("name", ["Eve", "E v e", "E'v'e", "Æ✨", "x' logged in with Permissions:", READY])
def test_one_who_comes_and_goes_is_one_join_and_one_leave_whatever_the_name(name: str) -> None:
    lines = [
        "[online] Added peer 0(1) (steamid:76561190000000001)",
        "[server] Machine '1': Player '0(0)' logged in",
        JOIN.format(name),
        " - CanKickBan",
        f"[Server] Sending Character Savegame '{name}' Size:22'899",
        f"[server] Remove Entity for Player '{name}'",
        LEAVE.format(name),
        "[online] Removed peer 0(1)",
    ]

    assert [event for line in lines for event in ENSHROUDED.events(NOW + line)] == [
        "player.join",
        "player.leave",
    ]
    assert ENSHROUDED.fields(NOW + JOIN.format(name)) == {"player": name, "level": "I"}


@pytest.mark.parametrize("name", EVENTS.values())
def test_a_name_that_looks_like_an_event_is_none(name: str) -> None:
    assert ENSHROUDED.events(f"{NOW}[Server] Sending Character Savegame '{name}' Size:22'899") == []
    assert ENSHROUDED.events(f"{NOW}[server] Remove Entity for Player '{name}'") == []


def test_nothing_can_be_typed() -> None:
    pack = ENSHROUDED.pack

    assert (pack.console, pack.say, pack.save, pack.probe, pack.polls) == (False, None, None, None, {})
