"""`automaton cluster`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config

EXAMPLES = (
    "automaton cluster status",
    "automaton cluster drain watcher-2",
    "automaton cluster drain watcher-2 --end",
    "automaton cluster move node:eu-1 watcher-3",
    "automaton cluster adopt node:eu-1",
)


def run(
    action: Annotated[
        Literal["status", "drain", "move", "adopt"], typer.Argument(help="What to do.")
    ] = "status",
    which: Annotated[
        str,
        typer.Argument(
            metavar="[MEMBER|SHARD]",
            help="The member to drain, default the one that answers; the shard to move or to adopt.",
        ),
    ] = "",
    to: Annotated[
        str,
        typer.Argument(
            metavar="[MEMBER]", help="With `move`: where it goes; default wherever it goes by itself."
        ),
    ] = "",
    end: Annotated[bool, typer.Option("--end", help="With `drain`: the member takes part again.")] = False,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Show the members of the cluster and who owns what; drain a member, move a shard, adopt a log.

    A drained member hands over what it owns and is given nothing, so that its machine can be stopped. A
    shard that is moved stays where it was put. A log that went back, as after a loss of disks, holds all
    power of its shard until somebody adopts it: what was decided since may be done a second time.
    Exit 3: no daemon runs.
    """
    from automaton.workbench.cluster import adopt, cluster, drain, move

    if end and action != "drain":
        raise typer.BadParameter("`--end` is for `drain`")
    if (to and action != "move") or (which and action == "status"):
        raise typer.BadParameter(f"`{to or which}` is not expected here")
    match action:
        case "status":
            raise typer.Exit(cluster(config, as_json=as_json))
        case "drain":
            raise typer.Exit(drain(config, which, end=end, as_json=as_json))
        case "move":
            if not which:
                raise typer.BadParameter("say which shard: `automaton cluster move node:eu-1 MEMBER`")
            raise typer.Exit(move(config, which, to, as_json=as_json))
        case "adopt":
            raise typer.Exit(adopt(config, which, as_json=as_json))
