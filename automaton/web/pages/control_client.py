"""The page's way to the daemon: its control API over the control socket, few requests at a time.

A daemon that does not answer is weather: `DaemonSilent` is told on the page, and tried again with the next
request.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote, urlencode

import anyio
import httpx
import msgspec

from automaton.web.http_json import ErrorBody
from automaton.web.missing import MISSING, sentences_of
from automaton.web.rule_request import ADDRESS, WHO

T = TypeVar("T")
Tell = Callable[[str], None]
"""Is told one sentence."""

AT_ONCE = 6  # requests of all people together: each is answered between two turns of the engine
ANSWERED_WITHIN = 10.0  # seconds
LARGEST_ANSWER = 64 * 1024 * 1024  # bytes: ten thousand servers with all facts are some 30 MB


def to_nobody(_sentence: str) -> None:
    """Of what nobody waits for."""


class DaemonSilentError(Exception):
    """The daemon does not answer; why, as a sentence."""


class DaemonRefusedError(Exception):
    """The daemon answered that it will not; its sentence."""

    def __init__(self, status: int, problem: str) -> None:
        self.status = status
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class DaemonAnswer:
    """One answer as it came."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def is_success(self) -> bool:
        """Whether it is what was asked for."""
        return 200 <= self.status < 300


class ControlClient:
    """Asks one daemon. `transport` stands for its socket."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._client = httpx.AsyncClient(
            transport=transport, base_url="http://automaton", timeout=ANSWERED_WITHIN, trust_env=False
        )
        self._turns = anyio.Semaphore(AT_ONCE)

    @classmethod
    def at(cls, socket: str) -> ControlClient:
        """Of the daemon that listens at this file."""
        return cls(httpx.AsyncHTTPTransport(uds=socket))

    async def aclose(self) -> None:
        """Closes its connections."""
        await self._client.aclose()

    async def read(self, path: str, shape: type[T], query: Mapping[str, str] | None = None) -> T:
        """What is at a path. Raises DaemonSilentError or DaemonRefusedError."""
        answer = await self.ask("GET", with_query(path, query))
        return msgspec.json.decode(answer.content, type=shape)

    async def act(
        self,
        path: str,
        shape: type[T],
        who: str,
        body: Mapping[str, object] | msgspec.Struct | None = None,
        tell: Tell = to_nobody,
    ) -> T:
        """Has something done in the name of `who`. Raises DaemonSilentError or DaemonRefusedError.

        In a cluster `tell` is told each shard at which it may not be done yet, as a sentence.
        """  # fmt: skip
        content = msgspec.json.encode(body) if body is not None else b""
        answer = await self.ask("POST", path, content, who)
        for sentence in sentences_of(answer.headers.get(MISSING)):
            tell(sentence)
        return msgspec.json.decode(answer.content, type=shape)

    async def ask(self, method: str, path: str, content: bytes = b"", who: str = "") -> DaemonAnswer:
        """A good answer. Raises as `act`."""
        # In bytes: a header is Latin-1 by itself, and names may be of any script.
        answer = await self._answer(
            method, path, content, [(WHO.encode(), who.encode(errors="replace"))] if who else []
        )
        if answer.is_success:
            return answer
        raise DaemonRefusedError(answer.status, problem_of(answer.content))

    async def passed(self, method: str, path: str, address: str) -> DaemonAnswer:
        """What the daemon answers a browser at this address, good or not."""
        return await self._answer(method, path, b"", [(ADDRESS.encode(), address.encode(errors="replace"))])

    async def _answer(
        self, method: str, path: str, content: bytes, headers: Sequence[tuple[bytes, bytes]]
    ) -> DaemonAnswer:
        """In its turn, and within bounds."""
        body = b""
        async with self._turns:
            try:
                async with self._client.stream(method, path, content=content, headers=headers) as answer:
                    async for piece in answer.aiter_bytes():
                        body += piece
                        if len(body) > LARGEST_ANSWER:
                            problem = f"the daemon's answer is larger than {LARGEST_ANSWER // 1024**2} MiB"
                            raise DaemonRefusedError(502, problem)
            except httpx.HTTPError as problem:
                raise DaemonSilentError(_silence(problem)) from problem
        return DaemonAnswer(answer.status_code, answer.headers, body)

    @asynccontextmanager
    async def stream(
        self, path: str, *, silent_within: float | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """The lines of an answer without an end. Raises as `ask`; also while it is read."""
        timeout = httpx.Timeout(ANSWERED_WITHIN, read=silent_within)
        try:
            async with self._client.stream("GET", path, timeout=timeout) as answer:
                if not answer.is_success:
                    raise DaemonRefusedError(answer.status_code, problem_of(await answer.aread()))
                yield _lines(answer)
        except httpx.HTTPError as problem:
            raise DaemonSilentError(_silence(problem)) from problem


def _silence(problem: httpx.HTTPError) -> str:
    why = "it takes too long" if isinstance(problem, httpx.TimeoutException) else str(problem)
    return f"the daemon does not answer: {why or type(problem).__name__}"


def with_query(path: str, query: Mapping[str, str] | None) -> str:
    """The path with what is asked of it."""
    return f"{path}?{urlencode(query)}" if query else path


def part(text: str) -> str:
    """A stranger's text as one part of a path, `..` too: no step up."""
    return quote(text, safe="") if text.strip(".") else text.replace(".", "%2E")


def problem_of(body: bytes) -> str:
    """The sentence of a refusal."""
    try:
        return msgspec.json.decode(body, type=ErrorBody).problem
    except msgspec.MsgspecError:
        return "the daemon does not understand the request: it is another version of automaton"


async def _lines(answer: httpx.Response) -> AsyncIterator[bytes]:
    left = b""
    async for piece in answer.aiter_bytes():
        *whole, left = (left + piece).split(b"\n")
        for line in whole:
            yield line
