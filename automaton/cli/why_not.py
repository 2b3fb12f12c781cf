"""`automaton why-not`."""

from __future__ import annotations

import typer

from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config, KeyOfRule, RuleId

EXAMPLES = ("automaton why-not mem-high survival",)


def run(
    rule: RuleId,
    server: KeyOfRule,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Say why a rule does not fire for a server, or why nothing is done though it does."""
    from automaton.workbench.explain import why_not

    raise typer.Exit(why_not(config, rule, server, as_json=as_json))
