"""What must be right before anybody can sign in: hashes, codes, certificates, and no password in plain text.

No problem has any part of a secret in its text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from automaton.one_time_code import is_secret
from automaton.own_certificate import UnfitCertificateError, own_tls
from automaton.password_hash import is_hash
from automaton.problem import FilePlace, Problem, problem_at
from automaton.schema import nodes
from automaton.secret import Secret
from automaton.settings.field_types import is_loopback
from automaton.settings.model import Settings
from automaton.settings.secrets import PlacedSecret

SHORTEST_SECRET = 12  # letters of what a program or a proxy shows: it is taken at any time, so never guessed
SAFE_ADDRESS = "127.0.0.1:9532"


def check_page(root: nodes.Mapping, settings: Settings, *, in_service: bool) -> Iterator[Problem]:
    """Problems of `web` and `listen.http` that no key shows by itself."""
    yield from _users(settings)
    yield from _names(root, settings)
    yield from _strangers(root, settings)
    yield from _shown_secrets(settings)
    yield from _proxy(root, settings)
    yield from _certificate(root, settings, in_service=in_service)
    yield from _plain_login(root, settings)
    yield from _old_file(root, settings)


def _users(settings: Settings) -> Iterator[Problem]:
    for name, user in settings.web.users.items():
        password, code = user.password, user.totp
        if _is_read(password) and not is_hash(password.reveal()):
            message = f"this is no hash of `automaton web passwd`: `{name}` could not sign in"
            suggestion = f"automaton web passwd {name}"
            yield problem_at(password.place, "no-hash", message, found="***", suggestion=suggestion)
        if _is_read(code) and not is_secret(code.reveal()):
            message = f"no one-time codes can be made of this: `{name}` could not sign in"
            suggestion = f"automaton web totp {name}"
            yield problem_at(code.place, "no-hash", message, found="***", suggestion=suggestion)
        if password is None and code is not None and isinstance(code, PlacedSecret):
            message = "a code is asked for after a password, and there is none"
            yield problem_at(code.place, "in-vain", message, severity="warning")


def _names(root: nodes.Mapping, settings: Settings) -> Iterator[Problem]:
    """The audit trail has the name alone: nobody could tell the person from the program."""
    for name in settings.web.tokens:
        if name in settings.web.users:
            at = _place(root, "web", "tokens", str(name))
            message = f"`{name}` is a person already: the audit trail could not tell which of them acted"
            yield problem_at(at, "two-of-a-name", message, found=str(name), suggestion=f"{name}-script")


def _strangers(root: nodes.Mapping, settings: Settings) -> Iterator[Problem]:
    """Who has no password comes by a proxy that says who it is."""
    if settings.web.trusted_proxy is not None:
        return
    for name, user in settings.web.users.items():
        if user.password is None and user.totp is None:
            message = f"`{name}` can never sign in: there is neither a `password` nor a `trusted_proxy`"
            suggestion = f"password: {{credential: web_{name}}}"
            at = _place(root, "web", "users", name)
            yield problem_at(at, "in-vain", message, severity="warning", suggestion=suggestion)


def _shown_secrets(settings: Settings) -> Iterator[Problem]:
    proxy = settings.web.trusted_proxy
    shown = [one.token for one in settings.web.tokens.values()]
    if proxy is not None and proxy.secret is not None:
        shown.append(proxy.secret)
    for secret in shown:
        if _is_read(secret) and len(secret.reveal()) < SHORTEST_SECRET:
            message = f"it can be found by trying: it has {SHORTEST_SECRET} letters or more"
            suggestion = "openssl rand -hex 16"
            yield problem_at(secret.place, "weak-token", message, suggestion=suggestion)


def _proxy(root: nodes.Mapping, settings: Settings) -> Iterator[Problem]:
    """It is told from others in one way, and names somebody who is known here."""
    proxy, at = settings.web.trusted_proxy, _place(root, "web", "trusted_proxy")
    if proxy is None:
        return
    if (proxy.secret is None) == (proxy.socket is None):
        message = "a trusted proxy is told from others by `secret` or by `socket`: exactly one of them"
        suggestion = "secret: {credential: web_proxy}"
        yield problem_at(at, "one-of-two", message, suggestion=suggestion)


def _certificate(root: nodes.Mapping, settings: Settings, *, in_service: bool) -> Iterator[Problem]:
    tls = settings.web.tls
    if tls is None:
        return
    try:
        own_tls(tls.certificate, tls.key)
    except UnfitCertificateError as problem:
        at = _place(root, "web", "tls", "certificate")
        if problem.is_missing and not in_service:
            message = f"not readable here, outside the service: {problem}"
            yield problem_at(at, "certificate", message, severity="note")
        else:
            yield problem_at(at, "certificate", str(problem))


def _plain_login(root: nodes.Mapping, settings: Settings) -> Iterator[Problem]:
    """Whoever is on the way would read passwords and tokens, and command the servers."""
    web, address = settings.web, settings.page_address
    if address is None or is_loopback(address[0]) or web.tls is not None:
        return
    is_behind = web.trusted_proxy is not None and web.trusted_proxy.secret is not None
    has_login = any(user.password is not None for user in web.users.values()) or bool(web.tokens)
    if has_login and not is_behind:
        message = (
            "passwords and tokens would travel in plain text: beyond this machine a login needs `web.tls`,"
            " or `web.trusted_proxy` with a `secret`"
        )
        yield problem_at(_place(root, "listen", "http"), "plain-login", message, suggestion=SAFE_ADDRESS)


def _old_file(root: nodes.Mapping, settings: Settings) -> Iterator[Problem]:
    """A file from before the page keeps its meaning, and says so."""
    if settings.http_is_for_hooks and settings.listen.http is not None:
        host, port = settings.listen.http
        message = "it is taken as `listen.hooks`: this file has hooks and nobody who may see the page"
        shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        suggestion = f'listen: {{hooks: "{shown}"}}'
        at = _place(root, "listen", "http")
        yield problem_at(at, "hooks-apart", message, severity="note", suggestion=suggestion)


def _is_read(secret: Secret | None) -> TypeGuard[PlacedSecret]:
    """Whether it was read: outside the service some are empty, and that was told."""
    return isinstance(secret, PlacedSecret) and secret.reveal() != ""


def _place(root: nodes.Mapping, *keys: str) -> FilePlace:
    """Of the innermost of these that stands in the file."""
    for end in range(len(keys), 0, -1):
        node = nodes.find(root, *keys[:end])
        if node is not None:
            return node.place
    return root.place
