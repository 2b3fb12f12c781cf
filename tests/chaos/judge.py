"""What must hold whatever befalls a cluster, each law by itself: a record in, complaints out.

Pure. No complaint means that the law held; `figures` says upon how much.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import inf
from statistics import median

from tests.campaign.crash import judges as lone
from tests.campaign.crash.record import Post, Printed, Seen
from tests.campaign.crash.record import Record as LoneRecord
from tests.chaos.load import FLEET_POWER, SLOW_PER, SLOW_RATE
from tests.chaos.record import Owned, Record, Trouble

LEASE = 10.0
HELD = 75.0
"""Seconds that a new owner sends nothing: whatever its predecessor had sent has ended by then."""

OWNED_WITHIN = 20.0
SEEN_MORE = 30.0  # seconds beside what the tokens take
BLINK = 1.0
"""Seconds by which moments may differ: owners are asked twice a second, on a busy machine."""

CALM_BEFORE, CALM_AFTER = 5.0, 15.0
"""Seconds around a line without any trouble: who sees its server then has its entry in the log."""

ALONE = frozenset({"kill", "stop", "cut-nats", "cut-all"})
"""What takes a member away without its having said so."""

OF_NATS = frozenset({"nats-kill", "nats-cut", "majority-lost"})

_STATE = re.compile(r"\b(full|down|many) (began|ended) at ([\w-]+)\.")

ONCE = "opened and ended"
_SHORT = re.compile(r"✅ ([\w-]+): (opened and ended|over after)")

Judge = Callable[[Record], list[str]]


def no_command_twice(record: Record) -> list[str]:
    """A line asks for one command. It is typed once, or never."""
    return lone.no_command_twice(_alone(record))


def no_start_twice(record: Record) -> list[str]:
    """Between two starts of automaton a server went down again."""
    return lone.no_start_twice(_alone(record))


def no_act_without_majority(record: Record) -> list[str]:
    """From a lease's length after two servers of NATS are gone until one is back nothing acts."""
    return [
        f"{one.server}: `{one.what}` {one.at - trouble.began:.1f} s after the majority was lost"
        for trouble in record.troubles
        if trouble.kind == "majority-lost"
        for one in _acts(record)
        if trouble.began + LEASE < one.at < trouble.ended
    ]


def no_act_while_held(record: Record) -> list[str]:
    """Who took a shard of one that said nothing sends neither power nor commands before its time.

    And its last owner sends nothing once its lease is over. Its lease may have begun up to BLINK after it
    was last heard.
    """
    complaints = []
    for lost, found in _takeovers(record):
        for one in _acts(record):
            if record.node_of.get(one.server) != found.shard:
                continue
            if max(lost.last + LEASE + BLINK, found.first) < one.at < found.first - BLINK + HELD:
                complaints.append(
                    f"{one.server}: `{one.what}` {one.at - found.first:.1f} s after {found.member} took "
                    f"{found.shard} from {lost.member}"
                )
    return complaints


def one_owner_at_a_time(record: Record) -> list[str]:
    """Nobody says that a shard is its own while another one does, under a lease."""
    return [
        f"{first.shard} was owned by {first.member} until {first.last - second.first:.1f} s after "
        f"{second.member} had it"
        for first, second in _changes(record)
        if first.member != second.member and first.last > second.first + BLINK
    ]


def all_told(record: Record) -> list[str]:
    """An incident that is known by what came of it was told: its command was typed, or its end was told."""
    known = {one.what for one in _alone(record).typed("saw")} | _words(record, "ended")
    return _untold(record, [line for line in record.printed if line.word in known], "opened, as is known")


def all_seen_told(record: Record) -> list[str]:
    """A line whose server had a socket for a while, with no trouble anywhere around it, was told.

    What its owner read in the seconds before it died may be lost with it: its entry was never written.
    """
    seen = [
        one for one in record.printed if _is_calm(record, one.at) and _is_seen(record, one.server, one.at)
    ]
    return _untold(record, seen, "was printed while all was calm")


def ends_after_openings(record: Record) -> list[str]:
    """Who was told of an opening is told of its end, and of no end without its opening."""
    ended, over = _words(record, "ended"), _without_words(record)
    opened = _words(record, "opened")
    open_still: defaultdict[str, list[str]] = defaultdict(list)
    for line in record.printed:
        if line.word in opened - ended:
            open_still[line.server].append(line.word)
    complaints = [
        f"{words} at {server} were told to open, and not that they ended"
        for server, words in open_still.items()
        if len(words) > over[server, "over after"]
    ]
    first = {key: post.at for post in reversed(record.posts) for key in lone.said(post)}
    complaints += [
        f"the end of {word} was told before its opening"
        for (what, word), at in first.items()
        if what == "ended" and first.get(("opened", word), -inf) > at
    ]
    return [*complaints, *_ends_of_states(record)]


