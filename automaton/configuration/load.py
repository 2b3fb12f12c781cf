"""automaton.yml, packs and rule files together: every problem of every file, or one configuration.

`check`, the start and a reload all load it here: what one of them accepts, all accept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from os.path import realpath
from pathlib import Path

from automaton.configuration.allow_line import with_whole_line
from automaton.configuration.asked_games import is_installed, queries_of
from automaton.configuration.needs_extra import without_extra
from automaton.configuration.needs_panel import without_panel
from automaton.configuration.never_acts import never_acts
from automaton.configuration.pack_commands import never_allowed, never_asked
from automaton.configuration.server_selectors import fits_nothing
from automaton.core.calls import Severity
from automaton.core.events import Profile
from automaton.core.gates.limits import Limits
from automaton.core.rules.rule import Rulebook
from automaton.delivery.apprise import check_mention, check_url
from automaton.did_you_mean import did_you_mean, listed, nearest
from automaton.errors import ConfigurationError
from automaton.packs.load import Packs, read_packs
from automaton.problem import FilePlace, Problem, has_error, in_order, problem_at
from automaton.rulebook.book import build_book
from automaton.rulebook.load import LoadedRules, load_rules, rule_files
from automaton.rulebook.pack_files import pack_files
from automaton.rulebook.step_checks import Bounds
from automaton.schema.address import is_address
from automaton.schema.scalar import target_of
from automaton.schema.selector import ServerSelector
from automaton.secret import Secret
from automaton.settings.load import NO_SOURCES, CheckedSettings
from automaton.settings.load import load as load_settings
from automaton.settings.model import Settings
from automaton.settings.secrets import PlacedSecret
from automaton.wings.node_config import NodeConfig, NodeConfigError, read_node_config


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the daemon runs on.

    `texts` are its rule files as they were read, by name, and `places` where each rule begins, by its id.
    `file` is the automaton.yml that it was read from.
    """

    settings: Settings
    book: Rulebook
    limits: Limits
    nodes: Mapping[str, NodeConfig] = field(default_factory=dict)
    packs: Packs = field(default_factory=lambda: Packs({}))
    bounds: Bounds | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, FilePlace] = field(default_factory=dict)
    file: Path | None = None

    def watches(self, panel: str) -> Callable[[Profile], bool]:
        """Tells which servers of a Panel are watched. Of a node (`nodes`) all are."""
        if panel not in self.settings.panels:
            return lambda _: True
        servers = self.settings.panels[panel].servers

        def chosen(profile: Profile) -> bool:
            pack = self.book.pack_of(profile)
            return servers.covers(profile, self.book.tags_of(profile, pack), pack)

        return chosen


@dataclass(frozen=True, slots=True)
class CheckedConfiguration:
    """`configuration` is None where one of the problems is an error.

    `files` are the rule files that were judged, and `packs` and `bounds` what they were judged by, right or
    wrong: their tests are judged by the same. `rules` is what was read of them.
    """

    configuration: Configuration | None
    problems: list[Problem]
    files: tuple[Path, ...] = ()
    packs: Packs = field(default_factory=lambda: Packs({}))
    bounds: Bounds | None = None
    rules: LoadedRules = field(default_factory=LoadedRules)

    def or_raise(self) -> Configuration:
        """The configuration. Raises ConfigurationError with every problem."""
        if self.configuration is None:
            raise ConfigurationError(self.problems)
        return self.configuration


