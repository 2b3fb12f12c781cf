"""A call reaches its port, and says by itself what it is: in logs, tables, tests, replays and to `limits`."""

from __future__ import annotations

import pytest

from automaton.actions.backup import MakeBackup, MakeLockedBackup, RotateBackups
from automaton.actions.exec_ import RunProgram
from automaton.actions.files import ChangeFiles
from automaton.actions.http import SendRequest
from automaton.actions.reinstall import ReinstallServer
from automaton.actions.startup import SetStartup
from automaton.core.calls import (
    AskConsole,
    Call,
    FileChange,
    FileOperation,
    QueryGame,
    SendCommand,
    SendMessage,
    SendResolved,
    SetPower,
    Severity,
    Signal,
    World,
)
from automaton.core.gates.limits import Allowance
from automaton.core.json_path import JsonPath
from automaton.core.outcome import Outcome, Result
from automaton.core.pack import QueryProtocol
from automaton.match.glob import compile_glob
from automaton.match.path_glob import compile_path_glob
from tests.core.games import ANY_GAME, SOURCE

SAY = SendCommand(server="u", command="say hello you")
RESTART = SetPower(server="u", signal=Signal.RESTART)
HIGH = SendMessage(server="u", channel="ops", title="High", text="95 %", ref="high/u/7")
OVER = SendResolved(server="u", channel="ops", text="it is over", ref="high/u/7")
NIGHTLY = MakeBackup(server="u", name="nightly")
STATUS = SendRequest(server="u", url="status_page", body='{"a": 1}')
ROTATE = RunProgram(server="u", program="rotate", arguments=("-n", "a b"))

LOCKED = MakeLockedBackup(server="u", name="golden")
OLD = RotateBackups(server="u", made=("a", "b"), keep=1)
WIPE = ChangeFiles(server="u", change=FileChange(FileOperation.DELETE, ("world", "world_*")))
SEED = SetStartup(server="u", variables=(("SEED", "42"), ("LEVEL", "world")))
ANEW = ReinstallServer(server="u")

LIST = AskConsole(server="u", command="list")
ASKED = QueryGame(server="u", protocol=QueryProtocol.A2S, host="192.0.2.7", port=27015)
ALL = (SAY, RESTART, HIGH, OVER, NIGHTLY, STATUS, ROTATE, OLD, WIPE, SEED, ANEW)


class Mirror:
    """Every port of a world that answers with what it was asked."""

    async def send_command(self, server: str, command: str) -> Outcome:
        return Outcome(Result.DONE, f"{server}: {command}")

    async def ask_console(self, server: str, command: str) -> Outcome:
        return Outcome(Result.DONE, f"{server}? {command}")

    async def set_power(self, server: str, signal: Signal) -> Outcome:
        return Outcome(Result.DONE, f"{server}: {signal}")

    async def make_backup(self, server: str, name: str, locked: bool) -> Outcome:
        return Outcome(Result.DONE, f"{server}: {name}{', locked' if locked else ''}")

    async def rotate_backups(self, server: str, made: tuple[str, ...], keep: int) -> Outcome:
        return Outcome(Result.DONE, f"{server}: {keep} of {made}")

    async def change_files(self, server: str, change: FileChange) -> Outcome:
        return Outcome(Result.DONE, f"{server}: {change.operation} {change.paths} {change.text}")

    async def set_startup(self, server: str, variables: tuple[tuple[str, str], ...]) -> Outcome:
        return Outcome(Result.DONE, f"{server}: {variables}")

    async def reinstall(self, server: str) -> Outcome:
        return Outcome(Result.DONE, f"{server}: reinstall")

    def hand_over(self, message: SendMessage) -> Outcome:
        return Outcome(Result.DONE, f"{message.ref}: {message.text}, {message.resolves}")

    async def request(self, name: str, method: str, body: str, path: JsonPath) -> Outcome:
        return Outcome(Result.DONE, f"{method} {name} {body}")

    async def run(self, name: str, arguments: tuple[str, ...]) -> Outcome:
        return Outcome(Result.DONE, f"{name} {arguments}")

    async def ask(self, protocol: QueryProtocol, host: str, port: int) -> Outcome:
        return Outcome(Result.DONE, f"{protocol} of {host}, {port}")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("call", "asked"),
    [
        (SAY, "u: say hello you"),
        (LIST, "u? list"),
        (RESTART, "u: restart"),
        (HIGH, "high/u/7: 95 %, False"),
        (OVER, "high/u/7: it is over, True"),
        (NIGHTLY, "u: nightly"),
        (STATUS, 'POST status_page {"a": 1}'),
        (ROTATE, "rotate ('-n', 'a b')"),
        (LOCKED, "u: golden, locked"),
        (OLD, "u: 1 of ('a', 'b')"),
        (WIPE, "u: delete ('world', 'world_*') "),
        (SEED, "u: (('SEED', '42'), ('LEVEL', 'world'))"),
        (ANEW, "u: reinstall"),
        (ASKED, "a2s of 192.0.2.7, 27015"),
    ],
)
async def test_a_call_reaches_its_port(call: Call, asked: str) -> None:
    mirror = Mirror()
    world = World(servers=mirror, channels=mirror, addresses=mirror, programs=mirror, games=mirror)

    assert (await call.perform(world)).detail == asked


