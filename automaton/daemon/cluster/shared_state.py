"""The small state that all members share, as this one knows it: what people asked of the cluster, the
generations of the configuration, and how far each log is known to have come.

Law: what is changed is changed by compare-and-set, on what was read last; who loses reads and tries again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

import anyio
import msgspec
import structlog

from automaton.cluster import generation, wishes
from automaton.cluster.generation import Generation, Generations
from automaton.cluster.shard import Shard
from automaton.cluster.stamp import UNKNOWN, Known
from automaton.cluster.wishes import Wishes
from automaton.errors import AutomatonError, Refused, TryLater, Weather

LOOKED_EVERY = 2.0
"""Seconds between two looks at what others changed: as long as a person waits for a drain to begin."""

KNOWN_EVERY = 30.0
"""Seconds between two times that how far our logs have come is written down."""

TRIES = 5

MOST_KNOWN = 20_000
"""Logs whose ends a member knows: of ten thousand nodes twice as many. Shards that are no more are not told
from those that nobody lists just now, so those go of which nothing was heard for longest."""

MOST_LEFT = 1_000
"""Of the shards that a member gave up, those whose ends its key goes on to say: until their next owner has
said more, which takes half a minute. A value of the bucket has room for several times as many."""

WISHES, GENERATIONS, KNOWN = "wishes", "generations", "known."
PROOF = "proof."

T = TypeVar("T")

Ends: TypeAlias = Mapping[str, tuple[int, int]]
"""How far logs came, by the text of their shards: the epoch, and the sequence in it."""


class SharedValue(Protocol):
    """A key's value, and the number of its change."""

    @property
    def key(self) -> str:
        """Its name."""

    @property
    def value(self) -> bytes:
        """What stands there."""

    @property
    def revision(self) -> int:
        """The number of its last change."""


class SharedBucket(Protocol):
    """The bucket (`cluster/nats/bucket.py`)."""

    async def make(self) -> None:
        """Where it is missing. Raises Unreachable, NotSetUp."""

    async def get(self, key: str) -> SharedValue | None:
        """What stands there. Raises Unreachable."""

    async def put(self, key: str, value: bytes, revision: int) -> SharedValue | None:
        """Changes it where its last change is that one; None where it is another. Raises Weather."""

    async def changes(self, after: int) -> Sequence[SharedValue]:
        """The last change of each key that changed behind that one. Raises Unreachable."""