def _ends_of_states(record: Record) -> Iterator[str]:
    open_: Counter[tuple[str, str]] = Counter()
    for post in _once(record):
        for what, how, name in _STATE.findall(post.text):
            open_[what, name] += 1 if how == "began" else -1
            if open_[what, name] < 0:
                yield f"the end of `{what}` at {name} was told without its opening: #{post.id}"
                open_[what, name] = 0


def no_rate_exceeded(record: Record) -> list[str]:
    """The slow channel gets no more than it may within its time, whoever owns it."""
    at = [post.at for post in record.posts if post.target == "slow"]
    return [
        f"{SLOW_RATE + 1} messages came to the slow channel within {last - first:.2f} s"
        for first, last in zip(at, at[SLOW_RATE:], strict=False)
        if last - first < SLOW_PER - BLINK
    ]


def no_budget_exceeded(record: Record) -> list[str]:
    """All members together have the fleet's budget once."""
    spent = len(record.powers)
    return [f"{spent} power actions, {FLEET_POWER} are allowed"] if spent > FLEET_POWER else []


def owned_again(record: Record) -> list[str]:
    """What was a silent member's is another's within 20 s, where somebody established could take it."""
    return [
        f"{lost.shard} of {lost.member}, {trouble.kind}, had nobody for {after:.1f} s"
        for trouble, lost, after in _given_up(record)
        if after > OWNED_WITHIN + BLINK
    ]


def seen_again(record: Record) -> list[str]:
    """The servers of shards that were taken have a link within their tokens by the limit, and 30 s."""
    complaints = []
    for trouble, taken in _taken_together(record):
        whose = {shard.shard for shard in taken}
        servers = [server for server, node in record.node_of.items() if node in whose]
        since = max(one.first for one in taken)
        until = since + len(servers) / record.tokens_a_minute * 60.0 + SEEN_MORE
        if until > record.until or not _is_calm(record, since, until, but=trouble):
            continue
        linked = {
            one.server for one in record.sockets if one.what == "auth" and trouble.began < one.at < until
        }
        if missing := sorted({*servers} - linked):
            complaints.append(
                f"{len(missing)} of {len(servers)} servers were not seen {until - since:.0f} s after they "
                f"were taken from {trouble.whom}, {trouble.kind}: {missing[0]}"
            )
    return complaints


JUDGES: Mapping[str, Judge] = {
    judge.__name__: judge
    for judge in (
        no_command_twice,
        no_start_twice,
        no_act_without_majority,
        no_act_while_held,
        one_owner_at_a_time,
        all_told,
        all_seen_told,
        ends_after_openings,
        no_rate_exceeded,
        no_budget_exceeded,
        owned_again,
        seen_again,
    )
}


def complaints(record: Record) -> list[str]:
    """All of them, with the law that each broke."""
    return [f"{name}: {one}" for name, judge in JUDGES.items() for one in judge(record)]


def figures(record: Record) -> dict[str, object]:
    """How much there was for the laws to hold over."""
    times = sorted(after for _, _, after in _given_up(record))
    repeats = Counter((post.target, post.id) for post in record.posts if post.id)
    commands = Counter((one.server, one.what) for one in record.commands)
    return {
        "troubles": dict(Counter(one.kind for one in record.troubles)),
        "changes of owner": sum(one.member != two.member for one, two in _changes(record)),
        "takeovers judged": len(times),
        "p50": round(median(times), 1) if times else None,
        "max": round(times[-1], 1) if times else None,
        "lines": len(record.printed),
        "in calm": sum(
            _is_calm(record, one.at) and _is_seen(record, one.server, one.at) for one in record.printed
        ),
        "commands": len(record.commands),
        "starts": sum(one.what == "start" for one in record.powers),
        "doubles": sum(times - 1 for times in commands.values()),
        "messages": len(record.posts),
        "repeated, same id": sum(times - 1 for times in repeats.values()),
        "stray actions told": record.stray,
    }


# What owners did


def _by_shard(record: Record) -> dict[str, list[Owned]]:
    found: defaultdict[str, list[Owned]] = defaultdict(list)
    for one in sorted(record.owned, key=lambda one: one.epoch):
        found[one.shard].append(one)
    return found


def _changes(record: Record) -> Iterator[tuple[Owned, Owned]]:
    for history in _by_shard(record).values():
        yield from pairwise(history)


def _takeovers(record: Record) -> Iterator[tuple[Owned, Owned]]:
    """Shards that were taken from one that had said nothing."""
    for first, second in _changes(record):
        if any(
            one.kind in ALONE and one.whom == first.member and one.began - BLINK <= first.last <= one.ended
            and second.first > one.began + LEASE / 2
            for one in record.troubles
        ):  # fmt: skip
            yield first, second