def test_calls_of_one_kind_are_named_alike_in_short() -> None:
    assert [call.in_short() for call in ALL] == [
        "send say", "power restart", "notify ops", "resolve ops", "backup", "http status_page", "exec rotate",
        "rotate keep 1", "files delete", "startup SEED, LEVEL", "reinstall",
    ]  # fmt: skip


def test_calls_that_differ_for_people_differ_in_full() -> None:
    assert [call.in_full() for call in ALL] == [
        "send say hello you",
        "power restart",
        "notify ops: High | 95 %",
        "resolve ops: it is over",
        "backup nightly",
        'http POST status_page {"a": 1}',
        "exec rotate -n a b",
        "rotate keep 1",
        "files delete world, world_*",
        "startup SEED=42, LEVEL=world",
        "reinstall server",
    ]


def test_a_sentence_says_what_is_asked_behind_the_verb() -> None:
    assert [call.sentence() for call in ALL] == [
        "say hello you", "restart", "ops: High", "ops: it is over", "nightly", "POST status_page",
        "rotate -n a b", "keep 1", "delete world, world_*", "SEED=42, LEVEL=world", "server",
    ]  # fmt: skip


def test_a_log_line_names_what_is_asked_and_holds_no_message_and_no_body() -> None:
    assert [call.fields() for call in ALL] == [
        {"command": "say hello you"},
        {"signal": "restart"},
        {"channel": "ops"},
        {"channel": "ops"},
        {"backup": "nightly"},
        {"url": "status_page", "method": "POST"},
        {"program": "rotate", "arguments": "-n 'a b'"},
        {"keep": "1"},
        {"files": "delete world, world_*"},
        {"variables": "SEED=42, LEVEL=world"},
        {},
    ]


def test_a_test_of_a_rule_knows_a_call_by_its_argument_and_its_words() -> None:
    assert [(call.argument, call.words()) for call in ALL] == [
        ("say hello you", ""),
        ("restart", ""),
        ("ops", "High\n95 %"),
        ("ops", "it is over"),
        ("nightly", ""),
        ("status_page", ""),
        ("rotate", ""),
        ("keep 1", ""),
        ("delete world, world_*", ""),
        ("SEED=42, LEVEL=world", ""),
        ("server", ""),
    ]


@pytest.mark.parametrize(
    ("call", "allowed", "missing"),
    [
        (SAY, Allowance(send=(compile_glob("say"),)), ""),
        (SAY, Allowance(send=(compile_glob("save-*"),)), "the command `say`"),
        (SAY, None, "the command `say`"),
        (RESTART, Allowance(power=frozenset({Signal.RESTART})), ""),
        (RESTART, Allowance(power=frozenset({Signal.STOP})), "power `restart`"),
        (RESTART, None, "power `restart`"),
        (HIGH, None, ""),
        (STATUS, None, ""),
        (WIPE, None, "the path `world` (`files`)"),
        (WIPE, Allowance(files=(compile_path_glob("world"),)), "the path `world_*` (`files`)"),
        (WIPE, Allowance(files=(compile_path_glob("world*"),)), ""),
        (SEED, None, "the variable `SEED` (`startup`)"),
        (SEED, Allowance(startup=(compile_glob("SEED"),)), "the variable `LEVEL` (`startup`)"),
        (SEED, Allowance(startup=(compile_glob("*"),)), ""),
        (ANEW, Allowance(power=frozenset(Signal)), "power `reinstall`"),
        (ANEW, Allowance(reinstall=True), ""),
        (ANEW, None, "power `reinstall`"),
    ],
)
def test_a_call_says_what_limits_allow_would_have_to_name(
    call: Call, allowed: Allowance | None, missing: str
) -> None:
    assert call.not_allowed(allowed, ANY_GAME) == missing


def test_each_command_of_a_line_must_be_allowed() -> None:
    two = SendCommand(server="u", command="say hi; op Eve")

    assert two.not_allowed(Allowance(send=(compile_glob("say"),)), SOURCE) == "the command `op`"


def test_severities_have_an_order() -> None:
    assert sorted(Severity, key=lambda one: one.rank) == [Severity.INFO, Severity.WARNING, Severity.CRITICAL]
