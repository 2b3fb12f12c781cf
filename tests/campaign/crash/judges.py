"""What must hold however often a daemon is killed, each law by itself: a record in, complaints out.

Pure. No complaint means that the law held; `figures` says upon how much, for a law holds over nothing too.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from math import inf
from typing import TypeVar

from tests.campaign.crash.load import BREAKER, BUDGET, COOLDOWN, HELD_FOR
from tests.campaign.crash.record import Life, Post, Printed, Record, Seen

MAX_AGE = 3600.0
"""Seconds; what delivery itself takes for worth sending where a channel does not say."""
BLINK = 0.25
"""Seconds that the moments of two processes may differ by: one of them had no turn on the machine."""

LOST = 5.0
"""Seconds that a life may have seen for nothing: until the first reading, and the last two before its end."""

_SAID = re.compile(r"\b(opened|waited|ended) (zq[a-z]{5})\b")

Judge = Callable[[Record], list[str]]
T = TypeVar("T", Seen, Printed)


def said(post: Post) -> list[tuple[str, str]]:
    """What a message says of which word: `opened`, `waited` or `ended`."""
    return [(found[1], found[2]) for found in _SAID.finditer(post.text)]


def no_restart_twice(record: Record) -> list[str]:
    """A line asks for one restart. Between it and the server's next one there is at most one."""
    asked = _by_server(one for one in record.printed if one.rule == "restarted")
    done = _by_server(one for one in record.powers if one.what == "restart")
    complaints = []
    for server, lines in asked.items():
        for line, until in _with_next(lines):
            times = sum(line.at - BLINK <= one.at < until - BLINK for one in done.get(server, ()))
            if times > 1:
                complaints.append(f"{server} was restarted {times} times for {line.word}")
    return complaints


def no_start_twice(record: Record) -> list[str]:
    """Between two starts of automaton a server went down again."""
    complaints = []
    starts = _by_server(one for one in record.powers if one.what == "start")
    downs = _by_server(one for one in record.states if one.what == "offline")
    for server, tries in starts.items():
        for first, second in pairwise(tries):
            if not any(first.at < down.at <= second.at for down in downs.get(server, ())):
                complaints.append(f"{server} was started at {first.at:.2f} and again at {second.at:.2f}")
    return complaints


def no_command_twice(record: Record) -> list[str]:
    """A command with a word is typed once: no entry has it sent anew."""
    times = Counter((one.server, one.what) for one in record.commands if "zq" in one.what)
    return [
        f"{server} was told {times} times to {what}" for (server, what), times in times.items() if times > 1
    ]


def all_told(record: Record) -> list[str]:
    """An incident that is known to have opened was told at each address, in time, and how its run went on.

    It is known by what came of it: a command of its run, a restart, or the message at another address.
    """
    complaints = []
    known = _known(record)
    for target in record.targets:
        first = _first_told(record, target)
        for (what, word), at in known.items():
            told = first.get((what, word), inf)
            if told > at + MAX_AGE:
                complaints.append(f"{target} was never told that {word} {what}")
    return complaints


def ends_after_openings(record: Record) -> list[str]:
    """Whoever was told of an opening is told of its end, afterwards; and of no end without its opening."""
    complaints = []
    for target in record.targets:
        first = _first_told(record, target)
        last = {key: post.at for post in _at(record, target) for key in said(post)}
        for what, word in first:
            if what == "opened" and last.get(("ended", word), -inf) < first[what, word]:
                complaints.append(f"{target} was told that {word} opened, and not that it ended")
            if what == "ended" and first.get(("opened", word), inf) > first[what, word]:
                complaints.append(f"{target} was told the end of {word} before its opening")
    return complaints


def no_cooldown_forgotten(record: Record) -> list[str]:
    """Between two fires of a rule its cooldown passed."""
    return [
        f"{server} was cooled after {second.at - first.at:.2f} s"
        for server, fires in _by_server(_commands(record, "say cooled")).items()
        for first, second in pairwise(fires)
        if second.at - first.at < COOLDOWN - BLINK
    ]


