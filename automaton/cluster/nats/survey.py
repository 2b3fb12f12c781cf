"""Asks NATS as a member will, and hears who is there. Law: nothing is written, made or changed.

A permission is tried by what is refused whatever it is: a stream that nobody has, a message that names a
stream which is not that of its subject. So any answer at all says that the permission is there.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from nats.errors import Error as NatsError
from nats.errors import NoRespondersError

from automaton.cluster.heartbeat import HEARTBEAT_EVERY, Heartbeat
from automaton.cluster.names import Names
from automaton.cluster.nats.connection import Access, NatsConnection
from automaton.cluster.nats.heartbeats import Heartbeats
from automaton.cluster.nats.monitor import ServerFacts, server_facts
from automaton.errors import Unreachable
from automaton.pace.http_client import HttpClient

CONNECTS_WITHIN = 10.0
"""Seconds: three servers of which two are away take six."""

REACHED_WITHIN = 4.0
"""Seconds in which one server by itself lets us in, or does not."""

ANSWERED_WITHIN = 3.0
"""Seconds for one question; a subject that is forbidden has no answer, and is waited for as long."""

LISTENS_FOR = 3 * HEARTBEAT_EVERY
"""Seconds: each member that lives is heard in it."""

NO_JETSTREAM = (10039, 10076)
"""JetStream's errors: it is not there for this account, or not at all."""

_OTHERS_STREAM = {"Nats-Expected-Stream": "automaton-check"}
_NOBODYS = "automaton_check"
_ANSWERS = "_INBOX.automaton-check.answers"


@dataclass(frozen=True, slots=True)
class Heard:
    """The last heartbeat of a member, and how many seconds its wall clock was ahead of ours."""

    heartbeat: Heartbeat
    skew: float


@dataclass(slots=True)
class EngineSeen:
    """`why_down` is empty where NATS let us in; `denied` is a sentence for each permission that lacks.

    `unreached` are the addresses of which that is not so when they are tried by themselves, each with why.
    `has_jetstream` is None where nobody answered. `copies` is how many there are of what members share, None
    where there is nothing yet. `troubles` are monitoring ports that could not be asked, each with why.
    `names_itself`: we came with a user or a token.
    """

    servers: list[ServerFacts] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    why_down: str = ""
    unreached: dict[str, str] = field(default_factory=dict)
    names_itself: bool = True
    version: str = ""
    denied: list[str] = field(default_factory=list)
    has_jetstream: bool | None = None
    copies: int | None = None
    heard: dict[str, Heard] = field(default_factory=dict)


async def look(
    access: Access,
    names: Names,
    client: HttpClient,
    monitors: tuple[str, ...],
    wall: Callable[[], float],
    within: float = CONNECTS_WITHIN,
) -> EngineSeen:
    """Everything that can be seen, within some seconds."""
    seen = EngineSeen(names_itself=bool(access.user or access.token))
    for url in monitors:
        try:
            seen.servers.append(await server_facts(client, url))
        except Unreachable as problem:
            seen.troubles.append(_named(url, str(problem)))
    async with _tried(access, within) as connection:
        if not connection.is_up:
            seen.why_down = connection.why_down
            return seen
        seen.version = connection.server_version
        await _try_permissions(connection, names, seen)
        await _hear(connection, names, seen, wall)
    if len(access.servers) > 1:  # it went to the first that answered
        alone = [replace(access, servers=(url,), alone=True) for url in access.servers]
        whys = await asyncio.gather(*map(_why_not_reached, alone))
        seen.unreached = {url: why for url, why in zip(access.servers, whys, strict=True) if why}
    return seen


@asynccontextmanager
async def _tried(access: Access, within: float) -> AsyncIterator[NatsConnection]:
    """A connection; one that is not up where there was none within so many seconds."""
    connection = NatsConnection(access, "automaton check")
    running = asyncio.create_task(connection.run())
    try:
        with suppress(TimeoutError):
            await asyncio.wait_for(connection.wait_until_up(), within)
        yield connection
    finally:
        running.cancel()
        await asyncio.wait([running])


async def _why_not_reached(access: Access) -> str:
    async with _tried(access, REACHED_WITHIN) as connection:
        return "" if connection.is_up else connection.why_down


def _named(url: str, problem: str) -> str:
    """Which of them it was; what does not come from there says so by itself."""
    return problem if url.rstrip("/") in problem else f"the monitoring port {url}: {problem}"


async def _try_permissions(connection: NatsConnection, names: Names, seen: EngineSeen) -> None:
    async def no_matter(_message: object) -> None:
        pass

    heard = [names.heartbeat, names.tell_any, names.ask("automaton-check"), _ANSWERS]
    for subject in heard:
        await connection.subscribe(subject, no_matter)
    questions = [(subject, b"", _OTHERS_STREAM) for subject in _written(names)]
    questions += [(subject, b"{}", {}) for subject in _asked(names)]
    answers = await asyncio.gather(*(_ask(connection, *question) for question in questions))
    tried = [*heard, *(one[0] for one in questions)]
    seen.denied = [sentence for subject in tried if (sentence := connection.denied(subject))]
    of_jetstream = [answer for answer in answers[-len(_asked(names)) :] if answer is not None]
    numbers = {(answer.get("error") or {}).get("err_code") for answer in of_jetstream}
    if of_jetstream or not seen.denied:
        seen.has_jetstream = bool(of_jetstream) and not numbers & {*NO_JETSTREAM}
    config = (answers[-1] or {}).get("config")
    seen.copies = config.get("num_replicas") if config else None


def _written(names: Names) -> list[str]:
    """One of each that members write to; what is named in the header keeps a stream from taking it."""
    return [f"automaton.{names.cluster}.check", f"$KV.{names.bucket}.check", "_INBOX.automaton-check"]


def _asked(names: Names) -> list[str]:
    """Questions to JetStream about a stream that is none, and last about what all share."""
    what = ("CREATE", "UPDATE", "PURGE", "MSG.GET")
    return [*(f"$JS.API.STREAM.{one}.{_NOBODYS}" for one in what), f"$JS.API.STREAM.INFO.KV_{names.bucket}"]


async def _ask(
    connection: NatsConnection, subject: str, body: bytes, headers: dict[str, str]
) -> dict[str, Any] | None:
    """The answer, None where there is none."""
    try:
        answer = await connection.request(subject, body, ANSWERED_WITHIN, headers or None)
    except NoRespondersError:
        return None
    except (NatsError, TimeoutError, Unreachable):
        return None
    with suppress(ValueError):
        told = json.loads(answer.data)
        return told if isinstance(told, dict) else None
    return None


async def _hear(
    connection: NatsConnection, names: Names, seen: EngineSeen, wall: Callable[[], float]
) -> None:
    def hear(heartbeat: Heartbeat) -> None:
        seen.heard[heartbeat.member] = Heard(heartbeat, heartbeat.wall - wall())

    await Heartbeats(connection, names, hear).listen()
    await asyncio.sleep(LISTENS_FOR)