class SharedState:
    """`token` is this member's name as a key has it. `on_wishes` is told what people ask.

    `remembered` is how far logs are known to have come by this member's own file (`known_logs.py`).
    """

    def __init__(
        self,
        bucket: SharedBucket,
        token: str,
        on_wishes: Callable[[Wishes], None],
        remembered: Ends | None = None,
    ) -> None:
        self.generations = Generations()
        self._bucket = bucket
        self._token = token
        self._on_wishes = on_wishes
        self._said: dict[str, Ends] = {}  # by key of the bucket
        self._known: dict[str, tuple[int, int]] = dict(remembered or {})  # what was heard of last, last
        self._after = 0
        self._is_made = False
        self._told = ""  # why it cannot be read, as it was told
        self.listeners: dict[
            str, Callable[[SharedValue], None]
        ] = {}  # by how their keys begin; others read them
        self._log = structlog.get_logger()

    def known(self, shard: Shard) -> Known:
        """How far its log is known to have come, by any member's word."""
        return Known(*self._known[shard.text]) if shard.text in self._known else UNKNOWN

    def all_known(self) -> Ends:
        """The same of all logs, by the text of their shards: what this member's own file is to say."""
        return dict(self._known)

    async def read(self) -> None:
        """All that is there. Raises Weather, and Refused with what an operator has to do."""
        if not self._is_made:
            await self._bucket.make()
            self._is_made, self._after = True, 0  # one that was made anew counts anew
            self._said.clear()  # and says nothing yet
        try:
            changes = await self._bucket.changes(self._after)
        except Weather:
            self._is_made = False  # it may be gone: the next look makes it where it is
            raise
        if self._after == 0:
            self.generations = Generations()  # what one that was lost said, this one does not
        for kept in changes:
            self._take(kept)
            self._after = kept.revision

    async def run(self, logs: Callable[[], Mapping[Shard, Known]]) -> None:
        """Reads what others change, and writes how far our logs have come, until cancelled."""
        waited = 0.0
        while True:
            try:
                await self.read()
                waited += LOOKED_EVERY
                if waited >= KNOWN_EVERY:
                    waited = 0.0
                    await self.write_known(logs())
            except Weather:
                pass  # the connection tells it
            except AutomatonError as problem:
                if str(problem) != self._told:  # once, and not with every look
                    self._told = str(problem)
                    self._log.error("cluster.bucket", reason=self._told)
            else:
                self._told = ""
            await anyio.sleep(LOOKED_EVERY)

    async def wish(self, change: Callable[[Wishes], Wishes]) -> str:
        """Changes what is asked of all; why it could not be written, empty for well."""
        try:
            await self._change(WISHES, wishes.decode, wishes.encode, lambda old: (change(old), None))
            await self.read()
        except (AutomatonError, ValueError) as problem:
            return str(problem)
        return ""

    async def start(
        self, fingerprint: str, member: str, wall: float, *, reloaded: bool, before: Generation | None = None
    ) -> Generation:
        """The generation of a configuration that this member takes, who had that one. Raises Weather."""

        def change(old: Generations) -> tuple[Generations, Generation]:
            old = old if before is None else old.restored(before)
            judged = old.reloaded if reloaded else old.started
            mine, kept = judged(fingerprint, member, wall)
            return kept, mine

        mine: Generation = await self._change(GENERATIONS, generation.decode, generation.encode, change)
        return mine

    async def prove(self) -> None:
        """Writes something small, for a member that writes no log. Raises Weather."""
        key = f"{PROOF}{self._token}"
        found = await self._bucket.get(key)
        await self._bucket.put(key, b"", found.revision if found is not None else 0)

    async def write_known(self, logs: Mapping[Shard, Known]) -> None:
        """What is ours now, and of what was ours, what nobody else says yet. Raises Weather."""
        key = f"{KNOWN}{self._token}"
        found = await self._bucket.get(key)
        said = _ends(found.value) if found is not None else {}
        ours = {shard.text: (known.epoch, known.sequence) for shard, known in logs.items()}
        left = [text for text in said if text not in ours and not self._is_passed(key, text, said[text])]
        told = {text: said[text] for text in left[-MOST_LEFT:]}
        told |= {text: max(end, said.get(text, end)) for text, end in ours.items()}
        await self._bucket.put(key, msgspec.json.encode(told), found.revision if found is not None else 0)

    async def _change(
        self,
        key: str,
        decode: Callable[[bytes | None], T],
        encode: Callable[[T], bytes],
        change: Callable[[T], tuple[T, Any]],
    ) -> Any:
        for _ in range(TRIES):
            found = await self._bucket.get(key)
            try:
                old = decode(found.value if found is not None else None)
            except ValueError as problem:
                raise Refused(f"the bucket's `{key}` is none of this version's: {problem}") from None
            new, answer = change(old)
            if new is old or await self._bucket.put(
                key, encode(new), found.revision if found is not None else 0
            ):
                return answer
        raise TryLater("others change the same in the bucket all the time")

    def _is_passed(self, key: str, text: str, end: tuple[int, int]) -> bool:
        """Whether another member's key says more of that log."""
        return any(said.get(text, end) > end for other, said in self._said.items() if other != key)

    def _hear(self, ends: Ends) -> None:
        """No word makes a log shorter than it was known to be."""
        for text, end in ends.items():
            self._known[text] = max(end, self._known.pop(text, end))
        for text in list(self._known)[: max(0, len(self._known) - MOST_KNOWN)]:
            del self._known[text]

    def _take(self, kept: SharedValue) -> None:
        try:
            if kept.key == WISHES:
                self._on_wishes(wishes.decode(kept.value))
            elif kept.key == GENERATIONS:
                self.generations = generation.decode(kept.value)
            elif kept.key.startswith(KNOWN):
                self._said[kept.key] = _decoded(kept.value)
                self._hear(self._said[kept.key])
            else:
                for begins, listener in self.listeners.items():
                    if kept.key.startswith(begins):
                        listener(kept)
        except (ValueError, msgspec.MsgspecError) as problem:
            self._log.error("cluster.bucket_unread", key=kept.key, reason=str(problem))


def _decoded(value: bytes) -> Ends:
    return msgspec.json.decode(value, type=dict[str, tuple[int, int]])


def _ends(value: bytes) -> Ends:
    """What a member's key says; nothing where that cannot be read, which `_take` tells."""
    try:
        return _decoded(value)
    except msgspec.MsgspecError:
        return {}
