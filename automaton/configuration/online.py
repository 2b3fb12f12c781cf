"""Checks the rules against the servers there really are: permissions, facts, selectors. Pure.

It is given what daemon/permission_survey.py saw, and says which rule cannot do there what it was written for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from automaton.actions.backup import Backup
from automaton.actions.countdown import Countdown
from automaton.configuration.load import Configuration
from automaton.configuration.needs_panel import told
from automaton.configuration.never_acts import never_acts, of_rule
from automaton.configuration.pack_commands import never_asked, unasked_on, without_asking
from automaton.configuration.read_facts import reads
from automaton.configuration.server_selectors import place_of_selector
from automaton.core.arm import Arm
from automaton.core.calls import Signal
from automaton.core.events import Profile
from automaton.core.facts.own import FromConsole, OwnFact
from automaton.core.facts.queried import QUERIED
from automaton.core.facts.query_address import query_address
from automaton.core.facts.table import SERVER_FACTS
from automaton.core.polling.polls import PLAYERS
from automaton.core.rules.rule import Rule, Rulebook
from automaton.errors import AutomatonError, Weather
from automaton.packs.load import DOCUMENTATION
from automaton.problem import NOT_ASKED, FilePlace, Problem, in_order, problem_at
from automaton.rulebook.pack_facts import told_by
from automaton.rulebook.rule_steps import walk
from automaton.rulebook.unproved_lines import names_pack, rests_on, rule_place
from automaton.rulebook.unproved_lines import told as unproved
from automaton.schema.kinds import ActionModel
from automaton.schema.leaves import all_leaves
from automaton.schema.scalar import target_of
from automaton.schema.selector import ScopedSelector, ServerSelector
from automaton.triggers.console import ConsoleTrigger

CONNECT, CONSOLE = "websocket.connect", "control.console"
SEE_BACKUPS = "backup.read"
INSTALLS = "admin.websocket.install"  # who sees what an installation prints (protocol.md 4)
BACKED_UP = "backup.completed"  # told only to who may see backups (protocol.md 4)
TYPING = frozenset({"say", "save", "probe"})  # by the words of the pack
NEEDED: Mapping[Signal, str] = {
    Signal.START: "control.start",
    Signal.STOP: "control.stop",
    Signal.RESTART: "control.restart",
    Signal.KILL: "control.stop",  # Wings has none of its own for it (protocol.md 3)
}
NAMED = 3  # servers that a message names; the others are counted


@dataclass(frozen=True, slots=True)
class WatchedServer:
    """A watched server, and the permissions on it that the Panel gives our account.

    `has_panel` is false where it is watched by its node's own config.yml.
    """

    profile: Profile
    permissions: frozenset[str]
    has_panel: bool = True

    def allows(self, permission: str) -> bool:
        """Whether the permission is among them. `*` is all but the administrators' own (protocol.md 2.3)."""
        return permission in self.permissions or ("*" in self.permissions and permission != INSTALLS)


def check_online(configuration: Configuration, seen: Sequence[WatchedServer]) -> list[Problem]:
    """Everything that keeps the configuration from working on these servers."""
    rules = [rule for rule in configuration.book.rules if rule.arm is not Arm.OFF]
    problems = [*_unseen(configuration, seen), *_in_vain(configuration, seen)]
    covered = [[one for one in seen if covers(configuration, rule, one.profile)] for rule in rules]
    found = list(zip(rules, covered, strict=True))
    at_work = {rule_place(rule).file for rule, some in found if some and _is_of_a_kind(rule)}
    for rule, some in found:
        # A file for several games is at work where one of them is played: its other rules lack nothing.
        if some or not (_is_of_a_kind(rule) and rule_place(rule).file in at_work):
            problems += _rule(rule, some, configuration.book)
        problems += _unasked(rule, some, configuration)
        problems += _never_acts(rule, some, configuration)
        problems += _unproved(rule, some, configuration)
    return in_order(problems)


def unasked(place: FilePlace, where: str, trouble: AutomatonError) -> Problem:
    """The problem of a Panel, node or server that could not be asked; weather has the code NOT_ASKED.

    `place` is where automaton.yml names the Panel or node.
    """
    code = NOT_ASKED if isinstance(trouble, Weather) else "refused"
    return problem_at(place, code, f"{where}: {trouble}")


