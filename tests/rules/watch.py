"""A whole daemon on virtual time: recipes, Panel, nodes and games are real, sockets and chat are not.

async with watching(tmp_path, "crash-alert.yml") as watch:
    watch.befall("crash", code=3)
    await watch.seconds(5)
    assert watch.told == [...]

Rules may be given as text, and an automaton.yml of one's own; addresses of `http` lead to `watch.site`, and
`watch.hook` calls a hook.
"""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from random import Random

import anyio
import httpx

from automaton.configuration.load import CheckedConfiguration, Configuration, load_configuration
from automaton.configuration.recipes import recipes
from automaton.core.events import Acknowledged, State
from automaton.daemon.app import Daemon
from automaton.delivery.message import Message
from automaton.errors import Unreachable
from automaton.pace.clock import SteadyClock
from automaton.secret import Secret
from automaton.simulator.event_log import LogEntry
from automaton.simulator.faults.catalog import cause
from automaton.simulator.games.eggs import PAPER, VALHEIM
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.simulator.wings.server_build import ServerBuild
from automaton.web.hooks import HooksApi
from tests.rules.simulated_games import games_of
from tests.rules.site import Site
from tests.simulator.memory_network import in_memory

NOON = 1_800_000_000.0

SITE = "site.test"
UNHEARD = "nobody can call the hooks"
DEEDS = ("power", "command", "backup", "files", "startup")
HOOK_TOKEN = "a-token-of-24-characters"

CHANNELS = {
    "json://ops": "ops",
    "json://oncall": "oncall",
    "json://alice": "alice",
    "json://bob": "bob",
    "discord://12345678901234567890/a-token-of-a-webhook": "mods",  # mentions are for services that have them
}

LOBBY = ServerBuild(uuid="aaaaaaaa-0000-4000-8000-000000000001", name="lobby", egg=PAPER, chatter=0.0)
VIKINGS = ServerBuild(uuid="bbbbbbbb-0000-4000-8000-000000000002", name="valheim", egg=VALHEIM, chatter=0.0)

# What an operator writes who uses all recipes as they are.
SETTINGS = """\
panels: {main: {url: "http://panel.test", keys: [{file: key}]}}
channels:
  ops: {urls: [{file: ops.url}], rate: 1000/1m, group_by: ["..."], group_wait: 0s, group_interval: 1s}
  oncall: {urls: [{file: oncall.url}], min_severity: critical, rate: 1000/1m,
           group_by: ["..."], group_wait: 0s, group_interval: 1s}
tags:
  newest: {egg: "Paper*"}
  rota: {egg: "Paper*"}
  announced: {egg: "Paper*"}
  chronicled: {egg: "Paper*"}
  tps: {egg: "Paper*"}
  deployed: {egg: "Paper*"}
  wiped: {egg: "Paper*"}
  backed-up: {egg: "Paper*"}
  welcomed: {egg: "Paper*"}
  stop-loops: {egg: "Paper*"}
  daily-restart: {egg: "Paper*"}
  nightly: {egg: "Paper*"}
http: {builds: {url: "http://site.test/builds"}}
hooks: {deploy: {token: {file: hook}}}
limits:
  arm: live
  allow: {power: [start, stop, restart, kill], files: ["world*"], send: [
    say, save-all, list, tps, saveworld, listplayers, serverchat, shout, broadcast, server-save, players,
    status, save, server.save, info]}
rules: rules.d
"""


class Recorder:
    """A chat service that keeps what it is sent, and takes nothing while there is `trouble`."""

    def __init__(self) -> None:
        self.got: list[tuple[str, Message]] = []
        self.trouble = ""

    async def send(self, url: Secret, message: Message) -> None:
        if self.trouble:
            raise Unreachable(self.trouble)
        self.got.append((CHANNELS[url.reveal()], message))


