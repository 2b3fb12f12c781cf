"""A running daemon, reached over its control socket."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from automaton.core.outcome import Result
from automaton.errors import AutomatonError, Refused, Unreachable
from automaton.printable import say
from automaton.settings.control_socket import control_sockets
from automaton.web.action_result import ActionResult
from automaton.web.http_json import ErrorBody
from automaton.web.missing import MISSING, sentences_of
from automaton.web.routes.arming import ArmAnswer
from automaton.web.routes.console import ConsoleRecord
from automaton.web.routes.reload import Reloaded
from automaton.web.routes.rules import RuleList, RuleRow
from automaton.web.routes.servers import ServerList, ServerRow
from automaton.web.routes.status import Status
from automaton.web.socket_probe import is_answered
from automaton.workbench.terminal import plain
from automaton.workbench.unix_http import UnansweredError, ask

if TYPE_CHECKING:
    from automaton.core.calls import Signal

READ_WITHIN = 10.0  # seconds: what is read is in the daemon's memory
ACTED_WITHIN = 200.0  # a command may go two ways, and wait for the Panel on the first
SILENT_WITHIN = 60.0  # the engine turns, and a recording tells it, each few seconds

OF_ANOTHER = {503: Result.FAILED, 504: Result.UNKNOWN}
"""What a status says of an action: it was not asked of the owner, or it was and no answer came."""

T = TypeVar("T")


class _UnansweredError(Unreachable):
    """A request was sent and no answer came: what it asked for may have been done."""


class DaemonClient:
    """Asks the daemon behind one socket. Raises Unreachable where it has ended, Refused for a refusal."""

    def __init__(self, path: Path, *, read_within: float = READ_WITHIN) -> None:
        """`read_within` is how many seconds a reading may take; an action may take longer."""
        self.path = path
        self.missing: dict[str, None] = {}
        """Sentences, each once: which shards of a cluster are not in what was answered, and why."""
        self._read_within = read_within

    def close(self) -> None:
        """Nothing is kept open between questions; who asks Panels and nodes in its place has more to do."""

    def tell_missing(self) -> None:
        """Says on stderr which shards of a cluster are not in what was answered, and why."""
        for sentence in self.missing:
            say(plain(sentence), err=True)

    def status(self) -> Status:
        """How the daemon is, and what troubles it."""
        return self.ask("GET", "/v1/status", Status)

    def servers(self) -> list[ServerRow]:
        """All that it watches."""
        return self.ask("GET", "/v1/servers", ServerList).servers

    def servers_with_facts(self) -> list[ServerRow]:
        """The same, each with all that is known of it."""
        return self.ask("GET", "/v1/servers?facts=1", ServerList).servers

    def unheard(self) -> list[AutomatonError]:
        """Nobody: the daemon lists what it watches, whether its Panel answers or not."""
        return []

    def rules(self) -> list[RuleRow]:
        """Every rule with its counts."""
        return self.ask("GET", "/v1/rules", RuleList).rules

    def ask_of_rule(self, rule: str, what: str, shape: type[T], key: str) -> T:
        """Reads `what` of a rule and key."""
        return self.ask("GET", f"{_path_of(rule, what)}?key={quote(key, safe='')}", shape)

    def post_to_rule(self, rule: str, what: str, shape: type[T], key: str) -> T:
        """Has `what` done to a rule and key, empty for all of its keys."""
        return self.ask("POST", _path_of(rule, what), shape, {"key": key})

    def arm(self, rule: str, word: str, note: str) -> ArmAnswer:
        """Sets how far a rule may go, until the next reload."""
        return self.ask("POST", _path_of(rule, "arm"), ArmAnswer, {"arm": word, "note": note})

    def reload(self) -> Reloaded:
        """Has it read its files again; whether it took them, and why not."""
        return self.ask("POST", "/v1/reload", Reloaded)

    def command(self, server: ServerRow, text: str) -> ActionResult:
        """Types a command; the result is unknown where no answer came."""
        return self._act(f"/v1/servers/{server.uuid}/command", {"command": text})

    def power(self, server: ServerRow, signal: Signal) -> ActionResult:
        """Sends a power action; the result is unknown where no answer came."""
        return self._act(f"/v1/servers/{server.uuid}/power", {"signal": signal.value})

    def console(self, server: ServerRow, *, follow: bool, take: Callable[[ConsoleRecord], None]) -> None:
        """Hands each line of the console to `take` as it comes; with `follow` until the daemon ends."""
        path = f"/v1/servers/{server.uuid}/console?follow={int(follow)}"
        # Before its first line the daemon may wait for the Panel, which gives the token.
        within = None if follow else ACTED_WITHIN
        try:
            with ask(self.path, "GET", path, within=within) as response:
                if response.status != 200:
                    raise Refused(_problem(response.read()))
                for record in response.lines():
                    take(msgspec.json.decode(record, type=ConsoleRecord))
        except UnansweredError as problem:
            raise Unreachable("the daemon has ended") from problem

    def record(
        self, part: int, seconds: float | None, take: Callable[[bytes], object], shard: str = ""
    ) -> None:
        """Hands the rows of a recording to `take` as they come, in pieces that may end within a row.

        The daemon begins a new header after `part` bytes, and ends after `seconds`. In a cluster `shard` is
        whose engine's.
        """
        wanted = {"part": str(part)}
        if seconds is not None:
            wanted["for"] = str(seconds)
        if shard:
            wanted["shard"] = shard
        path = f"/v1/recording?{urlencode(wanted)}"
        try:
            with ask(self.path, "GET", path, within=SILENT_WITHIN) as response:
                if response.status != 200:
                    raise Refused(_problem(response.read()))
                for rows in response.pieces():
                    take(rows)
        except UnansweredError as problem:
            raise Unreachable("the daemon has ended") from problem

    def _act(self, path: str, body: Mapping[str, str]) -> ActionResult:
        try:
            return self.ask("POST", path, ActionResult, body)
        except _UnansweredError as problem:
            return ActionResult(Result.UNKNOWN, str(problem))
        except Refused as problem:  # of a cluster, in which another member was asked
            if problem.status not in OF_ANOTHER:
                raise
            return ActionResult(OF_ANOTHER[problem.status], str(problem))

    def ask(self, method: str, path: str, shape: type[T], body: Mapping[str, object] | None = None) -> T:
        """The answer to a GET, which reads, or a POST, which acts. Raises Refused or Unreachable."""
        if not is_answered(self.path):
            raise Unreachable(f"the daemon behind {self.path} has ended")
        try:
            within = self._read_within if method == "GET" else ACTED_WITHIN
            with ask(self.path, method, path, body=body, within=within) as response:
                status, content = response.status, response.read()
                self.missing.update(dict.fromkeys(sentences_of(response.header(MISSING))))
        except UnansweredError as problem:
            raise _UnansweredError(f"the daemon behind {self.path} does not answer: {problem}") from problem
        if status != 200:
            raise Refused(_problem(content), status=status)
        try:
            return msgspec.json.decode(content, type=shape)
        except msgspec.MsgspecError as problem:
            raise Refused(f"what answers behind {self.path} is another version of automaton") from problem


def find_daemon(
    config: Path, env: Mapping[str, str] | None = None, *, read_within: float = READ_WITHIN
) -> DaemonClient | None:
    """The daemon that runs with this file; None where none does.

    Raises Refused where its socket may not be opened, or where a stranger may have put it there.
    """
    env = os.environ if env is None else env
    shut = None
    for path in control_sockets(config, env):
        try:
            is_there = path.exists()
        except PermissionError:
            is_there, shut = False, path
        if is_there and not os.access(path, os.R_OK | os.W_OK):
            shut = path
        elif is_there and is_answered(path):
            _refuse_a_stranger(path)
            return DaemonClient(path, read_within=read_within)
    if shut is not None:
        raise Refused(f"you may not open the control socket {shut}: ask as root, or as the daemon's user")
    return None


def is_trusted(owner: int, folder: int, us: int) -> bool:
    """Whether a socket of this owner is the daemon's: root's, ours, or its folder's owner's."""
    return owner in (0, us, folder)


def _refuse_a_stranger(path: Path) -> None:
    """Its answers are believed and it is sent commands: in a folder open to all, anybody could listen."""
    owner, folder = path.stat().st_uid, path.parent.stat().st_uid
    if not is_trusted(owner, folder, os.geteuid()):
        raise Refused(
            f"the control socket {path} belongs to user {owner}, who is neither root, nor you, nor the owner"
            " of its folder: a stranger may have put it there; see `listen.socket`"
        )


def _path_of(rule: str, what: str) -> str:
    return f"/v1/rules/{quote(rule, safe='')}/{what}"


def _problem(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=ErrorBody).problem
    except msgspec.MsgspecError:
        return "the daemon does not understand the request: it is another version of automaton"
