"""A page of a cluster tells who signed in and out, until it was heard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import anyio
import msgspec
import pytest
from trio.testing import MockClock

from automaton.web.action_result import ActionResult
from automaton.web.pages.control_client import ControlClient, DaemonSilentError
from automaton.web.pages.security.sessions import Sessions
from automaton.web.pages.session_sharing import SessionSharing
from automaton.web.routes.page_sessions import SessionChanges
from tests.web.pages.visiting import HandClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Daemon:
    """Hears; while it is `silent` it does not."""

    def __init__(self) -> None:
        self.heard: list[list[str | None]] = []
        self.tries = 0
        self.silent = 0

    async def act(
        self, path: str, shape: type[Any], who: str, body: msgspec.Struct | Mapping[str, object]
    ) -> Any:
        assert (path, who) == ("/v1/page/sessions", "")
        assert isinstance(body, SessionChanges)
        self.tries += 1
        if self.tries <= self.silent:
            raise DaemonSilentError("it starts")
        self.heard.append([one.name if one is not None else None for one in body.sessions.values()])
        return ActionResult("done")


async def shared(daemon: Daemon, *, is_clustered: bool = True) -> None:
    sharing = SessionSharing(cast("ControlClient", daemon))
    sessions = Sessions(HandClock(), sharing.changed)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(sharing.run, sessions)
        if is_clustered:
            sessions.adopt({})
        await anyio.sleep(1.0)
        key, _ = sessions.begin("anna", "proof")
        await anyio.sleep(10.0)
        sessions.end(key)
        await anyio.sleep(10.0)
        tasks.cancel_scope.cancel()


async def test_what_begins_and_ends_is_told_as_it_happens() -> None:
    daemon = Daemon()
    await shared(daemon)

    assert daemon.heard == [["anna"], [None]]


async def test_what_was_not_heard_is_told_again() -> None:
    daemon = Daemon()
    daemon.silent = 3
    await shared(daemon)

    assert daemon.heard == [["anna"], [None]]
    assert daemon.tries == 5


async def test_a_single_daemon_is_told_nothing() -> None:
    daemon = Daemon()
    await shared(daemon, is_clustered=False)

    assert daemon.tries == 0
