"""Whatever a console prints is a line that rules may match, in linear time, and nothing else."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator

import pytest

from tests.hostile import frames
from tests.hostile.world import World, world

pytestmark = pytest.mark.xdist_group("hostile-lines")

RULES = r"""
rules:
  - {id: greedy, when: {console: '^(a+)+$'}, do: [{send: "say greedy"}]}
  - {id: backwards, when: {console: '(.*)foo$'}, do: [{send: "say foo"}]}
  - {id: blanks, when: {console: '^b\s+$'}, do: [{send: "say blanks"}]}
  - {id: many, when: {console: '^((((x?){3}){4})y)$'}, do: [{send: "say many"}]}
  - {id: words, when: {console: '^w (\w+\s?)*$'}, do: [{send: "say words"}]}
  - {id: hit, when: {console: '^hit$'}, do: [{send: "say hit"}]}
  - {id: accent, when: {console: '^caf\x{e9}$'}, do: [{send: "say accent"}]}
  - {id: any-hit, when: {console: 'hit', not: '^hit$'}, do: [{send: "say inside"}]}
  - {id: begins, when: {console: '^long x'}, do: [{send: "say begins"}]}
  - {id: ends, when: {console: 'end-of-long$'}, do: [{send: "say ends"}]}
  - {id: continued, when: {console: '^hit$', from: continuation}, do: [{send: "say continued"}]}
