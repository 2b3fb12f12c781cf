"""A process of `nats-server`, and several that are to be one cluster.

Left out where the program is not there, and that is told; AUTOMATON_REQUIRE_NATS=1 has such tests fail.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from time import sleep
from typing import Any

import pytest

PROGRAM = shutil.which("nats-server") or "/usr/sbin/nats-server"
REQUIRED = "AUTOMATON_REQUIRE_NATS"

PATIENCE = 60.0
"""Seconds for three servers to find a leader on a busy machine; a few hundred milliseconds are usual."""

LOOK_EVERY = 0.05  # seconds

LEFT_OUT_AFTER = 15.0
"""Seconds after which a server that the others do not count is started again."""

STARTS = 6


def skip_without_nats() -> None:
    """For a fixture that is about to start one."""
    # Whoever works on another room need not have it; CI does, and would not see that nothing was tried.
    if not Path(PROGRAM).exists() and os.environ.get(REQUIRED) != "1":
        pytest.skip(f"{PROGRAM} is not there: apt-get install nats-server ({REQUIRED}=1 has this fail)")


class NatsProcess:
    """One server, whose configuration is in `folder` as `nats.conf` and calls it `name`.

    `size` is how many servers its cluster has.
    """

    def __init__(self, folder: Path, name: str, monitor: str, size: int) -> None:
        self.folder, self.name, self.monitor, self.size = folder, name, monitor, size
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Again with what it had stored, where it was there before."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [PROGRAM, "-c", str(self.folder / "nats.conf")], stdout=log, stderr=log
            )

    def last_words(self) -> str:
        """The end of its log."""
        return (self.folder / "log").read_text()[-2000:]

    @property
    def is_running(self) -> bool:
        """Whether the process is there, stopped or not."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of its process."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """At once, and waits until it is gone."""
        if self._process is not None:
            self.go_on()
            self._process.kill()
            self._process.wait()

    def pause(self) -> None:
        """Its sockets stay open, and nobody answers."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """After `pause`."""
        assert self._process is not None
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGCONT)

    def is_ready(self) -> bool:
        """Whether it says so; and where there are several, whether JetStream counts all and has a leader."""
        return self._asked("healthz").get("status") == "ok" and (self.size == 1 or self._counts_all())

    def _counts_all(self) -> bool:
        meta = self._meta()
        others = meta.get("replicas")  # of the leader alone
        return (
            bool(meta.get("leader"))
            and meta["cluster_size"] == self.size
            and (others is None or all(one["current"] and not one.get("offline") for one in others))
        )

    def counted(self) -> set[str]:
        """The names of all that JetStream counts, where this one leads it."""
        meta = self._meta()
        others = meta.get("replicas")
        return set() if others is None else {self.name, *(one["name"] for one in others)}

    def _meta(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._asked("jsz").get("meta_cluster", {})
        return found

    def _asked(self, what: str) -> Mapping[str, Any]:
        """What the monitoring port says; nothing where it does not answer."""
        with (
            suppress(OSError, ValueError),
            urllib.request.urlopen(f"{self.monitor}/{what}", timeout=1.0) as answer,
        ):
            told: Mapping[str, Any] = json.load(answer)
            return told
        return {}


def start_as_one(servers: Sequence[NatsProcess]) -> None:
    """All of them, until each counts all.

    Of three servers of 2.10 that are started at the same moment JetStream counts two in one of some 25
    starts, and for good, although all three found each other: the third is counted once it is started again.
    """
    with ExitStack() as unless_ready:
        for server in servers:
            server.start()
            unless_ready.callback(server.kill)
        for _ in range(STARTS):
            if _are_ready(servers, LEFT_OUT_AFTER):
                unless_ready.pop_all()
                return
            for server in _left_out(servers):
                server.kill()
                server.start()
        raise AssertionError(f"JetStream does not count all of them\n{_last_words(servers)}")


def wait_until_ready(servers: Sequence[NatsProcess]) -> None:
    """Those of them that run."""
    running = [server for server in servers if server.is_running]
    assert running, _last_words(servers)
    assert _are_ready(running, PATIENCE), _last_words(servers)


def _are_ready(servers: Sequence[NatsProcess], within: float) -> bool:
    for _ in range(int(within / LOOK_EVERY)):
        assert all(server.is_running for server in servers), _last_words(servers)
        if all(server.is_ready() for server in servers):
            return True
        sleep(LOOK_EVERY)
    return False


def _left_out(servers: Sequence[NatsProcess]) -> list[NatsProcess]:
    """Those whom the leader does not count; all, where nobody leads."""
    counted = {name for server in servers for name in server.counted()}
    return [server for server in servers if server.name not in counted]


def _last_words(servers: Sequence[NatsProcess]) -> str:
    return "\n".join(server.last_words() for server in servers)
