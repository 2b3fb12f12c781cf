"""How troubles are brought about and set right, where they lie over one another."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.chaos.plan import Deed
from tests.chaos.wage import Run


class Server:
    """One of NATS."""

    def __init__(self) -> None:
        self.is_running = True

    def kill(self) -> None:
        self.is_running = False

    def start(self) -> None:
        self.is_running = True


def run() -> tuple[Run, list[Server]]:
    servers = [Server() for _ in range(3)]
    stage: Any = SimpleNamespace(simulation=SimpleNamespace(servers=()), members={}, nats=servers)
    waits: Any = None
    return Run(stage, 1, waits), servers


def does(what: Run, *deeds: tuple[str, str]) -> None:
    for name, whom in deeds:
        what._do(Deed(0.0, name, whom))


def test_a_lost_majority_stays_lost_though_one_of_its_servers_was_killed_apart_and_is_started_again() -> None:
    what, servers = run()
    does(what, ("majority-lost", "0,2"), ("nats-kill", "0"), ("nats-start", "0"))
    assert [one.is_running for one in servers] == [False, True, False]

    does(what, ("majority-back", "0,2"))
    assert [one.is_running for one in servers] == [True, True, True]
    assert [(one.kind, one.whom) for one in what.troubles] == [("nats-kill", "0"), ("majority-lost", "0,2")]


def test_a_server_that_is_killed_apart_stays_down_until_it_is_started_itself() -> None:
    what, servers = run()
    does(what, ("nats-kill", "0"), ("majority-lost", "0,1"), ("majority-back", "0,1"))
    assert [one.is_running for one in servers] == [False, True, True]

    does(what, ("nats-start", "0"))
    assert servers[0].is_running
