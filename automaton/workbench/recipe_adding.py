"""`automaton recipes add`: how a rule that ships becomes one of yours.

Law: it is judged among the rules that there are before anything is written, and nothing is overwritten.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from automaton.configuration.load import Configuration, load_configuration
from automaton.configuration.pack_commands import never_allowed, never_asked
from automaton.configuration.recipes import NOTHING, Recipe
from automaton.errors import AutomatonError, Refused
from automaton.printable import say
from automaton.problem import Problem
from automaton.rulebook.load import LoadedRules, load_texts, rule_files
from automaton.schema.files import read_text
from automaton.workbench.exit_code import CONFIGURATION_ERROR, OK, exit_code_of
from automaton.workbench.problem_report import print_problems
from automaton.workbench.recipes import recipe_named
from automaton.workbench.schema import file_name, modeline


def add(config: Path, name: str) -> int:
    """0 once the recipe is written among the rules; 1 where that is refused, 78 where it were a mistake."""
    try:
        recipe = recipe_named(name)
        found = load_configuration(config, os.environ, in_service=False)
        if found.configuration is None:
            print_problems(one for one in found.problems if one.severity == "error")
            say("nothing was written: mend these first", err=True)
            return CONFIGURATION_ERROR
        path = _place(recipe, found.configuration)
        problems = _judged(recipe, path, found.configuration)
        if any(one.severity == "error" for one in problems):
            print_problems(problems)
            say(
                "nothing was written: add to automaton.yml what is missing, or change a copy:"
                f" `automaton recipes show {recipe.name} > {path}`",
                err=True,
            )
            return CONFIGURATION_ERROR
        _write(recipe, path)
    except AutomatonError as problem:
        say(str(problem), err=True)
        return exit_code_of(problem)
    print_problems(problems)
    for line in _told(recipe, path):
        say(line)
    return OK


def _place(recipe: Recipe, configuration: Configuration) -> Path:
    """The file that it becomes. Raises Refused where that cannot be, with what to do instead."""
    folder = configuration.settings.rules
    if folder.is_file():
        raise Refused(
            f"`rules` of automaton.yml is one file, {folder}: copy into it what you want of"
            f" `automaton recipes show {recipe.name}`, or make `rules` a folder"
        )
    path = folder / recipe.file
    if path.exists():
        raise Refused(
            f"there is {path} already, and it stays as it is: compare it by"
            f" `automaton recipes show {recipe.name} | diff {path} -`"
        )
    return path


def _judged(recipe: Recipe, path: Path, configuration: Configuration) -> list[Problem]:
    """What would be wrong with it among the rules that there are. Raises Refused where one has its id."""
    mine = {rule.id for rule in _load([(str(path), recipe.text)], configuration).rules}
    rules = configuration.settings.rules
    texts = [(str(file), read_text(file)[0] or "") for file in (rule_files(rules) if rules.exists() else ())]
    for file, text in texts:
        taken = mine & {rule.id for rule in _load([(file, text)], configuration).rules}
        if taken:
            raise Refused(
                f"a rule in {file} is called `{min(taken)}` already, and one of the two would change the"
                " other: change the id in a copy, or take the other one away first"
            )
    loaded = _load([*texts, (str(path), recipe.text)], configuration)
    packs, allow = configuration.packs.games, configuration.limits.allow
    rights = (*never_allowed(loaded.rules, packs, allow), *never_asked(loaded.rules, packs, allow))
    return [one for one in (*loaded.problems, *rights) if one.file == str(path)]


def _load(texts: Sequence[tuple[str, str]], configuration: Configuration) -> LoadedRules:
    return load_texts(texts, configuration.packs.known_events, configuration.bounds)


def _write(recipe: Recipe, path: Path) -> None:
    has_schema = (path.parent / file_name("rules")).exists()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:  # never over another, whoever wrote that meanwhile
            file.write((modeline("rules") if has_schema else "") + recipe.text)
        path.chmod(0o644)
    except OSError as problem:
        raise Refused(f"{path} cannot be written: {problem.strerror}; nothing was added") from None


def _told(recipe: Recipe, path: Path) -> Iterator[str]:
    yield f"written: {path}"
    for tag in recipe.tags:
        yield f"it looks only at servers that `tags` of automaton.yml gives the tag `{tag}`"
    if recipe.allow != NOTHING:
        yield f"it acts only where `limits.allow` of automaton.yml has: {recipe.allow}"
    yield f"next: change it as you like, `automaton test {path}`, then `automaton reload`"
