"""The process of one server: launched in a fresh container, typed to, asked to stop, and its end.

Publishes `offline` when Docker reports the end; an old generation does so once a signal was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from automaton.simulator.games.eggs import DOCKER_STOP, SIGNALS
from automaton.simulator.wings.container import Container
from automaton.simulator.wings.power_state import PowerState
from automaton.simulator.wings.resource_meter import ResourceMeter, container_limit
from automaton.simulator.wings.server_base import ServerBase
from automaton.simulator.wings.server_console import ServerConsole

Ended = Callable[[bool, int, bool], None]
"""Called with whether it was a crash, the exit code, and whether it ran out of memory."""


class GameProcess:
    """Runs the game of one server's egg, one container at a time."""

    def __init__(
        self, server: ServerBase, console: ServerConsole, meter: ResourceMeter, ended: Ended
    ) -> None:
        """`ended` is called once `offline` was published."""
        self._server = server
        self._console = console
        self._meter = meter
        self._ended = ended

    def launch(self) -> None:
        """Runs the game in a fresh container."""
        server = self._server
        container = Container(
            schedule=server.schedule,
            chance=server.chance,
            memory_limit=container_limit(server.build.memory),
            printed=self._console.print,
            ended=self._exited,
        )
        server.container = container
        server.files.boot(server.variables)
        self._console.clear()
        self._console.print(f"\x1b[1m\x1b[33mcontainer@pterodactyl~ \x1b[0m{server.build.egg.startup}")
        container.run(server.build.egg.game(container, server.build.chatter))
        self._meter.watch()

    def type(self, texts: Sequence[str], by: str) -> None:
        """Writes to stdin, one text after the other and faster than a game answers, as Wings' HTTP API does.

        `by` is who types, for the log.
        """
        server = self._server
        for text in texts:
            server.log.add(server.schedule.now.wall, "command", server.build.uuid, text, by)
            if server.build.egg.is_stop(text):
                server.become(PowerState.STOPPING)
        if server.container is not None and texts:
            server.container.type("\n".join(texts))

    def ask_to_stop(self) -> None:
        """Stops it as the egg says: by a command, a signal, or Docker's own stop."""
        server, run, egg = self._server, self._server.container, self._server.build.egg
        if run is None:
            return
        if egg.stop == DOCKER_STOP:
            run.signal(egg.image_signal)
        elif egg.stop in SIGNALS:
            run.signal(egg.stop)
            if server.generation.offline_at_signal:
                server.schedule.after(server.chance.uniform(0.005, 0.02), lambda: self._take_for_ended(run))
        else:
            run.type(egg.stop)

    def _take_for_ended(self, run: Container) -> None:
        """Publishes `offline` for a process that was only sent a signal; what it prints is still shown.

        Its figures are not read any more, and only its real end frees the lock (protocol.md 5.1). That a kill
        meanwhile publishes `stopping` and `offline` once more is how Wings reads, and was never recorded.
        """
        if self._server.container is run and self._server.state is PowerState.STOPPING:
            self._meter.stop()
            self._server.become(PowerState.OFFLINE)
            self._meter.publish()

    def _exited(self, code: int, oom: bool) -> None:
        # Docker reports the end some tens of ms later [T 03].
        server = self._server
        server.schedule.after(server.chance.uniform(0.02, 0.04), lambda: self._report_end(code, oom))

    def _report_end(self, code: int, oom: bool) -> None:
        crashed = self._server.state in (PowerState.STARTING, PowerState.RUNNING)
        self._meter.stop()
        self._server.container = None
        if self._server.state is not PowerState.OFFLINE:
            self._server.become(PowerState.OFFLINE)
            self._meter.publish()
        self._ended(crashed, code, oom)
