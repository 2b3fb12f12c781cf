from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import automaton.simulator
from automaton.core.moment import Moment
from automaton.errors import ConfigurationError
from automaton.simulator.faults.scenario import check_names, parse, play, read
from automaton.simulator.simulated_world import SimulatedWorld
from tests.simulator.stage import NOON

FOLDER = Path(automaton.simulator.__path__[0])


class ToldClock:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.moment = Moment(1000.0, NOON)

    def now(self) -> Moment:
        return self.moment


class Scene:
    """A world of three servers that plays a scenario."""

    def __init__(self, text: str) -> None:
        self.clock = ToldClock()
        self.world = SimulatedWorld.build(self.clock, seed=2, chatter=0.0)
        steps = parse(text, "s.yml")
        check_names(steps, self.world)
        play(steps, self.world)

    def wait(self, seconds: float) -> None:
        self.clock.moment += seconds
        self.world.catch_up()

    @property
    def happened(self) -> list[tuple[float, str]]:
        return [(entry.at - NOON, entry.detail) for entry in self.world.log.entries("fault")]


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as raised:
        parse(text, "s.yml")
    return str(raised.value).splitlines()


def test_each_fault_happens_at_its_moment_and_takes_what_it_was_given() -> None:
    scene = Scene("- {at: 30s, fault: crash, server: lobby, oom: true}\n- {at: 10s, fault: drop}")

    scene.wait(31)

    states = [(e.at - NOON, e.detail) for e in scene.world.log.entries("state") if e.at > NOON + 30]
    assert scene.happened == [(10.0, "drop"), (30.0, "crash")]
    assert states[0][1] == "offline"


def test_outages_are_written_as_they_are_asked_for() -> None:
    scene = Scene(
        "- {at: 10s, fault: docker, node: node-1, seconds: 45s}\n"
        "- {at: 20s, fault: docker, back: true}\n"
        "- {at: 30s, fault: no-image, server: lobby}\n"
        "- {at: 31s, fault: no-image, server: lobby, back: true}\n"
        "- {at: 40s, fault: restart-fails, server: lobby, lack: image}\n"
        "- {at: 50s, fault: panel-down, seconds: 1m}\n"
        "- {at: 55s, fault: panel-down, back: true}"
    )

    scene.wait(60)

    assert [detail for _, detail in scene.happened if "not done" in detail] == []
    assert len(scene.happened) == 7


def test_every_repeats_a_fault_so_many_times_or_for_ever() -> None:
    scene = Scene("- {at: 10s, every: 5s, times: 3, fault: drop}\n- {at: 1m, every: 1m, fault: expire}")

    scene.wait(300)

    assert scene.happened == [
        (10.0, "drop"),
        (15.0, "drop"),
        (20.0, "drop"),
        *((60.0 * minute, "expire") for minute in range(1, 6)),
    ]


def test_what_cannot_be_done_at_its_moment_is_told_in_the_log_and_the_rest_goes_on() -> None:
    scene = Scene(
        "- {at: 10s, fault: kill, server: lobby}\n"
        "- {at: 20s, fault: crash, server: lobby}\n"
        "- {at: 30s, fault: drop}"
    )

    scene.wait(60)

    assert [detail for _, detail in scene.happened] == [
        "kill",
        "crash was not done: nothing runs there: start the server first",
        "drop",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("at: 3s", ["s.yml:1:1: error: a scenario is a list of faults"]),
        ("- drop", ["s.yml:1:3: error: each fault is a mapping with `at` and `fault`"]),
        ("- {at: 3, fault: drop}", [r"s.yml:1:8: error: .*"]),
        ("- {fault: drop}", [r"s.yml:1:3: error: .*`at`.*"]),
        ("- {at: 3s, fault: crsh}", [r"s.yml:1:19: error: no fault `crsh`, did you mean `crash`\?"]),
        (
            "- {at: 3s, fault: crash, servr: lobby}",
            [r"s.yml:1:26: error: `crash` does not take `servr`, did you mean `server`\?"],
        ),
        ("- {at: 3s, fault: crash, code: one}", [r"s.yml:1:32: error: `code` is a number; found `one`"]),
        ("- {at: 3s, fault: crash, oom: yes}", [r"s.yml:1:31: error: `true` or `false` is expected.*"]),
        ("- {at: 3s, fault: drop, times: 3}", [r"s.yml:1:3: error: `times` says how often .*"]),
        ("- {at: 3s, fault: print, lines: one}", [r"s.yml:1:33: error: `lines` is a list of texts"]),
        ("- {at: 3s, fault: restart-wings, seconds: 5}", [r"s.yml:1:43: error: .*"]),
    ],
)
def test_a_mistake_is_told_at_its_place(text: str, told: list[str]) -> None:
    found = problems(text)

    assert len(found) == len(told)
    assert all(re.fullmatch(pattern, line) for pattern, line in zip(told, found, strict=True)), found


def test_all_mistakes_are_told_at_once() -> None:
    assert len(problems("- {at: 3s, fault: crsh}\n- {at: 3s, fault: drop, nod: x}\n- drop")) == 3


def test_a_server_that_is_not_there_is_told_before_anything_happens() -> None:
    with pytest.raises(ConfigurationError, match=r"s\.yml:1:3: error: there is no server `nowhere`"):
        Scene("- {at: 3s, fault: crash, server: nowhere}")


def test_the_example_is_a_scenario_of_the_world_that_is_built_by_default() -> None:
    scene = Scene((FOLDER / "scenario.yml").read_text(encoding="utf-8"))

    scene.wait(600)

    assert len(scene.happened) == 14
    assert not [detail for _, detail in scene.happened if "not done" in detail]


def test_the_scenario_in_the_documentation_can_be_played() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")

    (example,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)

    assert [step.fault for step in parse(example, "README.md")] == ["crash", "drop", "restart-wings"]


COMMAND = (
    sys.executable,
    "-c",
    "import typer; from automaton.cli.simulate import run; typer.run(run)",
)


def test_the_command_refuses_a_wrong_file_with_78(tmp_path: Path) -> None:
    file = tmp_path / "s.yml"
    file.write_text("- {at: 3s, fault: crash, server: nowhere}\n", encoding="utf-8")
    file.chmod(0o600)

    done = subprocess.run(
        [*COMMAND, "--scenario", str(file)], capture_output=True, text=True, timeout=30, check=False
    )

    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr == f"{file}:1:3: error: there is no server `nowhere` in this simulation\n"


def test_the_command_plays_a_file(tmp_path: Path) -> None:
    file = tmp_path / "s.yml"
    file.write_text("- {at: 1h, fault: drop}\n", encoding="utf-8")
    file.chmod(0o600)

    assert len(read(file)) == 1
    with subprocess.Popen(
        [*COMMAND, "--json", "--scenario", str(file), "--game", "rust=2", "--node", "g11@pelican"],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        ready = process.stdout.readline()
        process.send_signal(signal.SIGINT)

    assert process.returncode == 0
    assert '"name": "rust-2"' in ready
    assert '"kind": "pelican"' in ready
    assert '"generation": "g11"' in ready
