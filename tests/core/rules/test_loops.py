"""When a rule is set off by its own output."""

from __future__ import annotations

from automaton.core.calls import SendCommand
from automaton.core.rules.loops import Loops, turns_round
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
    told = Story(SAVED)
    for number in range(30):
        told.line(1.0 + number / 2, "Saved the game")

    assert sends(told) == 5
    assert told.verdicts.count("3.5 looping") == 1


def test_a_pair_of_rules_that_answer_each_other_is_stopped_as_well() -> None:
    told = Story(PAIR)
    for number in range(30):
        told.line(1.0 + number / 2, "pinging" if number % 2 else "ponging")

    assert sends(told) <= 11


def test_after_a_while_it_may_try_again() -> None:
    told = Story(SAVED)
    for number in range(30):
        told.line(1.0 + number / 2, "Saved the game")
    before = sends(told)

    assert sends(told.line(100.0, "Saved the game")) == before + 1


def test_players_who_come_one_after_the_other_are_no_circle() -> None:
    told = Story(JOINS)
    names = ("Anna", "Bert", "Carl", "Dora", "Emil", "Fred", "Gina", "Hans", "Inge", "Jens")
    for number, name in enumerate(names):
        told.line(1.0 + number, f"{name} joined")

    assert sends(told) == 10


def test_what_comes_later_than_an_answer_is_none() -> None:
    told = Story(SAVED)
    for number in range(30):
        told.line(1.0 + number * 3, "Saved the game")

    assert sends(told) == 30


def test_numbers_in_a_match_do_not_hide_a_circle() -> None:
    loops, rounds = Loops(), 0
    for number in range(20):
        chain = loops.chain("u", "a", {"n": str(number)}, float(number))
        if turns_round(chain, "a", {"n": str(number)}):
            break
        loops.typed("u", chain, float(number))
        rounds += 1

    assert rounds == 5


def test_what_strangers_say_makes_no_chain_grow() -> None:
    loops = Loops()
    for number in range(1000):
        word = "".join(chr(97 + int(digit)) for digit in str(number))
        chain = loops.chain("u", "a", {"t": word}, number / 10)
        loops.typed("u", chain, number / 10)

    assert len(chain.rounds) == 50


def test_names_that_differ_in_a_digit_are_different_names() -> None:
    told = Story(JOINS)
    for number in range(12):
        told.line(1.0 + number / 2, f"Player{number} joined")

    assert sends(told) == 12
