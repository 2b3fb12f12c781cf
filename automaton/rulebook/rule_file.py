"""Reads rule files and rules. Of a wrong one, what is right is still read: all problems are found at once."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf

from automaton.problem import Problem
from automaton.rulebook.catalogue import all_kinds
from automaton.rulebook.key_combinations import check_key_combinations
from automaton.rulebook.model import MacroModel, PartOfRule, RuleFile, RuleModel
from automaton.rulebook.time_window import WindowModel
from automaton.schema.context import ValidationContext
from automaton.schema.definitions import Definitions
from automaton.schema.kinds import Catalogue
from automaton.schema.nodes import Mapping, Node, Sequence
from automaton.schema.scalar import Scalar
from automaton.schema.selector import ServerSelector
from automaton.schema.validate import fit, fit_into

Files = MappingOf[str, RuleFile]
"""Rule files by their name, in their order."""


def read_file(node: Node) -> tuple[RuleFile | None, list[Problem]]:
    """The file, or one with what is right of it, so that all problems are found at once."""
    file, problems = fit(node, RuleFile)
    if file is not None or not isinstance(node, Mapping):
        return file, problems
    right = {key: value for key, value in node.items() if _fits(RuleFile, key, value)}
    rest = {key: value for key, value in node.items() if key not in right and isinstance(value, Mapping)}
    file = RuleFile.model_validate(dict(right), context=ValidationContext(partial=True))
    stand_ins = {
        "groups": ServerSelector.EVERYTHING, "windows": WindowModel(), "macros": MacroModel(do=None),
        "facts": None,
    }  # fmt: skip
    return file.model_copy(update={
        str(key): {name: _entry(key, name, entry, stand_ins[key]) for name, entry in value.items()}
        for key, value in rest.items() if key in stand_ins
    }), problems  # fmt: skip


def read_rule(
    node: object, kinds: Catalogue | None = None, definitions: Definitions | None = None
) -> tuple[RuleModel | None, list[Problem]]:
    """A rule, or what is right of one with problems, so that all of them are found at once."""
    assert isinstance(node, Scalar | Mapping | Sequence)
    kinds = kinds or all_kinds()
    model, problems = fit(node, RuleModel, kinds=kinds, definitions=definitions)
    if not isinstance(node, Mapping):
        return model, problems
    problems += check_key_combinations(node)
    if model is not None:
        return model, problems
    right = Mapping(node.place)
    for key, value in node.items():
        alone = Mapping(node.place)
        alone[key] = value
        if _part(alone, kinds, definitions) is not None:
            right[key] = value
    return _part(right, kinds, definitions), problems


def _part(node: Mapping, kinds: Catalogue, definitions: Definitions | None) -> RuleModel | None:
    return fit_into(ValidationContext(kinds=kinds, definitions=definitions, partial=True), node, PartOfRule)


def _entry(key: Scalar, name: Scalar, entry: Node, instead: object) -> object:
    """One group, window or macro; a stand-in where it is wrong, so that its users are not blamed for it."""
    alone = Mapping(entry.place)
    alone[name] = entry
    file = _fits(RuleFile, key, alone)
    return getattr(file, key)[name] if file is not None else instead


def _fits(model: type[RuleFile], key: Scalar, value: Node) -> RuleFile | None:
    alone = Mapping(value.place)
    alone[key] = value
    context = ValidationContext(partial=True)
    found = fit_into(context, alone, model)
    return None if context.problems else found
