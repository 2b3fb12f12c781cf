"""Who is signed in: by random keys, of which only hashes are kept; a bounded number."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from hashlib import sha256

from automaton.pace.clock import Clock

IDLE = 12 * 3600.0  # seconds without a request after which a session has ended
MOST_SESSIONS = 1_000  # of all people; the one that was idle longest makes way
MOST_OF_A_PERSON = 20  # browsers; a script that drops its cookies ends sessions of its own name alone
MOST_NOTES = 5  # sentences about what was done that wait to be shown


class SignedIn:
    """One browser of one person. `csrf` stands in each of its forms.

    `proof` is what let him in, and may let him in no more after a reload. `is_proxied`: a proxy named him.
    """

    __slots__ = ("_ends", "csrf", "is_proxied", "name", "notes", "proof", "seen")

    def __init__(self, name: str, proof: str, seen: float, *, is_proxied: bool = False) -> None:
        self.name = name
        self.proof = proof
        self.seen = seen
        self.is_proxied = is_proxied
        self.csrf = secrets.token_urlsafe(24)
        self.notes: list[tuple[str, str]] = []
        self._ends: set[Callable[[], None]] = set()

    def note(self, text: str, kind: str = "done") -> None:
        """A sentence for the next page: `done`, `refused` or `unknown`."""
        self.notes = [*self.notes, (kind, text)][-MOST_NOTES:]

    def warn(self, text: str) -> None:
        """A sentence of something that may not be done yet, for the next page."""
        self.note(text, "unknown")

    def take_notes(self) -> list[tuple[str, str]]:
        """The sentences that wait, which are then shown."""
        notes, self.notes = self.notes, []
        return notes

    def is_csrf(self, given: str) -> bool:
        """Whether a form is one of ours."""
        return hmac.compare_digest(given.encode(errors="surrogatepass"), self.csrf.encode())

    def at_end(self, end: Callable[[], None]) -> Callable[[], None]:
        """Has `end` called when the session ends, as its streams do, until what is returned is called."""
        self._ends.add(end)
        return lambda: self._ends.discard(end)

    def end(self) -> None:
        """Ends what goes on in its name."""
        for end in list(self._ends):
            end()


class Sessions:
    """All that are open."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[bytes, SignedIn] = {}  # the one that was idle longest first

    def __len__(self) -> int:
        """How many are open."""
        return len(self._open)

    def of(self, name: str) -> int:
        """How many a person has."""
        return sum(session.name == name for session in self._open.values())

    def begin(self, name: str, proof: str, *, is_proxied: bool = False) -> tuple[str, SignedIn]:
        """A new session of a person, and its key for the cookie."""
        mine = [hashed for hashed, session in self._open.items() if session.name == name]
        for hashed in mine[: max(0, len(mine) - MOST_OF_A_PERSON + 1)]:
            self._drop(hashed)
        while len(self._open) >= MOST_SESSIONS:
            self._drop(next(iter(self._open)))
        key = secrets.token_urlsafe(32)
        now = self._clock.now().mono
        session = self._open[_hash(key)] = SignedIn(name, proof, now, is_proxied=is_proxied)
        return key, session

    def find(self, key: str) -> SignedIn | None:
        """The session of a cookie, which is not idle any more by this."""
        hashed, now = _hash(key), self._clock.now().mono
        session = self._open.pop(hashed, None)
        if session is None:
            return None
        if now - session.seen > IDLE:
            session.end()
            return None
        session.seen = now
        self._open[hashed] = session
        return session

    def end(self, key: str) -> None:
        """Ends one, if it is open."""
        if (hashed := _hash(key)) in self._open:
            self._drop(hashed)

    def end_all(self, unless: Callable[[SignedIn], bool]) -> None:
        """Ends those that may not go on, as of a person whose password changed."""
        for hashed, session in list(self._open.items()):
            if not unless(session):
                self._drop(hashed)

    def _drop(self, hashed: bytes) -> None:
        self._open.pop(hashed).end()


def _hash(key: str) -> bytes:
    return sha256(key.encode(errors="surrogatepass")).digest()