def _given_up(record: Record) -> Iterator[tuple[Trouble, Owned, float]]:
    """What a silent member had owned, and after how long somebody else had it, where that is judged."""
    for trouble in record.troubles:
        if trouble.kind not in ALONE or not _could_be_taken(record, trouble):
            continue
        for history in _by_shard(record).values():
            for place, lost in enumerate(history):
                if lost.member != trouble.whom or not lost.first < trouble.began < lost.last + LEASE / 2:
                    continue
                if lost.last > trouble.ended and trouble.kind != "kill":
                    continue  # it came back before anybody took it
                if place + 1 < len(history):
                    yield trouble, lost, history[place + 1].first - trouble.began
                elif record.until > trouble.began + OWNED_WITHIN:
                    yield trouble, lost, inf


def _could_be_taken(record: Record, trouble: Trouble) -> bool:
    """Whether there is one of the newest generation, established and well, and NATS is well."""
    around = (trouble.began - LEASE, trouble.began + OWNED_WITHIN)
    others = [one for one in record.troubles if one is not trouble and _meets(one, *around)]
    if any(one.kind in OF_NATS or one.kind in ("slow", "reload", "start") for one in others):
        return False
    troubled = {one.whom for one in others}
    return any(
        one.member in one.established and one.member != trouble.whom and one.member not in troubled
        for one in record.standings
        if trouble.began - LEASE / 2 < one.at < trouble.began
    )


def _taken_together(record: Record) -> Iterator[tuple[Trouble, Sequence[Owned]]]:
    """What others took of each silent member, nodes alone."""
    for trouble in record.troubles:
        if trouble.kind in ALONE:
            taken = [
                second
                for first, second in _takeovers(record)
                if first.member == trouble.whom
                and trouble.began < second.first < trouble.ended + OWNED_WITHIN
                if second.shard.startswith("node:") and trouble.began - LEASE < first.last
                if second.member != trouble.whom
            ]
            if taken:
                yield trouble, taken


# What was told


def _once(record: Record) -> Iterator[Post]:
    """Each message, without those that say again what was said."""
    heard: set[tuple[str, str]] = set()
    for post in record.posts:
        if (post.id, post.text) not in heard:
            heard.add((post.id, post.text))
            yield post


def _words(record: Record, how: str) -> set[str]:
    return {word for post in record.posts for what, word in lone.said(post) if what == how}


def _without_words(record: Record) -> Counter[tuple[str, str]]:
    """How many incidents of each server are told by a line alone: of several at once a message says no more.

    `opened and ended` where it was over before anybody was told, else `over after` so long.
    """
    return Counter((name, how) for post in _once(record) for name, how in _SHORT.findall(post.text))


def _untold(record: Record, lines: Sequence[Printed], why: str) -> list[str]:
    """Those of which nothing was told, by server: neither by their word nor by a line without one."""
    told, short = _words(record, "opened"), _without_words(record)
    missing: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        if line.word not in told:
            missing[line.server].append(line.word)
    return [
        f"nobody was told of {words} at {server}: each {why}, and {short[server, ONCE]} were told in short"
        for server, words in missing.items()
        if len(words) > short[server, ONCE]
    ]


# What was around


def _acts(record: Record) -> list[Seen]:
    return [*record.commands, *record.powers]


def _meets(trouble: Trouble, since: float, until: float) -> bool:
    return trouble.began < until and trouble.ended > since


def _is_calm(record: Record, at: float, until: float | None = None, but: Trouble | None = None) -> bool:
    since, until = (at - CALM_BEFORE, at + CALM_AFTER) if until is None else (at, until)
    return not any(_meets(one, since, until) for one in record.troubles if one is not but)


def _is_seen(record: Record, server: str, at: float) -> bool:
    """Whether a socket that was let in is open since CALM_BEFORE, and stays so for a while.

    Sockets of one server are counted: at a handover there are two for a moment.
    """
    last_in = last_out = -inf
    for one in record.sockets:
        if one.server != server or one.at > at + CALM_BEFORE:
            continue
        if one.what == "auth" and one.at < at:
            last_in = one.at
        elif one.what not in ("auth", "open"):
            last_out = one.at
    return last_out < last_in < at - CALM_BEFORE


def _alone(record: Record) -> LoneRecord:
    """What the laws of one daemon read."""
    return LoneRecord(
        until=record.until, printed=record.printed, commands=record.commands, powers=record.powers,
        states=record.states, sockets=record.sockets, posts=[*_told(record.posts)], targets=("ops",),
    )  # fmt: skip


def _told(posts: Sequence[Post]) -> Iterator[Post]:
    for post in posts:
        if post.target == "ops":
            yield post
