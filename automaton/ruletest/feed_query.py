"""What a game answers over the network from an entry of a feed on: `{players: 3}`, or `silent`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from automaton.core.calls import QUERY
from automaton.core.outcome import Outcome, Result
from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import Invalid
from automaton.problem import Problem, problem_at
from automaton.schema import nodes
from automaton.schema.readers import flag, shape
from automaton.schema.scalar import Scalar

SILENT = "silent"
USUAL_MS = 20  # milliseconds that an answer takes where nothing is said
NO_ANSWER = Outcome(Result.UNKNOWN, "no answer, as the test feeds it", QUERY)
LONGEST_NUMBER = 9  # digits


def answers(**said: object) -> Outcome:
    """The outcome of a question that is answered so."""
    return Outcome(Result.DONE, "it answers", QUERY, body=json.dumps({"ms": USUAL_MS, **said}))


def read_fed_query(node: nodes.Node | None, problems: list[Problem]) -> Outcome | None:
    """What comes of each question from here on; None where the entry does not speak of it."""
    if node is None:
        return None
    if isinstance(node, Scalar) and node == SILENT:
        return NO_ANSWER
    if not isinstance(node, nodes.Mapping):
        message = "`query` is `silent`, or a mapping of what the game answers, as `{players: 3, map: x}`"
        problems.append(problem_at(node.place, "wrong-shape", message, found=shape(node)))
        return None
    said: dict[str, object] = {}
    for key, value in node.items():
        if key not in _READ:
            near = nearest(key, list(_READ))
            message = f"`{key}` is nothing that a game answers{did_you_mean(near)}"
            expected = "" if near else ", ".join(f"`{one}`" for one in _READ)
            problems.append(
                problem_at(key.place, "unknown-key", message, expected=expected, suggestion=near or "")
            )
            continue
        try:
            said[str(key)] = _READ[key](str(value)) if isinstance(value, Scalar) else None
        except Invalid as error:
            problems.append(problem_at(value.place, "wrong-value", error.problem.message, found=shape(value)))
    return answers(**said) if said.pop("ok", True) else NO_ANSWER


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER):
        raise Invalid(Problem("a whole number is expected"))
    return int(text)


_READ: Mapping[str, Callable[[str], object]] = {
    "ok": flag, "ms": _whole, "players": _whole, "players_max": _whole, "map": str, "version": str,
}  # fmt: skip
