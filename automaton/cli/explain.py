"""`automaton explain`."""

from __future__ import annotations

import typer

from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config, KeyOfRule, RuleId

EXAMPLES = ("automaton explain mem-high lobby",)


def run(
    rule: RuleId,
    server: KeyOfRule,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Say what a rule thinks of a server: its expression with values, clocks, run, and what it did."""
    from automaton.workbench.explain import explain

    raise typer.Exit(explain(config, rule, server, as_json=as_json))
