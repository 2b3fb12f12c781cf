"""What is said of servers, incidents and decisions over the control socket."""

from __future__ import annotations

from automaton.core.calls import SendCommand, SendMessage
from automaton.core.decision import Asked, Decision, Verdict
from automaton.core.moment import Moment
from automaton.daemon.services.status_rows import decision_row, fact_rows
from tests.core.story import LOBBY, Story

NOW = Moment(100.0, 1_000.0)
SAY = SendCommand(server="u", command="say hi")


def test_a_decision_says_what_was_asked_of_the_world_or_would_have_been() -> None:
    note = SendMessage(server="u", channel="ops", text="it is down")
    acting = Decision("a", "u", Moment(95.0, 995.0), Verdict.ACTING, calls=(Asked(1, SAY), Asked(2, note)))
    shadow = Decision("a", "u", Moment(95.0, 995.0), Verdict.SHADOW, held=(SAY,))

    told = [decision_row(one, str.upper, NOW) for one in (acting, shadow)]

    assert [row.detail for row in told] == ["send say hi, notify ops: it is down", "send say hi"]
    assert [(row.name, row.age) for row in told] == [("U", 5.0)] * 2


def test_a_detail_goes_before_the_calls() -> None:
    held = Decision("a", "u", NOW, Verdict.SILENCED, detail="silence 1", held=(SAY,))

    assert decision_row(held, str, NOW).detail == "silence 1"


def test_a_server_shows_the_facts_of_ones_own_that_it_has() -> None:
    rules = """
        facts:
          tps: {type: number, line: '^TPS: (?P<value>.*)'}
          map: {type: text, line: '^Map: (?P<value>.*)'}
          rust: {servers: {name: arena}, type: text, line: '^(?P<value>.*)'}
        rules: []
        """
    story = Story(rules).line(1.0, "TPS: 19.5")

    rows = fact_rows(story.engine.servers()[LOBBY.uuid].facts, 2.0)
    assert {name: row.value for name, row in rows.items() if name in ("tps", "map", "rust")} == {
        "tps": 19.5, "map": None
    }  # fmt: skip