def no_breaker_forgotten(record: Record) -> list[str]:
    """A tripped breaker stays so, and says it once."""
    complaints = []
    for what, most in (("say broken", BREAKER), ("say tripped", 1)):
        for server, fires in _by_server(_commands(record, what)).items():
            if len(fires) > most:
                complaints.append(f"{server}: `{what}` {len(fires)} times, {most} are allowed")
    return complaints


def no_budget_forgotten(record: Record) -> list[str]:
    """No server has more power actions in an hour than `limits.power.server`."""
    return [
        f"{server} had {len(actions)} power actions, {BUDGET} are allowed"
        for server, actions in _by_server(record.powers).items()
        if len(actions) > BUDGET
    ]


def no_silence_forgotten(record: Record) -> list[str]:
    """Once a silence was granted, nothing that it holds is done."""
    return [
        f"{one.server}: `say hushed {one.what}` {one.at - record.silenced:.2f} s after the silence began"
        for one in record.typed("hushed")
        if one.at > record.silenced + BLINK
    ]


def no_acknowledgement_forgotten(record: Record) -> list[str]:
    """What a person has taken note of does not escalate afterwards."""
    return [
        f"{ack.server} escalated {post.at - ack.at:.2f} s after it was acknowledged"
        for ack in record.acked
        for post in record.posts
        if _louder(ack.server) in post.text and post.at > ack.at + BLINK
    ]


def no_for_counted_twice(record: Record) -> list[str]:
    """`for` counts what was seen: the time between the filling and the fire in which a socket was up."""
    complaints = []
    fires = _commands(record, "say held")
    for server, filled in _by_server(record.filled).items():
        for fill, until in _with_next(filled):
            for fire in (one for one in fires if one.server == server and fill.at <= one.at < until):
                seen = seen_seconds(record, server, fill.at, fire.at)
                if seen < HELD_FOR - BLINK:
                    complaints.append(f"{server} fired after {seen:.2f} s seen, of {HELD_FOR:g}")
    return complaints


def no_hold_fires_twice(record: Record) -> list[str]:
    """One stretch of full memory opens one incident."""
    complaints = []
    fires = _by_server(_commands(record, "say held"))
    for server, filled in _by_server(record.filled).items():
        for fill, until in _with_next(filled):
            times = sum(fill.at <= one.at < until for one in fires.get(server, ()))
            if times > 1:
                complaints.append(f"{server} fired {times} times while it was full once")
    return complaints


def no_hold_forgotten(record: Record) -> list[str]:
    """What is true for long enough fires, however often it was interrupted.

    Only the first stretch of a server counts: before another one the end of the last may have gone unseen.
    """
    complaints = []
    fires = _by_server(_commands(record, "say held"))
    for server, filled in _by_server(record.filled).items():
        for fill, until in islice(_with_next(filled), 1):
            fired = any(fill.at <= one.at < until for one in fires.get(server, ()))
            if not fired and surely_seen(record, server, fill.at, until) > HELD_FOR:
                complaints.append(f"{server} did not fire though it was full from {fill.at:.2f} on")
    return complaints


def surely_seen(record: Record, server: str, since: float, until: float) -> float:
    """Seconds in which somebody looked, whatever a life saw for nothing."""
    lives = [
        max(0.0, min(life.ended, until, record.until) - max(auth, since)) - LOST
        for life, auth in _watched(record, server)
    ]
    return sum(max(0.0, seconds) for seconds in lives)


JUDGES: Mapping[str, Judge] = {
    judge.__name__: judge
    for judge in (
        no_restart_twice,
        no_start_twice,
        no_command_twice,
        all_told,
        ends_after_openings,
        no_cooldown_forgotten,
        no_breaker_forgotten,
        no_budget_forgotten,
        no_silence_forgotten,
        no_acknowledgement_forgotten,
        no_for_counted_twice,
        no_hold_fires_twice,
        no_hold_forgotten,
    )
}


