"""What must hold whatever befalls a cluster, each law by itself: a record in, complaints out.

Pure. No complaint means that the law held; `figures` says upon how much.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from math import inf
from statistics import median

from tests.campaign.crash import judges as lone
from tests.campaign.crash.record import Post, Seen
from tests.campaign.crash.record import Record as LoneRecord
from tests.chaos.load import FLEET_POWER, SLOW_PER, SLOW_RATE
from tests.chaos.ownership import (
    ALONE,
    BLINK,
    LEASE,
    OF_NATS,
    OWNED_WITHIN,
    READ_WITHIN,
    changes,
    given_up,
    is_calm,
    is_seen,
    taken_together,
    takeovers,
)
from tests.chaos.record import Record
from tests.chaos.telling import ONCE, OVER, ends_of_states, in_short, untold, words_of

HELD = 75.0
"""Seconds that a new owner sends nothing: whatever its predecessor had sent has ended by then."""

NOTED_WITHIN = 5.0
"""Seconds in which a channel's owner notes that a message arrived: while it may wait for its log."""

SEEN_MORE = 30.0  # seconds beside what the tokens take

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
    was last heard. The time is counted from the claim, which is in the log before it is told.
    """
    complaints = []
    for lost, found in takeovers(record):
        claimed = found.first - READ_WITHIN
        for one in _acts(record):
            if record.node_of.get(one.server) != found.shard:
                continue
            if max(lost.last + LEASE + BLINK, found.first) < one.at < claimed + HELD:
                complaints.append(
                    f"{one.server}: `{one.what}` {one.at - found.first:.1f} s after {found.member} took "
                    f"{found.shard} from {lost.member}"
                )
    return complaints


def one_owner_at_a_time(record: Record) -> list[str]:
    """Nobody says that a shard is its own for longer than a lease once another one has it."""
    return [
        f"{first.shard} was owned by {first.member} until {first.last - second.first:.1f} s after "
        f"{second.member} had it"
        for first, second in changes(record)
        if first.member != second.member and first.last > second.first + LEASE + BLINK
    ]


def all_told(record: Record) -> list[str]:
    """An incident that is known by what came of it was told: its command was typed, or its end was told."""
    known = _known(record)
    return untold(record, [line for line in record.printed if line.word in known], "opened, as is known")


def _known(record: Record) -> set[str]:
    """The words of incidents that are known by what came of them."""
    return {one.what for one in _alone(record).typed("saw")} | words_of(record, "ended")


def all_seen_told(record: Record) -> list[str]:
    """A line whose server had a socket for a while, with no trouble anywhere around it, was told.

    What its owner read in the seconds before it died may be lost with it: its entry was never written.
    """
    seen = [one for one in record.printed if is_calm(record, one.at) and is_seen(record, one.server, one.at)]
    return untold(record, seen, "was printed while all was calm")


def ends_after_openings(record: Record) -> list[str]:
    """Who was told of an opening is told of its end, and of no end without its opening.

    Where a channel's owner was lost between the arrival of an opening and its note of it, the next one tells
    of that incident again, as of one that `opened and ended`: such a line is its end, if no other needs it.
    """
    ended, over = words_of(record, "ended"), in_short(record)
    opened = words_of(record, "opened")
    first = {key: post.at for post in reversed(record.posts) for key in lone.said(post)}
    open_still: defaultdict[str, list[str]] = defaultdict(list)
    for line in record.printed:
        if line.word in opened - ended:
            open_still[line.server].append(line.word)
    complaints = []
    for server, words in open_still.items():
        lost = sum(_was_not_noted(record, first["opened", word]) for word in words)
        if len(words) > over[server, OVER] + min(lost, _unneeded(record, server, opened)):
            complaints.append(f"{words} at {server} were told to open, and not that they ended")
    complaints += [
        f"the end of {word} was told before its opening"
        for (what, word), at in first.items()
        if what == "ended" and first.get(("opened", word), -inf) > at
    ]
    return [*complaints, *ends_of_states(record)]


def _was_not_noted(record: Record, arrived: float) -> bool:
    """Whether who sent what arrived then may have been lost before it noted that."""
    takes = (trouble for trouble in record.troubles if trouble.kind in ALONE | OF_NATS)
    return any(one.began <= arrived + NOTED_WITHIN and arrived <= one.ended for one in takes)


def _unneeded(record: Record, server: str, opened: Set[str]) -> int:
    """How many lines of a server tell of none of the incidents that nothing else told of."""
    known = _known(record)
    needed = [
        line
        for line in record.printed
        if line.server == server
        and line.word not in opened
        and (line.word in known or (is_calm(record, line.at) and is_seen(record, server, line.at)))
    ]
    return max(0, in_short(record)[server, ONCE] - len(needed))


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
    """What was a silent member's is another's within 20 s, where somebody established could take it.

    Seconds in which processes waited for a processor come on top, here and in the next law.
    """
    return [
        f"{lost.shard} of {lost.member}, {trouble.kind}, had nobody for {after:.1f} s"
        for trouble, lost, after in given_up(record)
        if after > OWNED_WITHIN + BLINK + record.waits.between(trouble.began, trouble.began + OWNED_WITHIN)
    ]


def seen_again(record: Record) -> list[str]:
    """The servers of shards that were taken have a link within their tokens by the limit, and 30 s."""
    complaints = []
    for trouble, taken in taken_together(record):
        whose = {shard.shard for shard in taken}
        servers = [server for server, node in record.node_of.items() if node in whose]
        since = max(one.first for one in taken)
        until = since + len(servers) / record.tokens_a_minute * 60.0 + SEEN_MORE
        until += record.waits.between(since, until)
        if until > record.until or not is_calm(record, since, until, but=trouble):
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
    times = sorted(after for _, _, after in given_up(record))
    repeats = Counter((post.target, post.id) for post in record.posts if post.id)
    commands = Counter((one.server, one.what) for one in record.commands)
    return {
        "troubles": dict(Counter(one.kind for one in record.troubles)),
        "changes of owner": sum(one.member != two.member for one, two in changes(record)),
        "takeovers judged": len(times),
        "p50": round(median(times), 1) if times else None,
        "max": round(times[-1], 1) if times else None,
        "lines": len(record.printed),
        "in calm": sum(
            is_calm(record, one.at) and is_seen(record, one.server, one.at) for one in record.printed
        ),
        "commands": len(record.commands),
        "starts": sum(one.what == "start" for one in record.powers),
        "doubles": sum(times - 1 for times in commands.values()),
        "messages": len(record.posts),
        "repeated, same id": sum(times - 1 for times in repeats.values()),
        "stray actions told": record.stray,
        "s waited for a processor": round(record.waits.between(record.began, record.until)),
    }


def _acts(record: Record) -> list[Seen]:
    return [*record.commands, *record.powers]


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
