"""YAML to nodes that know their place. Nothing is constructed, nothing is executed.

The nodes are built from the parser's events with a stack, for the C loader recurses, and ends the process at
100,000 levels. Bytes, nodes and depth are bounded; an alias counts as what it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import yaml

from automaton.checkpoint import checkpoint
from automaton.errors import ConfigurationError, Invalid
from automaton.problem import FilePlace, Problem, has_error, in_order, problem_at
from automaton.schema.mended_line import swapped_quotes
from automaton.schema.scalar import Scalar, Style, single_quoted
from automaton.schema.yaml_errors import HIDES, MAX_DEPTH, TOO_DEEP, explain_tag, explain_yaml, negated

MAX_BYTES = 1_000_000
MAX_NODES = 100_000

_STYLES = {"'": Style.SINGLE, '"': Style.DOUBLE, "|": Style.BLOCK, ">": Style.BLOCK}
_COMMENT = re.compile(r"[ \t]+#[^\r\n]*")
_NO_MERGE = (
    "`<<` is not read: write its keys here as well; what several rules do can stand once in `macros`, and"
    " their values in `vars`"
)
_IN_BRACES = re.compile(r"\{\{([^{}\n]+)\}\}")
_BRACKETS = frozenset("()[]{}")


class Mapping(dict["Scalar", "Node"]):
    """A mapping, in the order of the file. A key is a Scalar, so that it has a place of its own."""

    __slots__ = ("nodes", "place")

    def __init__(self, place: FilePlace) -> None:
        super().__init__()
        self.place = place
        self.nodes = 1

    def key(self, name: str) -> Scalar | None:
        """The key with its place, None where it is missing."""
        return next((key for key in self if key == name), None)

    def renamed(self, meant: Callable[[str], str]) -> Mapping:
        """The same with other keys, each at its place; of two that become one the first is kept."""
        changed = Mapping(self.place)
        for key, value in self.items():
            word = meant(key)
            if word == key or not (word in self or word in changed):
                changed[key if word == key else Scalar(word, key.place)] = value
        return changed

    def find(self, name: str) -> Node | None:
        """The value of a key, None where it is missing."""
        return self.get(Scalar(name, self.place))


class Sequence(list["Node"]):
    """A list."""

    __slots__ = ("nodes", "place")

    def __init__(self, place: FilePlace) -> None:
        super().__init__()
        self.place = place
        self.nodes = 1


Node = Scalar | Mapping | Sequence


def find(node: Node | None, *keys: str) -> Node | None:
    """The value below these keys, None where one is missing or leads into no mapping."""
    for key in keys:
        node = node.find(key) if isinstance(node, Mapping) else None
    return node


def items(node: Node | None) -> list[tuple[Scalar, Node]]:
    """The keys and values of a mapping; none of anything else."""
    return list(node.items()) if isinstance(node, Mapping) else []


def read(text: str, file: str) -> Node:
    """The one document of a file; an empty mapping where there is none.

    Raises ConfigurationError with every problem of its YAML.
    """
    node, problems = read_all(text, file)
    if node is None or has_error(problems):
        raise ConfigurationError(problems)
    return node


def read_all(text: str, file: str) -> tuple[Node | None, list[Problem]]:
    """The document as far as it can be read, None where it cannot, and all problems of its YAML."""
    start = FilePlace(file)
    if len(text) > MAX_BYTES or len(text.encode(errors="replace")) > MAX_BYTES:
        return None, [problem_at(start, "too-large", "a file is at most 1 MB")]
    builder = _Builder(text.removeprefix("\N{BOM}"), file)
    try:
        builder.build()
    except Invalid as error:  # what comes after this place is not read
        return None, in_order([*builder.problems, error.problem])
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        problem = explain_yaml(error, text, file)
        return None, in_order([*_but_its_beginning(builder.problems, problem), problem])
    root = builder.root if builder.root is not None else Mapping(start)
    return root, in_order(builder.problems)


@dataclass
class _Builder:
    text: str
    file: str
    problems: list[Problem] = field(default_factory=list)
    root: Node | None = None
    open: list[Mapping | Sequence] = field(default_factory=list)
    keys: list[Scalar | None] = field(default_factory=list)  # of each open node the key that waits
    anchors: dict[str, Node | None] = field(default_factory=dict)  # None while its node is open
    opened_by: list[str | None] = field(default_factory=list)
    nodes: int = 0
    documents: int = 0

    def build(self) -> None:
        for event in yaml.parse(self.text, Loader=yaml.CSafeLoader):
            match event:
                case yaml.DocumentStartEvent():
                    self.documents += 1
                    if self.documents > 1:
                        message = "a file holds one document: `---` begins another"
                        raise Invalid(problem_at(self.place(event), "second-document", message))
                case yaml.ScalarEvent():
                    self.add(self.scalar(event), event.anchor)
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self.begin(event)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self.end()
                case yaml.AliasEvent():
                    self.alias(event)

    def place(self, event: yaml.Event) -> FilePlace:
        mark = event.start_mark
        assert mark is not None
        return FilePlace(self.file, mark.line + 1, mark.column + 1)

    def say(self, place: FilePlace, code: str, message: str, suggestion: str = "", found: str = "") -> None:
        self.problems.append(problem_at(place, code, message, suggestion=suggestion, found=found))

    def count(self, nodes: int, place: FilePlace, alias: str = "") -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            message = f"a file holds at most {MAX_NODES:,} values"
            if alias:
                message += f", and an alias counts as all that it stands for: `{alias}` as {nodes:,}"
            raise Invalid(problem_at(place, "too-many-values", message))

    def scalar(self, event: yaml.ScalarEvent) -> Scalar:
        assert event.start_mark is not None
        assert event.end_mark is not None
        source = self.text[event.start_mark.index : event.end_mark.index]
        place = self.place(event)
        if event.tag is not None:
            self.problems.append(explain_tag(event.tag, event.value, place))
            return Scalar(negated(event.tag, event.value), place)
        style = _STYLES.get(event.style or "", Style.PLAIN)
        behind = _COMMENT.match(self.text, event.end_mark.index) if style is Style.PLAIN else None
        return Scalar(event.value, place, style, source, behind[0].rstrip() if behind is not None else "")

    def begin(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        place = self.place(event)
        if event.tag is not None:
            self.problems.append(explain_tag(event.tag, "", place))
        if len(self.open) >= MAX_DEPTH:
            raise Invalid(problem_at(place, "too-deep", TOO_DEEP))
        self.count(1, place)
        if self.open and isinstance(self.open[-1], Mapping) and self.keys[-1] is None:
            raise Invalid(self.no_key(event, place))
        self.open.append(Mapping(place) if isinstance(event, yaml.MappingStartEvent) else Sequence(place))
        self.keys.append(None)
        self.opened_by.append(event.anchor)
        if event.anchor is not None:
            self.anchors[event.anchor] = None

    def no_key(self, event: yaml.Event, place: FilePlace) -> Problem:
        """For a mapping or list as a key. `{{ … }}` is how others mark an expression."""
        assert event.start_mark is not None
        if found := _IN_BRACES.match(self.text, max(event.start_mark.index - 1, 0)):
            message = f"an expression stands bare here, without `{{{{…}}}}`: write `{found[1].strip()}`"
            return problem_at(place, "key", f"{message}; {HIDES}")
        return problem_at(place, "key", "a key is a text: a list or mapping cannot be one")

    def end(self) -> None:
        checkpoint()
        node: Node = self.open.pop()
        self.keys.pop()
        if isinstance(node, Mapping) and (bare := _cut_expression(node)) is not None:
            message = "an expression stands bare here, without `{…}`"
            self.say(bare.place, "comma", message, bare.source)
            node = bare
        self.put(node, self.opened_by.pop())

    def alias(self, event: yaml.AliasEvent) -> None:
        place = self.place(event)
        name = f"*{event.anchor}"
        if event.anchor not in self.anchors:
            message = f"`{name}` is an alias in YAML, and nothing is named so: a glob stands in quotes"
            self.say(place, "alias", message, f'"{name}"')
            node: Node = Scalar(name, place, Style.DOUBLE, f'"{name}"')
        else:
            known = self.anchors[event.anchor]
            if known is None:
                raise Invalid(problem_at(place, "alias", f"`{name}` contains itself"))
            if len(self.open) + _height(known) > MAX_DEPTH:
                raise Invalid(problem_at(place, "too-deep", TOO_DEEP))
            node = known
        self.count(_size(node), place, name)
        self.put(node, None)

    def add(self, node: Scalar, anchor: str | None) -> None:
        self.count(1, node.place)
        self.put(node, anchor)

    def put(self, node: Node, anchor: str | None) -> None:
        """Adds a finished node to the innermost open one; the outermost becomes the root."""
        if anchor is not None:
            self.anchors[anchor] = node
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if isinstance(parent, Sequence):
            parent.append(node)
            parent.nodes += _size(node)
        elif self.keys[-1] is None:
            self.keys[-1] = self.as_key(node)
        else:
            key, self.keys[-1] = self.keys[-1], None
            self.pair(parent, key, node)

    def as_key(self, node: Node) -> Scalar:
        if not isinstance(node, Scalar):
            raise Invalid(problem_at(node.place, "key", "a key is a text: an alias to more cannot be one"))
        return node

    def pair(self, mapping: Mapping, key: Scalar, value: Node) -> None:
        mapping.nodes += 1 + _size(value)
        if key == "<<" and key.style is Style.PLAIN:
            self.say(key.place, "merge-key", _NO_MERGE)
        elif isinstance(value, Scalar) and value.is_null and _BRACKETS & set(key):
            self.rejoin(mapping, key, value)
        elif (first := mapping.key(key)) is not None:
            where = f"first in line {first.place.line}"
            message = f"the key `{key}` stands here twice, {where}: one of them has to go"
            self.say(key.place, "duplicate-key", message)
        else:
            mapping[key] = value

    def rejoin(self, mapping: Mapping, key: Scalar, nothing: Scalar) -> None:
        """A comma cut an expression in two: `{while: avg(memory, 5m) > 3}`. Reported once, and joined.

        What is no value of a key, `{avg(memory, 5m) > 3}`, is joined here and told at its end.
        """
        message = "a `,` inside `{…}` ends the value: put the expression in single quotes"
        last = next(reversed(mapping), None)
        before = mapping[last] if last is not None else None
        if last is None:
            mapping[key] = nothing
            return
        if isinstance(before, Scalar) and before.is_null and not before.source and len(mapping) == 1:
            del mapping[last]
            whole = f"{last.source}, {key.source}"
            mapping[Scalar(f"{last}, {key}", last.place, Style.PLAIN, whole)] = nothing
            return
        if not isinstance(before, Scalar) or before.style is not Style.PLAIN:
            self.say(key.place, "comma", message)
            return
        gap = ", "
        whole = f"{before.source}{gap}{key.source}"
        self.say(before.place, "comma", message, single_quoted(swapped_quotes(whole)))
        mapping[last] = Scalar(f"{before}{gap}{key}", before.place, Style.PLAIN, whole)


def _cut_expression(mapping: Mapping) -> Scalar | None:
    """What `rejoin` made of an expression in braces with a comma in it: one key, and no value."""
    key, value = next(iter(mapping.items()), (None, None))
    is_bare = key is not None and len(mapping) == 1 and isinstance(value, Scalar) and value.is_null
    return key if key is not None and is_bare and ", " in key and _BRACKETS & set(key) else None


def _size(node: Node) -> int:
    return 1 if isinstance(node, Scalar) else node.nodes


def _height(node: Node) -> int:
    """Levels of this node and below. It was built within MAX_DEPTH, so the recursion is bounded too."""
    match node:
        case Mapping():
            return 1 + max(map(_height, node.values()), default=0)
        case Sequence():
            return 1 + max(map(_height, node), default=0)
        case _:
            return 0


def _but_its_beginning(problems: list[Problem], problem: Problem) -> list[Problem]:
    """The first without what is the beginning of the last: `matches(it.text, '^[a-z]'` without its `)`."""
    last = problems[-1] if problems else None
    is_cut = last is not None and last.code == "comma" and last.line == problem.line
    return problems[:-1] if is_cut else problems
