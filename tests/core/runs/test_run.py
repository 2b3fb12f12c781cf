"""Where a run is in its steps, what it may still wait for, and what a restart leaves of that."""

from __future__ import annotations

import json
from math import inf

from automaton.core.calls import SendCommand
from automaton.core.happening import Happening
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.ports import Listens
from automaton.core.rules.action import Rest
from automaton.core.rules.incident import Incident
from automaton.core.runs.listeners import NO_LISTENS
from automaton.core.runs.run import MOST_OVERHEARD, Block, Run, RunRegisters, Sent, load_blocks, load_memo
from automaton.core.schedule.wall_time import WallTime
from automaton.core.targets.rule_state import RuleState
from tests.core.story import LOBBY, book, target_of

TEXT = """
    rules:
      - id: a
        when: {event: crash}
        do:
          - if: connected
            do: [{wait: {console: "^one"}, within: 1m}, {notify: ops}]
            else: [end]
          - {wait: {console: "^two"}, within: 1m}
          - {send: list}
    """
NOW = Moment(10.0, 1000.0)
READY = Listens(events=frozenset({"ready"}))


def begun() -> Run:
    (rule,) = book(TEXT).rules
    return Run(1, rule, RuleState(rule, target_of(LOBBY)), Incident(1, NOW), [Block(rule.do)], RunRegisters())


def verb(run: Run) -> str | None:
    return run.action.verb if run.action is not None else None


def into(run: Run, which: int, *, ends: bool = False) -> None:
    assert run.action is not None
    run.into(run.action.blocks()[which], ends=ends)


def test_the_steps_inside_one_come_in_its_place_and_then_what_follows_it() -> None:
    run, met = begun(), []
    into(run, 0)
    while run.action is not None:
        met.append(verb(run))
        run.next()

    assert met == ["wait", "notify", "wait", "send"]


def test_a_block_that_ends_the_run_leaves_nothing_after_it() -> None:
    run = begun()
    into(run, 1, ends=True)
    run.next()

    assert run.action is None


def test_only_what_is_left_is_waited_for() -> None:
    run = begun()
    assert run.patterns() == {"^one", "^two"}

    into(run, 0)
    run.next()
    assert run.patterns() == {"^two"}
    run.next()
    assert verb(run) == "wait"
    run.next()
    assert run.patterns() == frozenset()


def test_a_new_step_knows_nothing_of_the_one_before() -> None:
    run = begun()
    run.call(Sent(7, SendCommand(server=LOBBY.uuid, command="list")), {"left": "x"}, READY)
    run.answered(Outcome(Result.DONE))
    run.ready()
    run.rest(Rest({"left": "x"}, 20.0, detail="the state is unknown"), READY)
    assert run.hears(Happening("ready"))
    assert not run.hears(Happening("crash"))

    run.ready()
    run.next()
    assert (run.memo, run.until, run.outcome, run.sent) == (None, inf, None, None)
    assert (run.cannot_ask, run.hears(Happening("ready"))) == ("", False)


def test_after_a_restart_a_run_is_where_it_was_on_another_clock() -> None:
    run = begun()
    into(run, 0)
    run.rest(Rest({"began_at": 12.0, "text": "x", "said_at": None}), NO_LISTENS)
    data = json.loads(json.dumps(run.dump(WallTime(NOW))))
    later = WallTime(Moment(0.0, 1100.0))

    blocks = load_blocks(run.rule.do, data["blocks"])
    assert blocks == run.blocks
    assert load_memo(data["memo"], later) == {"began_at": -98.0, "text": "x", "said_at": None}


def test_steps_that_are_no_more_are_not_found() -> None:
    run = begun()
    into(run, 0)
    blocks = run.dump(WallTime(NOW))["blocks"]

    assert load_blocks(run.rule.do[1:], blocks) is None
    assert load_blocks((), blocks) is None


def test_the_newest_of_what_is_overheard_is_kept_in_its_order() -> None:
    run = begun()
    heard = [Happening(str(turn)) for turn in range(MOST_OVERHEARD + 3)]
    for happening in heard:
        run.overhear(happening)

    assert list(run.overheard) == heard[3:]


def test_what_one_step_overheard_is_nothing_to_the_next() -> None:
    run = begun()
    run.overhear(Happening("crash"))
    run.next()

    assert run.overheard == ()
