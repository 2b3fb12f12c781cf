"""Answers of the daemon that are given again for a moment: two hundred live pages ask as much as one."""

from __future__ import annotations

from typing import TypeVar, cast

import anyio

from automaton.pace.clock import Clock
from automaton.web.pages.control_client import ControlClient

T = TypeVar("T")

GOOD_FOR = 1.0  # seconds


class RecentAnswers:
    """Reads of few paths that many look at: what is kept is as many answers as there are paths."""

    def __init__(self, control: ControlClient, clock: Clock) -> None:
        self._control = control
        self._clock = clock
        self._turn = anyio.Lock()
        self._kept: dict[str, tuple[float, object]] = {}

    async def read(self, path: str, shape: type[T]) -> T:
        """What is at a path, of now or of a moment ago. Raises as ControlClient does."""
        async with self._turn:
            now = self._clock.now().mono
            read_at, answer = self._kept.get(path, (-GOOD_FOR, None))
            if answer is None or now - read_at >= GOOD_FOR:
                answer = await self._control.read(path, shape)
                self._kept[path] = (now, answer)
            return cast(T, answer)
