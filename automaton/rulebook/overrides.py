"""Merges rules of one id: a later file overrides an earlier one key by key, and removes none."""

from __future__ import annotations

from dataclasses import dataclass

from automaton.checkpoint import with_checkpoints
from automaton.problem import Problem, problem_at
from automaton.rulebook.rule_file import Files
from automaton.schema.nodes import Mapping
from automaton.schema.scalar import Scalar


@dataclass(slots=True)
class RawRule:
    """A rule as it is written, perhaps in several files: the last one of each key counts."""

    node: Mapping

    @property
    def id(self) -> str:
        """The rule's id, as it is written."""
        return str(self.node.find("id"))

    def override(self, later: Mapping) -> None:
        """Takes the keys of a later file, and drops its own of the same name."""
        node = Mapping(self.node.place)
        for key, value in self.node.items():
            instead = later.key(key)
            node[instead if instead is not None and key != "id" else key] = later.get(key, value)
        for key, value in later.items():
            if key not in node:
                node[key] = value
        self.node = node


def merge_rules(files: Files, problems: list[Problem]) -> list[RawRule | object]:
    """The rules in the order in which their ids first come. Entries without an id are kept as they are."""
    by_id: dict[str, RawRule] = {}
    found: list[RawRule | object] = []
    for file in files.values():
        here: dict[str, Scalar] = {}
        for raw in with_checkpoints(file.rules):
            id_ = raw.find("id") if isinstance(raw, Mapping) else None
            if not isinstance(raw, Mapping) or not isinstance(id_, Scalar) or id_.is_null:
                found.append(raw)
            elif id_ in here:
                message = f"rule `{id_}` stands already in line {here[id_].place.line}: an id is one rule's"
                problems.append(
                    problem_at(id_.place, "repeated-rule", message, suggestion=f"id: {id_[:62]}-2")
                )
                found.append(RawRule(raw))  # judged by itself, for its own mistakes
            else:
                here[id_] = id_
                if id_ in by_id:
                    by_id[id_].override(raw)
                else:
                    by_id[id_] = RawRule(raw)
                    found.append(by_id[id_])
    return found
