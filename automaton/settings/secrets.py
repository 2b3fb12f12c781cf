"""Secrets: named in the file, kept elsewhere, and never in a message.

They are kept in a systemd credential, a file, or an environment variable. What is read goes straight into a
Secret; no problem has any part of it in its text.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import ValidationInfo

from automaton.problem import FilePlace, problem_at
from automaton.safe_files import open_to_read
from automaton.schema import nodes
from automaton.schema.annotations import DEFINED, ReadBy
from automaton.schema.base import Slug, Strict, Text
from automaton.schema.context import ValidationContext
from automaton.schema.invalid import Reported, invalid
from automaton.schema.scalar import Scalar
from automaton.schema.validate import fit_into
from automaton.secret import Secret

MAX_BYTES = 64 * 1024

A_PLACE = "`{credential: name}`, `{file: path}` or `{env: NAME}`"
"""How to name a secret, for the message to whoever wrote one into the file."""

Check = Callable[[str, str], Secret]
"""Makes a Secret of a text, or raises with the name of what holds it."""


@dataclass(frozen=True, slots=True)
class SettingsEnvironment:
    """What the settings are read with. `folder` is that of the file, for relative paths.

    Outside the service (`in_service` is False) its credentials cannot be read, which is a note, no error; but
    by who may read the files that they come from, `sources`.
    """

    env: Mapping[str, str]
    folder: Path
    in_service: bool = True
    sources: Mapping[str, Path] = field(default_factory=dict)


class SecretPlace(Strict):
    """Where a secret is kept: exactly one of these."""

    credential: Slug | None = None
    file: Text | None = None
    env: Text | None = None


class PlacedSecret(Secret):
    """A secret that knows where the file names it, for problems that are found later."""

    __slots__ = ("place",)

    def __init__(self, secret: Secret, place: FilePlace) -> None:
        super().__init__(secret.reveal())
        self.place = place


class _NotReadableError(Exception):
    """Says why and what to do, never what was read.

    `here`: in the service it may be readable. `missing`: nor will it be there, for there is nothing to read.
    """

    def __init__(self, message: str, *, here: bool = False, missing: bool = False) -> None:
        self.here = here
        self.missing = missing
        super().__init__(message)


def line(value: object, info: ValidationInfo) -> Secret:
    """Reads a secret of one line from where the value says it is kept."""
    return _secret(value, info, _one_line)


def _document(value: object, info: ValidationInfo) -> Secret:
    return _secret(value, info, _whole)


def _secret(value: object, info: ValidationInfo, check: Check) -> Secret:
    if isinstance(value, Secret):
        return value
    context = info.context
    if not isinstance(context, ValidationContext) or not isinstance(context.around, SettingsEnvironment):
        raise TypeError("secrets are read by settings/load.py, which says where the file stands")
    if isinstance(value, Scalar) and not value.is_null:
        if named := _named_by(value, context.around):
            # It is shown, unlike a secret: it is the name of what is there.
            message = "this would be the secret itself, and one is kept under that name"
            raise invalid("secret", message, value, suggestion=named)
        message = "a secret stands in the file, for all who can read it"
        context.problems.append(
            problem_at(value.place, "literal-secret", message, severity="warning", expected=A_PLACE)
        )
        return PlacedSecret(Secret(str(value)), value.place)
    if not isinstance(value, nodes.Mapping):
        found = "nothing" if isinstance(value, Scalar) else "a list"
        raise invalid("secret", "a secret is named here", found=found, expected=A_PLACE)
    place = fit_into(context, value, SecretPlace)
    if place is None:
        raise Reported
    if len(value) != 1:
        found = "none" if not value else " and ".join(f"`{key}`" for key in value)
        raise invalid("secret", "a secret is kept in one place", found=found, expected=A_PLACE)
    return PlacedSecret(_resolved(place, value.place, context, context.around, check), value.place)


def _named_by(text: str, around: SettingsEnvironment) -> str:
    """The place of a secret of which only the name was written; empty where nothing is kept under it."""
    if text in around.sources or text in _credentials_of(around):
        return f"{{credential: {text}}}"
    try:
        is_file = (around.folder / text).is_file()
    except (OSError, ValueError):  # too long for a name, or with a NUL: a secret
        return ""
    return f"{{file: {text}}}" if is_file else ""


def _credentials_of(around: SettingsEnvironment) -> list[str]:
    folder = around.env.get("CREDENTIALS_DIRECTORY")
    try:
        return os.listdir(folder) if folder else []
    except OSError:
        return []


def _resolved(
    place: SecretPlace, at: FilePlace, context: ValidationContext, around: SettingsEnvironment, check: Check
) -> Secret:
    try:
        if place.env is not None:
            return check(_of_environment(place.env, around), f"the variable `{place.env}`")
        if place.file is not None:
            path = around.folder / place.file
            secret = check(_of_file(path, f"the file `{path}`"), f"the file `{path}`")
            _warn_if_open(path, at, context)
            return secret
        assert place.credential is not None
        called = f"the credential `{place.credential}`"
        return check(_of_credential(place.credential, around), called)
    except _NotReadableError as error:
        if around.in_service or not error.here:
            context.problems.append(problem_at(at, "unreadable-secret", str(error)))
            raise Reported from None
        if error.missing:
            # No error: the files are right, and on a machine that only prepares them the secret may follow.
            context.problems.append(problem_at(at, "unreadable-secret", str(error), severity="warning"))
            return Secret("")
        message = f"not readable here, outside the service: {error}"
        context.problems.append(problem_at(at, "unreadable-secret", message, severity="note"))
        return Secret("")


def _of_environment(name: str, around: SettingsEnvironment) -> str:
    if name not in around.env:
        message = f"the environment has no `{name}`: set it for the process that runs automaton"
        raise _NotReadableError(message, here=True)
    return around.env[name]


def _of_credential(name: str, around: SettingsEnvironment) -> str:
    folder = around.env.get("CREDENTIALS_DIRECTORY")
    if not folder and (source := around.sources.get(name)) is not None:
        return _of_source(name, source)
    if not folder:
        message = (
            f"the credential `{name}` is given by systemd alone, and CREDENTIALS_DIRECTORY is not set:"
            " run it as the service, or keep the secret in a `file`"
        )
        raise _NotReadableError(message, here=True)
    path = Path(folder) / name
    if not path.exists():
        message = (
            f"systemd gave no credential `{name}`: add `LoadCredential={name}:/path` to the unit, in"
            " automaton.service.d/credentials.conf, then `systemctl daemon-reload` and restart"
        )
        raise _NotReadableError(message, here=True)
    return _of_file(path, f"the credential `{name}`")


def _of_source(name: str, path: Path) -> str:
    """What the service will be given; without the file it does not start."""
    called = f"`{path}`, from which systemd takes the credential `{name}`,"
    if is_missing(path):
        message = (
            f"{called} is not there, and the service does not start: write the secret into it, mode 0600"
        )
        raise _NotReadableError(message, here=True, missing=True)
    if not os.access(path, os.R_OK):
        raise _NotReadableError(f"{called} is not yours to read: ask as root", here=True)
    return _of_file(path, f"the file `{path}`")


def is_missing(path: Path) -> bool:
    """Whether a file is not there, as far as this user may look; where he may not, it is not said to be."""
    return os.access(path.parent, os.X_OK) and not path.exists()


def _of_file(path: Path, called: str) -> str:
    try:
        with open_to_read(path) as file:  # a pipe would be waited for, and a reload with it
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _NotReadableError(
            f"{called} does not exist: write the secret into it, with mode 0600"
        ) from None
    except OSError as error:
        why = error.strerror or "it cannot be read"
        raise _NotReadableError(
            f"{called} cannot be read ({why}): give it to the user of automaton"
        ) from None
    if len(raw) > MAX_BYTES:
        raise _NotReadableError(f"{called} is larger than 64 KiB: a secret is one line")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise _NotReadableError(f"{called} is no UTF-8: a secret is one line of text") from None


def _whole(text: str, called: str) -> Secret:
    if not text.strip():
        raise _NotReadableError(f"{called} is empty: write the file's text into it")
    return Secret(text)


def _one_line(text: str, called: str) -> Secret:
    secret = text.strip()
    if not secret:
        raise _NotReadableError(f"{called} is empty: write the secret into it")
    if not secret.isprintable():
        raise _NotReadableError(
            f"{called} holds more than one line, or control characters: a secret is one line"
        )
    return Secret(secret)


def _warn_if_open(path: Path, at: FilePlace, context: ValidationContext) -> None:
    if path.stat().st_mode & stat.S_IROTH:
        message = f"everybody on this machine can read `{path}`"
        context.problems.append(
            problem_at(at, "open-secret", message, severity="warning", suggestion=f"chmod o-r {path}")
        )


SecretText = Annotated[Secret, ReadBy(line, {DEFINED: "secret"})]
"""A secret of one line, by the name of where it is kept. Written out it is taken, with a warning."""

SecretFile = Annotated[Secret, ReadBy(_document, {DEFINED: "secret"})]
"""A whole secret file, such as a node's config.yml, by the name of where it is kept."""
