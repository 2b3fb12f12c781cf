"""`automaton schema`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Of(StrEnum):
    """The kinds of files."""

    RULES = "rules"
    AUTOMATON = "automaton"


EXAMPLES = (
    "automaton schema",
    "automaton schema automaton",
)


def run(
    of: Annotated[Of, typer.Argument(help="Which file: a rule file, or automaton.yml.")] = Of.RULES,
) -> None:
    """Print the JSON Schema of rule files, or of automaton.yml, for editors."""
    from automaton.workbench.schema import schema

    raise typer.Exit(schema(of.value))
