"""automaton.yml to checked settings: every problem told, none fatal before all were looked for."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path

from automaton.core.facts.kind import Kind
from automaton.core.facts.table import EVERY_FACT
from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import Invalid
from automaton.expr.expression import parse_expression
from automaton.expr.known_names import OVER_EACH_SERVER
from automaton.expr.type_check import check as check_expression
from automaton.problem import FilePlace, Problem, has_error, in_order, problem_at
from automaton.schema import nodes
from automaton.schema.files import read_text, writable_by_others
from automaton.schema.scalar import Scalar
from automaton.schema.validate import fit, place_problems, read_all
from automaton.settings.control_socket import check_socket_path
from automaton.settings.model import LogSettings, Settings
from automaton.settings.secrets import A_PLACE, PlacedSecret, SettingsEnvironment

_SECRETIVE = re.compile("(?i)authorization|cookie|token|secret|key|password")

OF_THE_FLEET = {"total": EVERY_FACT["total"]}
"""What can be read where no server is meant."""

SHORTEST_TOKEN = 12  # letters of a hook's token

LOG_LEVEL = "AUTOMATON_LOG_LEVEL"
LOG_FORMAT = "AUTOMATON_LOG_FORMAT"


@dataclass(frozen=True, slots=True)
class CheckedSettings:
    """`settings` is None where one of the problems is an error."""

    settings: Settings | None
    problems: list[Problem]


def load(path: Path, env: Mapping[str, str], *, in_service: bool = True) -> CheckedSettings:
    """Reads, checks, and resolves secrets; relative paths are relative to the file.

    With `in_service` false, as `check` at a prompt, credentials of the service that are not readable
    here are notes, and stand in the settings as empty secrets: such settings are not to be run.
    """
    text, problems = read_text(path)
    if text is None:
        return CheckedSettings(None, problems)
    return check(text, path, env, in_service=in_service, problems=problems)


def check(
    text: str,
    path: Path,
    env: Mapping[str, str],
    *,
    in_service: bool = True,
    problems: list[Problem] | None = None,
) -> CheckedSettings:
    """The same, for a text that is at hand; `problems` were found before."""
    found = list(problems or [])
    node, shape = read_all(text, str(path))
    found += shape
    if node is None:
        return CheckedSettings(None, in_order(found))
    folder = path.absolute().parent
    around = SettingsEnvironment(env, folder, in_service)
    settings, more = fit(node, Settings, around=around)
    found += more
    if isinstance(node, nodes.Mapping):
        found += _beyond_keys(node)
    if settings is not None:
        if isinstance(node, nodes.Mapping):
            found += check_socket_path(node, settings, env)
        found += _guessable(settings)
        settings, told = _from_environment(_with_default_rules(settings, folder), env)
        found += told
        if settings.rules.exists():
            found += writable_by_others(settings.rules)
    found = in_order(found)
    return CheckedSettings(None if has_error(found) else settings, found)


def _with_default_rules(settings: Settings, folder: Path) -> Settings:
    """The default is relative to the file as well."""
    return settings.model_copy(update={"rules": folder / settings.rules})


def _from_environment(settings: Settings, env: Mapping[str, str]) -> tuple[Settings, list[Problem]]:
    """The environment goes before the file, for how the process logs."""
    wanted = {"level": env.get(LOG_LEVEL), "format": env.get(LOG_FORMAT)}
    node = nodes.Mapping(FilePlace("environment"))
    for key, name in (("level", LOG_LEVEL), ("format", LOG_FORMAT)):
        if value := wanted[key]:
            place = FilePlace(f"environment {name}")
            node[Scalar(key, place)] = Scalar(value, place)
    log, problems = fit(node, LogSettings)
    if log is None or not node:
        return settings, problems
    chosen = {str(key): getattr(log, key) for key in node}
    return settings.model_copy(update={"log": settings.log.model_copy(update=chosen)}), problems


def _beyond_keys(root: nodes.Mapping) -> Iterator[Problem]:
    """What no single key can know of itself."""
    yield from _links(root)
    yield from _report(root)
    yield from _listened(root)
    yield from _headers(root)
    yield from _programs(root)
    yield from _held(root)
    for block, own in (("tags", "tag"), ("packs", "pack")):
        node = root.find(block)
        if isinstance(node, nodes.Mapping):
            for selector in node.values():
                yield from _grounded(selector, {"group", own}, block)
    for selector in _scopes(root):
        yield from _grounded(selector, {"group"}, "automaton.yml")


def _links(root: nodes.Mapping) -> Iterator[Problem]:
    panels, own = root.find("panels"), root.find("nodes")
    if not panels and not own:
        message = "neither a Panel nor a node is named: there is nothing to watch"
        at = next((one for one in (panels, own) if one is not None), root).place
        yield problem_at(at, "no-panel", message, expected="`panels` or `nodes`")
    if isinstance(panels, nodes.Mapping):
        for panel in panels.values():
            yield from _panel(panel)
    if isinstance(own, nodes.Mapping):
        for name, node in own.items():
            if isinstance(panels, nodes.Mapping) and name in panels:
                message = f"a Panel is called `{name}` too: logs could not tell them apart"
                yield problem_at(name.place, "two-of-a-name", message)
            yield from _unverified(node)


def _panel(panel: nodes.Node) -> Iterator[Problem]:
    url = panel.find("url") if isinstance(panel, nodes.Mapping) else None
    if isinstance(url, Scalar) and url.lower().startswith("http://"):
        message = "the key and all commands travel in plain text: use `https://`"
        yield problem_at(url.place, "plain-panel", message, severity="warning")
    yield from _unverified(panel)


def _unverified(holder: nodes.Node) -> Iterator[Problem]:
    flag = holder.find("insecure_skip_verify") if isinstance(holder, nodes.Mapping) else None
    if isinstance(flag, Scalar) and flag == "true":
        message = (
            "certificates are not looked at: whoever is on the way can take the key and command the servers;"
            " name your authority in `ca` instead"
        )
        yield problem_at(flag.place, "unverified", message, severity="warning")


def _report(root: nodes.Mapping) -> Iterator[Problem]:
    limits, channels = root.find("limits"), root.find("channels")
    report = limits.find("report") if isinstance(limits, nodes.Mapping) else None
    known = list(channels) if isinstance(channels, nodes.Mapping) else []
    if isinstance(report, Scalar) and not report.is_null and report not in known:
        near = nearest(report, known)
        message = f"there is no channel `{report}`{did_you_mean(near)}"
        yield problem_at(report.place, "unknown-channel", message, suggestion=near or "")


def _listened(root: nodes.Mapping) -> Iterator[Problem]:
    """Whoever reaches the port can try tokens; and hooks without a port can be called by nobody."""
    listen, hooks = root.find("listen"), root.find("hooks")
    http = listen.find("http") if isinstance(listen, nodes.Mapping) else None
    if isinstance(http, Scalar) and not http.is_null:
        host = http.strip().rpartition(":")[0].strip("[]")
        if host and not _is_loopback(host):
            message = "more than this machine can reach it, in plain text: put a proxy with TLS before it"
            yield problem_at(
                http.place, "open-port", message, severity="warning", suggestion="127.0.0.1:9532"
            )
    elif isinstance(hooks, nodes.Mapping) and hooks:
        message = "nobody can call the hooks: nothing listens, for there is no `listen.http`"
        suggestion = 'listen: {http: "127.0.0.1:9532"}'
        yield problem_at(hooks.place, "in-vain", message, severity="warning", suggestion=suggestion)


def _guessable(settings: Settings) -> Iterator[Problem]:
    """A hook takes the right token at any time: only its length keeps it from being found."""
    for hook in settings.hooks.values():
        token = hook.token
        if isinstance(token, PlacedSecret) and 0 < len(token.reveal()) < SHORTEST_TOKEN:
            message = f"it can be found by trying: a hook's token has {SHORTEST_TOKEN} letters or more"
            yield problem_at(
                token.place, "weak-token", message, severity="warning", suggestion="openssl rand -hex 16"
            )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _headers(root: nodes.Mapping) -> Iterator[Problem]:
    addresses = root.find("http")
    for address in addresses.values() if isinstance(addresses, nodes.Mapping) else ():
        headers = address.find("headers") if isinstance(address, nodes.Mapping) else None
        for name, value in headers.items() if isinstance(headers, nodes.Mapping) else ():
            if isinstance(value, Scalar) and _SECRETIVE.search(name):
                message = f"the header `{name}` looks like a secret, and stands in the file for all to read"
                yield problem_at(value.place, "literal-secret", message, severity="warning", expected=A_PLACE)


def _programs(root: nodes.Mapping) -> Iterator[Problem]:
    """A program that is not there fails each run that asks for it: that is told before."""
    programs = root.find("exec")
    for program in programs.values() if isinstance(programs, nodes.Mapping) else ():
        argv = program.find("argv") if isinstance(program, nodes.Mapping) else None
        path = argv[0] if isinstance(argv, nodes.Sequence) and argv else argv
        if isinstance(path, Scalar) and path.startswith("/") and not os.access(path, os.X_OK):
            message = f"`{path}` is not there, or may not be run by this user"
            yield problem_at(path.place, "no-program", message, severity="warning")


def _held(root: nodes.Mapping) -> Iterator[Problem]:
    """`hold_power_if` is read over the fleet: what a server alone knows is not known there."""
    limits = root.find("limits")
    held = limits.find("hold_power_if") if isinstance(limits, nodes.Mapping) else None
    if not isinstance(held, Scalar):
        return
    try:
        expression = replace(parse_expression(str(held)), origin=held)
    except Invalid:
        return  # told with its key
    yield from place_problems(
        check_expression(expression, OF_THE_FLEET, Kind.TRUTH, known=OVER_EACH_SERVER), expression
    )


def _scopes(root: nodes.Mapping) -> Iterator[nodes.Node]:
    """The selectors of panels and of `limits.allow`."""
    panels, limits = root.find("panels"), root.find("limits")
    holders = list(panels.values()) if isinstance(panels, nodes.Mapping) else []
    allow = limits.find("allow") if isinstance(limits, nodes.Mapping) else None
    holders += allow if isinstance(allow, nodes.Sequence) else [allow] if allow is not None else []
    for holder in holders:
        selector = holder.find("servers") if isinstance(holder, nodes.Mapping) else None
        if selector is not None:
            yield selector


def _grounded(selector: nodes.Node, forbidden: set[str], where: str) -> Iterator[Problem]:
    """Groups stand in rule files, whose writers raise no limit; and no tag is made of tags."""
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
                yield from _grounded(item, forbidden, where)
        case nodes.Mapping():
            for key, value in selector.items():
                if key == "not":
                    yield from _grounded(value, forbidden, where)
                elif key in forbidden:
                    yield problem_at(key.place, "group-in-settings", f"`{key}` may not stand in `{where}`")
