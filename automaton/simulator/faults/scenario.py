"""Faults over time, from a file: checked like rule files, each mistake with its place.

    - {at: 30s, fault: crash, server: lobby, code: 1}
    - {at: 2m, every: 90s, times: 3, fault: drop}

`at` counts from the simulator's start. `every` repeats it, `times` in all, or for ever. The other keys
are the fault's own (`GET /faults` lists them); its times are durations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from automaton.did_you_mean import nearest
from automaton.errors import ConfigurationError
from automaton.problem import FilePlace, Problem, has_error, in_order, problem_at
from automaton.schema import nodes
from automaton.schema.base import Count, Duration, Flag, Slug, Strict
from automaton.schema.files import read_text
from automaton.schema.scalar import Scalar
from automaton.schema.validate import fit
from automaton.simulator.faults.arguments import FaultError
from automaton.simulator.faults.catalog import FAULTS, inject
from automaton.simulator.simulated_world import SimulatedWorld

BY = "scenario"
FOREVER = 0


class Timing(Strict):
    """The keys of every step, whatever its fault."""

    at: Duration
    fault: Slug
    every: Duration | None = None
    times: Count | None = None


class FaultKeys(Strict):
    """The faults' own keys that are durations and flags."""

    seconds: Duration | None = None
    delay: Duration | None = None
    oom: Flag | None = None
    back: Flag | None = None
    fails: Flag | None = None


# The other keys that hold no single text.
NUMBERS = ("code", "percent", "status")
LISTS = ("lines",)


@dataclass(frozen=True, slots=True)
class ScenarioStep:
    """One fault at its moment, in seconds since the start. `times` 0 repeats it for ever."""

    at: float
    fault: str
    given: Mapping[str, object]
    place: FilePlace
    every: float = 0.0
    times: int = 1


def read(path: Path) -> tuple[ScenarioStep, ...]:
    """The steps of a file. Raises ConfigurationError with every mistake in it."""
    text, problems = read_text(path)
    if text is None or has_error(problems):
        raise ConfigurationError(problems)
    return parse(text, str(path))


def parse(text: str, file: str) -> tuple[ScenarioStep, ...]:
    """The steps of a text; `file` is its name in messages."""
    root = nodes.read(text, file)
    if not isinstance(root, nodes.Sequence):
        place = root.place
        raise ConfigurationError([problem_at(place, "wrong-shape", "a scenario is a list of faults")])
    problems: list[Problem] = []
    steps = [_step(node, problems) for node in root]
    if has_error(problems):
        raise ConfigurationError(in_order(problems))
    return tuple(step for step in steps if step is not None)


def check_names(steps: Sequence[ScenarioStep], world: SimulatedWorld) -> None:
    """Raises ConfigurationError where a step names a server or a node that is not in this world."""
    known: dict[str, Callable[[str], bool]] = {
        "server": lambda name: world.find(name) is not None,
        "node": lambda name: any(node.name == name for node in world.nodes),
        "panel": lambda name: any(panel.inventory.kind.name == name for panel in world.panels),
    }
    problems = [
        problem_at(step.place, "unknown-name", f"there is no {key} `{step.given[key]}` in this simulation")
        for step in steps
        for key, is_there in known.items()
        if key in step.given and not is_there(str(step.given[key]))
    ]
    if problems:
        raise ConfigurationError(in_order(problems))


def play(steps: Sequence[ScenarioStep], world: SimulatedWorld) -> None:
    """Schedules the steps. What cannot be done at its moment goes to the log."""
    for step in steps:
        world.schedule.after(step.at, partial(_happen, step, 1, world))


def _happen(step: ScenarioStep, number: int, world: SimulatedWorld) -> None:
    try:
        inject(world, step.fault, step.given, BY)
    except FaultError as problem:
        world.log.add(world.schedule.now.wall, "fault", "", f"{step.fault} was not done: {problem}", BY)
    if step.every and (step.times == FOREVER or number < step.times):
        world.schedule.after(step.every, partial(_happen, step, number + 1, world))


def _step(node: nodes.Node, problems: list[Problem]) -> ScenarioStep | None:
    if not isinstance(node, nodes.Mapping):
        problems.append(
            problem_at(node.place, "wrong-shape", "each fault is a mapping with `at` and `fault`")
        )
        return None
    timing, own = nodes.Mapping(node.place), nodes.Mapping(node.place)
    for key, value in node.items():
        (timing if key in Timing.model_fields else own)[key] = value
    found, mistakes = fit(timing, Timing)
    problems += mistakes
    name = node.find("fault")
    if not isinstance(name, Scalar) or found is None:
        return None
    if name not in FAULTS:
        problems.append(_unknown_fault(name))
        return None
    if found.times is not None and found.every is None:
        message = "`times` says how often `every` repeats it, and there is no `every`"
        problems.append(problem_at(node.place, "times", message))
    given = {str(key): _value(str(name), key, value, problems) for key, value in own.items()}
    often = 1 if found.every is None else found.times or FOREVER
    return ScenarioStep(found.at, str(name), given, node.place, found.every or 0.0, often)


def _unknown_fault(name: Scalar) -> Problem:
    near = nearest(name, list(FAULTS))
    hint = f", did you mean `{near}`?" if near else f": there are {', '.join(FAULTS)}"
    return problem_at(name.place, "unknown-fault", f"no fault `{name}`{hint}", suggestion=near or "")


def _value(fault: str, key: Scalar, node: nodes.Node, problems: list[Problem]) -> object:
    """The value of a fault's own key, None where it is wrong."""
    takes = [name for name in FAULTS[fault].takes if name not in Timing.model_fields]
    if key not in takes:
        near = nearest(key, takes)
        hint = f", did you mean `{near}`?" if near else f"; it takes {', '.join(takes)}"
        message = f"`{fault}` does not take `{key}`{hint}"
        problems.append(problem_at(key.place, "unknown-key", message, suggestion=near or ""))
        return None
    is_list = key in LISTS and fault != "flood"
    if is_list and isinstance(node, nodes.Sequence):
        return [str(entry) for entry in node if isinstance(entry, Scalar)]
    if is_list or not isinstance(node, Scalar):
        expected = "a list of texts" if is_list else "a single value"
        problems.append(problem_at(node.place, "wrong-shape", f"`{key}` is {expected}"))
        return None
    if key in FaultKeys.model_fields:
        alone = nodes.Mapping(node.place)
        alone[key] = node
        found, mistakes = fit(alone, FaultKeys)
        problems += mistakes
        return getattr(found, key) if found is not None else None
    return _number(key, node, problems) if key in NUMBERS or key in LISTS else str(node)


def _number(key: Scalar, node: Scalar, problems: list[Problem]) -> float | None:
    try:
        return float(node)
    except ValueError:
        problems.append(problem_at(node.place, "wrong-value", f"`{key}` is a number", found=f"`{node}`"))
        return None
