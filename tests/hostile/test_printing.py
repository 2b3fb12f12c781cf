"""Whatever a command prints of names, lines and paths is only shown: no terminal obeys it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.acceptance.processes import COMMAND, PATIENCE, surroundings
from tests.hostile.world import World, world

EVIL = "\x1b[2J\x1b]0;root\x07\x1b]8;;http://evil\x1b\\\x9b31m\u202egnp\u2066\u200b\u2028\x85\x08\x7f[red]"
ESCAPES = {
    "\\": "\\\\",
    "\x1b": "\\e",
    "\x07": "\\a",
    "\x08": "\\b",
    "\x7f": "\\x7f",
    "\x85": "\\N",
    "\x9b": "\\x9b",
}
IN_YAML = "".join({**ESCAPES, "\u2028": "\\L"}.get(char, char) for char in EVIL)
OURS = re.compile(r"\x1b\[(?:0|1|3[1-6])(?:;3[1-6])?m|\r\x1b\[K")
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co"})

RULES = f"""\
rules:
  - id: boo
    note: "{IN_YAML}"
    when: {{console: '^boo (?P<who>.*)$'}}
    by: [it.who]
    until: 1h
    do: [{{send: "say x"}}]
"""
WITH_TESTS = f"""\
rules:
  - id: say
    when: {{console: '^boo'}}
    do: [{{send: "say x"}}]
tests:
  - name: "one {IN_YAML}"
    feed: [{{at: 1s, line: "boo {IN_YAML}"}}]
    expect: [{{at: 1s, send: "never {IN_YAML}"}}]
"""
MISTAKES = {
    "an id": f"rules: [{{id: \"{IN_YAML}\", when: {{event: crash}}, do: [{{notify: ops}}]}}]",
    "a key": f"rules: [{{id: a0, \"whem{IN_YAML}\": 1}}]",
    "an event": f"rules: [{{id: a1, when: {{event: \"crash{IN_YAML}\"}}, do: [{{notify: ops}}]}}]",
    "a pattern": f"rules: [{{id: a2, when: {{console: \"({IN_YAML}\"}}, do: [{{notify: ops}}]}}]",
    "an expression": f"rules: [{{id: a3, while: \"memory_pct > {IN_YAML}\", do: [{{notify: ops}}]}}]",
    "no YAML": f"rules: [{EVIL}",
}  # fmt: skip


def unseen(told: str) -> list[str]:
    """What a terminal would obey or hide, apart from our own colours."""
    left = OURS.sub("", told).replace("\r\n", "\n")
    return [repr(char) for char in left if char != "\n" and unicodedata.category(char) in HIDDEN]


def through_a_pipe(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [COMMAND, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False,
        env=surroundings({"AUTOMATON_CONFIG": str(folder / "automaton.yml")}),
    )  # fmt: skip
    return (done.stdout + done.stderr).decode(errors="surrogateescape")


def on_a_terminal(folder: Path, *arguments: str) -> str:
    ours, theirs = pty.openpty()
    env = surroundings({"AUTOMATON_CONFIG": str(folder / "automaton.yml"), "TERM": "xterm-256color"})
    with os.fdopen(ours, "rb", buffering=0) as reader:
        popen = subprocess.Popen(
            [COMMAND, *arguments], stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=env
        )
        os.close(theirs)
        told = b""
        try:
            while data := reader.read(65536):
                told += data
        except OSError:  # EIO: everybody has closed the other end
            pass
        popen.wait(PATIENCE)
    return told.decode(errors="surrogateescape")


Told = Callable[..., str]


@pytest.fixture(params=[through_a_pipe, on_a_terminal], ids=["in a pipe", "on a terminal"])
def told(request: pytest.FixtureRequest) -> Told:
    way: Told = request.param
    return way


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A server, a rule, a key of it and a console, all of them named by a stranger."""
    with world(tmp_path_factory.mktemp("printing"), RULES) as made:
        made["lobby"].attributes["name"] = f"lobby{EVIL}"
        with made.running():
            made["lobby"].prints(f"boo {EVIL}", EVIL, "boo \ud800")
            made.served(made["lobby"])
            yield made