def load_configuration(
    path: Path,
    env: Mapping[str, str],
    *,
    in_service: bool = True,
    sources: Mapping[str, Path] = NO_SOURCES,
    also: Sequence[Path] = (),
) -> CheckedConfiguration:
    """Everything that an automaton.yml refers to. Rules are checked even where the settings are wrong.

    `in_service` and `sources` are those of settings/load.py. `also` are rule files that are judged as if they
    lay in its folder of rules: in the place of one of the same name.
    """
    checked = load_settings(path, env, in_service=in_service, sources=sources)
    settings, problems = checked.settings, list(checked.problems)
    if settings is None:
        return _of_wrong_settings(path, checked, also)
    packs, found = _packs(settings)
    problems += found
    problems += _channels(settings)
    problems += _mentions(settings)
    problems += _heartbeat(settings)
    problems += fits_nothing(settings, packs)
    nodes, found = _nodes(settings, env)
    problems += found
    limits = settings.limits.as_core()
    bounds = _bounds(settings, {})
    files = _with(also, _rule_files(settings, problems))
    known = packs.known_events
    rules = load_rules(files, known, bounds)
    rights = list(never_allowed(rules.judged, known.packs, limits.allow))
    problems += never_asked(rules.rules, known.packs, limits.allow, rules.own_facts)
    problems += without_panel(rules.rules, settings)
    if not has_error(problems):  # else a pack may lack what has a mistake in it
        problems += never_acts(rules.rules, packs.games, asks=bool(settings.query))
    problems += without_extra(rules.rules, rules.own_facts, packs, is_installed)
    lacking = with_whole_line([*rights, *rules.problems], rules, known.packs, settings.limits.allow)
    rules = replace(rules, problems=lacking)  # who reads them again tells the same
    problems = in_order([*problems, *lacking])
    if has_error(problems):
        return CheckedConfiguration(None, problems, files, packs, bounds, rules)
    book = build_book(
        rules.rules,
        packs,
        TagsOf(tuple(settings.tags.items())),
        rules.windows,
        rules.own_facts,
        queries_of(settings, is_installed),
    )
    configuration = Configuration(
        settings, book, limits, nodes, packs, bounds, rules.texts, rules.places, path.absolute()
    )
    return CheckedConfiguration(configuration, problems, files, packs, bounds, rules)


def load_packs(
    path: Path, env: Mapping[str, str], *, tests: bool = True, also: Sequence[Path] = ()
) -> tuple[Packs, list[Problem]]:
    """The packs alone: those that ship, those beside the rules, and files `also`. Secrets are not read.

    The problems are those of the packs; where automaton.yml cannot be used, those of that file.
    """
    checked = load_settings(path, env, in_service=False)
    if checked.settings is None:
        return Packs(read_packs((), tests=tests)[0]), list(checked.problems)
    return _packs(checked.settings, tests=tests, also=also)


def _of_wrong_settings(path: Path, checked: CheckedSettings, also: Sequence[Path]) -> CheckedConfiguration:
    """The rules beside settings that cannot be used: judged by what is right of these, if anything is."""
    problems = list(checked.problems)
    if checked.part is not None:
        packs, _ = _packs(checked.part)
        bounds, folder = _bounds(checked.part, checked.written), checked.part.rules
    else:
        packs, bounds, folder = Packs(read_packs(())[0]), None, path.absolute().parent / "rules.d"
    files = _with(also, rule_files(folder) if folder.exists() else [])
    if bounds is None and files:
        message = "until this file is right, rules are judged without its channels and limits"
        problems.append(problem_at(FilePlace(str(path)), "rules-alone", message, severity="note"))
    rules = load_rules(files, packs.known_events, bounds)
    return CheckedConfiguration(None, in_order([*problems, *rules.problems]), files, packs, bounds, rules)


def _bounds(settings: Settings, written: Mapping[str, frozenset[str]]) -> Bounds:
    """What rules are held against. `written` are names that stand in the file, though with a mistake."""
    channels = dict.fromkeys(written.get("channels", ()), Severity.INFO)
    channels.update((name, one.min_severity) for name, one in settings.channels.items())
    return Bounds(
        channels,
        settings.limits.as_core().allow,
        hooks={*settings.hooks, *written.get("hooks", ())},
        urls={*settings.http, *written.get("http", ())},
        programs={*settings.exec_, *written.get("exec", ())},
        tags={*settings.tags, *written.get("tags", ())},
    )


def _with(also: Sequence[Path], files: Sequence[Path]) -> tuple[Path, ...]:
    """The files of the folder with others among them, in their order."""
    by_name = {file.name: file for file in files}
    by_name.update((file.name, file) for one in also for file in rule_files(one))
    return tuple(by_name[name] for name in sorted(by_name)) if also else tuple(files)


