"""What a line is taken for, and which rules listen to such a line."""

from __future__ import annotations

from automaton.core.events import LinePrinted, Source
from automaton.core.moment import Moment
from automaton.core.targets.line_reading import LineReading
from tests.core.story import LOBBY, Story

RULES = """
    rules:
      - {id: errors, when: {console: '^Error'}, do: []}
      - {id: ends, when: {event: crash}, until: {console: 'Error'}, do: []}
      - {id: all, by: fleet, when: {console: 'Error'}, do: []}
      - {id: other, servers: {name: arena}, when: {console: 'Error'}, do: []}
      - {id: wide-other, by: fleet, servers: {name: arena}, when: {console: 'Error'}, do: []}
    """


def read(text: str, *, typed: str = "") -> LineReading:
    story = Story(RULES)
    engine = story.engine
    if typed:
        engine.servers()[LOBBY.uuid].echoes.typed(typed, engine.now.mono)
    event = LinePrinted(server=LOBBY.uuid, at=Moment(engine.now.mono, engine.now.wall), text=text)
    reading = engine.read_line(event)
    assert reading is not None
    return reading


def test_the_rules_that_listen_are_named_in_the_order_of_judging() -> None:
    assert read("Error: out of memory") == LineReading(
        "Error: out of memory", Source.GAME, ("all", "errors", "ends")
    )


def test_a_line_that_nobody_waits_for_is_nobodys() -> None:
    assert read("Nothing of note") == LineReading("Nothing of note", Source.GAME)


def test_an_echo_is_no_rules_business() -> None:
    assert read("> Error", typed="Error") == LineReading("> Error", Source.ECHO)


def test_a_line_of_a_server_that_is_gone_is_not_read() -> None:
    story = Story(RULES)

    event = LinePrinted(server="nobody", at=story.engine.now, text="Error")

    assert story.engine.read_line(event) is None
