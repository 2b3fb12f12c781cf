"""A standing is found by its rule and its key's text, wherever rules stand."""

from __future__ import annotations

import pytest

from automaton.core import events as ev
from automaton.core.decision import Decision, Verdict
from automaton.core.moment import Moment
from automaton.daemon.services.inspector import Inspector, is_under
from tests.core.story import HIGH, LOBBY, Story

WIDE = """
rules:
  - {id: node, by: node, while: count(connected) > 0, do: [{notify: ops, text: x}]}
  - {id: each, by: [it.who], when: {console: '^(?P<who>\\w+) came'}, until: 1h, do: [{notify: ops, text: x}]}
"""


def story() -> Story:
    return Story(WIDE).line(1, "Ann came").line(2, "Bob came")


@pytest.mark.parametrize(
    ("rule", "key"), [("node", "node:eu"), ("each", "u-lobby/Ann"), ("each", "u-lobby/Bob")]
)
def test_a_standing_is_found_by_its_key(rule: str, key: str) -> None:
    found = Inspector(story().engine).find(rule, key)

    assert found is not None
    assert (found.rule.id, found.key) == (rule, key)


@pytest.mark.parametrize(
    ("rule", "key"), [("node", "node:us"), ("each", "u-lobby"), ("each", "u-lobby/Eve"), ("no", "fleet")]
)
def test_what_was_never_judged_is_not_found(rule: str, key: str) -> None:
    assert Inspector(story().engine).find(rule, key) is None


def test_a_server_stands_for_all_its_keys() -> None:
    inspector = Inspector(story().engine)

    assert [one.key for one in inspector.under("each", "u-lobby")] == ["u-lobby/Ann", "u-lobby/Bob"]
    assert [one.key for one in inspector.under("each", "")] == ["u-lobby/Ann", "u-lobby/Bob"]
    assert [one.key for one in inspector.under("each", "u-lobby/Ann")] == ["u-lobby/Ann"]


@pytest.mark.parametrize("key", ["u-lobby", "u-lobby/Bob", "node:eu"])
def test_an_open_incident_is_found_by_its_number_wherever_its_values_are(key: str) -> None:
    told = story()
    inspector = Inspector(told.engine)
    (state,) = (one for one in inspector.open() if one.key == (key if key != "u-lobby" else "u-lobby/Ann"))
    assert state.incident is not None

    assert inspector.numbered(state.rule.id, key.partition("/")[0], state.incident.number) is state
    assert inspector.numbered(state.rule.id, key, 999) is None
    assert inspector.numbered("other", key, state.incident.number) is None
    assert inspector.numbered(state.rule.id, "nobody", state.incident.number) is None


def test_where_nothing_was_judged_an_idle_standing_stands_in_and_is_not_kept() -> None:
    engine = story().engine
    rule = next(one.rule for one in engine.rule_states() if one.rule.id == "each")
    inspector = Inspector(engine)
    idle = inspector.stand_in(rule, "u-lobby/Eve")

    assert idle is not None
    assert (idle.key, idle.phase) == ("u-lobby/Eve", "idle")
    assert inspector.find("each", "u-lobby/Eve") is None
    assert inspector.stand_in(rule, "nobody/Eve") is None


def test_a_server_that_is_gone_and_comes_again_is_found_anew() -> None:
    told = Story(HIGH).memory(1, 50)
    inspector = Inspector(told.engine)
    before = inspector.find("high", LOBBY.uuid)
    gone = ev.ServerGone(server=LOBBY.uuid, at=Moment(2, 2), reason="deleted")
    inspector.observe(gone)
    told.engine.handle(gone)
    told.at(3, ev.ServerListed, profile=LOBBY).at(3, ev.LinkUp).memory(4, 50)
    after = inspector.find("high", LOBBY.uuid)

    assert before is not after
    assert after is told.rule_state("high")


def test_a_decision_of_what_is_gone_sees_nothing() -> None:
    inspector = Inspector(Story(HIGH).engine)

    assert inspector.look(Decision("high", "u-other", Moment(0, 0), Verdict.GONE)) == ((), ())


@pytest.mark.parametrize(
    ("key", "home", "is_so"),
    [("u", "u", True), ("u/a", "u", True), ("u2", "u", False), ("u", "u/a", False), ("u", "", True)],
)
def test_a_key_lies_under_itself_and_its_home(key: str, home: str, is_so: bool) -> None:
    assert is_under(key, home) is is_so
