"""`automaton ack`."""

from __future__ import annotations

import typer

from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config, KeyOfRuleIfAny, RuleId

EXAMPLES = (
    "automaton ack mem-high",
    "automaton ack mem-high lobby",
)


def run(
    rule: RuleId,
    server: KeyOfRuleIfAny = None,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Take note of a rule's open incidents: ends their escalation and repeats. Exit 1: none is open."""
    from automaton.workbench.incidents import ack

    raise typer.Exit(ack(config, rule, server, as_json=as_json))
