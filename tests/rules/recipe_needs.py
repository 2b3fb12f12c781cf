"""What a recipe needs, by its rules: what its first comment has to say.

python -m tests.rules.recipe_needs FILE    its lines
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from automaton.core.calls import Signal
from automaton.core.events import Profile
from automaton.core.facts.own import FromAddress, FromConsole, OwnFact
from automaton.core.facts.table import SERVER_FACTS
from automaton.core.polling.polls import PLAYERS
from automaton.core.rules.rule import Rule
from automaton.expr.expression import Expression
from automaton.packs.load import Packs, read_packs
from automaton.rulebook.load import load_texts
from automaton.rulebook.rule_steps import walk
from automaton.schema.kinds import ActionModel, TriggerModel
from automaton.schema.leaves import all_leaves

PACKS = Packs(read_packs(())[0])
BY_THE_PACK = {"say": "say", "countdown": "say", "save": "save", "probe": "probe"}


def needs_of(text: str) -> list[str]:
    """The lines `Games`, `Tags`, `Facts`, `Needs` and `Allow`, without their `#`."""
    loaded = load_texts([("recipe.yml", text)], PACKS.known_events)
    rules = loaded.rules
    facts = list(dict.fromkeys(name for rule in rules for name in _facts(rule)))
    of_games = PACKS.known_events.facts.keys() - loaded.own_facts.keys()
    tags = frozenset(re.findall(r"\btag: ([\w-]+)", text))  # who takes a recipe gives servers its tag
    lines = [f"Games: {_games(rules, tags)}"]
    if tags:
        lines.append(f"Tags: {', '.join(sorted(tags))}")
    if facts:
        lines.append(f"Facts: {', '.join(facts)}")
    if needs := sorted(set(_needs(rules, loaded.own_facts.values()))):
        lines.append(f"Needs: {', '.join(needs)}")
    asked = [one.origin.send for one in loaded.own_facts.values() if isinstance(one.origin, FromConsole)]
    asked += [one for rule in rules for one in _asked_of_games(rule, of_games, tags)]
    return [*lines, f"Allow: {', '.join(_allow(rules, asked)) or 'nothing'}"]


def _games(rules: tuple[Rule, ...], tags: frozenset[str]) -> str:
    known = sorted(name for name in PACKS.games if name != "wings")
    fitting = [name for name in known if any(_covers(rule, name, tags) for rule in rules)]
    left_out = [name for name in known if name not in fitting]
    if not left_out:
        return "any"
    return f"any but {', '.join(left_out)}" if len(left_out) < len(fitting) else ", ".join(fitting)


def _covers(rule: Rule, pack: str, tags: frozenset[str]) -> bool:
    profile = Profile(uuid="u", id="i", name="n")
    return rule.servers is None or any(
        rule.servers.covers(profile, one, pack) for one in (frozenset[str](), tags)
    )


def _asked_of_games(rule: Rule, facts: AbstractSet[str], tags: frozenset[str]) -> Iterator[str]:
    """What is typed for the facts of packs that it reads; not for `players`, which are counted too."""
    for name, pack in PACKS.games.items():
        if _covers(rule, name, tags):
            by_itself = {pack.polls[PLAYERS].send} if PLAYERS in pack.polls else set()
            asked = {poll.send for fact, poll in pack.polls.items() if fact in facts & rule.names}
            yield from sorted(asked - by_itself)


def _facts(rule: Rule) -> Iterator[str]:
    values: list[object] = [rule.when, rule.holds, rule.until, rule.until_trigger, rule.guard, rule.unless]
    for leaf in all_leaves((*values, *rule.steps())):
        if isinstance(leaf, Expression):
            yield from (name for name in SERVER_FACTS if name in leaf.names)


def _needs(rules: Sequence[Rule], facts: Iterable[OwnFact]) -> Iterator[str]:
    """What automaton.yml has to define: addresses, programs, hooks."""
    yield from (f"http {one.origin.call.argument}" for one in facts if isinstance(one.origin, FromAddress))
    for step in _steps(rules):
        yield from (f"http {url}" for url in step.urls())
        yield from (f"exec {program}" for program in step.programs())
    for leaf in all_leaves(tuple(value for rule in rules for value in (rule.when, *rule.steps()))):
        if isinstance(leaf, TriggerModel):
            yield from (f"hook {name}" for name in leaf.refers().hooks)


def _steps(rules: Sequence[Rule]) -> list[ActionModel]:
    return [
        step
        for rule in rules
        for step in walk(
            tuple(one for one in block if isinstance(one, ActionModel)) for block in rule.steps()
        )
    ]


def _allow(rules: Sequence[Rule], asked: Iterable[str]) -> Iterator[str]:
    """`asked` are the commands of facts of one's own."""
    steps = _steps(rules)
    signals = {signal for step in steps for signal in step.wants().signals}
    powers = [one.value for one in Signal if one in signals]
    powers += ["reinstall"] if any(step.wants().reinstalls for step in steps) else []
    if powers:
        yield f"power [{', '.join(powers)}]"
    words = {one.source.split()[0] for step in steps for one in step.wants().commands}
    words |= {command.split()[0] for command in asked}
    if words:
        yield f"send [{', '.join(sorted(words))}]"
    spoken = {
        BY_THE_PACK[step.verb]
        for step in steps
        if step.verb in BY_THE_PACK and (step.verb != "countdown" or getattr(step, "say", None) is not None)
    }
    if spoken:
        *most, last = sorted(spoken)
        yield f"the game's {', '.join(most)} and {last}" if most else f"the game's {last}"
    wants = [step.wants() for step in steps]
    for key, named in (
        ("files", [path.source for one in wants for path in one.paths]),
        ("startup", [name for one in wants for name in one.variables]),
    ):
        if named:
            yield f"{key} [{', '.join(dict.fromkeys(named))}]"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        sys.stdout.write(
            f"{name}\n" + "\n".join(f"# {one}" for one in needs_of(Path(name).read_text())) + "\n"
        )
