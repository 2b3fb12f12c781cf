"""What the checks play on: one node with one toy server, its tokens, and callers. Time is told."""

from __future__ import annotations

from random import Random
from typing import Any

import jwt

from automaton.core.moment import Moment
from automaton.simulator.games.eggs import Egg
from automaton.simulator.timer_schedule import TimerSchedule
from automaton.simulator.wings.config_sync import PanelAnswer
from automaton.simulator.wings.game_server import GameServer
from automaton.simulator.wings.generation import G12_2, Generation
from automaton.simulator.wings.node import Node
from automaton.simulator.wings.server_build import ServerBuild
from tests.simulator.caller import Caller
from tests.simulator.toy import TOY

PANEL = "http://panel.test"
UUID = "aaaaaaaa-0000-4000-8000-00000000000a"
OTHER_UUID = "bbbbbbbb-0000-4000-8000-00000000000b"
KEY = "NodeTokenNodeTokenNodeTokenNodeTokenNodeTokenNodeTokenNodeToken1"
USER = "19a17d36-36b3-4ac6-9fbf-d3b708af2056"
NOON = 1_800_014_400.0
ADMIN = ("*", "admin.websocket.errors", "admin.websocket.install", "admin.websocket.transfer")
GENERIC = "an unexpected error was encountered while handling this request"


class Stage:
    """A node that has run for an hour, and an offline server. `panel_answer` is how its Panel answers."""

    def __init__(
        self,
        *,
        seed: int = 5,
        egg: Egg = TOY,
        allowed: tuple[str, ...] = (),
        generation: Generation = G12_2,
        **build: Any,
    ) -> None:
        self.panel_answer = PanelAnswer()
        self.schedule = TimerSchedule(Moment(1000.0, NOON))
        self.node = Node(
            name="node-1",
            uuid="11111111-0000-4000-8000-000000000001",
            token=KEY,
            remote=PANEL,
            schedule=self.schedule,
            chance=Random(seed),
            allowed_origins=allowed,
            generation=generation,
            ask_panel=lambda: self.panel_answer,
        )
        self.server: GameServer = self.node.add(
            ServerBuild(uuid=UUID, name="toy", egg=egg, memory=256, **build)
        )
        self.node.add(ServerBuild(uuid=OTHER_UUID, name="other", egg=egg))

    @property
    def wall(self) -> int:
        return int(self.schedule.now.wall)

    def wait(self, seconds: float) -> None:
        self.node.advance(self.schedule.now + seconds)

    def run(self) -> None:
        """Starts the server and waits until it runs."""
        self.server.power.request("start", "test", lambda cause: None)
        self.wait(5)
        assert self.server.state == "running"

    def claims(self, **changes: Any) -> dict[str, Any]:
        """The claims of a good token; a change to None leaves a claim out."""
        claims: dict[str, Any] = {
            "jti": "d2f66701a279df4a5c21163f2d681d51",
            "iat": self.wall,
            "exp": self.wall + 600,
            "server_uuid": UUID,
            "user_uuid": USER,
            "permissions": ["*"],
            "scope": "websocket",
            **changes,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, key: str = KEY, **changes: Any) -> str:
        return jwt.encode(self.claims(**changes), key, algorithm="HS256")

    def caller(self, uuid: str = UUID, **options: Any) -> Caller:
        """An open socket, not authenticated."""
        return Caller(self.node, uuid, **options)

    def listener(self, **changes: Any) -> Caller:
        """An authenticated socket whose first events were heard."""
        caller = self.caller()
        caller.say("auth", self.token(**changes))
        assert caller.names()[0] == "auth success"
        return caller


def statuses(events: list[dict[str, Any]]) -> list[str]:
    """The states that were told, in order."""
    return [event["args"][0] for event in events if event["event"] == "status"]


def console(events: list[dict[str, Any]]) -> list[str]:
    """The console lines that were told, in order."""
    return [event["args"][0] for event in events if event["event"] == "console output"]
