"""Which configuration is the latest: a number that grows with each reload that changes something.

The last ones are kept in the bucket as one value, changed by compare-and-set: whoever loses reads and
asks again. A member that starts with a configuration that was the latest before is known by its
fingerprint, and is behind; one that is told to reload means what it has now, even if it had that before.
"""

from __future__ import annotations

import msgspec

MOST_KEPT = 64  # generations: a member that was away for as many reloads is taken for a new configuration


class Generation(msgspec.Struct, frozen=True):
    """One configuration."""

    number: int
    fingerprint: str  # equal where rules, packs and limits mean the same
    by: str  # the member that published it
    at: float  # its wall clock


class Generations(msgspec.Struct, frozen=True):
    """The last ones, the latest at the end."""

    kept: tuple[Generation, ...] = ()

    @property
    def latest(self) -> Generation | None:
        """By which the cluster should judge; None before the first."""
        return self.kept[-1] if self.kept else None

    def started(self, fingerprint: str, by: str, at: float) -> tuple[Generation, Generations]:
        """What a member is that starts with this configuration, and what is then to be kept.

        The same object where nothing is to be written.
        """
        for known in reversed(self.kept):
            if known.fingerprint == fingerprint:
                return known, self
        return self._with(fingerprint, by, at)

    def reloaded(self, fingerprint: str, by: str, at: float) -> tuple[Generation, Generations]:
        """The same for one that was told to reload: what was before is new again."""
        if self.latest is not None and self.latest.fingerprint == fingerprint:
            return self.latest, self
        return self._with(fingerprint, by, at)

    def restored(self, known: Generation) -> Generations:
        """With one that NATS lost with its disks; the same object where it or a later one is kept."""
        if self.latest is not None and self.latest.number >= known.number:
            return self
        return Generations((*self.kept, known)[-MOST_KEPT:])

    def _with(self, fingerprint: str, by: str, at: float) -> tuple[Generation, Generations]:
        number = self.latest.number + 1 if self.latest else 1
        new = Generation(number, fingerprint, by, at)
        return new, Generations((*self.kept, new)[-MOST_KEPT:])


def encode(generations: Generations) -> bytes:
    """As JSON."""
    return msgspec.json.encode(generations)


def decode(content: bytes | None) -> Generations:
    """Those of these bytes; none of None. Raises ValueError with a sentence for anything else."""
    if content is None:
        return Generations()
    try:
        return msgspec.json.decode(content, type=Generations)
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        raise ValueError(f"the generations of the configuration cannot be read: {problem}") from problem
