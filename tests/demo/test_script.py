"""The script names faults that there are, and proofs that begin unproved."""

from __future__ import annotations

import pytest

from automaton.core.moment import Moment
from automaton.demo.receiver import Receiver
from automaton.demo.script import LENGTH, Evidence, ScriptedIncident, scripted_incidents
from automaton.simulator.faults.catalog import FAULTS
from automaton.simulator.simulated_world import SimulatedWorld


class Still:
    """A clock that stands."""

    def now(self) -> Moment:
        return Moment(0.0, 0.0)


def evidence() -> Evidence:
    return Evidence(SimulatedWorld.build(Still(), servers=12, nodes=2, running=False), Receiver())


@pytest.mark.parametrize("incident", scripted_incidents(), ids=lambda incident: incident.title)
def test_a_scene_has_a_server_and_faults_that_there_are(incident: ScriptedIncident) -> None:
    assert evidence().world.find(incident.server) is not None
    for fault in incident.faults:
        assert fault.name in FAULTS
        assert {"server", *fault.details} <= set(FAULTS[fault.name].takes)
        assert fault.at < LENGTH


@pytest.mark.parametrize("incident", scripted_incidents(), ids=lambda incident: incident.title)
def test_nothing_is_proved_before_it_happened(incident: ScriptedIncident) -> None:
    assert not incident.proof(evidence())


def test_what_a_human_did_proves_nothing() -> None:
    told = evidence()
    lobby = told.world.server("lobby").build.uuid
    told.world.log.add(0.0, "command", lobby, "tell Steve Welcome to lobby", "human")
    assert not told.saw_command("lobby", "tell Steve")

    told.world.log.add(0.0, "command", lobby, "tell Steve Welcome to lobby", "panel automaton")
    assert told.saw_command("lobby", "tell Steve")
