"""The names in an expression or a text get their values."""

from __future__ import annotations

from automaton.core.events import State
from automaton.core.facts.facts import Facts
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.rules.incident import Incident
from automaton.core.rules.rule import Rule
from automaton.core.rules.scene import SHADOW, Scene, StepScene
from automaton.core.truth import UNKNOWN, Value
from tests.core.story import LOBBY


def scene(incident: Incident | None = None, **fields: str | int | None) -> Scene:
    return Scene(
        now=Moment(100.0, 0.0), facts=Facts(LOBBY), rule=Rule(id="a"), incident=incident, fields=fields
    )


def test_fields_of_the_match_are_read_by_it() -> None:
    told = scene(player="Steve", exit_code=1, oom=None)

    assert [told.read(name).plain for name in ("it.player", "it.exit_code", "it.oom", "it.other")] == [
        "Steve", 1, None, None,
    ]  # fmt: skip


def test_an_open_incident_grows_older_and_a_cleared_one_does_not() -> None:
    incident = Incident(1, Moment(40.0, 0.0), matches=3)
    assert scene(incident).read("open_for") == Value(60.0, slope=1.0)
    assert scene(incident).read("matches").plain == 3

    incident.cleared = Moment(50.0, 0.0)
    assert scene(incident).read("open_for") == Value(10.0)


def test_without_an_incident_what_belongs_to_it_is_unknown() -> None:
    assert (scene().read("open_for"), scene().read("matches")) == (UNKNOWN, UNKNOWN)


def test_the_rule_and_the_server_are_known() -> None:
    assert [scene().read(name).plain for name in ("rule", "severity", "name", "egg", "lines")] == [
        "a", "warning", "lobby", "Paper", "",
    ]  # fmt: skip


def test_a_step_sees_no_state_while_nobody_watches() -> None:
    facts = Facts(LOBBY)
    facts.state = State.RUNNING
    step = StepScene(now=Moment(0.0, 0.0), facts=facts, rule=Rule(id="a"))
    assert step.state is None

    facts.connected = True
    assert step.state is State.RUNNING


def test_a_call_that_was_not_sent_is_known_as_such() -> None:
    def step(outcome: Outcome | None) -> StepScene:
        return StepScene(now=Moment(0.0, 0.0), facts=Facts(LOBBY), rule=Rule(id="a"), outcome=outcome)

    shown = [step(one).shadowed for one in (None, Outcome(Result.DONE), Outcome(Result.DONE, way=SHADOW))]
    assert shown == [False, False, True]
