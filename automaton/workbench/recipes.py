"""`automaton recipes`: the rules that ship, which of them fit the servers here, and how one becomes yours."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from automaton.configuration.load import Configuration, load_configuration
from automaton.configuration.pack_commands import never_allowed
from automaton.configuration.recipes import NOTHING, Recipe, all_recipes
from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import AutomatonError, ConfigurationError, Refused
from automaton.printable import say, say_json
from automaton.problem import Problem
from automaton.rulebook.load import LoadedRules, load_texts, rule_files
from automaton.schema.files import read_text
from automaton.settings.control_socket import USUAL_FILE
from automaton.workbench.daemon_client import find_daemon
from automaton.workbench.daemon_command import TableLayout
from automaton.workbench.exit_code import CONFIGURATION_ERROR, FAILED, OK, exit_code_of
from automaton.workbench.operator import OpenDirect
from automaton.workbench.problem_report import print_problems
from automaton.workbench.schema import file_name, modeline
from automaton.workbench.terminal import has_colours, plain, width_of


@dataclass(frozen=True, slots=True)
class Row:
    """A recipe; `fits` is None where no server was seen."""

    recipe: Recipe
    fits: bool | None


LAYOUT: TableLayout[Row] = TableLayout(
    ("RECIPE", "FITS", "GAMES", "FOR", "TAGS", "FACTS", "ALLOW"),
    lambda row: (
        row.recipe.name,
        {True: "yes", False: "no", None: "-"}[row.fits],
        row.recipe.games,
        row.recipe.summary,
        ", ".join(row.recipe.tags) or "-",
        ", ".join(row.recipe.facts) or "-",
        row.recipe.allow,
    ),
    below=4,
)


def listed(config: Path, direct: OpenDirect, *, as_json: bool) -> int:
    """0. Whether a recipe fits is left open where no server can be seen, and why is told."""
    try:
        packs: Collection[str] | None = _packs(config, direct)
    except AutomatonError as problem:
        packs = None
        say(f"note: which of them fit your servers is not known: {_first_line(problem)}", err=True)
    rows = [Row(one, None if packs is None else one.fits(packs)) for one in all_recipes()]
    if as_json:
        say_json({"recipes": [_data(row) for row in rows]})
    else:
        for line in LAYOUT.lines(rows, colours=has_colours(sys.stdout), width=width_of(sys.stdout)):
            say(line)
    return OK


def show(name: str, *, as_json: bool) -> int:
    """Prints the file as it ships; 1 where there is none."""
    try:
        recipe = _named(name)
    except Refused as problem:
        return _failed(problem)
    if as_json:
        say_json({**_data(Row(recipe, None)), "text": recipe.text})
    else:
        say(recipe.text, nl=False)
    return OK


def add(config: Path, name: str) -> int:
    """0 once the recipe is written among the rules; 1 where that is refused, 78 where it were a mistake."""
    try:
        recipe = _named(name)
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
        return _failed(problem)
    print_problems(problems)
    for line in _told(recipe, path):
        say(line)
    return OK


def _named(name: str) -> Recipe:
    every = {one.name: one for one in all_recipes()}
    found = every.get(name.removesuffix(".yml"))
    if found is None:
        near = nearest(name.removesuffix(".yml"), list(every))
        hint = did_you_mean(near) if near else "; `automaton recipes` lists them"
        raise Refused(f"no recipe is called `{plain(name)}`{hint}")
    return found


def _packs(config: Path, direct: OpenDirect) -> list[str]:
    """Of the servers that the daemon watches; without one, that the configuration chooses."""
    if config == USUAL_FILE and not config.exists():
        raise Refused(f"there is no {config} yet; `automaton init` writes one")
    daemon = find_daemon(config)
    if daemon is None:
        access = direct(config)
        rows, unheard = access.servers(), access.unheard()
        if unheard and not rows:
            raise unheard[0]
        return [row.pack for row in rows]
    try:
        return [row.pack for row in daemon.servers()]
    finally:
        daemon.close()


# Adding one


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
    rights = never_allowed(loaded.rules, configuration.packs.for_engine(), configuration.limits.allow)
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


def _data(row: Row) -> dict[str, object]:
    one = row.recipe
    return {
        "name": one.name,
        "fits": row.fits,
        "games": one.games,
        "for": one.purpose,
        "tags": list(one.tags),
        "facts": list(one.facts),
        "allow": one.allow,
    }


def _first_line(problem: AutomatonError) -> str:
    if isinstance(problem, ConfigurationError):
        errors = [one for one in problem.problems if one.severity == "error"]
        return plain(str(errors[0])) if errors else "the configuration has a mistake"
    return plain(str(problem))


def _failed(problem: AutomatonError) -> int:
    say(str(problem), err=True)
    return FAILED if isinstance(problem, Refused) else exit_code_of(problem)
