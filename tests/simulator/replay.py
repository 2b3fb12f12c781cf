"""Plays a conversation recorded from a real Wings (1.11.11 and three commits) against the simulator.

What the client and others did is the input, each at its moment; only what Wings said is compared.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from automaton.core.moment import Moment
from automaton.simulator.build import Build
from automaton.simulator.caller import Caller, ask
from automaton.simulator.eggs import TOY
from automaton.simulator.generation import G11
from automaton.simulator.install import install
from automaton.simulator.node import Node
from automaton.simulator.schedule import Schedule
from automaton.simulator.server import Server

KEY = "NodeTokenNodeTokenNodeTokenNodeTokenNodeTokenNodeTokenNodeToken1"
SEED = 3
# Its client sends at a fixed moment what the recorded one sent when it saw the server run: a race.
SEEDS = {"03-restart-kill-locks": 52}
REMOTE = "http://127.0.0.1:8000"
INSTALLER = (
    (0.0, "installing step 1"),
    (2.0, "\x1b[31mred\x1b[0m line"),
    (2.0, "err line"),
    (2.0, "install done"),
)
EARLIER = 10.0  # seconds before the recording
RUNNING_AT_FIRST = ("06-crash",)
FREE = re.compile(r'"(checksum|file_size|uuid)":("[^"]*"|\d+)')
ERROR_ID = re.compile(r"Error Event \[[0-9a-f-]{36}\]")
CHANNELS = {"console output": "console", "install output": "installer", "stats": "stats"}
ANSWERS = ("auth success", "jwt error", "daemon error", "token expiring", "token expired")


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that Wings said: when, and what, without what is free to differ."""

    ms: float
    text: str


Story = dict[tuple[str, str], list[Told]]
"""By connection and channel. Across channels no order is kept (protocol.md 4.4)."""


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def recorded(path: Path) -> Story:
    """What the real Wings said."""
    story: Story = defaultdict(list)
    for row in rows(path):
        match row["dir"]:
            case "in":
                _add(story, row, row["ms"], json.loads(row["raw"]))
            case "opened":
                story[_name(row), "upgrade"].append(Told(row["ms"], str(row["status"])))
            case "closed":
                story[_name(row), "end"].append(Told(row["ms"], f"{row['code']} {row['reason']}"))
    return story


def simulated(path: Path) -> Story:
    """What the simulator says to the same."""
    return _Replay(path).play()


class _Replay:
    """A G11 node with the servers of the recordings, on the recording's own time."""

    def __init__(self, path: Path) -> None:
        self._rows = rows(path)
        began = re.search(r"wall (\S+)Z", self._rows[0]["raw"])
        assert began is not None
        self._wall = datetime.fromisoformat(f"{began[1]}+00:00").timestamp()
        self._node = Node(
            name="node",
            uuid="node",
            token=KEY,
            remote=REMOTE,
            schedule=Schedule(Moment(0.0, self._wall - EARLIER)),
            chance=Random(SEEDS.get(path.stem, SEED)),
            allowed_origins=("http://allowed.example",),
            up_for=30.0,
            generation=G11,
        )
        by_signal = replace(TOY, stop="^C", done=(r"regex:Done \(.*\)!",))
        for letter, egg in {"a": TOY, "b": by_signal, "c": TOY, "d": TOY, "f": TOY}.items():
            uuid = f"{letter * 8}-0000-4000-8000-00000000000{letter}"
            self._node.add(
                Build(uuid=uuid, name=letter, egg=egg, memory=256, disk=512, crash_detection=letter != "b")
            )
        if path.stem in RUNNING_AT_FIRST:
            for server in self._node.servers.values():
                server.power.ask("start", "recording", lambda cause: None)
            self._node.advance(Moment(EARLIER, self._wall))
        self._callers: dict[str, Caller] = {}
        self._server = ""
        self._story: Story = defaultdict(list)

    def play(self) -> Story:
        for row in self._rows:
            # A hundredth of a second is the least that is told apart: what came at once is not split.
            for moment in self._moments(EARLIER + row["ms"] / 1000):
                self._node.advance(moment)
                self._listen()
            self._do(row)
            self._listen()
        return self._story

    def _moments(self, until: float) -> Iterator[Moment]:
        while (due := self._node.next_deadline()) is not None and due < until:
            yield Moment(due, self._wall - EARLIER + due)
        yield Moment(until, self._wall - EARLIER + until)

    def _listen(self) -> None:
        for name, caller in self._callers.items():
            for event in caller.heard():
                ms = (self._node.schedule.now.mono - EARLIER) * 1000
                _add(self._story, {"conn": name}, ms, event)

    def _do(self, row: dict[str, Any]) -> None:
        name = _name(row)
        match row["dir"]:
            case "open":
                self._server = row["url"].split("/")[5]
                caller = self._callers[name] = Caller(self._node, self._server, origin=row["origin"])
                self._story[name, "upgrade"].append(Told(row["ms"], str(caller.status)))
            case "out" if row.get("binary"):
                self._callers[name].say_bytes(row["raw"].encode())
            case "out":
                self._callers[name].say_text(row["raw"])
            case "do" if row["do"] == "http":
                path = row["path"].replace("{uuid}", self._server)
                body = json.dumps(row["json"]).encode()
                bearer = (("Authorization", f"Bearer {KEY}"),)
                assert ask(self._node, row["method"], path, headers=bearer, body=body)[0] == row["status"]
            case "do":
                self._do_outside(self._node.servers[self._server], row["do"])
            case "closed":
                self._close(name, row)

    def _do_outside(self, server: Server, deed: str) -> None:
        container = server.container
        match deed:
            case "reinstall":
                install(server, INSTALLER)
            case "backup":
                server.backups.begin("", "recording", seconds=0.0)
            case "restore":
                server.backups.restore(["file.txt"], seconds=0.0)
            case "docker kill" if container is not None:
                server.kill()
            case "docker stop" if container is not None:
                container.signal("SIGTERM")
            case "docker pause" if container is not None:
                container.freeze()
            case "docker unpause" if container is not None:
                container.thaw()
            case _:
                raise AssertionError(f"{deed} finds nothing that runs")

    def _close(self, name: str, row: dict[str, Any]) -> None:
        self._listen()
        caller = self._callers.pop(name)
        if row["by"] == "client":
            caller.leave(row["code"])
        assert caller.close is not None
        self._story[name, "end"].append(Told(row["ms"], f"{caller.close[0]} {caller.close[1]}"))


def _name(row: dict[str, Any]) -> str:
    return str(row.get("conn", ""))


def _add(story: Story, row: dict[str, Any], ms: float, event: dict[str, Any]) -> None:
    kind, argument = event["event"], event.get("args", [""])[0]
    if kind == "stats":
        argument = json.loads(argument)["state"]
    channel = CHANNELS.get(kind) or ("answers" if kind in ANSWERS else "bus")
    story[_name(row), channel].append(
        Told(ms, f"{kind} {FREE.sub('', ERROR_ID.sub('Error Event', argument))}")
    )
