"""How long a whole daemon takes to end, by SIGTERM, with thousands of links up and things told over them.

    python -m tests.benchmarks.stopping [--servers 2000,5000,10000] [--seconds 15]

The installed command, once for each size, against the same played fleet as `fleet` (`load/`), in direct mode:
one reading and one line a second and server for so long, then the signal. Told is how long until all links
were up, and how long from the signal until the process was gone; and its exit code, for who is killed by
systemd after its time is not one that ended.
"""

from __future__ import annotations

import argparse
import multiprocessing
import signal
import subprocess
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

from tests.benchmarks.clustered import COMMAND
from tests.benchmarks.fleet_daemon import configure
from tests.benchmarks.load.play import Fleet, Reached, allow_files, play

UP_WITHIN = 300.0  # seconds
GONE_WITHIN = 120.0  # seconds


def main(arguments: list[str] | None = None) -> None:
    """Prints a line for each size."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--servers", default="2000,5000,10000")
    options.add_argument("--seconds", type=float, default=15.0)
    asked = options.parse_args(arguments)
    processes = multiprocessing.get_context("spawn")
    for servers in map(int, asked.servers.split(",")):
        fleet = Fleet(servers, 1.0, asked.seconds)
        allow_files(servers)
        near, far = processes.Pipe()
        player = processes.Process(target=play, args=(far, fleet), daemon=True)
        player.start()
        try:
            up, gone, code = _stopped(near, fleet)
        finally:
            player.terminate()
            player.join()
        sys.stdout.write(
            f"{servers:6,} servers: up after {up:5.1f} s, gone {gone:4.1f} s after SIGTERM, exit {code}\n"
        )
        sys.stdout.flush()


def _stopped(load: Connection, fleet: Fleet) -> tuple[float, float, int]:
    """Seconds until all are up, and until it is gone; its exit code."""
    reached: Reached = load.recv()
    with tempfile.TemporaryDirectory(prefix="automaton-bench-") as folder:
        path = configure(Path(folder), reached)
        began = time.monotonic()  # noqa: TID251 - benchmarks may measure
        with Path(folder, "out").open("wb") as out:
            daemon = subprocess.Popen([COMMAND, "run", "-c", path], stdout=out, stderr=subprocess.STDOUT)
        try:
            linked = 0
            while linked < fleet.servers:
                up = time.monotonic() - began  # noqa: TID251 - likewise
                if up > UP_WITHIN:
                    sys.exit(f"{linked} of {fleet.servers} servers are linked after {UP_WITHIN:g} s")
                time.sleep(0.1)
                load.send("linked")
                linked = load.recv()
            load.send("go")
            load.recv()
            told = time.monotonic()  # noqa: TID251 - likewise
            daemon.send_signal(signal.SIGTERM)
            code = daemon.wait(GONE_WITHIN)
            return up, time.monotonic() - told, code  # noqa: TID251 - likewise
        finally:
            daemon.kill()
            daemon.wait()


if __name__ == "__main__":
    main()
