"""What the world answers to rules from an entry of a feed on: addresses, programs, and what is refused.

A body is text, or JSON where it is a mapping or a list; with `status` or `code` beside it, it is `body`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping

from automaton.did_you_mean import did_you_mean, nearest
from automaton.problem import Problem, problem_at
from automaton.ruletest.feed import FedAnswer
from automaton.ruletest.feed_fields import json_value
from automaton.schema import nodes
from automaton.schema.readers import shape
from automaton.schema.scalar import Scalar

STATUS = {"http": ("status", range(100, 600), 200), "exec": ("code", range(256), 0)}
"""By the verb: the key of its status, what that may be, and what it is where nothing is said."""

REFUSABLE = ("send", "power", "backup", "files", "startup", "reinstall", "http", "exec")
"""What the world may refuse. `say`, `save` and `probe` are sent, and a message is only handed over."""

AS_FED = "refused, as the test feeds it"


def read_answers(verb: str, node: nodes.Node | None, problems: list[Problem]) -> Iterator[FedAnswer]:
    """The answers of `http` or `exec`, by the name of the address or program."""
    if node is None:
        return
    if not isinstance(node, nodes.Mapping):
        message = f"`{verb}` is a mapping of names to what they answer, as `{{builds: {{build: 7}}}}`"
        problems.append(problem_at(node.place, "wrong-shape", message, found=shape(node)))
        return
    key, possible, usual = STATUS[verb]
    for name, answer in node.items():
        if isinstance(answer, nodes.Mapping) and answer and {*answer} <= {key, "body"}:
            status = _status(answer.find(key), possible, problems) if answer.key(key) is not None else usual
            body = answer.find("body")
        else:
            status, body = usual, answer
        yield FedAnswer(verb, str(name), name.place, status, "" if body is None else _body(body))


def read_refusals(node: nodes.Node | None, problems: list[Problem]) -> Mapping[str, str] | None:
    """What is refused from here on, each verb with the reason; None where the entry does not speak of it."""
    if node is None:
        return None
    named = node.items() if isinstance(node, nodes.Mapping) else ((one, None) for one in _listed(node))
    refused = {}
    for verb, reason in named:
        if not isinstance(verb, Scalar) or verb not in REFUSABLE:
            problems.append(_no_verb(verb))
        elif reason is None or isinstance(reason, Scalar):
            refused[str(verb)] = AS_FED if reason is None else str(reason)
        else:
            problems.append(
                problem_at(reason.place, "wrong-shape", "a reason is a text", found=shape(reason))
            )
    return refused


def unknown_answers(
    answers: Collection[FedAnswer], called: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    """An error for each answer that nobody asks for. `called` are the names in the rules, by verb."""
    for one in answers:
        if one.name not in called[one.verb]:
            near = nearest(one.name, called[one.verb])
            message = f"no rule of this test calls `{one.verb}: {one.name}`{did_you_mean(near)}"
            yield problem_at(one.place, f"unknown-{one.verb}", message, suggestion=near or "")


def _listed(node: nodes.Node) -> nodes.Sequence | list[nodes.Node]:
    return node if isinstance(node, nodes.Sequence) else [node]


def _no_verb(node: nodes.Node) -> Problem:
    near = nearest(str(node), REFUSABLE) if isinstance(node, Scalar) else None
    expected = "" if near else ", ".join(f"`{one}`" for one in REFUSABLE)
    message = f"{shape(node)} is nothing that could be refused{did_you_mean(near)}"
    return problem_at(node.place, "unknown-verb", message, expected=expected, suggestion=near or "")


def _status(node: nodes.Node | None, possible: range, problems: list[Problem]) -> int:
    text = str(node) if isinstance(node, Scalar) else ""
    if text.isascii() and text.isdigit() and len(text) < 4 and int(text) in possible:
        return int(text)
    message = f"a whole number from {possible.start} to {possible.stop - 1} is expected"
    if node is not None:
        problems.append(problem_at(node.place, "wrong-value", message, found=shape(node)))
    return possible.start


def _body(node: nodes.Node) -> str:
    return str(node) if isinstance(node, Scalar) else json.dumps(json_value(node), ensure_ascii=False)
