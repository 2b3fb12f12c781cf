"""The console of FXServer: FiveM and RedM."""

from __future__ import annotations

import pytest

from automaton.core.console.command import CommandRefused, check_command
from tests.packs.ear import Ear, pack_of

FIVEM = Ear("fivem")
SERVER = "[  citizen-server-impl] "
EVENTS = [
    "[           svadhesive] Server license key authentication succeeded. Welcome!",
    SERVER + "server thread hitch warning: timer interval of 221 milliseconds",
    "[              server] Error: Loop svMain seems hung! (last checkin 45 seconds ago)",
    SERVER + "Authenticated with cfx.re Nucleus: https://x.users.cfx.re/",
]


@pytest.mark.parametrize("egg", ["FiveM", "FiveM (txAdmin)", "RedM"])
def test_its_servers_are_found_by_their_egg(egg: str) -> None:
    assert pack_of(egg) == "fivem"


@pytest.mark.parametrize("time", ["", "06:18:42 "])
def test_its_events_are_read_with_and_without_the_time(time: str) -> None:
    heard = [event for line in EVENTS for event in FIVEM.events(time + line)]

    assert heard == ["ready", "lag", "hang", "registered"]


def test_a_slow_turn_tells_how_long_it_took() -> None:
    assert FIVEM.fields(EVENTS[1]) == {"thread": "server", "ms": "221"}


@pytest.mark.parametrize("resource", ["chat", "hardcap", "es_extended", "qb-core"])
@pytest.mark.parametrize("said", EVENTS)
def test_what_a_resource_prints_is_never_the_servers(resource: str, said: str) -> None:
    assert FIVEM.is_only_chat(f"[ script:{resource}] Eve: {said}")
    assert FIVEM.is_only_chat(f"[ script:{resource}] {said}")


def test_words_in_the_middle_of_a_line_are_no_event() -> None:
    assert all(FIVEM.heard(f"[  resources] Started resource {line}").occurred == () for line in EVENTS)


def test_it_may_not_be_stopped_by_a_command() -> None:
    with pytest.raises(CommandRefused):
        check_command("quit", FIVEM.pack)
