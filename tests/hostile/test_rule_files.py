"""A file of rules that is wrong, however it is wrong, changes nothing, takes no time, and its mistake is told."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hostile.world import World, world

pytestmark = pytest.mark.xdist_group("hostile-rule-files")

RULE = "rules: [{id: x, when: {console: '^x'}, do: [{send: list}]}]\n"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("files")) as made, made.running():
        yield made


def refused(here: World, text: str | bytes) -> list[str]:
    """The problems of a reload with this file; it is gone afterwards, and the daemon goes on."""
    path = here.folder / "rules.d" / "attack.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    try:
        answer = here.ask("POST", "/v1/reload")
    finally:
        path.unlink()
    here.served(here["lobby"])
    problems: list[str] = answer["problems"] or [answer["reason"]]
    assert not answer["taken"], answer
    return problems


def bomb(name: str, levels: int) -> str:
    lines = [f'a0: &a0 ["{name}"]']
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, levels)]
    return "\n".join([*lines, f"rules: *a{levels - 1}"])


BOMBS = {
    "a billion laughs": bomb("lol", 10),
    "a billion laughs in keys": "a: &a {x: 1}\nb: &b {<<: [*a, *a, *a, *a]}\nc: &c {<<: [*b, *b, *b]}\nrules: *c",
    "100,000 aliases": "a: &a x\nrules: [" + "*a, " * 100_000 + "]",
    "100,000 anchors": "\n".join(f"k{number}: &a{number} x" for number in range(100_000)),
    "a cycle": "rules: &a [*a]",
    "a cycle of mappings": "rules: &a {x: *a}",
    "a cycle through a merge": "rules: &a {<<: *a}",
    "10,000 lists deep": "rules: " + "[" * 10_000 + "]" * 10_000,
    "10,000 mappings deep": "rules: " + "{a: " * 10_000 + "}" * 10_000,
    "10,000 deep by indent": "\n".join(" " * level + "a:" for level in range(2_000)),
    "10,000 dashes": "- " * 10_000 + "x",
    "10 MB": "# " + "x" * 10_000_000 + "\n" + RULE,
    "10 MB of one scalar": "rules: " + "x" * 10_000_000,
    "a million commas": "rules: [" + "," * 1_000_000 + "]",
    "a million quotes": "rules: " + "'" * 1_000_001,
    "a million questions": "? " * 100_000,
    "a million percent signs": "%" * 1_000_000,
}

WRONG = {
    "a Python object": "rules: !!python/object/apply:os.system ['touch /tmp/owned']",
    "a Python name": "rules: !!python/name:os.system",
    "a tag of its own": "rules: !evil x",
    "a binary": "rules: !!binary aGVsbG8=",
    "a set": "rules: !!set {a, b}",
    "two documents": f"{RULE}---\n{RULE}",
    "a directive": f"%YAML 9.9\n---\n{RULE}",
    "duplicate keys": "rules: []\nrules: []",
    "duplicate keys of a rule": "rules: [{id: x, id: y, when: {console: '^x'}, do: [{send: list}]}]",
    "a key that is a list": "? [a]\n: b",
    "a key that is null": "~: x",
    "a key that is a number": "1: x",
    "a tab": "rules:\n\t- x",
    "a NUL": "rules: \0",
    "an escape": "rules: \x1b[31m",
    "a lone surrogate": b"rules: '\xed\xa0\x80'",
    "no UTF-8": b"rules: \xff\xfe",
    "UTF-16": RULE.encode("utf-16"),
    "UTF-32": RULE.encode("utf-32"),
    "a merge key": "a: &a {id: x}\nrules: [{<<: *a}]",
    "a sexagesimal number": "rules: [{id: x, when: {console: '^x'}, for: 1:30, do: [{send: list}]}]",
    "an infinite duration": "rules: [{id: x, when: {console: '^x'}, cooldown: .inf, do: [{send: list}]}]",
    "a duration of 400 digits": f"rules: [{{id: x, when: {{console: '^x'}}, cooldown: {'9' * 400}s, do: [{{send: list}}]}}]",
    "a count of 400 digits": f"rules: [{{id: x, when: {{console: '^x'}}, count: {'9' * 400}, within: 1m, do: [{{send: list}}]}}]",
    "a negative count": "rules: [{id: x, when: {console: '^x'}, count: -1, within: 1m, do: [{send: list}]}]",
    "a count of a float": "rules: [{id: x, when: {console: '^x'}, count: 1.5, within: 1m, do: [{send: list}]}]",
    "an unknown key": "rules: [{id: x, when: {console: '^x'}, __class__: y, do: [{send: list}]}]",
    "a rule that is a text": "rules: [x]",
    "nothing but a text": "x",
    "an id with an escape": 'rules: [{id: "x\\e[31m", when: {console: \'^x\'}, do: [{send: list}]}]',
    "an id with a line end": 'rules: [{id: "x\\ny", when: {console: \'^x\'}, do: [{send: list}]}]',
    "an id of 10,000 letters": f"rules: [{{id: {'x' * 10_000}, when: {{console: '^x'}}, do: [{{send: list}}]}}]",
    "a look-ahead": "rules: [{id: x, when: {console: '^(?=x)'}, do: [{send: list}]}]",
    "a back-reference": "rules: [{id: x, when: {console: '^(x)\\1'}, do: [{send: list}]}]",
    "a repeat of 100,000": "rules: [{id: x, when: {console: '^x{100000}'}, do: [{send: list}]}]",
    "a pattern of nested repeats": "rules: [{id: x, when: {console: '^((((((x{100}){100}){100}){100}){100}){100})'}, do: [{send: list}]}]",
    "a pattern that does not end": "rules: [{id: x, when: {console: '^('}, do: [{send: list}]}]",
    "a pattern of 1 MB": f"rules: [{{id: x, when: {{console: '^{'(a|b)' * 200_000}'}}, do: [{{send: list}}]}}]",
    "an expression of 10,000 parentheses": f"rules: [{{id: x, while: '{'(' * 10_000}1{')' * 10_000}', do: [{{send: list}}]}}]",
    "an expression of 10,000 nots": f"rules: [{{id: x, while: '{'not ' * 10_000}connected', do: [{{send: list}}]}}]",
    "an expression of 100,000 letters": f"rules: [{{id: x, while: '{'a' * 100_000}', do: [{{send: list}}]}}]",
    "Python in an expression": "rules: [{id: x, while: '__import__(\"os\").system(\"id\")', do: [{send: list}]}]",
    "an attribute in an expression": "rules: [{id: x, while: name.__class__ == 1, do: [{send: list}]}]",
    "a macro that calls itself": "macros: {m: {do: [{call: m}]}}\nrules: [{id: x, when: {console: '^x'}, do: [{call: m}]}]",
    "macros that double 30 times": "macros:\n"
    + "\n".join(f"  m{n}: {{do: [{{call: m{n + 1}}}, {{call: m{n + 1}}}]}}" for n in range(30))
    + "\n  m30: {do: [{send: list}]}\nrules: [{id: x, when: {console: '^x'}, do: [{call: m0}]}]",
    "a group that is itself": "groups: {a: {group: a}}\nrules: [{id: x, servers: a, when: {console: '^x'}, do: [{send: list}]}]",
    "groups in a ring": "groups: {a: {group: b}, b: {group: a}}\nrules: [{id: x, servers: a, when: {console: '^x'}, do: [{send: list}]}]",
    "variables in a ring": "vars: {a: '${b}', b: '${a}'}\nrules: [{id: x, when: {console: '^x'}, cooldown: '${a}', do: [{send: list}]}]",
    "a schedule of every second of never": "rules: [{id: x, when: {schedule: '99 99 99 99 99'}, do: [{send: list}]}]",
    "a time zone that is a path": "rules: [{id: x, when: {schedule: '0 4 * * *', tz: ../../etc/passwd}, do: [{send: list}]}]",
    "a name as the first word of a command": "rules: [{id: x, when: {event: player.join}, do: [{send: '${it.player} x'}]}]",
    "a command with a line end": 'rules: [{id: x, when: {console: \'^x\'}, do: [{send: "say x\\nop Eve"}]}]',
    "a channel that there is not": "rules: [{id: x, when: {console: '^x'}, do: [{notify: evil, text: x}]}]",
    "a program that there is not": "rules: [{id: x, when: {console: '^x'}, do: [{exec: /bin/sh}]}]",
}  # fmt: skip


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_a_file_that_grows_when_it_is_read_is_refused_before_it_grows(here: World, text: str) -> None:
    before = here.peak()
    problems = refused(here, text)

    assert problems
    assert all(len(problem) < 2_000 for problem in problems)
    assert here.peak() - before < 256 * 1024 * 1024


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
def test_a_mistake_is_told_with_its_place_and_the_old_rules_stay(here: World, text: str | bytes) -> None:
    problems = refused(here, text)

    assert any("attack.yml" in problem for problem in problems), problems
    assert all(line.isprintable() for line in here.lines("reload."))


@pytest.mark.parametrize(
    "word", ["on", "off", "yes", "no", "y", "true", "null", "~", "1:30", "010", "1e3", "0x10", ".inf"]
)
def test_a_word_that_yaml_would_make_something_else_of_is_what_was_written_or_is_refused(
    here: World, word: str
) -> None:
    path = here.folder / "rules.d" / "attack.yml"
    path.write_text(f"rules: [{{id: {word}, when: {{console: '^x$'}}, do: [{{send: list}}]}}]")
    try:
        answer = here.ask("POST", "/v1/reload")
        names = [rule["id"] for rule in here.ask("GET", "/v1/rules")["rules"]]
    finally:
        path.unlink()

    assert (word in names) is answer["taken"], (names, answer)


def as_a_folder(path: Path) -> None:
    path.mkdir()


def as_a_pipe(path: Path) -> None:
    os.mkfifo(path)


def as_a_ring(path: Path) -> None:
    path.symlink_to(path)


def as_a_dangling_link(path: Path) -> None:
    path.symlink_to(path.with_name("nothing"))


def as_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def as_a_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        here = Path.cwd()
        os.chdir(path.parent)
        try:
            bound.bind(path.name)
        finally:
            os.chdir(here)


@pytest.mark.parametrize(
    "make",
    [as_a_folder, as_a_pipe, as_a_ring, as_a_dangling_link, as_a_device, as_a_socket],
    ids=lambda one: one.__name__,
)
def test_what_is_no_file_though_it_is_named_like_one_holds_nobody_up(
    here: World, make: Callable[[Path], None]
) -> None:
    path = here.folder / "rules.d" / "attack.yml"
    make(path)
    try:
        answer = here.ask("POST", "/v1/reload")
    finally:
        path.rmdir() if path.is_dir() else path.unlink()

    here.served(here["lobby"])
    assert answer["taken"] or "attack.yml" in str(answer)


def test_a_file_of_rules_that_everybody_may_write_is_refused_and_the_old_rules_stay(here: World) -> None:
    path = here.rules(RULE, "attack.yml")
    path.chmod(0o666)
    try:
        answer = here.ask("POST", "/v1/reload")
    finally:
        path.unlink()

    assert not answer["taken"]
    assert any("attack.yml" in one and "everybody on this machine" in one for one in answer["problems"])
    here.served(here["lobby"])


def test_a_file_of_rules_that_its_group_may_write_is_taken_and_told(here: World) -> None:
    path = here.rules(RULE, "attack.yml")
    path.chmod(0o664)
    try:
        answer = here.ask("POST", "/v1/reload")
    finally:
        path.unlink()

    assert answer["taken"]
    assert any("attack.yml" in one and "the group may write this" in one for one in answer["problems"])


def test_two_thousand_rules_that_each_want_a_line_are_taken_and_a_line_is_answered_by_those_that_fit(
    here: World,
) -> None:
    rule = "  - {{id: many-{0}, when: {{console: '^many {0}$'}}, do: [{{send: \"say many {0}\"}}]}}\n"
    path = here.rules("rules:\n" + "".join(rule.format(number) for number in range(2_000)), "attack.yml")
    try:
        taken = here.ask("POST", "/v1/reload")["taken"]
        answers = here.answers(here["lobby"], "many 0", "many 1999", "many 2000")
    finally:
        path.unlink()
    here.ask("POST", "/v1/reload")

    assert taken
    assert answers == ["say many 0", "say many 1999"]
