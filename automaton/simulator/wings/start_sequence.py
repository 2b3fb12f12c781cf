"""How a server starts: the Panel is asked, files are prepared, an image is pulled, a container runs.

A failure before `starting` is an error and no more; one after it counts as a crash, except for old builds
(protocol.md 5.1). Durations are those of the recordings.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from automaton.simulator.wings.config_sync import ConfigSync, refusal
from automaton.simulator.wings.crash_detection import CrashDetection
from automaton.simulator.wings.docker import UNREACHABLE
from automaton.simulator.wings.game_process import GameProcess
from automaton.simulator.wings.power_state import PowerState
from automaton.simulator.wings.resource_meter import ResourceMeter
from automaton.simulator.wings.server_base import ServerBase

FULL = "filesystem: not enough disk space"
SUSPENDED = "server is currently in a suspended state"
NO_IMAGE = "Error response from daemon: manifest unknown"
NO_CONTAINER = 1  # what Wings takes for the exit code where there is no container to ask for it [S]


class Lack(StrEnum):
    """What a start can lack."""

    PANEL = "panel"
    IMAGE = "image"


class StartSequence:
    """Starts one server, once at a time. Each start ends with `done`, or with `failed` and a cause."""

    def __init__(
        self,
        server: ServerBase,
        process: GameProcess,
        meter: ResourceMeter,
        crashes: CrashDetection,
        *,
        done: Callable[[], None],
        failed: Callable[[str], None],
    ) -> None:
        self._server = server
        self._process = process
        self._meter = meter
        self._crashes = crashes
        self._done = done
        self._failed = failed
        self._lack: Lack | None = None
        self._is_doomed = False
        self.is_launching = False

    def begin(self, lack: Lack | None = None) -> None:
        """Starts the server. With a `lack` it fails for that, however well everything else is."""
        self._lack = lack
        if lack is Lack.PANEL:
            self._failed(refusal(502))
        else:
            ConfigSync(self._server.schedule, self._server.ask_panel, self._configured).ask()

    def kill_when_it_runs(self) -> None:
        """Kills the container once it runs, for while it is launching there is none [T 03]."""
        self._is_doomed = True

    def _configured(self, problem: str | None) -> None:
        server = self._server
        if problem is not None or server.suspended:
            self._failed(problem or SUSPENDED)
            return
        server.schedule.after(server.chance.uniform(0.004, 0.012), self._prepare)

    def _prepare(self) -> None:
        server = self._server
        if server.build.disk:
            checking = "Checking server disk space usage, this could take a few seconds..."
            server.say(checking.lower() if server.generation.lower_case_lines else checking)
            if self._meter.is_disk_full:
                self._failed(FULL)
                return
        server.say("Updating process configuration files...")
        server.say("Ensuring file permissions are set correctly, this could take a few seconds...")
        self.is_launching = True
        server.schedule.after(0.001, lambda: server.become(PowerState.STARTING))
        server.schedule.after(server.chance.uniform(0.005, 0.02), self._pull)

    def _pull(self) -> None:
        server = self._server
        if server.docker.gone:
            self._fall(UNREACHABLE)
            return
        if server.image_missing or self._lack is Lack.IMAGE:
            server.say("Pulling Docker container image, this could take a few minutes to complete...")
            server.schedule.after(0.5, self._fail_to_pull)
            return
        lines = [
            "Finished pulling Docker container image",
            "Pulling Docker container image, this could take a few minutes to complete...",
        ]
        if server.chance.random() < 0.2:  # both orders were recorded, this one less often [T 06]
            lines.reverse()
        for line in lines:
            server.say(line)
        server.schedule.after(server.chance.triangular(0.2, 0.43, 0.24), self._launch)

    def _launch(self) -> None:
        server = self._server
        if server.deleted:
            return
        if server.docker.gone:
            self._fall(UNREACHABLE)
            return
        self.is_launching = False
        doomed, self._is_doomed = self._is_doomed, False
        if doomed:
            server.become(PowerState.STOPPING)
        self._process.launch()
        if doomed:
            server.kill()
        self._done()

    def _fail_to_pull(self) -> None:
        # Wings says so however the pull went.
        self._server.say("Finished pulling Docker container image")
        image = self._server.build.egg.image
        self._fall(f'environment/docker: failed to pull "{image}" image for server: {NO_IMAGE}')

    def _fall(self, cause: str) -> None:
        """Goes back from `starting` to `offline`, with the empty reading of any other end."""
        server = self._server
        self.is_launching = self._is_doomed = False
        # Wings sets `stopping` first, so that it is no crash. But the state is read when the event is
        # handled, and by then it is `offline`: only old builds published both (protocol.md 4.4, 5.1).
        told_stopping = server.chance.random() < server.generation.stops_before_failing
        if told_stopping:
            server.become(PowerState.STOPPING)
        server.become(PowerState.OFFLINE)
        self._meter.publish()
        self._failed(cause)
        if not told_stopping:
            self._crashes.happened(NO_CONTAINER, oom=False)
