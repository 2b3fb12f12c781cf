"""`automaton web`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from automaton.cli.options import AsJson

EXAMPLES = (
    "automaton web passwd anna",
    "automaton web totp anna",
)


def run(
    action: Annotated[Literal["passwd", "totp"], typer.Argument(help="What to make.")],
    name: Annotated[str, typer.Argument(help="Whom it is for: the name under `web.users`.")],
    as_json: AsJson = False,
) -> None:
    """Make what a person signs in with at the page: the hash of a password, or one-time codes.

    `passwd` asks twice, shows nothing, and prints the hash; where it is not at a terminal, the password is
    the first line of the standard input. `totp` makes a secret, and the address that an authenticator app
    takes. Both say where to write it; nothing is changed, and exit 1 means that nothing was made.
    """
    from automaton.workbench.web_login import passwd, totp

    raise typer.Exit((passwd if action == "passwd" else totp)(name, as_json=as_json))
