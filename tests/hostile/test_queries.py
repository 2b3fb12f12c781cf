"""Whatever a game answers over the network, it is cut or refused, costs little and ends nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.acceptance.processes import Process, eventually, finished
from tests.acceptance.simulation import Simulation, simulated
from tests.acceptance.site import Site, watching

pytestmark = pytest.mark.xdist_group("hostile-queries")

MIB = 1024 * 1024
MOST = 96 * MIB
"""What all of them together may cost, the libraries that are loaded with the first question included."""

BY_A2S = ("lies", "silent", "garbage", "huge", "flood", "loop", "split", "bomb")
BY_STATUS = ("lies", "silent", "garbage", "huge", "flood", "loop", "drip", "bomb", "refuses")
RULES = """\
rules:
  - {id: says, servers: {pack: source}, while: query_ok, do: [{send: "say I am on ${map}, ${version}"}]}
  - {id: status, servers: {pack: minecraft}, while: query_ok, do: [{send: "say I answer"}]}
  - {id: hears, when: {console: '^hello$'}, do: [{send: list}]}
"""
GAMES = ("--query", "--game", f"source={len(BY_A2S) + 1}", "--game", f"minecraft={len(BY_STATUS) + 1}")


class Asked:
    """Each server misbehaves in its manner from the start; the first of each game is honest."""

    def __init__(self, simulation: Simulation, daemon: Process, folder: Path) -> None:
        self.simulation = simulation
        self.daemon = daemon
        self.folder = folder

    def became(self, server: str) -> str:
        """How the question to this server ended."""
        return self.daemon.tells("call.ended", f"server={server} ", "action=query")

    @property
    def largest(self) -> int:
        """Bytes of memory that the daemon had at most."""
        status = Path(f"/proc/{self.daemon.pid}/status").read_text(encoding="ascii")
        (line,) = (one for one in status.splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) * 1024


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    folder = tmp_path_factory.mktemp("queries")
    with ExitStack() as stack:
        simulation = stack.enter_context(simulated(folder, options=GAMES))
        for number, manner in enumerate(BY_A2S, 2):
            simulation.fault("query", server=f"source-{number}", manner=manner)
        for number, manner in enumerate(BY_STATUS, 2):
            simulation.fault("query", server=f"minecraft-{number}", manner=manner)
        simulation.all_are("running")
        site = Site(folder, simulation.panel, simulation.key)
        site.rules(RULES)
        daemon = stack.enter_context(watching(site))
        yield Asked(simulation, daemon, folder)


def test_an_honest_game_is_heard_beside_all_others(asked: Asked) -> None:
    asked.simulation.until("command", "source-1", "say I am on de_dust2, 9540945")
    asked.simulation.until("command", "minecraft-1", "say I answer")


@pytest.mark.parametrize(("number", "manner"), [*enumerate(BY_A2S, 2)][1:])
def test_an_answer_by_a2s_that_floods_loops_or_bombs_is_none(asked: Asked, number: int, manner: str) -> None:
    assert "result=unknown" in asked.became(f"source-{number}")
    assert asked.simulation.seen("command", f"source-{number}") == []


@pytest.mark.parametrize(("number", "manner"), [*enumerate(BY_STATUS, 2)][1:])
def test_a_status_that_floods_drips_or_bombs_is_none(asked: Asked, number: int, manner: str) -> None:
    assert "result=unknown" in asked.became(f"minecraft-{number}")
    assert asked.simulation.seen("command", f"minecraft-{number}") == []


def test_a_map_with_escapes_line_breaks_and_commands_is_one_line_in_a_command(asked: Asked) -> None:
    asked.daemon.tells("rule=says", "server=source-2 ")
    eventually(
        lambda: (
            asked.simulation.seen("command", "source-2")
            or asked.daemon.says("rule=says", "server=source-2 ", "refused")
        ),
        asked.daemon.output,
    )

    for typed in asked.simulation.seen("command", "source-2"):
        assert typed.isprintable()
        assert typed.startswith("say I am on ")
        assert len(typed) < 500


def test_all_of_them_cost_little_and_keep_nobody_waiting(asked: Asked) -> None:
    for number in range(3, len(BY_STATUS) + 2):
        asked.became(f"minecraft-{number}")
    before = asked.largest
    asked.simulation.fault("print", server="minecraft-1", lines=["[12:00:00 INFO]: hello"])
    asked.simulation.until("command", "minecraft-1", "list")

    assert asked.largest < before + MOST
    assert asked.largest < 400 * MIB


def test_why_nothing_is_known_is_told_in_words_of_ours(asked: Asked) -> None:
    asked.became("source-4")
    why = finished("why-not", "says", "source-4", "-c", str(asked.folder / "automaton.yml"))

    assert "what came is no answer: it does not begin as an answer of A2S" in why.stdout, why.stdout
