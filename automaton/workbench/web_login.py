"""`automaton web`: what a person signs in with at the page is made, and where it goes is told.

The hash and the secret alone go to the standard output; what is typed is neither shown nor repeated.
"""

from __future__ import annotations

import re
import sys
from typing import BinaryIO

from automaton.errors import Refused
from automaton.one_time_code import app_address, new_secret
from automaton.password_hash import hash_password
from automaton.printable import say, say_json
from automaton.workbench.exit_code import FAILED, OK
from automaton.workbench.init_choices import ETC, secret_path
from automaton.workbench.init_files import drop_in_path
from automaton.workbench.person_keys import credential_of, key_of
from automaton.workbench.prompts import AtTerminal, Person, ask

SHORTEST = 10  # characters: with the pace of logins, far beyond what is guessed; NIST SP 800-63B says 8
LONGEST = 1_000  # characters: web/pages/login.py looks at no more
FITTING = re.compile(r"[\w.@+-]{1,100}")  # as `PersonName` of automaton.yml


def passwd(name: str, *, as_json: bool, person: Person | None = None, given: BinaryIO | None = None) -> int:
    """Prints a hash. 1 where there is no password that would do."""
    try:
        hashed = new_hash(name, person, given)
    except Refused as problem:
        say(str(problem), err=True)
        return FAILED
    if as_json:
        say_json({"name": name, "password": hashed})
        return OK
    say(hashed)
    _tell(name, "password", "")
    return OK


def new_hash(name: str, person: Person | None = None, given: BinaryIO | None = None) -> str:
    """Of a password that is asked for at a terminal, or else is the first line given. Raises Refused."""
    _fit(name)
    if person is not None or (given is None and sys.stdin.isatty()):
        return hash_password(_asked(person or AtTerminal()))
    return hash_password(_read(given or sys.stdin.buffer))


def totp(name: str, *, as_json: bool) -> int:
    """Prints a secret of one-time codes, and the address for an app."""
    try:
        _fit(name)
    except Refused as problem:
        say(str(problem), err=True)
        return FAILED
    secret = new_secret()
    address = app_address(secret, name)
    if as_json:
        say_json({"name": name, "totp": secret, "address": address})
        return OK
    say(secret)
    say(f"For the app, typed or as a QR code (`qrencode -t ansiutf8` makes one): {address}", err=True)
    _tell(name, "totp", "_totp")
    return OK


def _fit(name: str) -> None:
    if not FITTING.fullmatch(name):
        raise Refused("a name under `web.users` has up to 100 letters, digits, `-`, `_`, `.`, `+` and `@`")


def _asked(person: Person) -> str:
    """Typed twice alike. Which of two was mistyped nobody knows: then both are asked for again."""
    while True:
        password = ask(person, "Password", _judged, is_secret=True)
        if ask(person, "The same again", str, is_secret=True) == password:
            return password
        person.hear("these two were not the same: type it twice, from the beginning")


def _read(stream: BinaryIO) -> str:
    """The first line of a stream."""
    line = stream.readline(4 * LONGEST + 2)
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise Refused("the password on the standard input is no UTF-8") from None
    return _judged(text.rstrip("\r\n"))


def _judged(text: str) -> str:
    if len(text) < SHORTEST:
        raise Refused(f"a password has {SHORTEST} characters or more")
    if len(text) > LONGEST:
        raise Refused(f"a password has {LONGEST} characters at the most")
    return text


def _tell(name: str, key: str, kind: str) -> None:
    """Where it goes."""
    credential, person = credential_of(name, kind), key_of(name)
    file = secret_path(ETC, credential)
    for line in (
        f"For the service: as the only line of a file that root alone can read (mode 600), {file};",
        f"below [Service] of {drop_in_path(ETC)}: LoadCredential={credential}:{file};",
        f"in automaton.yml: web: {{users: {{{person}: {{{key}: {{credential: {credential}}}}}}}}};",
        "then `systemctl daemon-reload && systemctl restart automaton`, for systemd reads it at a start.",
        "Without systemd: `{file: PATH}`, a file with mode 600, in its place, then `automaton reload`.",
    ):
        say(line, err=True)