@pytest.mark.xdist_group("hostile-printing")
@pytest.mark.parametrize(
    "command",
    ["status", "servers", "rules", "incidents", "incidents --json", "explain boo lobby"],
)
def test_a_server_and_a_key_with_escapes_are_shown_as_text(site: World, told: Told, command: str) -> None:
    lobby = site["lobby"].uuid
    shown = told(site.folder, *[lobby if word == "lobby" else word for word in command.split()])

    assert shown.strip()
    assert "Traceback" not in shown
    assert unseen(shown) == []


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["as lines", "as JSON"])
def test_mistakes_with_escapes_in_ids_keys_and_file_names_are_told_as_text(
    tmp_path: Path, told: Told, form: list[str]
) -> None:
    files = []
    for where, text in MISTAKES.items():
        files.append(tmp_path / f"evil\x1b[2J\u202e{where}.yml")
        files[-1].write_text(text, encoding="utf-8")
    shown = told(tmp_path, "check", *form, *map(str, files))

    assert all(where in shown for where in MISTAKES)
    assert unseen(shown) == []


def test_tests_with_escapes_in_names_and_lines_fail_as_text_and_in_junit(tmp_path: Path, told: Told) -> None:
    rules, junit = tmp_path / "evil\x1b[2J\u202e.yml", tmp_path / "junit.xml"
    rules.write_text(WITH_TESTS, encoding="utf-8")
    settled(tmp_path)
    shown = told(tmp_path, "test", "--junit", str(junit), str(rules))

    assert "1 of 1 test failed" in shown
    assert unseen(shown) == []
    assert unseen(junit.read_text(encoding="utf-8")) == []
    assert ElementTree.parse(junit).getroot().get("failures") == "1"


def settled(folder: Path) -> None:
    """An automaton.yml that is right: whoever names one wants it read."""
    for name, text in (("key", "ptlc_" + "a" * 43), ("chat", "json://127.0.0.1:9")):
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    panels = "panels: {main: {url: 'https://panel.example.org', keys: [{file: key}]}}"
    channels = "channels: {ops: {urls: [{file: chat}]}}"
    (folder / "automaton.yml").write_text(f"{panels}\n{channels}\nstate: state\n")


@pytest.mark.parametrize("pattern", ["boo (?P<who>.*)", "minecraft", "(\x1b[2J\u202e"])
def test_a_console_log_with_escapes_is_matched_as_text(tmp_path: Path, told: Told, pattern: str) -> None:
    log = tmp_path / "evil\x1b[2J\u202e.log"
    settled(tmp_path)
    log.write_bytes(f"boo {EVIL}\n{EVIL}\nbooo \x1b[8mx\n".encode() + b"boo \xff\xfe\x00\n")
    shown = told(tmp_path, "regex", str(log), pattern)

    assert shown.strip()
    assert unseen(shown) == []


@pytest.mark.parametrize("command", ["check", "test", "replay", "regex", "simulate --scenario", "logs"])
def test_what_does_not_exist_is_named_as_text(tmp_path: Path, command: str) -> None:
    shown = on_a_terminal(tmp_path, *command.split(), str(tmp_path / "no\x1b[2J\u202e.yml"))

    assert shown.strip()
    assert unseen(shown) == []


@pytest.mark.parametrize(
    "arguments",
    [
        [f"--x{EVIL}"],
        [f"fo{EVIL}"],
        ["check", f"--x{EVIL}"],
        ["status", f"x{EVIL}"],
        ["power", "lobby", EVIL],
    ],
    ids=["an option", "a command", "a command's option", "one argument too many", "a choice"],
)
def test_what_a_command_does_not_take_is_quoted_as_text(
    tmp_path: Path, told: Told, arguments: list[str]
) -> None:
    shown = told(tmp_path, *arguments)

    assert "Error: " in shown
    assert unseen(shown) == []
