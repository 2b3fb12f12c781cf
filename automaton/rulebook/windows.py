"""The windows of all rule files: they are known everywhere, so a name is given once."""

from __future__ import annotations

from automaton.core.ports import Calendar
from automaton.rulebook.file import Files
from automaton.rulebook.references import target_of
from automaton.schema.problem import Place, Problem, problem_at


def windows_of(files: Files, problems: list[Problem]) -> dict[str, Calendar]:
    """The windows of all files: they are known everywhere, so a name is given once."""
    windows: dict[str, Calendar] = {}
    places: dict[str, Place] = {}
    for file in files.values():
        for name, window in file.windows.items():
            if name in places:
                first = places[name]
                message = f"the window `{name}` stands already at {first.file}:{first.line}"
                problems.append(problem_at(target_of(name), "repeated-window", message))
            places.setdefault(name, target_of(name))
            windows[str(name)] = window.as_core()
    return windows