def covers(configuration: Configuration, rule: Rule, profile: Profile) -> bool:
    """Whether a rule is for this server."""
    book = configuration.book
    pack = book.pack_of(profile)
    return rule.servers is None or rule.servers.covers(profile, book.tags_of(profile, pack), pack)


def _unseen(configuration: Configuration, seen: Sequence[WatchedServer]) -> Iterator[Problem]:
    lacking = [one.profile for one in seen if not one.allows(CONNECT)]
    if lacking:
        message = (
            f"nothing is seen of {_names(lacking)}: give the key's user the permission `{CONNECT}` there"
        )
        place = next((target_of(name) for name in configuration.settings.panels), FilePlace("-"))
        yield problem_at(place, "lacks-permission", message)


def _in_vain(configuration: Configuration, seen: Sequence[WatchedServer]) -> Iterator[Problem]:
    """Selectors of automaton.yml that cover no server."""
    settings, book = configuration.settings, configuration.book

    def fits(selector: ServerSelector) -> bool:
        packs = [(one.profile, book.pack_of(one.profile)) for one in seen]
        return any(selector.covers(profile, book.tags_of(profile, pack), pack) for profile, pack in packs)

    for what, selectors in (("tag", settings.tags), ("pack", settings.packs)):
        for name, selector in selectors.items():
            if not fits(selector):
                message = f"the {what} `{name}` fits no server that is watched"
                yield problem_at(target_of(name), "no-server", message, severity="warning")
    for number, one in enumerate(settings.limits.allow or (), 1):
        if one.servers is not None and not fits(one.servers):
            message = f"`servers` of entry {number} of `limits.allow` fits no server that is watched"
            yield problem_at(place_of_selector(one.servers), "no-server", message, severity="warning")


def _rule(rule: Rule, seen: Sequence[WatchedServer], book: Rulebook) -> Iterator[Problem]:
    if not seen:
        yield _idle(rule)
        return
    for permission, place in _needs(rule).items():
        lacking = [one.profile for one in seen if not one.allows(permission)]
        if lacking:
            message = (
                f"rule `{rule.id}` lacks the permission `{permission}` on {_names(lacking)}:"
                " give it to the key's user"
            )
            yield problem_at(place, "lacks-permission", message)
    yield from _of_the_panel(rule, seen)
    deaf = [one.profile for one in seen if not one.allows(INSTALLS)]
    if deaf and (heard := _installs(rule)) is not None:
        message = (
            f"rule `{rule.id}` hears no line `from: install` on {_names(deaf)}: the Panel shows them to its"
            " administrators alone; use the key of one, or watch the node by its own config.yml (`nodes`)"
        )
        yield problem_at(heard, "never-heard", message, severity="warning")
    for name, place in reads(rule).items():
        if (own := book.own_facts.get(name)) is not None:
            yield from _own_fact(rule, own, place, seen, book)
        elif told := [facts[name] for facts in book.pack_facts.values() if name in facts]:
            yield from _of_packs(rule, told[0], place, seen, book)
        fact = SERVER_FACTS.get(name)
        if fact is not None and (unavailable := fact.unavailable) is not None:
            profiles = [one.profile for one in seen]
            lacking = [one for one in profiles if unavailable.on(one, book.pack(book.pack_of(one)))]
            if lacking:
                message = (
                    f"rule `{rule.id}` reads `{name}`, which is never known on {_names(lacking)}:"
                    f" {unavailable.advice}"
                )
                yield problem_at(place, "fact-unknown", message, severity="warning")
        if name in QUERIED:
            yield from _never_queried(rule, name, place, seen, book)


def _never_queried(
    rule: Rule, name: str, place: FilePlace, seen: Sequence[WatchedServer], book: Rulebook
) -> Iterator[Problem]:
    """Servers whose games cannot be asked over the network, by the reason."""
    lacking: dict[str, list[Profile]] = {}
    for profile in (one.profile for one in seen):
        pack = book.pack_of(profile)
        tags = book.tags_of(profile, pack)
        form = book.query_form(profile, pack, tags)
        chosen = book.query_of(profile, pack, tags, form)
        found = query_address(profile, form, chosen)
        if isinstance(found, str) and not chosen.off:
            lacking.setdefault(found, []).append(profile)
    for why, profiles in lacking.items():
        message = f"rule `{rule.id}` reads `{name}`, which is never known on {_names(profiles)}: {why}"
        yield problem_at(place, "fact-unknown", message, severity="warning")


