"""When a rule is set off by its own output."""

from __future__ import annotations

from automaton.core.calls import SendCommand
from automaton.core.rules.loops import LONGEST, ROUNDS, Loops
from tests.core.story import Story

SAVED = "rules: [{id: a, when: {console: '^Saved'}, do: [{send: save-all}]}]"
PAIR = """
    rules:
      - {id: a, when: {console: '^ping'}, do: [{send: "pong"}]}
      - {id: b, when: {console: '^pong'}, do: [{send: "ping"}]}
    """
JOINS = """
    rules:
      - {id: hello, when: {console: '^(?P<player>\\w+) joined'}, do: [{send: "tell ${it.player} hi"}]}
    """


def sends(story: Story) -> int:
    return sum(isinstance(call, SendCommand) for _, _, call in story.asked)


def test_a_rule_that_answers_itself_is_stopped_after_some_rounds() -> None:
    story = Story(SAVED)
    for number in range(30):
        story.line(1.0 + number / 2, "Saved the game")

    assert sends(story) == 5
    assert story.verdicts.count("3.5 looping") == 1


def test_a_pair_of_rules_that_answer_each_other_is_stopped_as_well() -> None:
    story = Story(PAIR)
    for number in range(30):
        story.line(1.0 + number / 2, "pinging" if number % 2 else "ponging")

    assert sends(story) <= 11


def test_after_a_while_it_may_try_again() -> None:
    story = Story(SAVED)
    for number in range(30):
        story.line(1.0 + number / 2, "Saved the game")
    before = sends(story)

    assert sends(story.line(100.0, "Saved the game")) == before + 1


def test_players_who_come_one_after_the_other_are_no_loop() -> None:
    story = Story(JOINS)
    names = ("Anna", "Bert", "Carl", "Dora", "Emil", "Fred", "Gina", "Hans", "Inge", "Jens")
    for number, name in enumerate(names):
        story.line(1.0 + number, f"{name} joined")

    assert sends(story) == 10


def test_a_line_that_comes_too_late_to_be_an_answer_begins_no_loop() -> None:
    story = Story(SAVED)
    for number in range(30):
        story.line(1.0 + number * 3, "Saved the game")

    assert sends(story) == 30


def test_numbers_in_a_match_do_not_hide_a_loop() -> None:
    loops, rounds = Loops(), 0
    for number in range(20):
        cause = loops.cause("u", "a", {"n": str(number)}, float(number))
        if cause.rounds > ROUNDS:
            break
        loops.typed("u", cause, float(number))
        rounds += 1

    assert rounds == 5


def test_what_strangers_say_lets_no_chain_grow_for_ever() -> None:
    loops = Loops()
    for number in range(1000):
        word = "".join(chr(97 + int(digit)) for digit in str(number))
        cause = loops.cause("u", "a", {"t": word}, number / 10)
        loops.typed("u", cause, number / 10)

    assert len(cause.chain().rounds) == LONGEST == 50


def test_names_that_differ_in_a_digit_are_different_names() -> None:
    story = Story(JOINS)
    for number in range(12):
        story.line(1.0 + number / 2, f"Player{number} joined")

    assert sends(story) == 12


def test_what_was_typed_for_no_rule_begins_no_chain() -> None:
    loops = Loops()
    loops.typed("u", loops.cause("u", "a", {}, 0.0), 0.0)
    assert loops.cause("u", "a", {}, 1.0).rounds == 2

    loops.typed("u", None, 1.0)
    assert loops.cause("u", "a", {}, 2.0).rounds == 1


def test_a_server_that_is_gone_begins_anew() -> None:
    loops = Loops()
    loops.typed("u", loops.cause("u", "a", {}, 0.0), 0.0)
    loops.forget("u")

    assert loops.cause("u", "a", {}, 1.0).rounds == 1
