"""Forms of lines that look like people, and the patterns that would hear them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.match.lines import clean
from automaton.match.pattern import compile_pattern
from automaton.workbench.chat_forms import MOST_FORMS, ChatForm, chat_forms
from tests.workbench.test_chat_heads import heads_of

NAMES = compile_pattern("^[A-Za-z0-9_]{1,16}$")
NAME = "(?P<player>[A-Za-z0-9_]{1,16})"
RANKS = r"(?:\[[^\]]*\]\s*)+"


def forms(*lines: str, names: tuple[str, ...] = ("Eve", "Alex")) -> list[ChatForm]:
    return chat_forms(heads_of(*lines, names=names), NAMES)


def patterns(*lines: str) -> list[str]:
    return [one.pattern for one in forms(*lines)]


def test_lines_that_differ_by_names_ranks_and_words_are_one_form() -> None:
    ranked = ("[VIP] Eve ➟ hello", "[VIP] [World] Alex ➟ yo")
    factions = ("Chat Reds: ***Eve: x", "Chat Blues: ***Alex: y")

    assert patterns(*ranked) == [rf"^{RANKS}{NAME}\s+➟\s+(?P<text>.*)$"]
    assert patterns(*factions) == [rf"^Chat\s+\S+:\s+\*\*\*{NAME}:\s+(?P<text>.*)$"]


@pytest.mark.parametrize(
    "line",
    ["(G) [MVP+] Eve [Lord] » hello", "[Eve -> Alex] psst", "<Eve> hello: you", "✪ Eve ● hello", "{Eve}: x"],
)
def test_a_pattern_hears_the_line_it_was_made_of_with_who_spoke(line: str) -> None:
    (form,) = forms(line)
    found = compile_pattern(form.pattern).find(line)

    assert found is not None
    assert found["player"] == "Eve"


def test_the_commonest_form_comes_first_with_its_lines_and_players() -> None:
    first, second = forms("Eve | a", "Alex: b", "Eve: c", "Alex: d")

    assert (first.lines, first.people) == (3, 2)
    assert first.first == ((2, "Alex: b", "Alex"), (3, "Eve: c", "Eve"))
    assert (second.lines, second.people) == (1, 1)


def test_what_a_pattern_would_hear_besides_is_counted() -> None:
    (form,) = forms("Eve: hello", "Usage: /help", "Usage: /tell")

    assert (form.others, form.other) == (2, "Usage: /help")


def test_what_is_said_in_the_same_words_each_time_the_game_says() -> None:
    assert forms("Eve: saved", "Eve: saved", "Alex: saved") == []


def test_a_sentence_about_somebody_is_no_form() -> None:
    assert forms("Giving five diamonds to Eve: done") == []


def test_a_pattern_that_hears_an_event_is_not_proposed() -> None:
    heads = heads_of("Eve: hello")

    assert chat_forms(heads, NAMES, ["Eve: joined"]) == []
    assert chat_forms(heads, NAMES, ["Eve joined"]) != []


@pytest.mark.parametrize(
    ("name", "meant"), [("Ævé", r"\S{1,48}?"), ("Eve of Aldova", ".{1,48}?"), ("Eve", "[A-Za-z0-9_]{1,16}")]
)
def test_names_are_those_of_the_pack_where_they_are(name: str, meant: str) -> None:
    (form,) = forms(f"{name}: hello", names=(name,))

    assert f"(?P<player>{meant})" in form.pattern


def test_a_log_of_a_thousand_forms_costs_a_few() -> None:
    lines = [f"{chr(0x4E00 + number)} Eve: {number}" for number in range(1000)]
    lines = [line.replace(" ", "*" * (number % 40 + 1)) for number, line in enumerate(lines)]

    assert len(forms(*lines)) <= MOST_FORMS


@given(
    st.text(max_size=30), st.sampled_from([":", ">", "»", "->", "|", "] >", " [x] :"]), st.text(max_size=30)
)
def test_whatever_stands_around_a_name_a_proposed_pattern_hears_that_line(
    before: str, sign: str, said: str
) -> None:
    line = clean(f"{before}Eve {sign} {said}")[0]

    for form in forms(line):
        assert compile_pattern(form.pattern).find(line) is not None
