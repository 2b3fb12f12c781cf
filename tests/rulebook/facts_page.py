"""What rules/README.md says of facts, written from their table: `python -m tests.rulebook.facts_page`.

The tables of facts are replaced as a whole. What proves a fact is on another page: tests/rulebook/proofs.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from automaton.core.facts.kind import Fact
from automaton.core.facts.own import FromConsole, FromQuery, OwnFact
from automaton.core.facts.row import RuleFact, ServerFact
from automaton.core.facts.table import RULE_FACTS, SERVER_FACTS
from automaton.expr.units import write_duration
from automaton.packs.load import read_packs

PATH = Path(__file__).parents[2] / "rules" / "README.md"
OF_SERVERS = "| fact | type | told by | meaning | unknown when |"
OF_RULES = "| fact | type | where | meaning |"
OF_GAMES = "| fact | type | told by |"


def facts_of_servers() -> str:
    """The table of what is known of a server."""
    return _table(
        OF_SERVERS,
        (
            f"| `{fact.name}` | {_type(fact)} | {fact.teller} | {_meaning(fact)} |"
            f" {', or '.join(one.sentence for one in fact.missing)} |"
            for fact in SERVER_FACTS.values()
        ),
    )


def facts_of_rules() -> str:
    """The table of what a rule knows of itself."""
    return _table(
        OF_RULES,
        (
            f"| `{fact.name}` | {_type(fact)} | {'; '.join(fact.where)} | {_meaning(fact)} |"
            for fact in RULE_FACTS.values()
        ),
    )


def facts_of_games() -> str:
    """The table of what some games tell: how, and by which packs."""
    told: dict[str, dict[str, list[str]]] = {}
    types: dict[str, str] = {}
    for name, pack in sorted(read_packs(())[0].items()):
        for fact in pack.own_facts.values():
            types[fact.name] = _type(fact)
            told.setdefault(fact.name, {}).setdefault(_how(fact), []).append(f"`{name}`")
    return _table(
        OF_GAMES,
        (
            f"| `{fact}` | {types[fact]} | {'; '.join(f'{how}: {ways[how]}' for how in sorted(ways))} |"
            for fact, by_how in sorted(told.items())
            for ways in [{how: ", ".join(packs) for how, packs in by_how.items()}]
        ),
    )


def _how(fact: OwnFact) -> str:
    match fact.origin:
        case FromConsole(send=send, every=every):
            return f"asked by `{send}` every {write_duration(every)}"
        case FromQuery():
            return "over the network"
    return "printed"


def table_of(page: str, header: str) -> str:
    """The table of the page that begins with this header."""
    found = re.search(rf"^{re.escape(header)}\n(?:\|.*\n)*", page, re.MULTILINE)
    assert found is not None, f"rules/README.md has no table `{header}`"
    return found[0]


def tables() -> dict[str, str]:
    """Each table by its header."""
    return {OF_SERVERS: facts_of_servers(), OF_RULES: facts_of_rules(), OF_GAMES: facts_of_games()}


def written(page: str) -> str:
    """The page with its tables of facts as they are now."""
    for header, table in tables().items():
        page = page.replace(table_of(page, header), table)
    return page


def _table(header: str, rows: Iterator[str]) -> str:
    rule = "|" + "---|" * (header.count("|") - 1)
    return "\n".join((header, rule, *(row.replace("|  |", "| |") for row in rows), ""))


def _type(fact: Fact) -> str:
    unit = fact.kind.unit
    return f"{fact.kind} ({unit})" if unit and unit != fact.kind else str(fact.kind)


def _meaning(fact: ServerFact | RuleFact) -> str:
    values = ", ".join(f"`{one}`" for one in fact.values)
    return f"{fact.meaning}: {values}" if values else fact.meaning


if __name__ == "__main__":
    PATH.write_text(written(PATH.read_text(encoding="utf-8")), encoding="utf-8")
