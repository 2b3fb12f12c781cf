"""docs/first-hour.md, typed as it stands in its three terminals: what it says that comes, comes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path

from tests.acceptance.processes import COMMAND, PATIENCE, started
from tests.acceptance.simulation import Simulation, simulated
from tests.docs.pages import text_of

PAGE = text_of("docs/first-hour.md").partition("\n## Your own servers\n")[0]
TYPED = re.findall(r"(?ms)^```sh\n(.*?)^```$", PAGE)
SHOWN = re.findall(r"(?ms)^```text\n(.*?)^```$", PAGE)
USUAL_PANEL, USUAL_CONTROL = "http://127.0.0.1:18080", "http://127.0.0.1:18180"


class Reader:
    """Who types. Where the page waits for so many seconds, this one waits to see what they are for."""

    def __init__(self, folder: Path, simulation: Simulation) -> None:
        self._folder = folder
        self._panel = simulation.panel
        self._control = str(simulation.control.base_url).rstrip("/")

    def types(self, words: str, awaits: str = "") -> str:
        """What comes of the fence that begins with these words; it has to end well."""
        (commands,) = (one for one in TYPED if one.startswith(words))
        commands = commands.replace(USUAL_PANEL, self._panel).replace(USUAL_CONTROL, self._control)
        return self.runs(re.sub(r"sleep \d+", _until(awaits), commands))

    def sees(self, what: str) -> None:
        """Waits until a command finds this."""
        self.runs(_until(what))

    def runs(self, commands: str) -> str:
        """Runs them in the folder, with the command on the path."""
        ended = subprocess.run(
            ["bash", "-eu", "-c", commands],
            cwd=self._folder,
            env={
                **os.environ,
                "PATH": f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}",
                "AUTOMATON_CONFIG": "automaton.yml",
            },
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE,
            check=False,
        )
        assert ended.returncode == 0, (commands, ended.stdout, ended.stderr)
        return ended.stdout.replace('{"done":"memory"}', "")  # of curl


def _until(found: str) -> str:
    """`COMMAND: TEXT`, as a line of shell that waits."""
    command, _, text = found.partition(": ")
    return f"until automaton {command} | grep -c '{text}' > /dev/null; do sleep 0.1; done"


def shown(words: str) -> str:
    """What the page says that comes, by how it begins."""
    (text,) = (one for one in SHOWN if one.startswith(words))
    return alike(text)


def alike(text: str) -> str:
    """The same for each run: without its numbers, folders and widths."""
    text = re.sub(r"\S*/walk/", "…/walk/", text)
    text = re.sub(r"\d[\d.,:TZ-]*", "#", text)
    return re.sub(r"[ \n]+", " ", text).strip()


def test_what_the_page_shows_is_what_comes(tmp_path: Path) -> None:
    folder = tmp_path / "walk"
    (folder / "rules.d").mkdir(parents=True)
    with simulated(tmp_path, servers=3) as simulation:
        (folder / "key").write_text(simulation.key)
        (folder / "key").chmod(0o600)
        reader = Reader(folder, simulation)
        reader.types("(umask 077; echo json:")
        judged = reader.types("automaton check")
        env = {"AUTOMATON_CONFIG": str(folder / "automaton.yml")}
        with started(tmp_path / "run.log", ["run", "--record", str(folder / "run.jsonl")], env) as daemon:
            daemon.tells("link.up", times=3)
            reader.sees("why-not mem-high lobby: memory_pct *[0-9]")
            why_not = reader.runs("automaton why-not mem-high lobby")
            plan = reader.types(f"curl -X POST {USUAL_CONTROL}/faults/memory -d '{{\"server\": \"lobby\"",
                                awaits="history --server lobby --verdict fired: mem-high")  # fmt: skip
            reader.sees("history --server lobby --verdict cleared: mem-high")
            live = reader.types("sed -i", awaits="history --server survival --verdict done: mem-high")
            heard = reader.types(
                f'curl -X POST {USUAL_CONTROL}/faults/memory -d \'{{"server": "survival"',
                awaits="logs survival: Restart cancelled",
            )
            daemon.signal(signal.SIGINT)
            assert daemon.ended() in (0, 130)
        replayed = reader.types("mkdir new")
        added = reader.types("automaton recipes")

    assert alike(judged) == shown("all good")
    assert alike(why_not) in shown("ID ")
    assert alike(plan) == shown("mem-high for lobby")
    assert alike(live) == shown("the new configuration")
    assert alike(replayed) == shown("168 events")
    assert "[Server] Restart cancelled." in heard
    assert alike(added).endswith(shown("written: "))
