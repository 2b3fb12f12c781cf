"""A thousand hostile answers to the installed daemon, which serves a well-behaved Panel all the while.

    python -m tests.hostile.answers --count 1000 --seed 1

A run has some dozens of Panels and nodes of ill will at once, each of which answers one thing: its list, its
tokens, its upgrades, what an action is answered with. What none of them may do is end the daemon.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.acceptance.processes import eventually
from tests.hostile.answer_server import AnswerServer, honest
from tests.hostile.grammar import SHAPES, HostileAnswer, some
from tests.hostile.house import token
from tests.hostile.world import World, world

AT_ONCE = 125  # answers in one life of the daemon, most from a Panel of its own
SHARES = {
    "list": 0.12,
    "node": 0.12,
    "token": 0.26,
    "upgrade": 0.2,
    "server": 0.08,
    "action": 0.16,
    "http": 0.06,
}
RULES = """\
  - id: calls-{number}
    when: {{console: "^call them"}}
    do: [{{http: evil{number}}}]
"""


@dataclass
class Figures:
    """What a campaign showed."""

    answers: int = 0
    played: int = 0
    served: int = 0
    seconds: float = 0.0
    peak: int = 0
    unplayed: list[str] = field(default_factory=list)


class Campaign:
    """One life of the daemon. A hostile server of `bad` has a uuid that names its answer."""

    def __init__(self, count: int, chance: Random) -> None:
        self.by_place = {
            where: some(where, max(1, round(count * share)), chance) for where, share in SHARES.items()
        }
        self.linked = [
            *("token",) * len(self.by_place["token"]),
            *("upgrade",) * len(self.by_place["upgrade"]),
        ]
        self.linked += ["server"] * len(self.by_place["server"]) + ["action"] * len(self.by_place["action"])
        self._of_uuid: dict[str, tuple[str, HostileAnswer]] = {}
        numbers = {where: iter(found) for where, found in self.by_place.items()}
        for number, where in enumerate(self.linked):
            uuid = f"{number:08x}-0bad-4bad-8bad-{number:012x}"
            self._of_uuid[uuid] = (where, next(numbers[where]))
        self.server = AnswerServer(self._choose, ports=1 + len(self.by_place["node"]))

    @property
    def answers(self) -> list[HostileAnswer]:
        return [answer for found in self.by_place.values() for answer in found]

    @property
    def actions(self) -> list[str]:
        """The servers that answer actions."""
        return [uuid for uuid, (where, _) in self._of_uuid.items() if where == "action"]

    def _choose(self, method: str, path: str) -> HostileAnswer | None:
        port, *parts = path.split("/")
        if int(port) != self.server.ports[0]:
            return self.by_place["node"][self.server.ports.index(int(port)) - 1]
        match parts:
            case ["list", number, *_]:
                return self.by_place["list"][int(number)]
            case ["http", number]:
                return self.by_place["http"][int(number)]
            case ["bad", uuid, "api", "client"] if uuid in self._of_uuid:
                return honest(json.dumps({"data": [self._described(uuid)]}))
            case ["bad", own, "api", "client", "servers", uuid, *what] if own == uuid in self._of_uuid:
                return self._of_server(uuid, "/".join(what), method)
            case ["socket", uuid] if uuid in self._of_uuid:
                return self._of_uuid[uuid][1]
        return None

    def _of_server(self, uuid: str, what: str, method: str) -> HostileAnswer | None:
        where, answer = self._of_uuid[uuid]
        socket = f"ws://127.0.0.1:{self.server.ports[0]}/socket/{uuid}"
        if method == "POST":
            return answer
        if what == "":
            return answer if where == "server" else honest(json.dumps(self._described(uuid)))
        if where == "token":
            return HostileAnswer(
                answer.name, answer.raw.replace(b"SOCKET", socket.encode()), answer.again, answer.drips
            )
        if where in ("server", "action"):  # no token in its present state, so that it is described, and asked
            return HostileAnswer(
                "", b"HTTP/1.1 409 Conflict\r\nX-RateLimit-Limit: 100000\r\nContent-Length: 0\r\n\r\n"
            )
        now = int(time.time())  # noqa: TID251 - a Panel of its own clock
        return honest(json.dumps({"data": {"token": token(iat=now, exp=now + 600), "socket": socket}}))

    def _described(self, uuid: str) -> dict[str, object]:
        own = {
            **SHAPES["server"]["attributes"],
            "uuid": uuid,
            "identifier": uuid[:8],
            "name": f"evil {uuid[:8]}",
        }
        return {"attributes": own, "meta": SHAPES["server"]["meta"]}

    def settings(self, here: World) -> None:
        """automaton.yml with the well-behaved Panel first, and all the others after it."""
        base = f"http://127.0.0.1:{self.server.ports[0]}"
        panels = [f'  main: {{url: "{here.house.url}", keys: [{{file: key}}]}}']
        # Each its own: a wait that one asks for, or a key that it refuses, holds for all that it lists.
        paths = [f"list/{number}" for number in range(len(self.by_place["list"]))]
        paths += [f"bad/{uuid}" for uuid in self._of_uuid]
        panels += [
            f'  p{number}: {{url: "{base}/{path}", keys: [{{file: key}}]}}'
            for number, path in enumerate(paths)
        ]
        nodes = []
        for number, port in enumerate(self.server.ports[1:]):
            here.secret(
                f"node{number}.yml",
                f"uuid: n{number}\ntoken_id: x\ntoken: {'t' * 64}\nremote: {base}/remote\n"
                f"api: {{host: 127.0.0.1, port: {port}}}\n",
            )
            nodes.append(f"  node{number}: {{config: {{file: node{number}.yml}}}}")
        addresses = [
            f'  evil{number}: {{url: "{base}/http/{number}"}}' for number in range(len(self.by_place["http"]))
        ]
        here.secret("beat", f"{base}/http/0")
        here.file.write_text(
            "\n".join(
                [
                    "panels:", *panels, "nodes:", *nodes, "http:", *addresses,
                    "heartbeat: {url: {file: beat}, every: 10s}",
                    "channels: {ops: {urls: [{file: ops.url}], rate: 1000/1s, group_wait: 0s, group_interval: 1s}}",
                    'limits: {arm: live, settle: 0s, allow: {send: ["*"]}}',
                    "rules: rules.d", "state: state", "",
                ]
            )
        )  # fmt: skip
        here.rules("rules:\n" + "".join(RULES.format(number=number) for number in range(len(addresses))))

    def run(self, folder: Path, figures: Figures) -> None:
        """Plays all of them. An end of the daemon, or a server that is not served, is an AssertionError."""
        with ExitStack() as stack:
            here = stack.enter_context(world(folder))
            stack.enter_context(self.server.open())
            self.settings(here)
            stack.enter_context(here.running())
            lobby = here["lobby"]
            here.served(lobby)
            lobby.prints("call them")
            with ThreadPoolExecutor(20) as hands:
                acting = [hands.submit(self._act, here, uuid) for uuid in self.actions]
                wanted = {answer.name for answer in self.answers}
                beginning = time.monotonic()  # noqa: TID251 - how long to wait for the last of them
                while wanted - set(self.server.played) and time.monotonic() - beginning < 40:  # noqa: TID251
                    here.served(lobby)
                    figures.served += 1
                    time.sleep(0.5)
                for action in acting:
                    action.result()
            here.served(lobby)
            eventually(lambda: here.ask("GET", "/v1/status"), here.daemon.output)
            figures.answers += len(self.answers)
            played = [answer.name for answer in self.answers if answer.name in self.server.played]
            figures.played += len(played)
            figures.unplayed += sorted(wanted - set(self.server.played))
            figures.peak = max(figures.peak, here.peak())

    def _act(self, here: World, uuid: str) -> None:
        """Types a command, once the list that names the server was read."""
        with here.control() as control:
            path = f"/v1/servers/{uuid}/command"
            eventually(
                lambda: control.post(path, json={"command": "list"}).status_code != 404, here.daemon.output
            )


def campaign(count: int, seed: int) -> Figures:
    """The figures of so many hostile answers."""
    chance, figures, left = Random(seed), Figures(), count
    began = time.monotonic()  # noqa: TID251 - a figure for the report
    while left > 0:
        with tempfile.TemporaryDirectory() as folder:
            Campaign(min(left, AT_ONCE), chance).run(Path(folder), figures)
        left -= AT_ONCE
    figures.seconds = time.monotonic() - began  # noqa: TID251
    return figures


def main() -> None:
    """Plays as many as are asked for, and prints the figures."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--count", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=1)
    asked = arguments.parse_args()
    figures = campaign(asked.count, asked.seed)
    print(  # noqa: T201
        f"{figures.answers} hostile answers, {figures.played} of them played; no end of the daemon;"
        f" the well-behaved server was served {figures.served} times; peak {figures.peak / 2**20:.0f} MiB;"
        f" {figures.seconds:.0f} s"
    )
    for name in figures.unplayed:
        print(f"not played: {name}")  # noqa: T201


if __name__ == "__main__":
    main()
