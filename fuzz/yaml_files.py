"""Files that an operator writes: rules, automaton.yml, packs, and the YAML below them.

The first line says which. Mistakes are Problems, each inside the file; nothing else is raised. A file either
has an error or is loaded, and loading it again gives the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from automaton.packs.load import Packs, read_packs
from automaton.packs.model import PackFile
from automaton.problem import Problem, has_error
from automaton.rulebook.load import load_texts
from automaton.schema.nodes import MAX_NODES, Node, read_all
from automaton.schema.scalar import Scalar
from automaton.schema.validate import fit
from automaton.settings.load import check as check_settings
from fuzz.corpus import packs, rule_files

_KNOWN = Packs(read_packs([])[0]).known_events
_NOWHERE = Path("/nonexistent/automaton.yml")
_SETTINGS = """\
panels: {main: {url: "https://panel.test", keys: [{file: key}]}}
nodes: {edge: {config: /nonexistent/config.yml}}
channels: {ops: {urls: [{file: ops.url}], rate: 10/1m, min_severity: warning}}
limits:
  arm: live
  settle: 30s
  allow: {power: [start, stop, restart], send: [say, save-all]}
  power: {server: 3/10m, node: 4/10m}
tags: {prod: {servers: [lobby, "*"]}}
listen: {http: "127.0.0.1:9000"}
rules: rules.d
"""


def check(data: bytes) -> None:
    """Loads one file as what its first line says it is."""
    head, _, rest = data.partition(b"\n")
    text = rest.decode(errors="replace")
    node, problems = read_all(text, "f.yml")
    _inside(problems, text)
    assert node is not None or has_error(problems), "nothing was read, and nothing is wrong"
    if node is not None:
        assert _size(node) <= MAX_NODES
    match head:
        case b"rules":
            loaded, again = (load_texts([("f.yml", text)], _KNOWN) for _ in range(2))
            _inside([*loaded.problems, *loaded.doubts], text)
            assert not (loaded.rules and has_error(loaded.problems)), "rules in spite of a mistake"
            assert loaded.problems == again.problems
            assert loaded.rules == again.rules
        case b"settings":
            checked = check_settings(text, _NOWHERE, {}, in_service=False)
            assert (checked.settings is None) == has_error(checked.problems)
        case b"pack" if node is not None:
            pack, problems = fit(node, PackFile)
            _inside(problems, text)
            if pack is not None:
                pack.for_engine()
                pack.console_format()


def seeds() -> Iterator[bytes]:
    """The recipes, files that are wrong, the packs, an automaton.yml, and YAML at its bounds."""
    yield from (b"rules\n" + text.encode() for text in rule_files())
    yield from (b"pack\n" + text.encode() for text in packs())
    yield b"settings\n" + _SETTINGS.encode()
    for text in (
        "a: &a [x]\nb: [*a, *a]\nc: &c [*c]", "a: !!python/object:os.system x", "{a: 1, a: 2}", "? [a]\n: b",
        "[" * 200, "a: on\nb: 010\nc: 1:30\nd: ~", "--- a\n--- b", "<<: {a: 1}",
        "\ufeffa: |\n  b\n", "a: >-\n\tb",
    ):  # fmt: skip
        yield b"yaml\n" + text.encode()


def _inside(problems: Iterable[Problem], text: str) -> None:
    lines = text.count("\n") + text.count("\r") + text.count("\x85") + text.count("\u2028") + 2
    for problem in problems:
        assert problem.message
        assert problem.file != "f.yml" or (1 <= problem.line <= lines and problem.column >= 1), problem


def _size(node: Node) -> int:
    return 1 if isinstance(node, Scalar) else node.nodes
