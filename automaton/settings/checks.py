"""What no single key of automaton.yml shows: what it exposes, what is named in vain, what is missing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from automaton.core.facts.kind import Kind
from automaton.core.facts.table import OF_THE_FLEET
from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import Invalid
from automaton.expr.expression import parse_expression
from automaton.expr.known_names import OVER_EACH_SERVER
from automaton.expr.type_check import check as check_expression
from automaton.problem import Problem, problem_at
from automaton.schema import nodes
from automaton.schema.scalar import Scalar
from automaton.schema.validate import place_problems
from automaton.settings.channels import check_channels
from automaton.settings.field_types import is_loopback
from automaton.settings.model import Settings
from automaton.settings.secrets import A_PLACE, PlacedSecret

_SECRETIVE = re.compile("(?i)authorization|cookie|token|secret|key|password")

SHORTEST_TOKEN = 12  # letters of a hook's token


def check_keys(root: nodes.Mapping) -> Iterator[Problem]:
    """Problems between keys, whether or not each of them is right by itself."""
    yield from _sources(root)
    yield from _report_channel(root)
    yield from check_channels(root)
    yield from _listeners(root)
    yield from _links(root)
    yield from _headers(root)
    yield from _programs(root)
    yield from _power_hold(root)
    for block, own in (("tags", "tag"), ("packs", "pack")):
        for _, selector in nodes.items(root.find(block)):
            yield from _without_groups(selector, {"group", own}, block)
    for selector in _selectors(root):
        yield from _without_groups(selector, {"group"}, "automaton.yml")


def check_tokens(settings: Settings) -> Iterator[Problem]:
    """A hook takes the right token at any time: only its length keeps it from being found."""
    for hook in settings.hooks.values():
        token = hook.token
        if isinstance(token, PlacedSecret) and 0 < len(token.reveal()) < SHORTEST_TOKEN:
            message = f"it can be found by trying: a hook's token has {SHORTEST_TOKEN} letters or more"
            yield problem_at(
                token.place, "weak-token", message, severity="warning", suggestion="openssl rand -hex 16"
            )


def _sources(root: nodes.Mapping) -> Iterator[Problem]:
    """Something to watch, each under a name of its own, and none of it in the clear."""
    panels, own = root.find("panels"), root.find("nodes")
    if not panels and not own:
        message = "neither a Panel nor a node is named: there is nothing to watch"
        at = next((one for one in (panels, own) if one is not None), root).place
        yield problem_at(at, "no-panel", message, expected="`panels` or `nodes`")
    for _, panel in nodes.items(panels):
        url = nodes.find(panel, "url")
        if isinstance(url, Scalar) and url.lower().startswith("http://") and not _stays_here(url):
            message = "the key and all commands travel in plain text: use `https://`"
            yield problem_at(url.place, "plain-panel", message, severity="warning")
        yield from _unverified(panel)
    for name, node in nodes.items(own):
        if nodes.find(panels, name) is not None:
            message = f"a Panel is called `{name}` too: logs could not tell them apart"
            yield problem_at(name.place, "two-of-a-name", message)
        yield from _unverified(node)


def _stays_here(url: str) -> bool:
    """Nobody is on the way to this machine itself, as to a simulated Panel or one behind the same proxy."""
    try:
        return is_loopback(urlsplit(url).hostname or "")
    except ValueError:
        return False


def _unverified(source: nodes.Node) -> Iterator[Problem]:
    flag = nodes.find(source, "insecure_skip_verify")
    if isinstance(flag, Scalar) and flag == "true":
        message = (
            "certificates are not looked at: whoever is on the way can take the key and command the servers;"
            " name your authority in `ca` instead"
        )
        yield problem_at(flag.place, "unverified", message, severity="warning")


def _report_channel(root: nodes.Mapping) -> Iterator[Problem]:
    report = nodes.find(root, "limits", "report")
    known = [name for name, _ in nodes.items(root.find("channels"))]
    if isinstance(report, Scalar) and not report.is_null and report not in known:
        near = nearest(report, known)
        message = f"there is no channel `{report}`{did_you_mean(near)}"
        yield problem_at(report.place, "unknown-channel", message, suggestion=near or "")


def _listeners(root: nodes.Mapping) -> Iterator[Problem]:
    """Whoever reaches the port can try tokens; and without a port nobody can call a hook."""
    hooks, has_tls = root.find("hooks"), nodes.find(root, "web", "tls") is not None
    ports = {key: _written(root, "listen", key) for key in ("http", "hooks")}
    for key, port in ports.items():
        host = port.strip().rpartition(":")[0].strip("[]") if port is not None else ""
        if port is not None and host and not is_loopback(host) and not (key == "http" and has_tls):
            message = "more than this machine can reach it, in plain text: put a proxy with TLS before it"
            usual = "127.0.0.1:9532" if key == "http" else "127.0.0.1:9533"
            yield problem_at(port.place, "open-port", message, severity="warning", suggestion=usual)
    has_hooks = isinstance(hooks, nodes.Mapping) and bool(hooks)
    if hooks is not None and has_hooks and ports["hooks"] is None:
        if ports["http"] is None or _has_page(root):
            message = "nobody can call the hooks: nothing listens, for there is no `listen.hooks`"
            suggestion = 'listen: {hooks: "127.0.0.1:9533"}'
            yield problem_at(hooks.place, "in-vain", message, severity="warning", suggestion=suggestion)
    elif ports["hooks"] is not None and not has_hooks and _written(root, "web", "public_url") is None:
        message = "nothing is called there: there are no `hooks`, and messages have no links"
        # A note: it is often written with the page, before the first hook is.
        yield problem_at(ports["hooks"].place, "in-vain", message, severity="note")


def _links(root: nodes.Mapping) -> Iterator[Problem]:
    """Links of messages lead to a port of ours, and whoever reads one on its way can use it."""
    url = _written(root, "web", "public_url")
    if url is None:
        return
    if _written(root, "listen", "http") is None and _written(root, "listen", "hooks") is None:
        message = "the links of messages would lead nowhere: nothing listens, for there is no `listen.http`"
        suggestion = 'listen: {http: "127.0.0.1:9532"}'
        yield problem_at(url.place, "in-vain", message, severity="warning", suggestion=suggestion)
    if url.lower().startswith("http://"):
        message = "links that acknowledge travel in plain text: put a proxy with TLS before `listen.http`"
        yield problem_at(url.place, "plain-link", message, severity="warning", suggestion="https://…")


def _written(root: nodes.Mapping, *keys: str) -> Scalar | None:
    """What stands there, if it is anything."""
    node = nodes.find(root, *keys)
    return node if isinstance(node, Scalar) and not node.is_null else None


def _has_page(root: nodes.Mapping) -> bool:
    """Whether `listen.http` is for the page: `WebSettings.has_page` of a file that may have mistakes."""
    return any(nodes.find(root, "web", key) for key in ("users", "tokens", "trusted_proxy", "status"))


def _headers(root: nodes.Mapping) -> Iterator[Problem]:
    for _, address in nodes.items(root.find("http")):
        for name, value in nodes.items(nodes.find(address, "headers")):
            if isinstance(value, Scalar) and _SECRETIVE.search(name):
                message = f"the header `{name}` looks like a secret, and stands in the file for all to read"
                yield problem_at(value.place, "literal-secret", message, severity="warning", expected=A_PLACE)


def _programs(root: nodes.Mapping) -> Iterator[Problem]:
    """A program that is not there would fail each run that starts it."""
    for _, program in nodes.items(root.find("exec")):
        argv = nodes.find(program, "argv")
        path = argv[0] if isinstance(argv, nodes.Sequence) and argv else argv
        if isinstance(path, Scalar) and path.startswith("/") and not os.access(path, os.X_OK):
            message = f"`{path}` is not there, or may not be run by this user"
            yield problem_at(path.place, "no-program", message, severity="warning")


def _power_hold(root: nodes.Mapping) -> Iterator[Problem]:
    """`hold_power_if` is read over the fleet: the facts of one server are not known there."""
    held = nodes.find(root, "limits", "hold_power_if")
    if not isinstance(held, Scalar):
        return
    try:
        expression = replace(parse_expression(str(held)), origin=held)
    except Invalid:
        return  # reported with the key itself
    problems = check_expression(expression, OF_THE_FLEET, Kind.TRUTH, known=OVER_EACH_SERVER)
    yield from place_problems(problems, expression)


def _selectors(root: nodes.Mapping) -> Iterator[nodes.Node]:
    """`servers` of panels and of `limits.allow`."""
    allow = nodes.find(root, "limits", "allow")
    entries = allow if isinstance(allow, nodes.Sequence) else [allow]
    for holder in (*(panel for _, panel in nodes.items(root.find("panels"))), *entries):
        selector = nodes.find(holder, "servers")
        if selector is not None:
            yield selector


def _without_groups(selector: nodes.Node, forbidden: set[str], where: str) -> Iterator[Problem]:
    """Groups are defined in rule files, whose writers may raise no limit; and no tag is made of tags."""
    match selector:
        case Scalar():
            if not selector.is_null:
                message = (
                    f"`{selector}` would be a group, and groups stand in rule files: name servers by keys"
                )
                expected = "`{id: …}`, `{node: …}` or `{tag: …}`"
                yield problem_at(selector.place, "group-in-settings", message, expected=expected)
        case nodes.Sequence():
            for item in selector:
                yield from _without_groups(item, forbidden, where)
        case nodes.Mapping():
            for key, value in selector.items():
                if key == "not":
                    yield from _without_groups(value, forbidden, where)
                elif key in forbidden:
                    yield problem_at(key.place, "group-in-settings", f"`{key}` may not stand in `{where}`")
