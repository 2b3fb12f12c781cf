"""Every fact that a rule may read, one row each: its kind, who tells it, how it is read, why it is unknown.

The only list: what is checked, evaluated, fed in tests, explained, given to editors and printed on
rules/README.md (`make docs`) follows from it. So a new fact is one row here; a new figure of Wings is also a
field of `StatsReported`, read in wings/frames.py. Functions of the language are in expr/functions.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf

from automaton.core.events import Profile, State, StatsReported
from automaton.core.facts.kind import Fact, Kind
from automaton.core.facts.observed import JOINS_AND_LEAVES, OFFLINE, STATS_OVERDUE, Observed
from automaton.core.facts.queried import QueryAnswer
from automaton.core.facts.row import Missing, Reader, RuleFact, ServerFact, Teller, Unavailable, Where
from automaton.core.pack import Pack
from automaton.core.truth import UNKNOWN, Plain, Value

RUNNING = State.RUNNING


def of_stats(read: Callable[[Observed, StatsReported], Plain]) -> Reader:
    """A reader of the last stats, unknown once they are overdue or without a link."""

    def reader(observed: Observed, mono: float) -> Value:
        until = inf if observed.state is OFFLINE else observed.stats_at + STATS_OVERDUE
        if observed.stats is None or not observed.connected or mono >= until:
            return UNKNOWN
        plain = read(observed, observed.stats)
        # What a reading does not tell stays unknown when it is overdue: that is nothing to wait for.
        return UNKNOWN if plain is None else Value(plain, until)

    return reader


def of_panel(read: Callable[[Observed], Plain]) -> Reader:
    """A reader of what the Panel or the node's file last said; it never becomes overdue."""
    return lambda observed, _: Value(read(observed))


def _state(observed: Observed, _: float) -> Value:
    return Value(observed.state.value) if observed.connected and observed.state is not None else UNKNOWN


def _state_age(observed: Observed, mono: float) -> Value:
    if observed.state is None:
        return UNKNOWN
    return observed.age(observed.state_since, observed.state_since_is_bound, mono)


def _console_age(observed: Observed, mono: float) -> Value:
    return observed.age(observed.console_since, observed.console_since_is_bound, mono)


def _stopped_by(observed: Observed, _: float) -> Value:
    intent = observed.intent
    return Value(intent.by, until=intent.settled_at) if observed.connected else UNKNOWN


def _players(observed: Observed, _: float) -> Value:
    return Value(observed.players.count) if observed.connected else UNKNOWN


def of_query(read: Callable[[QueryAnswer], Plain]) -> Reader:
    """A reader of what the game last answered over the network, while it runs and is watched."""

    def reader(observed: Observed, _: float) -> Value:
        answer = observed.queried.answer
        return Value(read(answer)) if answer is not None and _is_running(observed) else UNKNOWN

    return reader


def _query_ok(observed: Observed, _: float) -> Value:
    return Value(observed.queried.ok) if _is_running(observed) else UNKNOWN


def _is_running(observed: Observed) -> bool:
    return observed.connected is True and observed.state is RUNNING


def _has_query_trouble(observed: Observed) -> bool:
    return bool(observed.queried.trouble)


def _query_trouble(observed: Observed) -> str:
    """Why there is no answer, as it was found."""
    return observed.queried.trouble


def _memory_pct(_: Observed, stats: StatsReported) -> Plain:
    if stats.memory is None or not stats.memory_limit:
        return None
    return 100.0 * stats.memory / stats.memory_limit


def _percent(part: int | None, whole: int | None) -> float | None:
    return 100.0 * part / whole if part is not None and whole else None


def _has_no_memory_limit(observed: Observed) -> bool:
    return observed.stats is not None and not observed.stats.memory_limit


def _has_no_disk_limit(profile: Profile, _: Pack) -> bool:
    return profile.disk_limit is None


def _counts_no_players(_: Profile, pack: Pack) -> bool:
    is_counted = pack.events.keys() >= JOINS_AND_LEAVES
    return "players" not in pack.polls and not is_counted and pack.query is None


def _not_asked(observed: Observed) -> str:
    """Why the game is not asked for its players, as the poll found it."""
    return observed.players.trouble


NOT_REPORTED = Missing("the state was not reported since the link is up")
NO_MEMORY_LIMIT = Missing("Wings does not know the memory limit", _has_no_memory_limit)
NO_DISK_LIMIT = Missing("the server has no disk limit", lambda observed: not observed.profile.disk_limit)
WITHOUT_DISK_LIMIT = Unavailable(_has_no_disk_limit, "without a disk limit there is only `disk`")