def figures(record: Record) -> dict[str, int]:
    """How much there was for the laws to hold over, and what they leave open."""
    repeats = Counter((one.target, one.id) for one in record.posts if one.id).values()
    again: Counter[tuple[str, str, str]] = Counter()
    for target in record.targets:
        told = {(post.id, *key) for post in _at(record, target) for key in said(post) if key[0] == "opened"}
        again.update((target, what, word) for _, what, word in told)
    return {
        "kills": sum(one.ended < inf for one in record.lives),
        "lines printed": len(record.printed),
        "commands": len(record.commands),
        "restarts": sum(one.what == "restart" for one in record.powers),
        "starts": sum(one.what == "start" for one in record.powers),
        "incidents known": sum(what == "opened" for what, _ in _known(record)),
        "runs known to go on": sum(what == "waited" for what, _ in _known(record)),
        "messages": len(record.posts),
        "repeated, same id": sum(times - 1 for times in repeats),
        "openings in later messages too": sum(times > 1 for times in again.values()),
        "fires of `for`": len(_commands(record, "say held")),
        "escalations": sum(_louder("") in post.text for post in record.posts),
        "cooled": len(_commands(record, "say cooled")),
        "acknowledged": len(record.acked),
        "hushed before": len(record.typed("hushed")),
    }


def seen_seconds(record: Record, server: str, since: float, until: float) -> float:
    """For how long automaton can have seen this server: from each `auth` to the end of that life."""
    return sum(max(0.0, min(life.ended, until) - max(auth, since)) for life, auth in _watched(record, server))


def _watched(record: Record, server: str) -> Iterator[tuple[Life, float]]:
    """The lives that saw the server, and since when."""
    auths = [one.at for one in record.sockets if one.server == server and one.what == "auth"]
    for life in record.lives:
        if found := [at for at in auths if life.began <= at < life.ended]:
            yield life, min(found)


# What is known of an incident, and since when


def _known(record: Record) -> dict[tuple[str, str], float]:
    """What must have been told, by what came of it: (`opened` or `waited`, word), and the moment."""
    known: dict[tuple[str, str], float] = {}

    def learn(what: str, word: str, at: float) -> None:
        known.setdefault((what, word), at)

    for verb in ("saw", "began"):
        for one in record.typed(verb):
            learn("opened", one.what, one.at)
    for one in record.typed("began"):  # what was typed counts as done, and the run goes on
        learn("waited", one.what, one.at)
    done = _by_server(one for one in record.powers if one.what == "restart")
    for server, lines in _by_server(one for one in record.printed if one.rule == "restarted").items():
        for line, until in _with_next(lines):
            for restart in (one for one in done.get(server, ()) if line.at <= one.at < until):
                learn("opened", line.word, restart.at)
    for post in record.posts:
        for what, word in said(post):
            learn(what, word, post.at)
            if what != "opened":
                learn("opened", word, post.at)
    return known


def _at(record: Record, target: str) -> list[Post]:
    return [post for post in record.posts if post.target == target]


def _first_told(record: Record, target: str) -> dict[tuple[str, str], float]:
    first: dict[tuple[str, str], float] = {}
    for post in _at(record, target):
        for key in said(post):
            first.setdefault(key, post.at)
    return first


def _louder(server: str) -> str:
    """What a rule's escalation says, of this server or of whichever."""
    return f"louder at {server}." if server else "louder at "


def _commands(record: Record, what: str) -> list[Seen]:
    return [one for one in record.commands if one.what == what]


def _by_server(entries: Iterable[T]) -> dict[str, list[T]]:
    found: defaultdict[str, list[T]] = defaultdict(list)
    for one in entries:
        found[one.server].append(one)
    return found


def _with_next(entries: Sequence[T]) -> Iterator[tuple[T, float]]:
    """Each with the moment of the one after it."""
    for place, one in enumerate(entries):
        yield one, entries[place + 1].at if place + 1 < len(entries) else inf
