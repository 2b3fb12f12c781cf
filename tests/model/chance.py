"""Random rules and random streams, with few values so that much of it meets.

Durations are whole seconds and events come at half seconds: no sum of them is rounded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from tests.model import stream, written
from tests.model.written import Rule, Steps

EVENTS = ("console.throttled", "backup.restored")
STATES = ("offline", "starting", "running", "stopping")
AFTERWARDS = 2 * 40  # half seconds after the last event, in which what is pending may come to its end
BETWEEN_STATS = 2 * 5
some_seconds = st.sampled_from((1, 2, 3, 5, 8, 13, 20))
percents = st.sampled_from((70, 85, 95))


@dataclass(frozen=True)
class Case:
    rules: tuple[Rule, ...]
    events: tuple[stream.Event, ...]

    @property
    def end(self) -> int:
        return max((event.at for event in self.events), default=0) + AFTERWARDS


def expressions(more: tuple[written.Expression, ...] = ()) -> st.SearchStrategy[written.Expression]:
    ways = st.sampled_from((">=", "<"))
    leaves = st.one_of(
        st.builds(written.Memory, st.sampled_from("<>"), st.sampled_from((80, 90))),
        st.builds(written.Mood, st.sampled_from("<>"), st.just(2)),
        st.builds(written.StateIs, st.sampled_from(STATES)),
        st.builds(written.Age, st.just("state"), ways, some_seconds),
        st.builds(silent, st.sampled_from(STATES), ways, some_seconds),
        st.sampled_from((written.Connected(), *more)),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(written.Not, inner),
            st.builds(written.Both, inner, inner),
            st.builds(written.Either, inner, inner),
        ),
        max_leaves=3,
    )


def silent(state: str, comparison: str, seconds: int) -> written.Expression:
    """As operators write it: the age of the console together with a state."""
    return written.Both(written.StateIs(state), written.Age("console", comparison, seconds))


def told(others: tuple[str, ...]) -> list[st.SearchStrategy[written.Trigger]]:
    return (
        [st.builds(written.Tells, st.sampled_from(others), st.sampled_from(("open", "cleared", "tripped")))]
        if others
        else []
    )


def triggers(word: str, event: str, others: tuple[str, ...]) -> st.SearchStrategy[written.Trigger]:
    printed = st.builds(written.Printed, st.just(word), st.sampled_from((None, "a")))
    turns = st.builds(written.Turns, st.sampled_from(("any", "running")), st.sampled_from(STATES))
    common = st.just(written.Printed(word))
    return st.one_of(
        common,
        common,
        st.just(written.MoodChanges()),
        printed,
        st.just(written.Happens(event)),
        turns,
        *told(others),
    )


def endings(others: tuple[str, ...]) -> st.SearchStrategy[written.Trigger]:
    """Triggers that no `when` of ours listens to: `until` and `when` at one event are not decided."""
    return st.one_of(st.just(written.Printed("bye")), st.just(written.Happens(EVENTS[1])), *told(others))


def plans(depth: int, it: bool, truths: st.SearchStrategy[written.Expression]) -> st.SearchStrategy[Steps]:
    text = st.sampled_from(("one", "two", "three ${it.n}" if it else "three"))
    steps: list[st.SearchStrategy[written.Step]] = [
        st.builds(written.Notify, text),
        st.builds(written.Wait, some_seconds),
        st.builds(
            counted,
            some_seconds,
            st.one_of(st.none(), truths),
            st.lists(st.builds(written.Notify, text), max_size=2).map(tuple),
            st.lists(some_seconds, max_size=3).map(tuple),
        ),
    ]
    if depth:
        inner = plans(depth - 1, it, truths)
        awaited = st.one_of(truths, st.just(written.Printed("bye")), st.just(written.Happens(EVENTS[1])))
        steps += [
            st.builds(written.WaitFor, awaited, some_seconds, inner),
            st.builds(written.Choose, truths, inner, inner),
            st.just(written.End()),
        ]
    return st.lists(st.one_of(steps), max_size=3).map(tuple)


def counted(
    seconds: int,
    unless: written.Expression | None,
    otherwise: tuple[written.Notify, ...],
    marks: tuple[int, ...],
) -> written.Countdown:
    """A countdown with those of the marks that do not lie before its beginning."""
    return written.Countdown(seconds, unless, otherwise, tuple(mark for mark in marks if mark <= seconds))


def notices(text: str) -> st.SearchStrategy[Steps]:
    return st.just((written.Notify(text),))


@st.composite
def rules(draw: st.DrawFn, name: str, others: tuple[str, ...]) -> Rule:
    """A rule by this name; `others` are the rules that it may listen to, so that there is no ring."""
    more = tuple(written.Firing(other) for other in others)
    truths = expressions(more)
    is_while = draw(st.booleans())
    maybe = st.booleans()
    keys: dict[str, object] = {"id": name}
    if is_while:
        keys["holds"] = draw(truths)
        keys["hold_for"] = draw(st.sampled_from((0, 0, 1, 3, 8, 16)))
    else:
        keys["when"] = draw(triggers("hit", EVENTS[0], others))
        form = draw(st.sampled_from(("plain", "plain", "count", "distinct", "unless", "first")))
        if form not in ("plain", "first") or (form == "first" and draw(maybe)):
            keys["within"] = draw(some_seconds)
        if form == "count":
            keys["count"] = draw(st.integers(2, 4))
        if form == "distinct":
            keys |= {"when": written.Printed("hit"), "distinct": True, "count": draw(st.integers(2, 3))}
        if form == "first":
            keys |= {"when": written.Printed("hit"), "first": True}
        if form == "unless":
            keys["unless"] = draw(
                st.one_of(triggers("hit", EVENTS[0], others), triggers("bye", EVENTS[1], others))
            )
    ends = st.one_of(st.none(), some_seconds, truths, endings(others))
    keys["until"] = draw(ends.filter(lambda until: until is None or until != keys.get("when")))
    it = isinstance(keys.get("when"), written.Printed)
    keys["do"] = draw(st.one_of(st.just(()), plans(2, it, truths))) or (written.Notify("one"),)
    if draw(maybe):
        keys["on_clear"] = (written.Notify("over"),)
    if draw(st.integers(0, 3)) == 3:
        keys["guard"] = draw(truths)
    keys["cooldown"] = draw(st.sampled_from((0, 0, 1, 5, 20)))
    if draw(maybe):
        keys["breaker"] = draw(
            st.builds(
                written.Breaker,
                st.sampled_from((1, 1, 2, 3)),
                st.sampled_from((8, 60, 60)),
                st.one_of(st.none(), some_seconds),
                notices("tripped"),
            )
        )
    if draw(st.integers(0, 4)) == 4:
        keys["backoff"] = tuple(draw(st.lists(some_seconds, min_size=1, max_size=3)))
    if draw(maybe):
        keys["overlap"] = draw(st.sampled_from(("restart", "queue")))
    if draw(st.integers(0, 2)) == 0:
        unless = st.one_of(st.none(), st.just(written.Acked()), truths)
        keys["escalate"] = tuple(
            draw(
                st.lists(
                    st.builds(
                        written.Escalation, some_seconds, unless, notices("higher"), st.sampled_from((0, 60))
                    ),
                    max_size=2,
                )
            )
        )
    return Rule(**keys)  # type: ignore[arg-type]


def events(names: tuple[str, ...]) -> st.SearchStrategy[tuple[stream.Event, ...]]:
    """A list of gaps and happenings, as a stream."""
    values = st.sampled_from("aabc")
    times = st.sampled_from((1, 3, 6, 12))
    one = st.one_of(
        st.builds(lambda value: [stream.Line(0, "hit", value)], values),
        st.builds(lambda value: [stream.Line(0, "hit", value)], values),
        st.builds(lambda word, value: [stream.Line(0, word, value)], st.sampled_from(("hit", "bye")), values),
        st.builds(lambda value: [stream.Line(0, "mood", value)], st.sampled_from("123x")),
        st.builds(lambda event: [stream.Happened(0, event)], st.sampled_from(EVENTS)),
        st.builds(rows, percents, times),
        st.builds(rows, percents, times),
        st.builds(lambda state: [stream.Changed(0, state)], st.sampled_from(STATES)),
        st.builds(
            outage, st.integers(0, 30), st.sampled_from((0, 0, 0, 5)), st.sampled_from(("running", *STATES))
        ),
        st.builds(
            lambda kind, name: [kind(0, name)],
            st.sampled_from((stream.Ack, stream.Reset)),
            st.sampled_from(names),
        ),
    )
    gaps = st.one_of(st.integers(0, 6), st.integers(0, 6), st.integers(0, 40))
    sizes = st.sampled_from((1, 20, 35, 50))
    return sizes.flatmap(lambda least: st.lists(st.tuples(gaps, one), min_size=least, max_size=60)).map(
        placed
    )


def rows(pct: int, times: int) -> list[stream.Event]:
    """Stats come in rows, so that they are not always overdue."""
    return [stream.Stats(number * BETWEEN_STATS, pct) for number in range(times)]


def outage(half_seconds: int, silent: int, state: str) -> list[stream.Event]:
    """The link is lost and comes back; the first status follows at once, or late."""
    back = half_seconds + silent
    return [stream.LinkLost(0), stream.LinkUp(half_seconds), stream.Reported(back, state)]


def placed(gaps: list[tuple[int, list[stream.Event]]]) -> tuple[stream.Event, ...]:
    """The happenings at their moments, behind a server that runs and is watched."""
    now = 0
    happenings: list[stream.Event] = [stream.LinkUp(0), stream.Reported(0, "running")]
    for gap, together in gaps:
        now += gap
        happenings += [replace(event, at=now + event.at) for event in together]
    return tuple(stream.possible(happenings))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    names = ("first", "second", "third")[: draw(st.sampled_from((1, 1, 1, 2, 3)))]
    book = tuple(draw(rules(name, names[:number])) for number, name in enumerate(names))
    return Case(book, draw(events(names)))