"""

SERVERS = ["lobby", "broken-1", "broken-2", "broken-3", "broken-4"]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("lines"), RULES, servers=SERVERS, fresh=100) as made, made.running():
        yield made


@pytest.mark.parametrize("letters", [28, 4_000, 60_000])
def test_nested_repeats_against_letters_that_nearly_match_are_judged_and_the_next_line_is_answered(
    here: World, letters: int
) -> None:
    assert here.answers(here.fresh(), "a" * letters + "!", "a" * 28) == ["say greedy"]


def test_a_repeat_that_ends_in_foo_against_64_kib_of_anything_else_matches_nothing(here: World) -> None:
    assert here.answers(here.fresh(), "-" * 65_536, "-" * 65_536 + "fo") == []


@pytest.mark.parametrize(("blanks", "times"), [(4_000, 100), (65_536, 10)])
def test_kilobytes_of_blanks_that_do_not_end_the_line_match_nothing(
    here: World, blanks: int, times: int
) -> None:
    assert here.answers(here.fresh(), *["b  -" + " " * blanks + "-"] * times) == []


def test_repeats_of_repeats_of_repeats_cost_no_more_than_the_line_is_long(here: World) -> None:
    assert here.answers(here.fresh(), "x" * 4_000 + "-y", "-" + "x" * 4_000) == []


def test_words_and_blanks_that_backtracking_would_try_in_every_way_are_judged_once(here: World) -> None:
    assert here.answers(here.fresh(), "w " + "a " * 2_000 + "!") == []


def test_a_line_of_64_kib_is_seen_to_its_first_4_kib_and_its_cut_is_told(here: World) -> None:
    server = here.fresh()
    answers = here.answers(server, "long " + "x" * 65_000 + " end-of-long")

    assert answers == ["say begins"]
    here.daemon.tells("lines.cut", f"server={server.name}", "4,096 bytes")


def test_50_000_lines_at_once_on_one_server_keep_nobody_else_waiting_for_an_answer(here: World) -> None:
    flood = b"".join(frames.event("console output", f"noise {number}") for number in range(50_000))

    flooded = here.fresh()
    flooded.sends(flood)
    here.served(here["lobby"])
    here.served_at_last(flooded)


def test_one_event_of_30_000_lines_is_one_line_and_its_rest_is_counted(here: World) -> None:
    answers = here.answers(here.fresh(), "first\n" + "hit\n" * 30_000, "hit")

    assert answers.count("say hit") == 1
    here.daemon.tells("lines.lost")


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", " \r\n", "\n\n\r\r", "\r \r"])
def test_a_second_line_inside_of_one_event_is_a_continuation(here: World, end: str) -> None:
    assert here.answers(here.fresh(), f"said{end}hit") == ["say continued"]


@pytest.mark.parametrize("end", ["\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_what_only_some_programs_take_for_the_end_of_a_line_ends_none(here: World, end: str) -> None:
    assert "say hit" not in here.answers(here.fresh(), f"said{end}hit")


@pytest.mark.parametrize(
    "decorated",
    [
        "\x1b[31mhit\x1b[0m",
        "\x1b[38;5;196;1;4;9;38;2;1;2;3mhit",
        "\x1b]0;a title\x07hit",
        "\x1b]8;;http://evil.example\x1b\\hit\x1b]8;;\x1b\\",
        "h\x1b[2Ki\x1b[1000Dt",
        "\x9b31mhit",
        "\x1bP1$r0m\x1b\\hit",
        "h\0i\0t",
        "\x7fh\x08it",
        "> \r\x1b[Khit",
    ],
    ids=lambda text: ascii(text)[:24],
)
def test_colours_titles_and_moves_of_the_cursor_hide_no_line_from_its_rule(
    here: World, decorated: str
) -> None:
    assert here.answers(here.fresh(), decorated) == ["say hit"]


@pytest.mark.parametrize(
    "unended",
    [
        "\x1b]0;hides the rest: hit",
        "\x1bPhit",
        "\x1b_hit",
        "\x1b[" + "1;" * 30_000 + "hit",
        "\x1b" * 60_000 + "hit",
    ],
    ids=["OSC", "DCS", "APC", "30,000 parameters", "60,000 escapes"],
)
def test_a_sequence_without_an_end_does_not_swallow_the_line_and_costs_no_time(
    here: World, unended: str
) -> None:
    assert here.answers(here.fresh(), unended, "hit")[-1] == "say hit"


def test_an_escape_that_a_removed_one_would_make_is_text_and_not_removed_as_another(here: World) -> None:
    assert here.answers(here.fresh(), "\x1b[\x1b[31m31mhit") != ["say hit"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_an_accent_matches_in_whichever_form_a_client_types_it(here: World, form: str) -> None:
    assert here.answers(here.fresh(), unicodedata.normalize(form, "café")) == ["say accent"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "marks",
    [
        "a" + "\u0301" * 60_000,
        "\u0344" * 20_000,
        "\U0001d160" * 15_000,
        "\u0316\u0301" * 15_000,
        "\u1100" * 60_000,
    ],
    ids=["one letter's", "decomposed", "expanding", "in two orders", "Hangul"],
)
def test_tens_of_thousands_of_combining_marks_are_put_in_order_in_no_time(here: World, marks: str) -> None:
    assert here.answers(here.fresh(), *[marks] * 20, "hit")[-1] == "say hit"


@pytest.mark.parametrize("letters", ["ｈｉｔ", "hіt", "h\u0131t", "ℎit", "𝗵𝗶𝘁", "hi\u200bt", "\u202ehit"])
def test_letters_that_only_look_alike_match_nothing(here: World, letters: str) -> None:
    assert "say hit" not in here.answers(here.fresh(), letters)


UNREADABLE = {
    "nested 100,000 deep": "[" * 100_000,
    "an object nested 50,000 deep": '{"event":' * 50_000,
    "args nested": '{"event":"console output","args":[[["hit"]]]}',
    "args a text": '{"event":"console output","args":"hit"}',
    "args an object": '{"event":"console output","args":{"0":"hit"}}',
    "args a number": '{"event":"console output","args":[1]}',
    "args of 100,000": json.dumps({"event": "console output", "args": ["hit"] * 100_000}),
    "no event": '{"args":["hit"]}',
    "event a null": '{"event":null,"args":["hit"]}',
    "event a list": '{"event":["console output"],"args":["hit"]}',
    "a number of 100,000 digits": '{"event":' + "9" * 100_000 + "}",
    "a list": '["console output","hit"]',
    "two objects": '{"event":"console output","args":["hit"]}{"event":"console output","args":["hit"]}',
    "nothing": "",
    "blanks": " " * 100_000,
    "a byte order mark": '\ufeff{"event":"console output","args":["hit"]}',
    "NaN": '{"event":"console output","args":[NaN]}',
    "half an object": '{"event":"console output","args":["hit"]',
    "comments": '{"event":"console output",/* */"args":["hit"]}',
    "single quotes": "{'event':'console output','args':['hit']}",
    "another case of event": '{"event":"Console Output","args":["hit"]}',
    "an event of 500,000 characters": json.dumps({"event": "x" * 500_000, "args": ["hit"]}),
    "an event with controls": '{"event":"console output\\u0000","args":["hit"]}',
}


@pytest.mark.parametrize("message", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_message_of_another_shape_means_nothing_and_the_next_is_read(here: World, message: str) -> None:
    assert here.answers(here.fresh(), frames.text(message), "hit") == ["say hit"]


@pytest.mark.parametrize(
    "args",
    ["null", "[]", "[null]", '[null,"hit"]', '[""]'],
    ids=["null", "empty", "a null", "second", "blank"],
)
def test_a_console_event_without_text_is_no_line(here: World, args: str) -> None:
    message = f'{{"event":"console output","args":{args}}}'

    assert here.answers(here.fresh(), frames.text(message)) == []


def test_of_two_keys_of_one_name_one_counts(here: World) -> None:
    message = '{"event":"stats","event":"console output","args":["no"],"args":["hit"]}'

    assert here.answers(here.fresh(), frames.text(message)) in ([], ["say hit"])


@pytest.mark.parametrize("half", ["\\ud800", "\\udfff", "\\udc00\\ud800"])
def test_half_a_surrogate_pair_in_a_line_breaks_nothing(here: World, half: str) -> None:
    message = f'{{"event":"console output","args":["{half}hit"]}}'

    assert here.answers(here.fresh(), frames.text(message), "hit")[-1] == "say hit"


@pytest.mark.parametrize(
    ("server", "payload"),
    [
        ("broken-1", b'{"event":"console output","args":["\xff\xfe"]}'),
        ("broken-2", b'{"event":"console output","args":["\xed\xa0\x80"]}'),
        ("broken-3", b'{"event":"console output","args":["\xc0\x80"]}'),
        ("broken-4", b'{"event":"console output","args":["\xf4\x90\x80\x80"]}'),
    ],
    ids=["no UTF-8", "a surrogate", "an overlong NUL", "beyond Unicode"],
)
def test_bytes_that_are_no_utf_8_end_their_own_link(here: World, server: str, payload: bytes) -> None:
    here[server].sends(frames.text(payload))

    here[server].until(lambda one: one.closed_with, "the link stands")
    here.daemon.tells("link.lost", f"server={server}", "cause=protocol")
    here.served(here["lobby"])


def test_a_link_that_a_broken_frame_ended_is_opened_again_and_answers(here: World) -> None:
    server = here.fresh()
    server.sends(frames.frame(frames.CONTINUED, b"nothing was begun"))

    server.until(lambda one: one.connections == 2, "no second connection")
    here.daemon.tells("link.up", f"server={server.name}", "after=")
    here.served(server)


def test_binary_frames_are_no_lines(here: World) -> None:
    payload = json.dumps({"event": "console output", "args": ["hit"]}).encode()

    assert here.answers(here.fresh(), frames.frame(frames.BINARY, payload)) == []


def test_a_message_in_a_thousand_fragments_is_one_line(here: World) -> None:
    payload = json.dumps({"event": "console output", "args": ["hit"]}).encode()
    parts = [payload[at : at + 1] for at in range(len(payload))]
    data = frames.frame(frames.TEXT, parts[0], last=False)
    data += b"".join(frames.frame(frames.CONTINUED, part, last=False) for part in parts[1:])

    assert here.answers(here.fresh(), data + frames.frame(frames.CONTINUED)) == ["say hit"]