NOT_RUNNING = Missing("the game is asked while it is `running`", lambda observed: not _is_running(observed))
NO_QUERY = Missing(
    "it cannot be asked, or did not answer: no `query` in its pack, no address, silence", _has_query_trouble,
    _query_trouble,
)  # fmt: skip
NOT_QUERIED = Missing("it was not asked yet: only where a rule that is live reads it")
OF_A_QUERY = (NOT_RUNNING, NO_QUERY, NOT_QUERIED)

STATS, LINK, CONNECTION, PANEL = Teller.STATS, Teller.LINK, Teller.CONNECTION, Teller.PANEL
TRUTH, TEXT, NUMBER, LIST = Kind.TRUTH, Kind.TEXT, Kind.NUMBER, Kind.LIST
PERCENT, SIZE, DURATION = Kind.PERCENT, Kind.SIZE, Kind.DURATION

NOW = "now"
"""The moment, which texts alone may read: a rule's conditions ask a window, and its trigger is a schedule."""

_SERVER_ROWS = (
    ServerFact(
        "state", TEXT, LINK, _state, "the power state",
        values=("offline", "starting", "running", "stopping"), missing=(NOT_REPORTED,),
    ),
    ServerFact(
        "state_age", DURATION, LINK, _state_age, "how long it has been in that state",
        grows=True, missing=(NOT_REPORTED,),
    ),
    ServerFact("memory", SIZE, STATS, of_stats(lambda _, stats: stats.memory), "memory in use"),
    ServerFact(
        "memory_limit", SIZE, STATS, of_stats(lambda _, stats: stats.memory_limit or None),
        "the memory limit of its container", missing=(NO_MEMORY_LIMIT,),
    ),
    ServerFact(
        "memory_pct", PERCENT, STATS, of_stats(_memory_pct),
        "`memory` as a share of `memory_limit`", needs=("memory", "memory_limit"), missing=(NO_MEMORY_LIMIT,),
        most=100.0,  # Wings reports the memory of the container against its own limit
    ),
    ServerFact(
        "cpu_pct", PERCENT, STATS, of_stats(lambda _, stats: stats.cpu_pct),
        "processor time, in percent of one core",
    ),
    ServerFact("disk", SIZE, STATS, of_stats(lambda _, stats: stats.disk), "disk space in use"),
    ServerFact(  # without `most`: a disk may be overfull
        "disk_pct", PERCENT, STATS,
        of_stats(lambda observed, stats: _percent(stats.disk, observed.profile.disk_limit)),
        "`disk` as a share of `disk_limit`", needs=("disk", "disk_limit"), missing=(NO_DISK_LIMIT,),
        unavailable=WITHOUT_DISK_LIMIT,
    ),
    ServerFact(
        "rx", SIZE, STATS, of_stats(lambda _, stats: stats.rx), "received over the network since its start",
        is_counter=True,
    ),
    ServerFact(
        "tx", SIZE, STATS, of_stats(lambda _, stats: stats.tx), "sent over the network since its start",
        is_counter=True,
    ),
    ServerFact(
        "uptime", DURATION, STATS, of_stats(lambda _, stats: stats.uptime),
        "time since its start, 0 while it is off",
    ),
    ServerFact(
        "console_age", DURATION, LINK, _console_age, "how long the game has printed nothing",
        grows=True, missing=(Missing("nothing was printed since the link is up"),),
    ),
    ServerFact("id", TEXT, PANEL, of_panel(lambda observed: observed.profile.id), "its short id"),
    ServerFact("name", TEXT, PANEL, of_panel(lambda observed: observed.profile.name), "its name"),
    ServerFact("node", TEXT, PANEL, of_panel(lambda observed: observed.profile.node), "the name of its node"),
    ServerFact(
        "egg", TEXT, PANEL, of_panel(lambda observed: observed.profile.egg), "the name of its egg",
        unavailable=Unavailable(
            lambda profile, _: not profile.egg, "Wings does not know it; tell it in `servers` of the node"
        ),
    ),
    ServerFact("image", TEXT, PANEL, of_panel(lambda observed: observed.profile.image), "its Docker image"),
    ServerFact(
        "disk_limit", SIZE, PANEL, of_panel(lambda observed: observed.profile.disk_limit), "its disk limit",
        missing=(NO_DISK_LIMIT,), unavailable=WITHOUT_DISK_LIMIT,
    ),
    ServerFact(
        "tags", LIST, PANEL, of_panel(lambda observed: tuple(sorted(observed.tags))),
        "its tags, from automaton.yml",
    ),
    ServerFact(
        "pack", TEXT, PANEL, of_panel(lambda observed: observed.pack),
        "the name of its pack, empty without one",
    ),
    ServerFact(
        "installing", TRUTH, PANEL, of_panel(lambda observed: observed.installing), "it is being installed"
    ),
    ServerFact(
        "suspended", TRUTH, PANEL, of_panel(lambda observed: observed.profile.suspended), "it is suspended"
    ),
    ServerFact(
        "players", NUMBER, LINK, _players, "players on it: joins and leaves counted, and the game asked",
        missing=(
            Missing("the server has no pack that counts them", lambda observed: not observed.pack),
            Missing(
                "it may not be asked: `limits.allow` lacks the pack's word, or all is on hold",
                lambda observed: bool(observed.players.trouble), _not_asked,
            ),
            Missing("nobody has counted them yet: the game is asked only where a live rule reads them"),
        ),
        unavailable=Unavailable(
            _counts_no_players, "its pack does not count them; name one that does in `packs`"
        ),
    ),
    ServerFact(
        "query_ok", TRUTH, LINK, _query_ok,
        "its game answers when it is asked over the network; false only if it did before, since its start",
        missing=OF_A_QUERY,
    ),
    ServerFact(
        "query_ms", NUMBER, LINK, of_query(lambda answer: answer.ms),
        "milliseconds that its answer took", missing=OF_A_QUERY,
    ),
    ServerFact(
        "connected", TRUTH, CONNECTION, lambda observed, _: Value(observed.connected), "the link is up",
        missing=(Missing("the link was not tried yet"),),
    ),
    ServerFact(
        "stopped_by", TEXT, LINK, _stopped_by, "why it went down, `nobody` while it is up",
        values=("operator", "automaton", "wings", "crash", "exit", "unseen", "nobody"),
    ),
)  # fmt: skip

