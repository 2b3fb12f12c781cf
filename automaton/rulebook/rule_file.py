"""Reads rule files and rules. Of a wrong one, what is right is still read: all problems are found at once."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf

from automaton.problem import Problem, in_order, problem_at
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
from automaton.schema.validate import fit, fit_into, fit_partly

Files = MappingOf[str, RuleFile]
"""Rule files by their name, in their order."""


def read_file(node: Node) -> tuple[RuleFile | None, list[Problem]]:
    """The file, or one with what is right of it, so that all problems are found at once."""
    node, misshapen = _with_a_list_of_rules(node)
    file, problems = fit(node, RuleFile)
    problems = in_order([*misshapen, *problems])
    if file is not None or not isinstance(node, Mapping):
        return file, problems
    node = node.renamed(RuleFile.key_meant)
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


def _with_a_list_of_rules(node: Node) -> tuple[Node, list[Problem]]:
    """The file with its rules as a list, however they are written, and the problem of that."""
    if isinstance(node, Sequence) and node and all(isinstance(one, Mapping) for one in node):
        message = "a rule file is a mapping, and these entries stand in none: write `rules:` above them"
        file = Mapping(node.place)
        file[Scalar("rules", node.place)] = node
        return file, [problem_at(node.place, "wrong-shape", message, found="a list")]
    named = node.renamed(RuleFile.key_meant) if isinstance(node, Mapping) else None
    rules = named.find("rules") if named is not None else None
    if not isinstance(node, Mapping) or not isinstance(rules, Mapping):
        return node, []
    listed = Sequence(rules.place)
    is_one = not rules.keys().isdisjoint(RuleModel.known_keys())
    listed += (
        [rules] if is_one else [_of_id(key, one) for key, one in rules.items() if isinstance(one, Mapping)]
    )
    first, value = next(iter(rules.items()), ("…", None))
    cure = f"- {first}: {value}" if is_one and isinstance(value, Scalar) else f"- id: {first}"
    message = "`rules` is a list: each rule begins with `- `"
    problem = problem_at(rules.place, "wrong-shape", message, found="a mapping", suggestion=cure)
    file = Mapping(node.place)
    file.update((key, listed if value is rules else value) for key, value in node.items())
    return file, [problem]


def _of_id(id_: Scalar, value: Mapping) -> Mapping:
    """A rule that is written below its id."""
    if value.key("id") is not None:
        return value
    rule = Mapping(value.place)
    rule[Scalar("id", id_.place)] = id_
    rule.update(value)
    return rule


def ids_in(root: Node | None) -> tuple[str, ...]:
    """The ids of the rules in a file, right or wrong."""
    rules = root.find("rules") if isinstance(root, Mapping) else None
    items = rules if isinstance(rules, Sequence) else ()
    ids = (item.find("id") for item in items if isinstance(item, Mapping))
    return tuple(str(id_) for id_ in ids if isinstance(id_, Scalar))


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
    context = ValidationContext(kinds=kinds, definitions=definitions, partial=True)
    part, _ = fit_partly(context, node, PartOfRule)
    if part is not None:
        part._lost = frozenset(map(RuleModel.key_meant, node)) - _read(part)
        if isinstance(written := node.find("id"), Scalar) and "id" in part.lost:
            part = part.model_copy(update={"id": written})  # messages name it as it is written
    return part, problems


def _read(part: RuleModel) -> frozenset[str]:
    """The keys of which a value was read."""
    names = type(part).model_fields
    return frozenset(names[name].alias or name for name in part.model_fields_set)


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