class Watch:
    """One daemon, one world, and what came of it."""

    def __init__(self, world: SimulatedWorld, daemon: Daemon, recorder: Recorder) -> None:
        self.world = world
        self.daemon = daemon
        self.recorder = recorder
        self.site = Site()
        self._hooks = HooksApi(daemon.host.hooks, daemon.clock)

    async def hook(self, name: str, body: Mapping[str, object]) -> int:
        """Somebody who has the token calls a hook; the status of the answer."""
        transport = httpx.ASGITransport(self._hooks.app)
        headers = {"Authorization": f"Bearer {HOOK_TOKEN}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://automaton") as client:
            return (await client.post(f"/hooks/{name}", json=body, headers=headers)).status_code

    def acknowledge(self, rule: str) -> None:
        """Somebody takes note of all open incidents of a rule."""
        now = self.daemon.clock.now()
        self.daemon.connections.pool.queue.put(Acknowledged(server="", at=now, rule=rule))

    def befall(self, fault: str, server: str = "lobby", **given: object) -> None:
        """Has a fault of the simulator happen now."""
        cause(self.world, fault, {"server": server, **given})

    async def crash_twice(self) -> None:
        """Wings starts the server again after the first, and gives up at the second within a minute."""
        self.befall("crash")
        await self.until(lambda: self.state() is State.STARTING)
        await self.until(lambda: self.state() is State.RUNNING)
        self.befall("crash")

    async def seconds(self, seconds: float) -> None:
        """Lets virtual time pass."""
        await anyio.sleep(seconds)

    async def until(self, truth: Callable[[], bool], within: float = 120.0) -> None:
        """Lets virtual time pass until it is true."""
        deadline = self.daemon.clock.now().mono + within
        while not truth():
            assert self.daemon.clock.now().mono < deadline, f"it did not come true within {within:g} s"
            await anyio.sleep(0.25)

    def state(self, server: str = "lobby") -> State:
        """As the simulator has it, whatever the daemon believes."""
        return State(self.world.server(server).state)

    @property
    def told(self) -> list[str]:
        """First lines of the messages, behind their channel: `ops: lobby is down (crash)`."""
        return [f"{channel}: {message.lines[0].text}" for channel, message in self.recorder.got]

    @property
    def bodies(self) -> list[str]:
        """The messages as a chat shows them."""
        return [message.body() for _, message in self.recorder.got]

    @property
    def called(self) -> list[tuple[str, ...]]:
        """Whom each message called by a mention."""
        return [message.mentions for _, message in self.recorder.got]

    @property
    def power(self) -> list[str]:
        """Power actions of the daemon, as they arrived: `start lobby`."""
        return self._arrived("power")

    @property
    def commands(self) -> list[str]:
        """Commands of the daemon, as they arrived."""
        return self._arrived("command")

    @property
    def deeds(self) -> list[str]:
        """All that the daemon did to servers, in order: `files: delete world lobby`.

        A backup stands there by its name while it is kept, else by its uuid.
        """
        return [
            f"{one.kind}: {self._backup_names().get(one.detail, one.detail)} {self._names()[one.server]}"
            for one in self._ours()
            if one.kind in DEEDS
        ]

    def backups(self, server: str = "lobby") -> list[str]:
        """The names of the backups that are left, oldest first."""
        return [one.name for one in self.world.server(server).backups.all()]

    def files(self, server: str = "lobby") -> dict[str, str]:
        """The server's files by their paths."""
        return self.world.server(server).files.texts

    def variables(self, server: str = "lobby") -> dict[str, str]:
        """The variables of its egg, as they are set for the next start."""
        return self.world.server(server).variables

    def _arrived(self, kind: str) -> list[str]:
        return [f"{one.detail} {self._names()[one.server]}" for one in self._ours(kind)]

    def _ours(self, kind: str | None = None) -> list[LogEntry]:
        us = self.world.automaton
        ways = f"panel {us.name}", f"websocket {us.uuid}"
        return [one for one in self.world.log.entries(kind) if one.by in ways]

    def _names(self) -> dict[str, str]:
        return {server.build.uuid: server.build.name for server in self.world.servers()}

    def _backup_names(self) -> dict[str, str]:
        return {one.uuid: one.name for server in self.world.servers() for one in server.backups.all()}


def configure(
    folder: Path,
    names: Sequence[str],
    key: str = "ptlc_key",
    *,
    rules_of: Mapping[str, str] | None = None,
    settings: str = SETTINGS,
) -> Callable[[], CheckedConfiguration]:
    """Writes an operator's folder with these recipes and rule files; gives what reads it."""
    rules = folder / "rules.d"
    rules.mkdir()
    for recipe in recipes():
        if recipe.name in names:
            (rules / recipe.name).write_text(recipe.read_text(encoding="utf-8"), encoding="utf-8")
    for name, text in (rules_of or {}).items():
        (rules / name).write_text(text, encoding="utf-8")
    urls = {f"{channel}.url": url for url, channel in CHANNELS.items()}
    secrets = {"key": key, "hook": HOOK_TOKEN, **urls}
    for name, secret in secrets.items():
        (folder / name).write_text(secret)
        (folder / name).chmod(0o600)
    (folder / "automaton.yml").write_text(settings)
    return lambda: load_configuration(folder / "automaton.yml", {})


@contextmanager
def collector_as_before() -> Iterator[None]:
    """A daemon tunes the garbage collector of its process; the process of the tests goes on."""
    thresholds = gc.get_threshold()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
        gc.enable()


@asynccontextmanager
async def watching(
    folder: Path,
    *names: str,
    rules_of: Mapping[str, str] | None = None,
    settings: str = SETTINGS,
    servers: Sequence[ServerBuild] = (LOBBY, VIKINGS),
    at: float = NOON,
    answers: Mapping[str, object] | None = None,
    nodes: int = 1,
) -> AsyncIterator[Watch]:
    """A daemon with these recipes and rule files, watching servers that were all seen to run.

    Without `servers` these are `lobby` (Minecraft) and `valheim`; `at` is when it begins, `answers` what the
    site says from the start, by path.
    """
    clock = SteadyClock(at)
    world = SimulatedWorld.build(clock, servers=servers, nodes=nodes)
    load = configure(folder, names, world.key, rules_of=rules_of, settings=settings)
    recorder = Recorder()
    async with in_memory(world, clock) as network:
        daemon = Daemon(
            right(load()),
            load,
            clock,
            env={},
            chance=Random(1),
            network=lambda _tls: network.transport(),
            sender=recorder,
            games=games_of(world, clock),
        )
        watch = Watch(world, daemon, recorder)
        watch.site.answers.update(answers or {})
        network.backend.others[SITE, 80] = watch.site.app
        with collector_as_before():
            # A request that failed leaves an async generator in a knot: trio warns where it is collected.
            gc.disable()
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_run, daemon)
                await watch.until(lambda: _all_up(watch))
                yield watch
                await daemon.stop(tasks)


async def _run(daemon: Daemon) -> None:
    await daemon.run(signals=False)


def right(found: CheckedConfiguration) -> Configuration:
    """The configuration. The simulated Panel speaks plain http, and no port is opened for the hooks."""
    problems = [problem for problem in found.problems if UNHEARD not in problem.message]
    assert [problem.code for problem in problems] == ["plain-panel"], problems
    return found.or_raise()


def _all_up(watch: Watch) -> bool:
    seen = [server.facts.state for server in watch.daemon.host.engine.servers().values()]
    return seen.count(State.RUNNING) == len(watch.world.servers())
