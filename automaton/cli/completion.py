"""What the arguments of commands complete to, as typer asks for it.

Law: nothing is raised and nothing printed, whatever is wrong: the shell would show it in somebody's line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from automaton.settings.usual_paths import USUAL_FILE

if TYPE_CHECKING:
    from automaton.workbench.completion import Word

Completed = list[tuple[str, str]]
"""Words, each with what a shell shows beside it."""


def rule(ctx: typer.Context, incomplete: str) -> Completed:
    """A rule; after `reset` one that has tripped."""
    from automaton.workbench import completion

    if ctx.params.get("action") == "reset":
        return _words(ctx, incomplete, completion.tripped_rules)
    return _words(ctx, incomplete, completion.rules)


def open_rule(ctx: typer.Context, incomplete: str) -> Completed:
    """A rule that has an open incident."""
    from automaton.workbench import completion

    return _words(ctx, incomplete, completion.open_rules)


def server(ctx: typer.Context, incomplete: str) -> Completed:
    """A server."""
    from automaton.workbench import completion

    return _words(ctx, incomplete, completion.servers)


def key(ctx: typer.Context, incomplete: str) -> Completed:
    """What a rule may be asked about: a server, a node, the fleet."""
    from automaton.workbench import completion

    if ctx.params.get("action") == "reset":
        return _words(ctx, incomplete, lambda config: completion.tripped_keys(config, _rule_of(ctx)))
    return _words(ctx, incomplete, completion.keys)


def open_key(ctx: typer.Context, incomplete: str) -> Completed:
    """Where the rule has an open incident."""
    from automaton.workbench import completion

    return _words(ctx, incomplete, lambda config: completion.open_keys(config, _rule_of(ctx)))


def silence(ctx: typer.Context, incomplete: str) -> Completed:
    """The id of a silence."""
    from automaton.workbench import completion

    return _words(ctx, incomplete, completion.silences)


def recipe(ctx: typer.Context, incomplete: str) -> Completed:
    """A recipe that ships."""
    from automaton.workbench import completion

    return _words(ctx, incomplete, lambda _: completion.recipes())


def pack(ctx: typer.Context, incomplete: str) -> Completed:
    """A pack that ships, or one of packs.d."""
    from automaton.workbench import completion

    return _words(ctx, incomplete, completion.packs)


def verdict(ctx: typer.Context, incomplete: str) -> Completed:
    """A verdict."""
    from automaton.workbench import completion

    return _words(ctx, incomplete, lambda _: completion.verdicts())


def channel(ctx: typer.Context, incomplete: str) -> Completed:
    """A channel; after `route` a rule."""
    from automaton.workbench import completion

    wanted = completion.rules if ctx.params.get("action") == "route" else completion.channels
    return _words(ctx, incomplete, wanted)


def _rule_of(ctx: typer.Context) -> str:
    return str(ctx.params.get("rule") or "")


def _words(ctx: typer.Context, incomplete: str, of: Callable[[Path], Iterable[Word]]) -> Completed:
    from automaton.workbench.completion import fitting

    try:
        config = Path(str(ctx.params.get("config") or USUAL_FILE))
        return [(word.text, word.help) for word in fitting(of(config), incomplete)]
    except Exception:
        # A shell shows what is printed here in the line being typed; the command itself will tell.
        return []