def _unasked(rule: Rule, seen: Sequence[WatchedServer], configuration: Configuration) -> Iterator[Problem]:
    """Servers whose game `limits.allow` does not let anybody ask for a fact. None where load told it."""
    book, allow = configuration.book, configuration.limits.allow
    asked = {name for pack in book.packs.values() for name in pack.polls} - book.own_facts.keys()
    read = {name: place for name, place in reads(rule).items() if name in asked}
    if not read or any(never_asked([rule], book.packs, allow, book.own_facts)):
        return
    lacking: dict[tuple[str, str], list[Profile]] = {}
    for one in (one.profile for one in seen):
        pack = book.pack_of(one)
        tags = book.tags_of(one, pack)
        fitting = (entry for entry in allow if entry.servers is None or entry.servers.covers(one, tags, pack))
        allowance = next(fitting, None)
        for name in read:
            if missing := unasked_on(allowance, book.pack(pack), name):
                lacking.setdefault((name, missing), []).append(one)
    for (name, missing), profiles in lacking.items():
        message = (
            f"rule `{rule.id}` reads `{name}`, and `limits.allow` does not name {missing}, which asks for"
            f" {'them' if name == PLAYERS else 'it'}, for {_names(profiles)}: {without_asking(name)} there"
        )
        yield problem_at(read[name], "not-allowed", message, severity="warning")


def _never_acts(rule: Rule, seen: Sequence[WatchedServer], configuration: Configuration) -> Iterator[Problem]:
    """What none of the games can that the rule's servers have. None where load told it."""
    asks, book = bool(configuration.settings.query), configuration.book
    names = {book.pack_of(one.profile) for one in seen}
    if names and not any(never_acts([rule], book.packs, asks=asks)):
        games = [book.pack(name) for name in sorted(names)]
        yield from of_rule(rule, games, _names([one.profile for one in seen]), asks=asks)


def _unproved(rule: Rule, seen: Sequence[WatchedServer], configuration: Configuration) -> Iterator[Problem]:
    """Servers whose pack was never held against a console. None where load told it, for the rule names it."""
    book, having = configuration.book, dict[str, list[Profile]]()
    for one in seen:
        having.setdefault(book.pack_of(one.profile), []).append(one.profile)
    for name, profiles in having.items():
        pack = configuration.packs.by_name.get(name)
        if pack is None or pack.proof != DOCUMENTATION or names_pack(rule, name):
            continue
        if lines := rests_on(rule, book.pack(name), book.own_facts):
            yield unproved(rule, name, lines, f" on {_names(profiles)}")


def _own_fact(
    rule: Rule, fact: OwnFact, place: FilePlace, seen: Sequence[WatchedServer], book: Rulebook
) -> Iterator[Problem]:
    """Servers on which a fact of one's own can never be known, or may not be asked for."""
    elsewhere, mute = [], []
    is_typed = isinstance(fact.origin, FromConsole)
    lacking = [one.profile for one in seen if is_typed and not one.allows(CONSOLE)]
    if lacking:
        yield _may_not_ask(rule, fact, place, lacking)
    for one in (one.profile for one in seen):
        pack = book.pack_of(one)
        if fact.servers is not None and not fact.servers.covers(one, book.tags_of(one, pack), pack):
            elsewhere.append(one)
        elif is_typed and not book.pack(pack).console:
            mute.append(one)
    for lacking, why in (
        (elsewhere, "the `servers` of the fact do not name them"),
        (mute, "nothing can be typed at their console"),
    ):
        if lacking:
            message = (
                f"rule `{rule.id}` reads `{fact.name}`, which is never known on {_names(lacking)}: {why}"
            )
            yield problem_at(place, "fact-unknown", message, severity="warning")


