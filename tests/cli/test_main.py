"""The command: its subcommands are files, and its help waits for nothing heavy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import automaton
from automaton.cli.main import main, names
from automaton.printable import printable
from tests.workbench.desk import desk_at

NOT_SUBCOMMANDS = {
    "__init__",
    "commands",
    "completion",
    "environment_problem",
    "lazy_group",
    "main",
    "options",
}
FILES = sorted(path.stem for path in Path(automaton.__file__).parent.joinpath("cli").glob("*.py"))
COMMAND = Path(sys.executable).parent / "automaton"
# What a help text can do without. Typer itself takes pydantic to parse a subcommand's options.
HEAVY = ["httpx", "apprise", "re2", "lark", "uvicorn", "starlette", "anyio", "automaton.core"]


def said(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, as a shell runs it."""
    done = subprocess.run([COMMAND, *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == code, done.stderr
    return done


def test_a_subcommand_is_a_file() -> None:
    files = [name.replace("_", "-") for name in FILES if name not in NOT_SUBCOMMANDS]

    assert names() == sorted(files)


def test_the_help_names_every_subcommand_with_a_sentence() -> None:
    help_ = said("--help").stdout

    for name in names():
        (line,) = [one for one in help_.splitlines() if one.split()[:1] == [name]]
        assert len(line.split()) > 2


def imported(*arguments: str) -> set[str]:
    """The modules that stand when the command has ended."""
    script = (
        "import sys\nfrom automaton.cli.main import main\n"
        f"try: main({list(arguments)!r})\nexcept SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


ASKING = (
    ["status"], ["servers"], ["rules"], ["incidents"], ["silence"], ["breaker"],
)  # fmt: skip


@pytest.mark.parametrize("arguments", ASKING, ids=lambda one: one[0])
def test_asking_the_daemon_imports_no_web_server_no_network_library_and_no_model_of_a_file(
    arguments: list[str], tmp_path: Path
) -> None:
    with desk_at(tmp_path) as (config, _):
        found = imported(*arguments, "-c", str(config))

    heavy = {"httpx", "apprise", "uvicorn", "starlette", "anyio", "lark", "rich.console", "asyncio"}
    assert (
        found & {*heavy, "automaton.settings.model", "automaton.schema.base", "automaton.core.engine"}
        == set()
    )


def test_checking_rule_files_alone_imports_no_settings_no_engine_and_only_the_kinds_that_they_name(
    tmp_path: Path,
) -> None:
    file = tmp_path / "rules.yml"
    file.write_text("""
rules: [{id: one, when: {event: crash}, do: [{notify: ops}]}]
tests:
  - name: a crash is told
    feed: [{at: 1s, event: crash}]
    expect: [{notify: ops}]
""")
    found = imported("check", str(file))

    heavy = {"httpx", "apprise", "uvicorn", "starlette", "anyio", "asyncio", "ssl", "rich.console", "msgspec"}
    ours = {"automaton.settings.model", "automaton.core.engine", "automaton.daemon", "automaton.web",
            "automaton.wings", "automaton.delivery", "automaton.configuration.load"}  # fmt: skip
    assert found & (heavy | ours) == set()
    assert {"automaton.actions.notify", "automaton.triggers.event"} <= found
    assert found & {"automaton.actions.backup", "automaton.actions.files", "automaton.triggers.hook"} == set()


def test_the_help_imports_nothing_heavy() -> None:
    assert imported("--help") & {*HEAVY, "pydantic", "rich"} == set()


@pytest.mark.parametrize("name", names())
def test_the_help_of_a_subcommand_imports_no_engine_and_no_network(name: str) -> None:
    assert imported(name, "--help") & set(HEAVY) == set()


def test_an_unknown_subcommand_is_a_mistake_of_usage() -> None:
    assert "No such command 'nosuch'" in said("nosuch", code=2).stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--x\u202eo"], "No such option: --x\\u202eo"),
        (["check", "--x\u202eo"], "No such option: --x\\u202eo"),
        (["check", "--x\x1b[2J"], "No such option: --x\\x1b[2J"),
        (["status", "one\u2066more"], "(one\\u2066more)"),
        (["record", "out", "--for", "\u202e1"], "a duration is written like"),
        (["power", "lobby", "reboot"], "Invalid value for 'action': 'reboot' is not one of 'start', 'stop'"),
    ],
)
def test_a_mistake_of_usage_quotes_what_was_typed_so_that_a_terminal_only_shows_it(
    arguments: list[str], told: str
) -> None:
    shown = said(*arguments, code=2)

    assert told in shown.stderr
    assert (shown.stdout, printable(shown.stderr.replace("\n", " "))) == ("", shown.stderr.replace("\n", " "))


def test_no_arguments_at_all_are_answered_with_the_help() -> None:
    assert said(code=2).stderr.startswith("Usage: automaton ")


def test_the_version_is_said_also_for_programs() -> None:
    assert said("--version").stdout == f"automaton {automaton.__version__}\n"
    assert said("version").stdout.startswith(f"automaton {automaton.__version__}\npython ")
    assert json.loads(said("version", "--json").stdout)["automaton"] == automaton.__version__


def test_no_word_of_a_command_is_taken_for_an_option(tmp_path: Path) -> None:
    """`-5` is a place in a world, `-c` may be a game's own."""
    lost = str(tmp_path / "lost.yml")

    assert (
        f"{lost}:1:1: error: there is no such file"
        in said(
            "send", "-c", lost, "lobby", "tp", "Steve", "1", "-5", "3", "-c", "x", "--json", code=78
        ).stderr
    )


def test_a_letter_that_the_terminal_has_not_ends_no_command(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yml"
    rules.write_text("rules: [{id: one, when: {event: \u6e38}, do: [{notify: ops}]}]\n", encoding="utf-8")
    latin = os.environ | {"PYTHONIOENCODING": "latin-1"}
    done = subprocess.run([COMMAND, "check", rules], capture_output=True, env=latin, timeout=60, check=False)

    assert (done.returncode, done.stdout) == (78, b"")
    assert b"unknown event `?`" in done.stderr


def test_the_exit_code_is_the_subcommand_s(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["check", str(tmp_path / "lost.yml")])

    assert ended.value.code == 78


@pytest.mark.parametrize("closed", ["1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_streams_that_are_closed_lead_nowhere_and_their_numbers_go_to_nothing_else(
    tmp_path: Path, closed: str
) -> None:
    opens = f"atexit.register(lambda: os.mkdir('{tmp_path}/%d' % os.open('/', os.O_RDONLY)))"
    look = f"import atexit, os; {opens}; from automaton.cli.main import main; main(['--version'])"
    sh = ["sh", "-c", f'exec {closed}; exec "$@"', "sh"]
    done = subprocess.run([*sh, sys.executable, "-c", look], timeout=60, check=False)

    assert done.returncode == 0
    assert [path.name for path in tmp_path.iterdir() if path.name in "012"] == []
    assert list(tmp_path.iterdir())
