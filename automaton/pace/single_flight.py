"""Many ask, one request goes: callers with the same key share the answer of the one under way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

import anyio

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Flight(Generic[V]):
    __slots__ = ("answer", "error", "landed")

    def __init__(self) -> None:
        self.landed = anyio.Event()
        self.answer: list[V] = []
        self.error: Exception | None = None


class SingleFlight(Generic[K, V]):
    """One flight a key at a time. Nothing is kept once it has landed: this is no cache."""

    __slots__ = ("_flights",)

    def __init__(self) -> None:
        self._flights: dict[K, _Flight[V]] = {}

    async def do(self, key: K, work: Callable[[], Awaitable[V]]) -> V:
        """The answer, or the error, of the one flight.

        When the caller that flies is cancelled, one of those that wait flies in its place.
        """
        while (flight := self._flights.get(key)) is not None:
            await flight.landed.wait()
            if flight.error is not None:
                raise flight.error
            if flight.answer:
                return flight.answer[0]
        flight = self._flights[key] = _Flight()
        try:
            answer = await work()
            flight.answer.append(answer)
            return answer
        except Exception as error:
            flight.error = error
            raise
        finally:
            del self._flights[key]
            flight.landed.set()