def _of_packs(
    rule: Rule, fact: OwnFact, place: FilePlace, seen: Sequence[WatchedServer], book: Rulebook
) -> Iterator[Problem]:
    """Servers whose game does not tell a fact that other games do, or may not be asked for it."""
    having = [one for one in seen if fact.name in book.pack_facts.get(book.pack_of(one.profile), {})]
    without = [one.profile for one in seen if one not in having]
    if without:
        message = (
            f"rule `{rule.id}` reads `{fact.name}`, which is never known on {_names(without)}:"
            f" {told_by(fact.name, book.packs)}"
        )
        yield problem_at(place, "fact-unknown", message, severity="warning")
    asked = [one for one in having if fact.name in book.pack(book.pack_of(one.profile)).polls]
    mute = [one.profile for one in asked if not one.allows(CONSOLE)]
    if mute:
        yield _may_not_ask(rule, fact, place, mute)


def _may_not_ask(rule: Rule, fact: OwnFact, place: FilePlace, lacking: Sequence[Profile]) -> Problem:
    message = (
        f"rule `{rule.id}` reads `{fact.name}`, and lacks the permission `{CONSOLE}` to ask for it on"
        f" {_names(lacking)}: give it to the key's user"
    )
    return problem_at(place, "lacks-permission", message)


def _of_the_panel(rule: Rule, seen: Sequence[WatchedServer]) -> Iterator[Problem]:
    """Steps that a Panel does, where there is none; and a `keep` for which the Panel leaves no room."""
    bare = [one.profile for one in seen if not one.has_panel]
    for step in _steps(rule):
        if bare and step.wants().permissions:
            where = f"{_names(bare)} {'are' if len(bare) > 1 else 'is'}"
            yield problem_at(step.place, "needs-panel", told(rule.id, step.verb, where), severity="warning")
        if isinstance(step, Backup) and step.keep is not None:
            full = [one.profile for one in seen if _leaves_no_room(one.profile, step.keep)]
            if full:
                message = (
                    f"rule `{rule.id}` keeps {step.keep} backups, and the Panel allows"
                    f" {full[0].backup_limit} on {_names(full)}: one more is made before the oldest goes, so"
                    " `keep` must be below that"
                )
                yield problem_at(step.place, "keep-too-high", message)


def _leaves_no_room(profile: Profile, keep: int) -> bool:
    return profile.backup_limit is not None and keep >= profile.backup_limit


def _idle(rule: Rule) -> Problem:
    """A rule without a server: perhaps misspelt, or a recipe for a game that is not played here."""
    message = f"rule `{rule.id}` looks at no server: its `servers` fit none that is watched"
    return problem_at(
        rule_place(rule), "no-server", message, severity="note" if _is_of_a_kind(rule) else "warning"
    )


def _is_of_a_kind(rule: Rule) -> bool:
    """Whether it chooses its servers by what they run, and by nothing else."""
    return isinstance(rule.servers, ScopedSelector) and rule.servers.is_of_a_kind


def _needs(rule: Rule) -> dict[str, FilePlace]:
    """The permissions that a rule needs, each with the place of the first step that does."""
    found: dict[str, FilePlace] = {}
    for step in _steps(rule):
        wants = step.wants()
        if wants.commands or step.verb in TYPING or (isinstance(step, Countdown) and step.say is not None):
            found.setdefault(CONSOLE, step.place)
        for signal in sorted(wants.signals):
            found.setdefault(NEEDED[signal], step.place)
        for permission in wants.permissions:
            found.setdefault(permission, step.place)
    if BACKED_UP in rule.hears():
        found.setdefault(SEE_BACKUPS, rule_place(rule))
    return found


def _installs(rule: Rule) -> FilePlace | None:
    """The place where it listens to the output of installations, None where it does not."""
    for leaf in all_leaves((rule.when, rule.until_trigger, rule.unless, *rule.steps())):
        if isinstance(leaf, ConsoleTrigger) and leaf.from_ == "install":
            return leaf.place
    return None


def _steps(rule: Rule) -> Iterator[ActionModel]:
    return walk(_models(block) for block in rule.steps())


def _models(steps: Iterable[object]) -> tuple[ActionModel, ...]:
    return tuple(step for step in steps if isinstance(step, ActionModel))


def _names(profiles: Sequence[Profile]) -> str:
    names = [f"{profile.name} ({profile.id})" for profile in profiles[:NAMED]]
    more = len(profiles) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