_RULE_ROWS = (
    RuleFact("open_for", DURATION, (Where.INCIDENT,), "how long the incident has been open", grows=True),
    RuleFact("matches", NUMBER, (Where.INCIDENT,), "matches that its incident has seen"),
    RuleFact("acked", TRUTH, (Where.INCIDENT,), "a person has taken note of it"),
    RuleFact(
        "attempt", NUMBER, (Where.INCIDENT, Where.TRIP),
        "which run of the rule this is in the breaker's window (else 1h), from 1",
    ),
    RuleFact("lines", TEXT, (Where.CONSOLE,), "the last 10 console lines"),
    RuleFact("rule", TEXT, (Where.RULE,), "the rule's id"),
    RuleFact(
        "severity", TEXT, (Where.RULE,), "the rule's severity", values=("info", "warning", "critical")
    ),
    RuleFact(
        NOW, TEXT, (Where.TEXT,),
        "the moment, as `2026-11-28 04:00`, or by a form, `${now:%Y%m%d-%H%M}`",
    ),
    RuleFact("left", DURATION, (Where.COUNTDOWN,), "the time left of the countdown", grows=True),
    RuleFact("total", NUMBER, (Where.GROUP,), "how many servers count under the key"),
    RuleFact("result.reason", TEXT, (Where.FAILED,), "why the last step that failed did"),
    RuleFact("result.status", NUMBER, (Where.ANSWERED,), "the HTTP status, or the program's exit code"),
    RuleFact(
        "result.body", TEXT, (Where.ANSWERED,),
        "what was answered or printed, up to 4 KiB; `json(result.body, \"a.b[0]\")` reads JSON",
    ),
)  # fmt: skip

SERVER_FACTS: Mapping[str, ServerFact] = {row.name: row for row in _SERVER_ROWS}
RULE_FACTS: Mapping[str, RuleFact] = {row.name: row for row in _RULE_ROWS}
EVERY_FACT: Mapping[str, Fact] = {**SERVER_FACTS, **RULE_FACTS}

OF_THE_FLEET: Mapping[str, Fact] = {"total": EVERY_FACT["total"]}
"""What can be read where no server is meant."""

# Made once: facts are read thousands of times a second.
READERS: dict[str, Reader] = {row.name: row.read for row in _SERVER_ROWS}


def told_by(*tellers: Teller) -> tuple[str, ...]:
    """The facts that these tell, in the order of the table."""
    return tuple(row.name for row in _SERVER_ROWS if row.teller in tellers)


def following(names: frozenset[str]) -> frozenset[str]:
    """These facts, and those that are computed from one of them."""
    return names | {row.name for row in _SERVER_ROWS if not names.isdisjoint(row.needs)}


READINGS = told_by(Teller.STATS)
OF_THE_STATE = frozenset(told_by(Teller.STATS, Teller.LINK))
"""The facts that may change with the power state."""

OF_THE_LINK = OF_THE_STATE | frozenset(told_by(Teller.CONNECTION))
"""The facts that may change when the link comes or goes."""

OF_THE_PROFILE = following(frozenset(told_by(Teller.PANEL)))
COUNTERS = frozenset(row.name for row in _SERVER_ROWS if row.is_counter)


def of_rule(where: Where) -> tuple[str, ...]:
    """The facts of a rule that this part of it may read."""
    return tuple(row.name for row in _RULE_ROWS if where in row.where)
