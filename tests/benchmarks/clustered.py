"""What a cluster costs: CPU of a daemon alone, of a cluster of one member, and of two that share the fleet.

    python -m tests.benchmarks.clustered [--servers 600] [--a-node 50] [--messages 10]
                                         [--seconds 40] [--rounds 3]

The installed command, life after life in turns, against the same played fleet (`load/`): one reading and one
line a second and server, and of some lines in a second people are told. A node has `--a-node` servers, and
in a cluster an engine and a log of its own. Members have three servers of NATS with `sync_interval: always`;
the lone daemon has its file of SQLite. CPU is that of the daemons' processes, their pages included; NATS' is
told apart. Nobody is brought to its limit: on two cores there is no room for two.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from tests.benchmarks.fleet_daemon import configure
from tests.benchmarks.load.play import Fleet, Reached, Sent, allow_files, play
from tests.campaign.mailbox import Mailbox
from tests.cluster.nats_servers import NatsServers, nats_servers

COMMAND = Path(sys.executable).with_name("automaton")
WAYS = {"alone": 1, "one member": 1, "two members": 2}
SETTLES = 15.0  # seconds after the last link
LINKED_WITHIN = 180.0  # seconds: a newcomer is given nothing for 30
TICKS = os.sysconf("SC_CLK_TCK")


def processor(pids: list[int]) -> float:
    """Seconds of CPU that these processes and the children that they still have took so far."""
    seconds = 0.0
    for pid in pids:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        seconds += (int(told[11]) + int(told[12])) / TICKS
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        seconds += processor([int(child) for child in children])
    return seconds


@contextmanager
def daemons(folder: Path, reached: Reached, post: str, nats: list[str], members: int) -> Iterator[list[int]]:
    """So many; alone where there is no NATS. Their process ids."""
    running: list[subprocess.Popen[bytes]] = []
    try:
        for number in range(members):
            home = folder / f"m{number}"
            home.mkdir(parents=True)
            path = configure(home, reached)
            (home / "url").write_text(post)
            text = path.read_text() + "listen: {socket: control.sock}\n"
            if nats:
                servers = ", ".join(f'"{one}"' for one in nats)
                text += f"cluster: {{servers: [{servers}], name: bench, member: m{number}, replicas: 3}}\n"
            path.write_text(text)
            with (home / "out").open("wb") as out:
                running.append(
                    subprocess.Popen([COMMAND, "run", "-c", path], stdout=out, stderr=subprocess.STDOUT)
                )
        yield [one.pid for one in running]
    finally:
        for one in running:
            one.kill()
            one.wait()
        shutil.rmtree(folder)


def measured(load: Connection, fleet: Fleet, pids: list[int], nats: list[int]) -> tuple[float, float]:
    """Microseconds of CPU an event of all daemons, and of NATS."""
    until = time.monotonic() + LINKED_WITHIN  # noqa: TID251 - benchmarks may measure
    linked = 0
    while linked < fleet.servers:
        if time.monotonic() > until:  # noqa: TID251 - likewise
            sys.exit(f"{linked} of {fleet.servers} servers are linked after {LINKED_WITHIN:g} s")
        time.sleep(0.5)
        load.send("linked")
        linked = load.recv()
    time.sleep(SETTLES)  # the start's work is over by then, and not a part of what an event costs
    before, nats_before = processor(pids), processor(nats)
    load.send("go")
    sent: Sent = load.recv()
    events = sent.stats + sent.lines
    return 1e6 * (processor(pids) - before) / events, 1e6 * (processor(nats) - nats_before) / events


def main(arguments: list[str] | None = None) -> None:
    """Prints the figures."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--servers", type=int, default=600)
    options.add_argument("--a-node", type=int, default=50, help="servers of a node")
    options.add_argument("--messages", type=float, default=10.0, help="a second, of all servers")
    options.add_argument("--seconds", type=float, default=40.0)
    options.add_argument("--rounds", type=int, default=3)
    asked = options.parse_args(arguments)
    fleet = Fleet(asked.servers, 1.0, asked.seconds, a_node=asked.a_node, messages=asked.messages)
    allow_files(fleet.servers)
    versions = f"Python {platform.python_version()}, {_nats_version()}"
    _say(
        f"{versions}; {fleet.servers} servers, {fleet.a_node} a node, {fleet.messages:g} messages a second, "
        f"{os.cpu_count()} cores"
    )
    processes = multiprocessing.get_context("spawn")
    near, far = processes.Pipe()
    player = processes.Process(target=play, args=(far, fleet), daemon=True)
    player.start()
    with ExitStack() as stack:
        stack.callback(player.terminate)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="automaton-bench-")))
        mailbox = stack.enter_context(Mailbox().open())
        reached: Reached = near.recv()
        figures: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
        for turn in range(asked.rounds):
            for way, members in WAYS.items():
                with ExitStack() as run:
                    nats = None
                    if way != "alone":
                        nats = run.enter_context(nats_servers(folder / f"nats-{turn}-{members}", 3))
                    post, urls = mailbox.url("ops"), nats.urls if nats else []
                    pids = run.enter_context(daemons(folder / "daemons", reached, post, urls, members))
                    figures[way].append(measured(near, fleet, pids, _pids(nats)))
                own, others = figures[way][-1]
                _say(f"  {way}: {own:.1f} µs an event, NATS {others:.1f}")
        _report(figures)


def _report(figures: dict[str, list[tuple[float, float]]]) -> None:
    own = {way: statistics.median(one for one, _ in rounds) for way, rounds in figures.items()}
    _say(f"medians, µs of CPU an event: {', '.join(f'{way} {one:.1f}' for way, one in own.items())}")
    for way in ("one member", "two members"):
        _say(f"{way} against a daemon alone: {own[way] / own['alone']:.2f}")


def _pids(nats: NatsServers | None) -> list[int]:
    return [one.pid for one in nats.each] if nats is not None else []


def _nats_version() -> str:
    told = subprocess.run(["nats-server", "--version"], capture_output=True, text=True, check=True)
    return told.stdout.strip()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
