"""What holds of an engine at all times, whatever happens: each check is a sentence.

Looks at what the engine's parts keep for themselves, for it must agree.
`python -m tests.core.invariants --seeds 1000` tries that at length.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from math import inf, isfinite

from automaton.core.arm import Arm
from automaton.core.calls import PowerCall, SendCommand, SetPower
from automaton.core.decision import Verdict
from automaton.core.gates.held import Ticket
from automaton.core.gates.silences import Silence
from automaton.core.parts import split
from automaton.core.polling.address_polls import AddressTurn
from automaton.core.ports import Listens
from automaton.core.rules.breaker import RunHistory
from automaton.core.runs.run import Run
from automaton.core.runs.run_state import RunState as S
from automaton.core.schedule.for_timer import ForTimer
from automaton.core.schedule.timers import ScheduleTimers
from automaton.core.schedule.wall_time import WallTime
from automaton.core.targets.aggregate import Member
from automaton.core.targets.rule_memory import NEVER_RUN, STILL, UNMATCHED, UNTIMED
from automaton.core.targets.rule_state import RuleState
from automaton.core.targets.target import PollTurn, Target
from automaton.daemon.turn_journal import encode
from automaton.web.memory_shape import read_part
from tests.core.inside import Inside, told
from tests.core.obedient import Obedient
from tests.core.story import short
from tests.core.turmoil import Turmoil

EVENTS = 150
KINDS: tuple[type[Turmoil], ...] = (Turmoil, Obedient)
ENDS = (Verdict.CLEARED, Verdict.WITHDRAWN, Verdict.GONE)
TOLD_TO_PEOPLE = ("notify", "resolve")


def open_incidents_are_counted_at_their_target(inside: Inside) -> Iterator[str]:
    for target in inside.engine.targets():
        rule_states = inside.engine._states.at(target).values()
        found = Counter(one.rule.id for one in rule_states if one.incident is not None)
        if +target._open != found:
            yield f"{target.home} counts {dict(+target._open)}, and {dict(found)} are open"


def what_rule_states_have_in_common_is_as_it_was_made(inside: Inside) -> Iterator[str]:
    wall_time, at = WallTime(inside.engine.now), inside.engine.now.mono
    found: tuple[object, ...] = (
        STILL.dump(at), STILL.is_running, UNMATCHED.dump(wall_time), UNMATCHED.matches(at),
        NEVER_RUN.dump(wall_time), UNTIMED.dump(), UNTIMED.begins_at, UNTIMED.ends_at,
    )  # fmt: skip
    fresh, timers = ForTimer(), ScheduleTimers()
    wanted: tuple[object, ...] = (
        fresh.dump(at), fresh.is_running, [], 0,
        RunHistory().dump(wall_time), timers.dump(), timers.begins_at, timers.ends_at,
    )  # fmt: skip
    if found != wanted:
        yield f"a state that nothing befell has {found}"


def states_are_found_by_rule_and_by_incident_without_a_search(inside: Inside) -> Iterator[str]:
    engine, every = inside.engine, list(inside.engine.rule_states())
    found = {one.key for one in engine.open_states()}, sum(1 for _ in engine.open_states())
    wanted = [one.key for one in every if one.incident is not None]
    if found != (set(wanted), len(wanted)):
        yield f"{sorted(wanted)} are open, and {found} is found"
    for rule in {one.rule.id for one in every}:
        of_rule = sorted(one.key for one in every if one.rule.id == rule)
        if sorted(one.key for one in engine.states_of(rule)) != of_rule:
            yield f"{rule} stands towards {of_rule}, and others are found"


def an_incident_opens_and_ends_with_a_decision(inside: Inside) -> Iterator[str]:
    decided = {(one.rule, one.key, one.verdict) for one in inside.fresh}
    for number in inside.open.keys() - inside.was_open.keys():
        if (*inside.open[number], Verdict.FIRED) not in decided:
            yield f"{inside.open[number]} is open, and was not said to fire"
    for number in inside.was_open.keys() - inside.open.keys():
        if not any((*inside.was_open[number], verdict) in decided for verdict in ENDS):
            yield f"{inside.was_open[number]} is over, and nothing was said"


def an_active_run_is_its_rules_own_or_beside_it_and_only_once(inside: Inside) -> Iterator[str]:
    active = inside.active
    of_rules = Counter(run for one in inside.rule_states for run in active.of(one))
    known = Counter(
        [*active.own_runs.values(), *(run for beside in active._beside.values() for run in beside)]
    )
    going = set(inside.runs)
    yield from (f"{told(run)} is there {times} times" for run, times in known.items() if times > 1)
    yield from (f"{told(run)} is of no rule that is here" for run in known.keys() - of_rules.keys())
    yield from (f"{told(run)} is its rule's, and does not go on" for run in known.keys() - going)
    yield from (f"{told(run)} goes on, and is no rule's" for run in going - known.keys())
    yield from (f"{told(run)} goes on, and is over" for run in inside.runs if run.is_over)


def no_run_is_left_ready(inside: Inside) -> Iterator[str]:
    yield from (f"{told(run)} is ready, and nobody steps it" for run in inside.runs if run.state is S.READY)


def a_rule_that_is_withdrawn_stays_for_its_runs_only(inside: Inside) -> Iterator[str]:
    for rule_state in inside.rule_states:
        if rule_state.withdrawn and inside.active.is_idle(rule_state):
            yield f"{rule_state.seed} is withdrawn, and still here"


def only_an_active_run_has_a_lock(inside: Inside) -> Iterator[str]:
    for home, run in inside.holders.items():
        if run.is_over or run.home != home:
            yield f"{told(run)} has the lock of {home}"


def who_asks_for_what_needs_the_lock_has_it(inside: Inside) -> Iterator[str]:
    for run in inside.runs:
        needs = run.sent is not None and run.action is not None and run.action.needs_lock
        if needs and inside.holders.get(run.home) is not run:
            yield f"{told(run)} asked for {run.sent}, and does not have the lock"


def who_waits_for_a_lock_waits_for_somebody(inside: Inside) -> Iterator[str]:
    for home, queue in inside.lock_queues.items():
        for run in queue:
            is_marking = run.state is S.LISTENING and run.action is not None and not run.action.keeps_lock
            if run.state is not S.LOCKED and not is_marking:
                yield f"{told(run)} queues, and is {run.state}"
        if queue and home not in inside.holders:
            yield f"{len(queue)} wait for the lock of {home}, which nobody has"
    for run in inside.runs:
        if run.state is S.LOCKED and run not in inside.lock_queues.get(run.home, ()):
            yield f"{told(run)} is queued nowhere"


def who_is_held_is_in_the_queue_for_what_holds_it(inside: Inside) -> Iterator[str]:
    waiting = inside.queue.waiting
    yield from (f"{told(run)} is held nowhere" for run in inside.runs if run.held and run not in waiting)
    for run in inside.runs:
        if (run.held is not None) is not (run.state is S.HELD):
            yield f"{told(run)} is {run.state}, and held by {run.held}"
    for run in waiting:
        if run.is_over or run.held is None:
            yield f"{told(run)} is in the queue, and not held"
    tickets: Counter[Ticket] = Counter()
    for run in waiting:
        tickets.update(run.held.tickets if run.held is not None else ())
    if +inside.queue._wanted != tickets:
        yield f"the queue wants {dict(+inside.queue._wanted)}, those in it {dict(tickets)}"


def an_answer_finds_the_run_that_asked(inside: Inside) -> Iterator[str]:
    for number, run in inside.by_call.items():  # of a run that is over, too: it may have made a backup
        if run.sent is None or run.sent.number != number:
            yield f"the answer to {number} goes to {told(run)}, which waits for {run.sent}"
    for run in inside.runs:
        if run.sent is not None and inside.by_call.get(run.sent.number) is not run:
            yield f"the answer to {run.sent} would not find {told(run)}"
        if (run.sent is not None) is not (run.state is S.CALLING):
            yield f"{told(run)} is {run.state}, and waits for the answer to {run.sent}"


def a_run_waits_for_what_can_come(inside: Inside) -> Iterator[str]:
    for run in inside.runs:
        listens = run.listens
        is_due = run in inside.due
        if run.held is not None:
            comes = is_due or run.held.verdict is Verdict.MUTED
        elif run.state is S.LOCKED:
            comes = True
        elif run.is_kept:
            comes = is_due
        else:
            comes = (
                is_due or run.sent is not None or listens.patterns | listens.events | listens.facts != set()
            )
        if not comes:
            yield f"{told(run)} waits for nothing"


def who_listens_is_found_by_what_it_listens_to(inside: Inside) -> Iterator[str]:
    wanted = {
        (run.home, kind, name, run)
        for run in inside.runs
        for kind, names in zip(("patterns", "events", "facts"), _names(run.listens), strict=True)
        for name in names
    }
    found = {
        (home, kind, name, run)
        for home, ears in inside.active.listeners.by_home.items()
        for kind, by_name in zip(
            ("patterns", "events", "facts"), (ears.patterns, ears.events, ears.facts), strict=True
        )
        for name, runs in by_name.items()
        for run in runs
    }
    yield from (f"{told(run)} is deaf to {kind} {name}" for _, kind, name, run in wanted - found)
    yield from (f"{told(run)} is still asked of {kind} {name}" for _, kind, name, run in found - wanted)


def _names(listens: Listens) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    return listens.patterns, listens.events, listens.facts


def what_mutes_has_an_open_incident_and_may_act(inside: Inside) -> Iterator[str]:
    arm_of = inside.engine.arm
    muting = {
        (one.rule.id, one.key_of)
        for one in inside.rule_states
        if arm_of(one.rule) is Arm.LIVE and one.rule.mutes is not None and one.incident is not None
    }
    yield from (f"{rule}/{key.text} mutes, and is not open" for rule, key in inside.muting - muting)
    yield from (f"{rule}/{key.text} is open, and does not mute" for rule, key in muting - inside.muting)


def what_keeps_notices_back_is_asked_when_they_may_go(inside: Inside) -> Iterator[str]:
    for rule_state in inside.rule_states:
        kept = rule_state.incident.kept_back if rule_state.incident is not None else ()
        if kept and rule_state not in inside.keeping:
            yield f"{rule_state.seed} keeps notices back for ever"


def nothing_is_due_in_the_past(inside: Inside) -> Iterator[str]:
    due, now = inside.engine.next_deadline(), inside.engine.now.mono
    if due is not None and not (isfinite(due) and due >= now):
        yield f"it is {now}, and something is due at {due}"


def only_what_is_still_here_is_due(inside: Inside) -> Iterator[str]:
    targets, runs, rule_states = set(inside.engine.targets()), set(inside.runs), set(inside.rule_states)
    silences = inside.gates.silences.active
    for owner in inside.due:
        match owner:
            case RuleState():
                is_here = owner in rule_states
            case Run():
                is_here = owner in runs
            case Target():
                is_here = owner in targets
            case PollTurn(target=target, asking=asking):
                is_here = target.poll_turns.get(asking.send) is owner and target in targets
            case AddressTurn(name=name):
                is_here = inside.engine._addresses._turns.get(name) is owner
            case Member():
                is_here = not owner.is_gone and owner.target in targets
            case Silence():
                is_here = silences.get(owner.id) is owner
            case _:
                is_here = True
        if not is_here:
            yield f"{type(owner).__name__} {getattr(owner, 'seed', '')} is no more, and due"


def decisions_come_in_the_order_of_time(inside: Inside) -> Iterator[str]:
    moments = [one.at.mono for one in inside.fresh]
    if moments != sorted(moments):
        yield f"decided at {moments}"


def no_number_is_given_to_two_calls(inside: Inside) -> Iterator[str]:
    numbers = Counter(number for _, number, _ in inside.turmoil.asked)
    yield from (f"{number} was given {times} times" for number, times in numbers.items() if times > 1)


def nothing_is_asked_of_a_server_that_is_gone(inside: Inside) -> Iterator[str]:
    for decision, call in inside.sent():
        if call.server in inside.turmoil.gone and call.verb not in TOLD_TO_PEOPLE:
            yield f"{decision.rule}: {short(call)} on {call.server}, which is gone"


def nothing_is_asked_unless_the_limits_say_live(inside: Inside) -> Iterator[str]:
    if inside.turmoil.limits.arm is not Arm.LIVE:
        yield from (f"{decision.rule}: {short(call)}" for decision, call in inside.sent())


def a_rule_that_is_silenced_asks_nothing(inside: Inside) -> Iterator[str]:
    silences = inside.gates.silences.active.values()
    for decision, call in inside.sent():
        for silence in silences:
            is_silent = inside.turmoil.silent_since[silence.id] < decision.at.mono < silence.until
            if decision.rule and is_silent and silence.covers(decision.rule, ()):
                yield f"{decision.rule}: {short(call)} at {decision.at.mono}, under {silence}"


def a_rule_that_is_in_shadow_by_hand_asks_nothing(inside: Inside) -> Iterator[str]:
    armed = inside.engine.armed()
    for decision, call in inside.sent():
        one = armed.get(decision.rule)
        if one is not None and one.since < decision.at.wall:
            yield f"{decision.rule}: {short(call)} at {decision.at.mono}, though set to {one.arm}"


def nothing_but_messages_is_asked_while_all_is_on_hold(inside: Inside) -> Iterator[str]:
    if inside.engine.hold is None:
        return
    for decision, call in inside.sent():
        if decision.at.mono > inside.turmoil.held_since and call.verb not in TOLD_TO_PEOPLE:
            yield f"{decision.rule}: {short(call)} at {decision.at.mono}, since {inside.turmoil.held_since}"


def nothing_but_messages_is_asked_while_nothing_can_be_written(inside: Inside) -> Iterator[str]:
    if not inside.engine.no_journal:
        return
    for decision, call in inside.sent():
        if decision.at.mono > inside.turmoil.unwritten_since and call.verb not in TOLD_TO_PEOPLE:
            yield f"{decision.rule}: {short(call)} at {decision.at.mono}, unwritten"


def no_more_is_sent_than_the_fleet_may(inside: Inside) -> Iterator[str]:
    budget, since = inside.turmoil.limits.send_fleet, inside.turmoil.limited_since
    if budget is None:
        return
    sent = [at for at, _, call in inside.turmoil.asked if isinstance(call, SendCommand) and at > since]
    for first, last in zip(sent, sent[budget.max :], strict=False):
        if last - first < budget.within - 1e-6:
            yield f"more than {budget} between {first} and {last}"


def a_slot_of_parallel_is_a_power_step_that_was_sent_and_is_not_over(inside: Inside) -> Iterator[str]:
    for run in inside.runs:
        verb, memo = run.action.verb if run.action is not None else "", run.memo or {}
        is_power = verb in ("power", "reinstall")
        waits = run.held is not None or memo.get("stage") == "ask" or memo.get("on_its_way")
        waits = waits or (verb == "reinstall" and "asked" not in memo)
        is_going = is_power and bool(memo) and not waits
        is_returning = run.state is S.RETURNING  # it keeps its slot until its server is seen
        if run.has_slot is not is_going and not is_returning:
            yield f"{told(run)} has {'a' if run.has_slot else 'no'} slot, with {memo}"


def no_more_go_at_once_than_parallel_says(inside: Inside) -> Iterator[str]:
    parallel, now, before = inside.turmoil.limits.parallel, inside.powers, inside.powers_before
    if parallel is not None and now > max(parallel, before):
        yield f"{now} go at once, `parallel` is {parallel}, and {before} went before"


def nobody_waits_for_a_slot_that_is_free(inside: Inside) -> Iterator[str]:
    parallel = inside.turmoil.limits.parallel
    is_full = parallel is not None and inside.powers >= parallel
    if is_full or inside.due.get(inside.queue.turn, inf) <= inside.engine.now.mono:
        return
    for run in inside.queue.waiting:
        if run.held is not None and "power actions are going" in run.held.detail:
            yield f"{told(run)} waits for a slot, and {inside.powers} of {parallel} are taken"


def nothing_is_started_while_its_panel_does_not_answer(inside: Inside) -> Iterator[str]:
    for decision, call in inside.sent():
        if (
            isinstance(call, PowerCall)
            and call.needs_panel
            and call.server in inside.without_panel & inside.were_without_panel
        ):
            yield f"{decision.rule}: {short(call)} of {call.server}"


def nothing_fails_that_was_never_sent(inside: Inside) -> Iterator[str]:
    """But what somebody else has on its way, and that does not come to its end."""
    for decision in inside.fresh:
        has_failed = decision.verdict in (Verdict.FAILED, Verdict.ELSE)
        of_power = "did not come to its goal" in decision.detail
        was_on_its_way = (decision.rule, decision.key) in inside.were_on_their_way
        if has_failed and of_power and not was_on_its_way and not inside.was_asked(decision, SetPower):
            yield f"{decision.rule} for {decision.key}: {decision.detail}"


def what_is_held_says_by_what(inside: Inside) -> Iterator[str]:
    for decision in inside.fresh:
        if decision.held and decision.verdict is not Verdict.SHADOW and not decision.detail:
            yield f"{decision.rule} for {decision.key} is {decision.verdict}, and nothing more is said"
    for run in inside.runs:
        if run.held is not None and not run.held.detail:
            yield f"{told(run)} is held, and nothing is said"
        unsent = run.memo is not None and run.memo.get("stage") == "ask" and "asked_at" not in run.memo
        if unsent and not run.is_kept and run not in inside.due and not run.cannot_ask:
            yield f"{told(run)} waits before it asks, and does not say for what"


INVARIANTS: tuple[Callable[[Inside], Iterator[str]], ...] = (
    open_incidents_are_counted_at_their_target,
    what_rule_states_have_in_common_is_as_it_was_made,
    states_are_found_by_rule_and_by_incident_without_a_search,
    an_incident_opens_and_ends_with_a_decision,
    an_active_run_is_its_rules_own_or_beside_it_and_only_once,
    no_run_is_left_ready,
    a_rule_that_is_withdrawn_stays_for_its_runs_only,
    only_an_active_run_has_a_lock,
    who_asks_for_what_needs_the_lock_has_it,
    who_waits_for_a_lock_waits_for_somebody,
    who_is_held_is_in_the_queue_for_what_holds_it,
    an_answer_finds_the_run_that_asked,
    a_run_waits_for_what_can_come,
    who_listens_is_found_by_what_it_listens_to,
    what_mutes_has_an_open_incident_and_may_act,
    what_keeps_notices_back_is_asked_when_they_may_go,
    nothing_is_due_in_the_past,
    only_what_is_still_here_is_due,
    decisions_come_in_the_order_of_time,
    no_number_is_given_to_two_calls,
    nothing_is_asked_of_a_server_that_is_gone,
    nothing_is_asked_unless_the_limits_say_live,
    a_rule_that_is_silenced_asks_nothing,
    a_rule_that_is_in_shadow_by_hand_asks_nothing,
    nothing_but_messages_is_asked_while_all_is_on_hold,
    nothing_but_messages_is_asked_while_nothing_can_be_written,
    no_more_is_sent_than_the_fleet_may,
    a_slot_of_parallel_is_a_power_step_that_was_sent_and_is_not_over,
    no_more_go_at_once_than_parallel_says,
    nobody_waits_for_a_slot_that_is_free,
    nothing_is_started_while_its_panel_does_not_answer,
    nothing_fails_that_was_never_sent,
    what_is_held_says_by_what,
)


class Broken(AssertionError):
    """An invariant does not hold, or the engine failed."""


def hold_to_all(inside: Inside) -> None:
    """Raises Broken with every sentence that is not true."""
    broken = [
        f"{invariant.__name__.replace('_', ' ')}: {what}"
        for invariant in INVARIANTS
        for what in invariant(inside)
    ]
    if broken:
        raise Broken("\n".join(broken))


def go_through(seed: int, events: int = EVENTS, kind: type[Turmoil] = Turmoil) -> Turmoil:
    """One turmoil, looked at after each step. Raises Broken with the step at which something broke."""
    turmoil = kind(seed)
    inside = Inside(turmoil)
    what = "time passed"
    for number in range(events):
        try:
            for step in (turmoil.let_time_pass, turmoil.happen):
                what = step() or "time passed"
                inside = Inside(turmoil, inside)
                hold_to_all(inside)
        except Broken as broken:
            raise Broken(f"seed {seed}, event {number} at {turmoil.now}, {what}\n{broken}") from None
    if unfit := what_would_be_forgotten(turmoil):
        raise Broken(f"seed {seed}, at {turmoil.now}\n{unfit}")
    return turmoil


def what_would_be_forgotten(turmoil: Turmoil) -> dict[str, str]:
    """The parts of what the engine leaves that the next one would not take, with why."""
    parts = split(turmoil.engine.dump(turmoil.engine.now))
    return {name: why for name, part in parts.items() if (why := read_part(name, encode(part))[1])}


def left_over(turmoil: Turmoil) -> list[str]:
    """What is still here though all rules are gone and all calls were answered, long ago."""
    before = Inside(turmoil)
    turmoil.come_to_its_end()
    inside = Inside(turmoil, before)
    hold_to_all(inside)
    kept: dict[str, list[object]] = {
        "rule state": [one.seed for one in inside.rule_states],
        "run": [told(run) for run in inside.runs],
        "lock": list(inside.holders),
        "lock queue": list(inside.lock_queues),
        "queue": [told(run) for run in inside.queue.waiting],
        "call": list(inside.by_call),
        "muting": [f"{rule}/{key.text}" for rule, key in inside.muting],
        "silence": list(inside.gates.silences.active),
        "news": list(inside.engine._lifecycle.news),
    }
    left = [f"{name} {what}" for name, all_ in kept.items() for what in all_]
    return [*left, *turmoil.left_down()] if isinstance(turmoil, Obedient) else left


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.core.invariants", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many turmoils (100)")
    parser.add_argument("--first", type=int, default=0, help="the first seed (0)")
    parser.add_argument("--events", type=int, default=EVENTS, help=f"happenings of each ({EVENTS})")
    parser.add_argument("--decisions", action="store_true", help="prints what was decided")
    asked = parser.parse_args()
    faults = 0
    for seed in range(asked.first, asked.first + asked.seeds):
        fault = fault_of(seed, asked.events, is_telling=asked.decisions)
        if fault:
            faults += 1
            print(f"seed {seed}:\n{fault}\n", flush=True)  # noqa: T201 - it is a program
    if not asked.decisions:
        print(f"{asked.seeds} seeds, {faults} with a fault")  # noqa: T201 - it is a program
    return 1 if faults else 0


def fault_of(seed: int, events: int, *, is_telling: bool) -> str:
    """What is wrong with a turmoil, empty if nothing is. `is_telling`: prints what was decided."""
    left: list[str] = []
    for kind in KINDS:
        try:
            turmoil = go_through(seed, events, kind)
            left += left_over(turmoil)
        except Exception:  # whatever the engine raises is a fault, and is told with its seed
            left.append(f"{kind.__name__}: {traceback.format_exc(limit=-3)}")
            continue
        if is_telling:
            print(*turmoil.decisions, sep="\n")  # noqa: T201 - it is a program
    return "\n".join(left)


if __name__ == "__main__":
    sys.exit(main())
