"""Nobody writes what is in a run, an incident or a rule's state but its own class."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from automaton.core.rules.incident import Incident
from automaton.core.runs.run import Run
from automaton.core.targets.rule_state import RuleState

CORE = Path(__file__).parents[2] / "automaton" / "core"
OWN = {
    "runs/run.py": frozenset(Run.__slots__),
    "targets/rule_state.py": frozenset(RuleState.__slots__),
    "rules/incident.py": frozenset(one.name for one in fields(Incident)),
}
CHANGING = frozenset(
    {"append", "appendleft", "add", "clear", "discard", "extend", "insert", "pop", "popleft", "remove",
     "update", "setdefault"}
)  # fmt: skip
# Parts of a rule's state that are classes with methods of their own, which whoever holds the state calls.
PARTS = frozenset({"history", "incident", "rule_state", "target"})
# Attributes of other classes under the same names: `facts.state`, `member.number`, a member of an enum
# that its `__new__` makes.
OTHERS = ("self", "cls", "facts", "member", "verdict")


def written(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Attributes of something other than `self` that are assigned, deleted, or changed in place."""
    for node in ast.walk(tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign | ast.Delete):
            targets = list(node.targets)
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            targets = [node.func.value] if node.func.attr in CHANGING else []
        for target in targets:
            for one in target.elts if isinstance(target, ast.Tuple) else [target]:
                if isinstance(one, ast.Subscript):
                    one = one.value
                if isinstance(one, ast.Attribute) and not _is_own(one.value):
                    yield one.lineno, one.attr


def _is_own(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id in OTHERS


def test_a_write_from_outside_is_seen() -> None:
    code = "run.memo = 1\nrun.a, run.b = 1, 2\nself.memo = 1\nx.queued.append(1)\nx.spent[1] = 2\ndel x.y"

    assert list(written(ast.parse(code))) == [
        (1, "memo"), (2, "a"), (2, "b"), (5, "spent"), (6, "y"), (4, "queued"),
    ]  # fmt: skip


def test_what_is_in_a_run_an_incident_or_a_rules_state_is_written_by_its_own_class_only() -> None:
    found = []
    for path in sorted(CORE.rglob("*.py")):
        name = path.relative_to(CORE).as_posix()
        guarded = frozenset[str]().union(*(names for file, names in OWN.items() if file != name)) - PARTS
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [f"{name}:{line}: {attribute}" for line, attribute in written(tree) if attribute in guarded]

    assert found == []
