"""What rules share with the outside world, in automaton.yml: `hooks`, `http` and `exec`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import field_validator

from automaton.schema.base import Duration, OneOrMany, Strict, Text
from automaton.schema.invalid import invalid
from automaton.secret import Secret
from automaton.settings.field_types import CallUrl, HeaderText
from automaton.settings.secrets import SecretText

LONGEST_PROGRAM = 3600.0

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
# The client writes these itself, for each request.
_OUR_HEADERS = frozenset(
    {"host", "content-length", "content-type", "transfer-encoding", "connection", "expect"}
)


class HookSettings(Strict):
    """Who may call `hook: <name>`: whoever sends this token as `Authorization: Bearer …`.

    ```yaml
    token: {credential: hook_deploy}
    ```
    """

    token: SecretText


class AddressSettings(Strict):
    """What the action `http` may call by its name, with these headers.

    ```yaml
    url: https://status.example.org/api
    headers: {Authorization: {credential: status_token}, X-Source: automaton}
    ```
    """

    url: CallUrl
    headers: Mapping[Text, HeaderText] = {}

    @field_validator("headers")
    @classmethod
    def _may_be_sent(cls, headers: Mapping[str, Secret]) -> Mapping[str, Secret]:
        for name, value in headers.items():
            if not _HEADER.fullmatch(name) or name.lower() in _OUR_HEADERS:
                raise invalid("header", f"`{name}` is no header that can be set", name)
            if not value.reveal().isascii():
                raise invalid(
                    "header", f"the header `{name}` holds other letters than ASCII", name, found="***"
                )
        return headers


class ProgramSettings(Strict):
    """What the action `exec` may run by its name: a path, and the first arguments. No shell.

    ```yaml
    argv: [/usr/local/bin/rotate-world, --quiet]
    timeout: 30s
    ```
    """

    argv: OneOrMany[Text]
    timeout: Duration = 30.0

    @field_validator("argv")
    @classmethod
    def _is_a_path(cls, argv: tuple[str, ...]) -> tuple[str, ...]:
        if not argv[0].startswith("/"):
            message = f"`{argv[0]}` is no whole path: what `PATH` finds may be another program"
            raise invalid("program", message, argv[0], expected="a path that begins with `/`")
        if any("\0" in argument for argument in argv):
            raise invalid("program", "an argument holds a NUL")
        return argv

    @field_validator("timeout")
    @classmethod
    def _ends(cls, timeout: float) -> float:
        if not 0 < timeout <= LONGEST_PROGRAM:
            raise invalid(
                "duration", "a program may take up to an hour, and some time", expected="`30s` to `1h`"
            )
        return timeout
