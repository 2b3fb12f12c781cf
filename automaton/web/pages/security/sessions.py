"""Who is signed in: by random keys, of which only hashes are kept; a bounded number."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from hashlib import sha256

from automaton.pace.clock import Clock
from automaton.web.routes.page_sessions import SharedSession

_HASH = re.compile("[0-9a-f]{64}")
IDLE = 12 * 3600.0  # seconds without a request after which a session has ended
MOST_SESSIONS = 1_000  # of all people; the one that was idle longest makes way
MOST_OF_A_PERSON = 20  # browsers; a script that drops its cookies ends sessions of its own name alone
MOST_NOTES = 5  # sentences about what was done that wait to be shown


SEEN_EVERY = 900.0
"""Seconds between two times that other members of a cluster are told that a session is not idle."""


class SignedIn:
    """One browser of one person. `csrf` stands in each of its forms.

    `proof` is what let him in, and may let him in no more after a reload. `is_proxied`: a proxy named him.
    `told`: when other members of a cluster were last told that he was seen. `is_shared`: they know of him.
    """

    __slots__ = ("_ends", "csrf", "is_proxied", "is_shared", "name", "notes", "proof", "seen", "told")

    def __init__(self, name: str, proof: str, seen: float, *, is_proxied: bool = False) -> None:
        self.name = name
        self.proof = proof
        self.seen = seen
        self.is_proxied = is_proxied
        self.csrf = secrets.token_urlsafe(24)
        self.told = seen
        self.is_shared = False
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
    """All that are open. `on_change` is called where `take_changes` has something for other members."""

    def __init__(self, clock: Clock, on_change: Callable[[], None] = lambda: None) -> None:
        self._clock = clock
        self._on_change = on_change
        self._changes: dict[str, SharedSession | None] | None = None  # None: nobody is told
        self._ended: dict[str, None] = {}  # here: what comes from before that does not bring them back
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
        hashed = _hash(key)
        session = self._open[hashed] = SignedIn(name, proof, now, is_proxied=is_proxied)
        self._tell(hashed, session)
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
        if now - session.told > SEEN_EVERY:
            self._tell(hashed, session)
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

    def adopt(self, shared: Mapping[str, SharedSession]) -> None:
        """Takes those of all members of a cluster, which are told of ours from here on.

        One that they knew, and know no more, was ended at another. What they are yet to be told counts.
        """
        if self._changes is None:
            self._changes = {}
            for hashed, session in self._open.items():
                self._tell(hashed, session)
        now = self._clock.now()
        for hashed, session in list(self._open.items()):
            if session.is_shared and hashed.hex() not in shared and hashed.hex() not in self._changes:
                self._open.pop(hashed).end()
        for digits, one in sorted(shared.items(), key=lambda item: item[1].seen):
            if digits in self._ended or not _HASH.fullmatch(digits):
                continue
            seen = now.mono - max(0.0, now.wall - one.seen)
            known = self._open.get(bytes.fromhex(digits))
            if known is not None:
                known.seen, known.told, known.is_shared = max(known.seen, seen), max(known.told, seen), True
            elif now.mono - seen <= IDLE and len(self._open) < MOST_SESSIONS:
                known = SignedIn(one.name, one.proof, seen, is_proxied=one.is_proxied)
                known.csrf, known.is_shared = one.csrf, True
                self._open[bytes.fromhex(digits)] = known

    def take_changes(self) -> dict[str, SharedSession | None]:
        """What other members are to be told; empty where there are none."""
        changes = self._changes or {}
        if self._changes is not None:
            self._changes = {}
        return changes

    def give_back(self, changes: Mapping[str, SharedSession | None]) -> None:
        """They could not be told: what has come since counts more."""
        if self._changes is not None:
            self._changes = {**changes, **self._changes}

    def _tell(self, hashed: bytes, session: SignedIn | None) -> None:
        if self._changes is None:
            return
        if session is None:
            self._changes[hashed.hex()] = None
            self._ended[hashed.hex()] = None
            if len(self._ended) > MOST_SESSIONS:
                del self._ended[next(iter(self._ended))]
        else:
            now = self._clock.now()
            session.told = now.mono
            self._changes[hashed.hex()] = SharedSession(
                name=session.name, proof=session.proof, csrf=session.csrf,
                seen=now.wall - (now.mono - session.seen), is_proxied=session.is_proxied,
            )  # fmt: skip
        self._on_change()

    def _drop(self, hashed: bytes) -> None:
        self._open.pop(hashed).end()
        self._tell(hashed, None)


def _hash(key: str) -> bytes:
    return sha256(key.encode(errors="surrogatepass")).digest()
