"""`automaton schema`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Of(StrEnum):
    """The kinds of files."""

    RULES = "rules"
    AUTOMATON = "automaton"
    OPENAPI = "openapi"


EXAMPLES = (
    "automaton schema",
    "automaton schema automaton",
    "automaton schema openapi",
)


def run(
    of: Annotated[Of, typer.Argument(help="Rule files, automaton.yml, or the HTTP API.")] = Of.RULES,
) -> None:
    """Print the JSON Schema of rule files or automaton.yml, for editors, or the OpenAPI of the HTTP API."""
    if of is Of.OPENAPI:
        from automaton.workbench.openapi import openapi

        raise typer.Exit(openapi())
    from automaton.workbench.schema import schema

    raise typer.Exit(schema("rules" if of is Of.RULES else "automaton"))
