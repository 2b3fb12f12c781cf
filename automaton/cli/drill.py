"""`automaton drill`."""

from __future__ import annotations

from typing import Annotated

import typer

from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config, KeyOfRule, RuleId

EXAMPLES = ("automaton drill mem-high lobby",)


def run(
    rule: RuleId,
    server: KeyOfRule,
    for_real: Annotated[
        bool, typer.Option("--for-real", help="Do all of it, as far as limits and gates let it.")
    ] = False,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Play what a rule does, whatever it thinks: its messages go out, marked as a drill, the rest is told.

    Texts are filled from what is known of the server now; what only a match would tell is `unknown`. Waits
    are skipped, and each call says what would hold it now. No incident opens, and no cooldown or breaker is
    spent. With `--for-real` everything is done, in its own time, but what reads the match; a restart of
    automaton ends it.
    """
    from automaton.workbench.drill import drill

    raise typer.Exit(drill(config, rule, server, for_real=for_real, as_json=as_json))