def _rule_files(settings: Settings, problems: list[Problem]) -> list[Path]:
    if settings.rules.exists():
        return rule_files(settings.rules)
    message = "there are no rules: the file or folder that `rules` names does not exist"
    problems.append(problem_at(FilePlace(str(settings.rules)), "no-rules", message, severity="warning"))
    return []


def _packs(
    settings: Settings, *, tests: bool = False, also: Sequence[Path] = ()
) -> tuple[Packs, list[Problem]]:
    beside = pack_files(settings.rules.parent)
    there = {realpath(file) for file in beside}
    others = [file for file in also if realpath(file) not in there]
    by_name, problems = read_packs([*others, *beside], tests=tests)
    for name in settings.packs:
        if name not in by_name:
            near = nearest(name, list(by_name))
            message = f"unknown pack `{name}`" + did_you_mean(near)
            expected = "" if near else listed(by_name, "automaton packs")
            problems.append(problem_at(target_of(name), "unknown-pack", message, expected=expected))
    return Packs(by_name, tuple(settings.packs.items())), problems


def _channels(settings: Settings) -> Iterator[Problem]:
    for name, channel in settings.channels.items():
        for number, url in enumerate(channel.urls, 1):
            if url.reveal() and (trouble := check_url(url)):
                message = f"channel `{name}`, url {number}: {trouble}"
                yield problem_at(_named_at(url, target_of(name)), "bad-url", message)


def _mentions(settings: Settings) -> Iterator[Problem]:
    """Each has to call somebody at each of the channel's services, or one of them shows it as text."""
    for name, channel in settings.channels.items():
        for mention in [one for called in channel.mention.values() for one in called]:
            for number, url in enumerate(channel.urls, 1):
                if url.reveal() and (trouble := check_mention(url, mention)):
                    message = f"channel `{name}`, url {number}: {trouble}"
                    yield problem_at(target_of(mention), "bad-mention", message)


def _heartbeat(settings: Settings) -> Iterator[Problem]:
    url = settings.heartbeat.url if settings.heartbeat is not None else Secret("")
    if url.reveal() and not is_address(url.reveal()):
        message = (
            "the address of `heartbeat` is no `https://` or `http://` address with a host, and a port up to"
            " 65535"
        )
        yield problem_at(_named_at(url, FilePlace("heartbeat")), "bad-url", message)


def _nodes(settings: Settings, env: Mapping[str, str]) -> tuple[dict[str, NodeConfig], list[Problem]]:
    configs: dict[str, NodeConfig] = {}
    problems: list[Problem] = []
    for name, node in settings.nodes.items():
        if not node.config.reveal():
            continue  # not readable outside the service, which is a note already
        try:
            config = read_node_config(node.config, env)
        except NodeConfigError as error:
            problems.append(problem_at(target_of(name), "node-config", f"node `{name}`: {error}"))
        else:
            config = replace(config, address=node.address or config.address)
            configs[str(name)] = config
            problems += _unreachable(name, config)
    return configs, problems


def _unreachable(name: str, config: NodeConfig) -> Iterator[Problem]:
    """Addresses of a config.yml that Wings may accept, and that cannot be called from here."""
    for address, message in (
        (config.address, "`api` of its config.yml names no host and port that there are: set `address`"),
        (config.remote, "`remote` of its config.yml is no `https://` or `http://` address: mend it there"),
    ):
        if not is_address(address):
            yield problem_at(target_of(name), "node-config", f"node `{name}`: {message}")


@dataclass(frozen=True, slots=True)
class TagsOf:
    """The tags of a server. Equal to those of another load where the settings say the same of tags."""

    tags: tuple[tuple[str, ServerSelector], ...]

    def __call__(self, profile: Profile, pack: str) -> frozenset[str]:
        """Those of a server whose pack is known so far."""
        if not self.tags:
            return frozenset()
        covering = (name for name, servers in self.tags if servers.covers(profile, frozenset(), pack))
        return frozenset(map(str, covering))


def _named_at(secret: Secret, otherwise: FilePlace) -> FilePlace:
    return secret.place if isinstance(secret, PlacedSecret) else otherwise
