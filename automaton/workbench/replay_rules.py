"""The rules that a replay judges by: an automaton.yml's own, rule files alone, or those under its limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from automaton.configuration.load import Configuration, load_configuration
from automaton.core.arm import Arm
from automaton.core.events import Profile
from automaton.core.gates.limits import Limits
from automaton.core.rules.rule import Rulebook
from automaton.errors import ConfigurationError, Refused
from automaton.packs.load import Packs, read_packs
from automaton.problem import Problem, has_error, in_order
from automaton.rulebook.book import build_book
from automaton.rulebook.load import load_rules, rule_files
from automaton.rulebook.pack_files import pack_files_beside


@dataclass(frozen=True, slots=True)
class ReplayRules:
    """Rules with their limits, None without an automaton.yml. `arm` is what `--arm` says, if anything."""

    book: Rulebook
    limits: Limits | None
    arm: Arm | None = None

    def limits_for(self, recorded: str) -> Limits:
        """The limits to replay a recording under, which was made while `limits.arm` was `recorded`.

        Without an automaton.yml there is no other limit than that. Raises Refused for an unknown arm.
        """
        if recorded not in set(Arm):
            raise Refused(f"the recording's header has an arm that there is not: `{recorded}`")
        limits = self.limits or Limits(arm=Arm(recorded))
        return limits if self.arm is None else replace(limits, arm=self.arm)


def load_or_raise(path: Path, env: Mapping[str, str]) -> tuple[Configuration, list[Problem]]:
    """The configuration and its warnings. Raises ConfigurationError with every problem."""
    found = load_configuration(path, env, in_service=False)
    return found.or_raise(), found.problems


def rules_for_replay(
    configuration: Configuration | None, rules: Sequence[Path], arm: Arm | None
) -> tuple[ReplayRules, list[Problem]]:
    """These rules under the configuration's tags, packs and limits; without any, the configuration's own.

    Raises ConfigurationError where one of the files has a mistake.
    """
    if configuration is not None and not rules:
        return ReplayRules(configuration.book, configuration.limits, arm), []
    book, problems = _book(configuration, rules)
    return ReplayRules(book, configuration.limits if configuration else None, arm), problems


def _book(configuration: Configuration | None, paths: Sequence[Path]) -> tuple[Rulebook, list[Problem]]:
    beside = [configuration.settings.rules] if configuration else paths
    by_name, problems = read_packs(pack_files_beside(beside))
    packs = Packs(by_name)
    files = [file for path in paths for file in rule_files(path)]
    rules = load_rules(files, packs.known_events)
    problems = in_order([*problems, *rules.problems])
    if has_error(problems):
        raise ConfigurationError(problems)
    if configuration is None:
        return build_book(rules.rules, packs, _untagged, rules.windows, rules.own_facts), problems
    book = build_book(rules.rules, packs, configuration.book.tags_of, rules.windows, rules.own_facts)
    return replace(book, choose_pack=configuration.book.choose_pack), problems


def _untagged(_profile: Profile, _pack: str) -> frozenset[str]:
    return frozenset()
