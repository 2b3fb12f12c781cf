"""`automaton schema`: the JSON Schema of rule files and of automaton.yml, generated from the models alone.

Editors read it from `rules.schema.json` and `automaton.schema.json`, which are in `rules/` and are written
by `init` beside the files: so their help needs no network, and fits the version that reads the files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from inspect import getdoc
from typing import Any, Literal

from pydantic import BaseModel

from automaton.core.facts.table import SERVER_FACTS
from automaton.printable import say
from automaton.rulebook.catalogue import all_kinds
from automaton.rulebook.model import MacroModel, RuleFile, RuleModel
from automaton.rulebook.own_fact_model import SOURCES, OwnFactModel
from automaton.ruletest.fed_facts import READERS
from automaton.ruletest.model import Deeds, ExpectModel, FeedModel, TestModel, with_verbs
from automaton.schema.kinds import ActionModel, Catalogue, TriggerModel
from automaton.settings.model import Settings
from automaton.settings.secrets import SecretPlace
from automaton.workbench.json_schema import DIALECT, SCALARS, Schema, as_draft_07, definitions, ref
from automaton.workbench.key_descriptions import KEY_DESCRIPTIONS

Which = Literal["rules", "automaton"]
ALL: tuple[Which, ...] = ("rules", "automaton")

CONSTANT = {
    "type": "string",
    "pattern": r"^\s*\$\{\s*[A-Za-z_][A-Za-z0-9_]*\s*\}\s*$",
    "description": "A name of `vars`, or a parameter of the macro.",
}


def schema(which: Which = "rules") -> int:
    """Prints it. 0."""
    say(schema_text(which), nl=False)
    return 0


def file_name(which: Which) -> str:
    """What its file is called, in any folder."""
    return f"{which}.schema.json"


def shipped(which: Which) -> str:
    """The text as it ships with the package: what `schema_text` gives, without computing it."""
    return (files("automaton") / "recipes" / file_name(which)).read_text(encoding="utf-8")


def modeline(which: Which, folder: str = "") -> str:
    """The comment that tells an editor which schema a file has; `folder` is relative to the file."""
    return f"# yaml-language-server: $schema={folder}{file_name(which)}\n"


def schema_text(which: Which) -> str:
    """The text of its file."""
    made = rules_schema() if which == "rules" else automaton_schema()
    return json.dumps(made, indent=1, sort_keys=False) + "\n"


def automaton_schema() -> Schema:
    """Of automaton.yml. A secret may also be written there as a text, of which `check` warns."""
    defined, names = _defined([Settings, SecretPlace])
    secret = defined.pop(names[SecretPlace])
    defined["secret"] = {"anyOf": [{**secret, "minProperties": 1, "maxProperties": 1}, {"type": "string"}]}
    return _document("automaton.yml", defined.pop(names[Settings]), defined, constants=False)


def rules_schema(kinds: Catalogue | None = None) -> Schema:
    """Of a rule file, with these kinds of triggers and actions."""
    kinds = kinds or all_kinds()
    parts: list[type[BaseModel]] = [
        RuleFile, RuleModel, MacroModel, OwnFactModel, TestModel, FeedModel, with_verbs(ExpectModel),
        with_verbs(Deeds),
    ]  # fmt: skip
    defined, names = _defined([*parts, *kinds.triggers.values(), *kinds.actions.values()])
    for word, trigger in kinds.triggers.items():
        _require_word(defined[names[trigger]], word, trigger)
    for word, action in kinds.actions.items():
        _require_word(defined[names[action]], word, action)
    bare = sorted(word for word, kind in kinds.actions.items() if not kind.needs_a_value())
    step = {"anyOf": [{"enum": bare}, *(ref(names[kind]) for kind in kinds.actions.values())]}
    defined["trigger"] = {"anyOf": [ref(names[kind]) for kind in kinds.triggers.values()]}
    defined["step"] = step
    defined["steps"] = {"anyOf": [ref("step"), {"type": "array", "items": ref("step")}]}
    defined["awaited"] = {"anyOf": [{"type": SCALARS}, ref("trigger")]}
    defined["constant"] = CONSTANT
    defined[names[RuleModel]]["not"] = {"required": ["when", "while"]}
    defined[names[MacroModel]]["properties"]["do"] = ref("steps")
    defined[names[OwnFactModel]]["oneOf"] = [{"required": [source]} for source in SOURCES]
    _add_tests(defined, names)
    file = defined.pop(names[RuleFile])
    file["properties"]["vars"]["additionalProperties"] = {"type": SCALARS}
    file["properties"]["facts"]["additionalProperties"] = ref(names[OwnFactModel])
    file["properties"]["rules"]["items"] = ref(names[RuleModel])
    file["properties"]["tests"]["items"] = ref(names[TestModel])
    return _document("A rule file of automaton", file, defined, constants=True)


def _add_tests(defined: dict[str, Schema], names: Mapping[type[BaseModel], str]) -> None:
    """Adds what the models of a test leave to its own readers."""
    test, feed, expect = (defined[names[model]] for model in (TestModel, FeedModel, with_verbs(ExpectModel)))
    facts = {
        name: {"description": f"Fact: {fact.meaning}."}
        for name, fact in SERVER_FACTS.items()
        if name in READERS
    }
    defined["fed_server"] = {"type": "object", "properties": facts}
    one_server = ref("fed_server")
    test["properties"] |= {
        "server": one_server,
        "servers": {"type": "array", "minItems": 1, "items": one_server},
        "feed": _one_or_many(ref(names[FeedModel])),
        "expect": _one_or_many(ref(names[with_verbs(ExpectModel)])),
    }
    feed["properties"] |= facts
    feed["additionalProperties"] = True  # the fields of an event
    expect["properties"]["never"] = {"anyOf": [{"type": "string"}, ref(names[with_verbs(Deeds)])]}


def _defined(models: list[type[BaseModel]]) -> tuple[dict[str, Schema], dict[type[BaseModel], str]]:
    """The definitions, with the descriptions of their keys."""
    defined, names = definitions(models)
    for model, keys in KEY_DESCRIPTIONS.items():
        for key, meaning in keys.items():
            if (properties := defined.get(model.__name__, {}).get("properties")) is not None:
                _describe(properties, key, meaning)
    return defined, names


def _describe(properties: dict[str, Any], key: str, meaning: str) -> None:
    properties[key] = {**properties[key], "description": meaning}


def _require_word(written: Schema, word: str, kind: type[TriggerModel] | type[ActionModel]) -> None:
    """A kind is recognized by its word, so that one is required and described; it may have no value."""
    written["required"] = [word, *(key for key in written.get("required", ()) if key != word)]
    properties = written["properties"]
    _describe(properties, word, getdoc(kind) or "")
    if issubclass(kind, ActionModel) and not kind.needs_a_value():
        value = {key: one for key, one in properties[word].items() if key != "description"}
        properties[word] = {"description": getdoc(kind) or "", "anyOf": [value, {"type": "null"}]}
        if value.get("type") == "null":
            properties[word] = {"description": getdoc(kind) or "", "type": "null"}


def _one_or_many(one: Schema) -> Schema:
    return {"anyOf": [one, {"type": "array", "minItems": 1, "items": one}]}


def _document(title: str, root: Schema, defined: dict[str, Schema], *, constants: bool) -> Schema:
    told = as_draft_07(root, constants=constants)
    inner = {name: as_draft_07(one, constants=constants) for name, one in sorted(defined.items())}
    return {"$schema": DIALECT, "title": title, **told, "definitions": inner}
