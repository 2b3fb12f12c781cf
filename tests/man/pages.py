"""The manual: automaton(1) of the helps, automaton.yml(5) of its schema, automaton-rules(5) of its page.

`python -m tests.man.pages` writes them into man/, from where the wheel installs them.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from automaton import __version__
from automaton.cli.commands import SECTIONS, module_of
from automaton.cli.main import app
from automaton.cli.options import DEFAULT_CONFIG
from automaton.workbench.exit_code import MEANINGS
from automaton.workbench.schema import automaton_schema
from tests.man import roff
from tests.man.parameters import parameters

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "man"
Schema = Mapping[str, Any]


def pages() -> dict[str, str]:
    """The text of each page, by the name of its file."""
    made = {
        "automaton.1": _command(),
        "automaton.yml.5": _settings(),
        "automaton-rules.5": _rules(),
    }
    return {name: "\n".join(lines) + "\n" for name, lines in made.items()}


def _command() -> Iterator[str]:
    yield from roff.title("AUTOMATON", 1, __version__)
    yield from _name("automaton", str(app.info.help))
    yield from roff.heading("Synopsis")
    yield f"{roff.bold('automaton')} [{roff.bold('-h')}] [{roff.bold('--version')}] COMMAND [ARGS]"
    for section, lines in SECTIONS.items():
        yield from roff.heading(section)
        for name in lines:
            yield from _subcommand(name)
    yield from roff.heading("Exit status")
    for code, meaning in MEANINGS.items():
        yield from roff.term(roff.bold(str(code)), [roff.inline(meaning)])
    yield from roff.heading("Files")
    yield from roff.term(roff.bold(str(DEFAULT_CONFIG)), ["The daemon\\(aqs own file."])
    yield from _see_also("automaton.yml(5)", "automaton-rules(5)", "systemd(1)")


def _subcommand(name: str) -> Iterator[str]:
    module = importlib.import_module(module_of(name))
    taken = list(parameters(module.run))
    arguments = [one.typed if one.is_needed else f"[{one.typed}]" for one in taken if not one.is_option]
    options = ["[OPTIONS]"] if any(one.is_option for one in taken) else []
    yield from roff.subheading(" ".join(["automaton", name, *options, *arguments]))
    for text in (inspect.getdoc(module.run) or "").split("\n\n"):
        yield from roff.paragraph(" ".join(text.split()))
    for one in sorted(taken, key=lambda one: one.is_option):
        yield from roff.term(roff.bold(one.typed), [roff.inline(one.help)])
    yield from roff.code(module.EXAMPLES)


def _settings() -> Iterator[str]:
    schema = automaton_schema()
    yield from roff.title("AUTOMATON.YML", 5, __version__)
    yield from _name("automaton.yml", "the configuration of the automaton daemon")
    yield from roff.heading("Synopsis")
    yield roff.bold(str(DEFAULT_CONFIG))
    yield from roff.heading("Keys")
    told = set[str]()
    for key, value in schema["properties"].items():
        yield from _key(key, value, schema["definitions"], told)
    yield from _see_also("automaton(1)", "automaton-rules(5)")


def _key(key: str, value: Schema, defined: Mapping[str, Schema], told: set[str]) -> Iterator[str]:
    """A key, and below it the keys of what it holds, where they have not been told yet."""
    kind, below = _kind(value, defined)
    yield from roff.term(f"{roff.bold(key + ':')} {roff.escaped(kind)}", _described(value))
    new = [name for name in dict.fromkeys(below) if name not in told]
    told.update(new)
    for name in new:
        properties = defined[name].get("properties", {})
        if properties:
            yield ".RS"
            for inner, one in properties.items():
                yield from _key(inner, one, defined, told)
            yield ".RE"


def _described(value: Schema) -> list[str]:
    first = str(value.get("description", "")).split("\n", maxsplit=1)[0]
    return [roff.inline(first)] if first else []


def _kind(value: Schema, defined: Mapping[str, Schema]) -> tuple[str, list[str]]:
    """What is written there in a few words, and the definitions that say more."""
    if "$ref" in value:
        name = str(value["$ref"]).rpartition("/")[2]
        if name == "secret":
            ways = next(one for one in defined[name]["anyOf"] if "properties" in one)["properties"]
            return "a secret, " + " or ".join(f"{{{way}: …}}" for way in ways), []
        if defined[name].get("properties"):
            return "keys of its own", [name]
        return _kind(defined[name], defined)
    for many in ("anyOf", "oneOf", "allOf"):
        if many in value:
            kinds = [_kind(one, defined) for one in value[many]]
            words = list(dict.fromkeys(word for word, _ in kinds if word))
            return _text(words), [name for _, names in kinds for name in names]
    if {*value.get("enum", ())} == {True, False, "true", "false"}:
        return "true or false", []
    if "enum" in value:
        return ", ".join(str(one) for one in value["enum"]), []
    if "const" in value:
        return str(value["const"]), []
    if isinstance(value.get("additionalProperties"), Mapping):
        word, names = _kind(value["additionalProperties"], defined)
        return f"by name: {word}", names
    if "items" in value:
        word, names = _kind(value["items"], defined)
        return f"a list of: {word}", names
    kinds_of_yaml = value.get("type", "")
    return _text(kinds_of_yaml if isinstance(kinds_of_yaml, list) else [kinds_of_yaml]), []


def _text(words: Sequence[str]) -> str:
    """A text may look like a number or a truth: that is YAML's business, and no choice of the reader's."""
    scalars = {"string", "number", "boolean", "string or number or boolean", "text"}
    if len(words) > 1 and "string" in words:
        words = ["text", *(word for word in words if word not in scalars)]
    for one in words:
        if f"a list of: {one}" in words:
            words = [word for word in words if word != f"a list of: {one}"] + ["a list of them"]
    return " or ".join(words)


def _rules() -> Iterator[str]:
    yield from roff.title("AUTOMATON-RULES", 5, __version__)
    yield from _name("automaton-rules", "the rules that the automaton daemon judges by")
    yield from roff.heading("Description")
    yield from roff.markdown((ROOT / "rules" / "README.md").read_text(encoding="utf-8"))
    yield from _see_also("automaton(1)", "automaton.yml(5)")


def _name(name: str, what: str) -> Iterator[str]:
    yield from roff.heading("Name")
    yield f"{roff.escaped(name)} \\- {roff.escaped(what)}"


def _see_also(*others: str) -> Iterator[str]:
    yield from roff.heading("See also")
    yield ", ".join(f"{roff.bold(one.partition('(')[0])}({one.partition('(')[2]}" for one in others)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
