"""A call of a hook becomes an event of the server that it names."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from automaton.core.arm import Arm
from automaton.core.engine import Engine
from automaton.core.events import Event, HookCalled, Profile, RuleArmed, ServerListed
from automaton.core.gates.limits import Limits
from automaton.core.moment import Moment
from automaton.daemon.services.hooks import HookService
from automaton.daemon.services.inspector import Inspector
from automaton.secret import Secret
from automaton.web.hooks import NoSingleServer
from tests.core.story import book

NOW = Moment(5.0, 1_800_000_000.0)
SERVERS = [
    Profile(uuid="aaaaaaaa-1", id="aaaaaaaa", name="Lobby"),
    Profile(uuid="bbbbbbbb-1", id="bbbbbbbb", name="twin"),
    Profile(uuid="cccccccc-1", id="cccccccc", name="twin"),
    Profile(uuid="dddddddd-1", id="dddddddd", name="aaaaaaaa"),
]


class StandingClock:
    """It is always the same moment."""

    def now(self) -> Moment:
        return NOW


def hooks(
    put: Callable[[Event], None], rules: str = "rules: []", engine: Engine | None = None
) -> HookService:
    """Those of a daemon with these servers, rules, and one hook, `deploy`."""
    engine = engine or Engine(book(rules), Limits(), NOW)
    for profile in SERVERS:
        engine.handle(ServerListed(server=profile.uuid, at=NOW, profile=profile))
    active: Any = SimpleNamespace(
        settings=SimpleNamespace(hooks={"deploy": SimpleNamespace(token=Secret("right"))}), book=book(rules)
    )
    return HookService(active, Inspector(engine), put, str, StandingClock())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("aaaaaaaa-1", "aaaaaaaa-1"),
        ("AAAAAAAA-1", "aaaaaaaa-1"),
        ("bbbbbbbb", "bbbbbbbb-1"),
        ("lobby", "aaaaaaaa-1"),
        (" Lobby ", "aaaaaaaa-1"),
        ("aaaaaaaa", "aaaaaaaa-1"),  # an id goes before another's name
        ("twin", NoSingleServer.SEVERAL),
        ("nowhere", NoSingleServer.NONE),
        ("", NoSingleServer.NONE),
    ],
)
def test_a_server_is_found_by_uuid_short_id_or_name(text: str, found: str | NoSingleServer) -> None:
    assert hooks(print).find(text) == found


@pytest.mark.anyio
async def test_a_call_becomes_an_event() -> None:
    events: list[Event] = []
    service = hooks(events.append)
    await service.hook_called("deploy", "aaaaaaaa-1", {"version": "2"})
    await service.hook_called("deploy", "", {})

    assert events == [
        HookCalled(server="aaaaaaaa-1", at=NOW, name="deploy", fields={"version": "2"}),
        HookCalled(server="", at=NOW, name="deploy"),
    ]


def test_its_tokens_are_those_of_the_configuration() -> None:
    assert hooks(print).tokens() == {"deploy": Secret("right")}


def deployed(how: str) -> str:
    """A rule that waits for the hook, with these keys."""
    return f"rules: [{{id: a, {how}, when: {{hook: deploy}}, do: [{{notify: ops, text: x}}]}}]"


NONE, OFF = "no rule has `hook: deploy`", "all rules with `hook: deploy` are off"
NO_SERVER = "it names no `server`, and then only rules by `fleet` hear of it"
NOT_THIS = "no rule with `hook: deploy` looks at this server"


@pytest.mark.parametrize(
    ("rules", "server", "why"),
    [
        ("rules: []", "aaaaaaaa-1", NONE),
        (deployed("arm: off"), "aaaaaaaa-1", OFF),
        (deployed("by: server"), "", NO_SERVER),
        (deployed("by: server"), "aaaaaaaa-1", ""),
        (deployed("by: fleet"), "", ""),
        (deployed("servers: {name: twin}"), "aaaaaaaa-1", NOT_THIS),
        (deployed("by: fleet, servers: {name: twin}"), "aaaaaaaa-1", NOT_THIS),
        (deployed("by: fleet, servers: {name: twin}"), "", ""),
        (deployed("servers: {name: twin}"), "bbbbbbbb-1", ""),
    ],
)
@pytest.mark.anyio
async def test_a_call_of_which_no_rule_hears_is_an_event_too_and_says_why(
    rules: str, server: str, why: str
) -> None:
    events: list[Event] = []

    assert await hooks(events.append, rules).hook_called("deploy", server, {}) == why
    assert len(events) == 1


@pytest.mark.anyio
async def test_a_rule_that_is_off_in_its_file_hears_once_it_was_armed_by_hand() -> None:
    rules = deployed("arm: off")
    engine = Engine(book(rules), Limits(arm=Arm.LIVE), NOW)
    service = hooks(print, rules, engine)
    assert await service.hook_called("deploy", "aaaaaaaa-1", {}) == OFF

    engine.handle(RuleArmed(server="", at=NOW, rule="a", arm=Arm.LIVE))
    assert await service.hook_called("deploy", "aaaaaaaa-1", {}) == ""


@pytest.mark.anyio
async def test_where_limits_have_all_rules_off_none_hears() -> None:
    rules = deployed("arm: live")
    service = hooks(print, rules, Engine(book(rules), Limits(arm=Arm.OFF), NOW))

    assert await service.hook_called("deploy", "aaaaaaaa-1", {}) == OFF
