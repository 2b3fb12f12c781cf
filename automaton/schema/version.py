"""The `version` of a file: which meaning of its keys the file was written for.

A file without one is of the current version. One of another version is not judged by the keys of this: it is
told what changed since, or that it is from the future.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from automaton.errors import Invalid
from automaton.problem import Problem, problem_at
from automaton.schema import nodes, readers
from automaton.schema.annotations import ReadBy
from automaton.schema.nodes import Node
from automaton.schema.scalar import Scalar

KEY = "version"


@dataclass(frozen=True, slots=True)
class FileFormat:
    """How files of one kind are written. `files` is what people call them.

    `changed` says by the number of each older version what is read differently since then, and what is to be
    written instead: a sentence for an operator.
    """

    files: str
    current: int = 1
    changed: Mapping[int, str] = field(default_factory=dict)

    def problems(self, node: Node) -> list[Problem]:
        """Why a file cannot be judged by this version; nothing where it can.

        What is no version at all is left to the file's model.
        """
        key = node.key(KEY) if isinstance(node, nodes.Mapping) else None
        written = node[key] if isinstance(node, nodes.Mapping) and key is not None else None
        if not isinstance(written, Scalar):
            return []
        try:
            version = readers.count(str(written))
        except Invalid:
            return []
        if version > self.current:
            message = (
                f"this file is of version {version}, and this automaton reads {self.files} up to version"
                f" {self.current}: a newer automaton reads it"
            )
            return [problem_at(written.place, "newer-version", message)]
        return [
            problem_at(
                written.place, "older-version", f"since version {number}: {self.changed[number]}",
                suggestion=f"{KEY}: {self.current}",
            )
            for number in range(version, self.current)
        ]  # fmt: skip


SETTINGS = FileFormat("automaton.yml")
RULES = FileFormat("rule files")
PACKS = FileFormat("packs")

_AS_WRITTEN = {"type": "integer", "minimum": 1}
FileVersion = Annotated[int, ReadBy(readers.read(readers.count, "count", "a whole number"), _AS_WRITTEN)]
"""The number itself; `FileFormat.problems` has judged it by then."""
