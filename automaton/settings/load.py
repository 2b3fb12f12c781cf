"""automaton.yml to checked settings. All problems are found before the first of them ends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from automaton.problem import FilePlace, Problem, has_error, in_order
from automaton.schema import nodes
from automaton.schema.context import ValidationContext
from automaton.schema.files import read_text, writable_by_others
from automaton.schema.nodes import read_all
from automaton.schema.scalar import Scalar
from automaton.schema.validate import fit, fit_partly
from automaton.schema.version import SETTINGS
from automaton.settings.checks import check_keys, check_tokens
from automaton.settings.cluster_checks import check_cluster
from automaton.settings.control_socket import check_socket_path
from automaton.settings.limits import LimitsSettings
from automaton.settings.model import LogSettings, Settings
from automaton.settings.page_checks import check_page
from automaton.settings.secrets import SettingsEnvironment

NO_SOURCES: Mapping[str, Path] = {}
LOG_LEVEL = "AUTOMATON_LOG_LEVEL"
LOG_FORMAT = "AUTOMATON_LOG_FORMAT"


@dataclass(frozen=True, slots=True)
class CheckedSettings:
    """`settings` is None where one of the problems is an error.

    `part` is then what is right of them, None where nothing is, and `written` the names that stand in each
    of its blocks, right or wrong: rules that use them are not blamed.
    """

    settings: Settings | None
    problems: list[Problem]
    part: Settings | None = None
    written: Mapping[str, frozenset[str]] = field(default_factory=dict)


def load(
    path: Path,
    env: Mapping[str, str],
    *,
    in_service: bool = True,
    sources: Mapping[str, Path] = NO_SOURCES,
) -> CheckedSettings:
    """Reads, checks, and resolves secrets; relative paths are relative to the file.

    `in_service` is False for `check` at a prompt: credentials that only the service can read are notes then,
    and empty secrets in the settings, with which nothing may be run. `sources` are the files that systemd
    takes them from (credential_sources.py): who may read those has the secrets too.
    """
    text, problems = read_text(path)
    if text is None:
        return CheckedSettings(None, problems)
    return check(text, path, env, in_service=in_service, sources=sources, problems=problems)


def check(
    text: str,
    path: Path,
    env: Mapping[str, str],
    *,
    in_service: bool = True,
    sources: Mapping[str, Path] = NO_SOURCES,
    problems: list[Problem] | None = None,
) -> CheckedSettings:
    """The same for a text that was read already; `problems` were found with it."""
    found = list(problems or [])
    node, shape = read_all(text, str(path))
    found += shape
    if node is None:
        return CheckedSettings(None, in_order(found))
    if unfit := SETTINGS.problems(node):
        return CheckedSettings(None, in_order([*found, *unfit]))
    folder = path.absolute().parent
    around = SettingsEnvironment(env, folder, in_service, sources)
    settings, more = fit(node, Settings, around=around)
    found += more
    if isinstance(node, nodes.Mapping):
        found += check_keys(node)
        found += check_cluster(node)
    if settings is not None:
        if isinstance(node, nodes.Mapping):
            found += check_socket_path(node, settings, env)
            found += check_page(node, settings, in_service=in_service)
        found += check_tokens(settings)
        settings, told = _from_environment(_with_default_rules(settings, folder), env)
        found += told
        if settings.rules.exists():
            found += writable_by_others(settings.rules)
    found = in_order(found)
    if not has_error(found):
        return CheckedSettings(settings, found)
    return CheckedSettings(None, found, _part(node, around), _written(node))


def _part(node: nodes.Node, around: SettingsEnvironment) -> Settings | None:
    """What is right of the file.

    None also where a block is misspelt or `limits` are wrong: what rules may use and do is not known then.
    """
    if not isinstance(node, nodes.Mapping) or not node.keys() <= set(Settings.known_keys()):
        return None
    limits = node.find("limits")
    if limits is not None and has_error(fit(limits, LimitsSettings, around=around)[1]):
        return None
    part, _ = fit_partly(ValidationContext(around=around, partial=True), node, Settings)
    return None if part is None else _with_default_rules(part, around.folder)


def _written(node: nodes.Node) -> dict[str, frozenset[str]]:
    return {str(key): frozenset(map(str, value)) for key, value in nodes.items(node)
            if isinstance(value, nodes.Mapping)}  # fmt: skip


def _with_default_rules(settings: Settings, folder: Path) -> Settings:
    """The settings, the default of `rules` relative to the file like any other path."""
    return settings.model_copy(update={"rules": folder / settings.rules})


def _from_environment(settings: Settings, env: Mapping[str, str]) -> tuple[Settings, list[Problem]]:
    """The settings, `log` as the environment wants it: the process goes before the file there."""
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
