"""A call of a hook becomes an event of the server that it names."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from automaton.core.events import Event, HookCalled, Profile
from automaton.core.moment import Moment
from automaton.core.targets.server import Server
from automaton.daemon.app import Daemon
from automaton.daemon.hooks import Hooks
from automaton.secret import Secret
from automaton.web.hooks import Which

NOW = Moment(5.0, 1_800_000_000.0)
SERVERS = [
    Profile(uuid="aaaaaaaa-1", id="aaaaaaaa", name="Lobby"),
    Profile(uuid="bbbbbbbb-1", id="bbbbbbbb", name="twin"),
    Profile(uuid="cccccccc-1", id="cccccccc", name="twin"),
    Profile(uuid="dddddddd-1", id="dddddddd", name="aaaaaaaa"),
]


@dataclass
class Inbox:
    events: list[Event] = field(default_factory=list)

    def put(self, event: Event) -> None:
        self.events.append(event)


def daemon(inbox: Inbox) -> Daemon:
    """As much of one as hooks look at."""
    some: Any = SimpleNamespace(
        clock=SimpleNamespace(now=lambda: NOW),
        configuration=SimpleNamespace(
            settings=SimpleNamespace(hooks={"deploy": SimpleNamespace(token=Secret("right"))})
        ),
        engine=SimpleNamespace(servers=lambda: {one.uuid: Server(one) for one in SERVERS}),
        fleet=SimpleNamespace(pool=SimpleNamespace(queue=inbox)),
        name_of=lambda uuid: uuid,
    )
    return cast("Daemon", some)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("aaaaaaaa-1", "aaaaaaaa-1"),
        ("AAAAAAAA-1", "aaaaaaaa-1"),
        ("bbbbbbbb", "bbbbbbbb-1"),
        ("lobby", "aaaaaaaa-1"),
        (" Lobby ", "aaaaaaaa-1"),
        ("aaaaaaaa", "aaaaaaaa-1"),  # an id goes before another's name
        ("twin", Which.SEVERAL),
        ("nowhere", Which.NONE),
        ("", Which.NONE),
    ],
)
def test_a_server_is_found_by_uuid_short_id_or_name(text: str, found: str | Which) -> None:
    assert Hooks(daemon(Inbox())).find(text) == found


def test_a_call_becomes_an_event() -> None:
    inbox = Inbox()
    hooks = Hooks(daemon(inbox))
    hooks.ring("deploy", "aaaaaaaa-1", {"version": "2"})
    hooks.ring("deploy", "", {})

    assert inbox.events == [
        HookCalled(server="aaaaaaaa-1", at=NOW, name="deploy", fields={"version": "2"}),
        HookCalled(server="", at=NOW, name="deploy"),
    ]


def test_its_tokens_are_those_of_the_configuration() -> None:
    assert Hooks(daemon(Inbox())).tokens() == {"deploy": Secret("right")}
