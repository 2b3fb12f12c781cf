"""The hand without a daemon, on real sockets: by a Panel's key, and by a node's own file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from automaton.core.calls import Signal
from automaton.daemon.direct_client import DirectClient, direct
from automaton.errors import ConfigurationError, Refused, Unreachable
from automaton.simulator.serve import Simulation, simulated
from automaton.web.routes.console import ConsoleRecord

BY_PANEL = "panels: {{main: {{url: '{panel}', keys: [{{file: key}}]}}}}\n"
BY_NODE = "nodes: {{edge: {{config: {{file: '{config}'}}}}}}\n"


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture(scope="module")
def simulation(portal: BlockingPortal) -> Iterator[Simulation]:
    with portal.wrap_async_context_manager(simulated(servers=2, chatter=0.0)) as simulation:
        yield simulation


@pytest.fixture
def hand_by(tmp_path: Path, simulation: Simulation) -> Callable[[str], DirectClient]:
    def make(settings: str) -> DirectClient:
        for name, text in {
            "key": simulation.key,
            "automaton.yml": settings.format(panel=simulation.panel, config=simulation.configs[0]),
        }.items():
            (tmp_path / name).write_text(text)
            (tmp_path / name).chmod(0o600)
        return direct(tmp_path / "automaton.yml")

    return make


@pytest.mark.parametrize(("settings", "way"), [(BY_PANEL, "panel"), (BY_NODE, "wings")])
def test_what_is_asked_arrives_and_its_outcome_is_told(
    hand_by: Callable[[str], DirectClient], simulation: Simulation, settings: str, way: str
) -> None:
    hand = hand_by(settings)
    row = next(row for row in hand.servers() if row.uuid == simulation.world.servers()[0].build.uuid)
    before = len(simulation.world.log.entries("command"))
    heard: list[ConsoleRecord] = []
    hand.console(row, follow=False, take=heard.append)
    typed = hand.command(row, "list")

    assert heard[-1] == ConsoleRecord(end="")
    assert any("Done (" in (one.line or "") for one in heard)
    assert (typed.result, typed.way) == ("done", way)
    assert [one.detail for one in simulation.world.log.entries("command")[before:]] == ["list"]


def test_a_console_that_the_panel_gives_later_is_a_failure_that_may_pass(
    hand_by: Callable[[str], DirectClient], simulation: Simulation
) -> None:
    hand = hand_by(BY_PANEL)
    row = hand.servers()[0]
    heard: list[ConsoleRecord] = []
    simulation.world.panel.down = 429
    try:
        hand.console(row, follow=False, take=heard.append)
    finally:
        simulation.world.panel.down = None

    assert [(one.failed, one.passing) for one in heard] == [(True, True)]


def test_a_power_action_arrives(hand_by: Callable[[str], DirectClient], simulation: Simulation) -> None:
    hand = hand_by(BY_PANEL)
    server = simulation.world.servers()[1]
    row = next(row for row in hand.servers() if row.uuid == server.build.uuid)

    assert hand.power(row, Signal.KILL).result == "done"
    asked = [entry.detail for entry in simulation.world.log.entries("power", server.build.uuid)]
    assert asked[-1] == "kill"  # what came of it is the server's: one that boots dies with its first line


@pytest.mark.parametrize("signal", [Signal.START, Signal.RESTART])
def test_a_node_is_asked_for_no_start_while_its_panel_is_down(
    hand_by: Callable[[str], DirectClient], simulation: Simulation, signal: Signal
) -> None:
    hand = hand_by(BY_NODE)
    row = hand.servers()[0]
    before = len(simulation.world.log.entries("power"))
    simulation.world.panel.down = 503
    try:
        answer = hand.power(row, signal)
    finally:
        simulation.world.panel.down = None

    assert (answer.result, answer.way) == ("failed", "panel")
    assert answer.detail.endswith("Wings could not start the server")
    assert len(simulation.world.log.entries("power")) == before


def test_a_command_is_one_line(hand_by: Callable[[str], DirectClient], simulation: Simulation) -> None:
    hand = hand_by(BY_PANEL)
    before = len(simulation.world.log.entries("command"))
    answer = hand.command(hand.servers()[0], "say hi\rop Eve")

    assert (answer.result, "U+000D" in answer.detail) == ("refused", True)
    assert len(simulation.world.log.entries("command")) == before


def test_only_what_the_configuration_chooses_is_reached(hand_by: Callable[[str], DirectClient]) -> None:
    hand = hand_by(BY_PANEL.replace("[{{file: key}}]", "[{{file: key}}], servers: {{name: lobby}}"))

    assert [row.name for row in hand.servers()] == ["lobby"]


def test_a_panel_that_does_not_answer_and_a_key_that_is_refused_hide_no_other_servers(
    hand_by: Callable[[str], DirectClient], tmp_path: Path
) -> None:
    (tmp_path / "revoked").write_text("ptlc_revoked")
    (tmp_path / "revoked").chmod(0o600)
    hand = hand_by(
        "panels: {{dead: {{url: 'http://127.0.0.1:1', keys: [{{file: key}}]}},"
        " main: {{url: '{panel}', keys: [{{file: revoked}}, {{file: key}}]}}}}\n"
    )

    assert len(hand.servers()) == 2
    kinds = [(type(one), str(one).partition(":")[0]) for one in hand.unheard()]
    assert kinds == [(Unreachable, "dead"), (Refused, "main")]


def test_servers_that_two_nodes_list_are_neithers_and_those_of_a_panel_are_the_panels(
    hand_by: Callable[[str], DirectClient],
) -> None:
    twice = hand_by(
        "nodes: {{edge: {{config: {{file: '{config}'}}}}, other: {{config: {{file: '{config}'}}}}}}\n"
    )

    assert twice.servers() == []
    assert len(twice.unheard()) == 2
    assert all("is listed by edge and by other" in str(problem) for problem in twice.unheard())
    both = hand_by(BY_PANEL + BY_NODE)
    assert {row.panel for row in both.servers()} == {"main"}
    assert both.unheard() == []


def test_secrets_of_the_service_are_not_at_hand(hand_by: Callable[[str], DirectClient]) -> None:
    for settings in (
        BY_PANEL.replace("file: key", "credential: panel_key"),
        BY_NODE.replace("file: '{config}'", "credential: wings_config"),
    ):
        with pytest.raises(Refused, match="start the daemon"):
            hand_by(settings)


def test_who_may_read_what_systemd_reads_has_the_secrets_of_the_service(
    hand_by: Callable[[str], DirectClient], simulation: Simulation, tmp_path: Path
) -> None:
    """As root beside what `automaton init` wrote: `check --online` works there, and so does this."""
    (tmp_path / "automaton.service.d").mkdir()
    drop_in = f"[Service]\nLoadCredential=k:{tmp_path}/key\n"
    (tmp_path / "automaton.service.d" / "credentials.conf").write_text(drop_in)

    hand = hand_by("panels: {{main: {{url: '{panel}', keys: [{{credential: k}}]}}}}\n")

    assert len(hand.servers()) == len(simulation.world.servers())


def test_a_file_with_mistakes_is_no_hand(tmp_path: Path) -> None:
    (tmp_path / "automaton.yml").write_text("panel: {}")
    with pytest.raises(ConfigurationError, match="did you mean `panels`"):
        direct(tmp_path / "automaton.yml")
