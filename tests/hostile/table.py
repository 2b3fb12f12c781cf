"""The table of docs/security.md, written from the tests that are here: `python -m tests.hostile.table`.

The promise is the first line of a module, the attack is a test's name in words. So no row is without its test.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.security.page import PAGE_FILE, ROOT, with_part

HERE = Path(__file__).parent
PART = "attacks"  # of docs/security.md

OF_THE_TABLE = "test_table.py"  # attacks nobody


@dataclass(frozen=True, slots=True)
class Attack:
    """One test: its file and name, and with how many variants it runs."""

    file: str
    test: str
    variants: int

    @property
    def words(self) -> str:
        """The test's name as a sentence."""
        text = self.test.removeprefix("test_").replace("_", " ")
        return text[:1].upper() + text[1:]


def collected() -> list[str]:
    """The node ids of all attacks, campaigns too, as pytest finds them."""
    options = ["--collect-only", "-q", "-m", "long or not long", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-o", "addopts=--import-mode=importlib", str(HERE)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if "::" in line]


def attacks(nodes: Iterable[str]) -> list[Attack]:
    """The tests behind node ids, in their order, each once with its variants counted."""
    counts = Counter(node.partition("[")[0] for node in nodes)
    return [
        Attack(Path(file).name, test, variants)
        for (file, _, test), variants in ((node.rpartition("::"), count) for node, count in counts.items())
        if Path(file).name != OF_THE_TABLE
    ]


def promise(file: str) -> str:
    """The first line of a module's docstring."""
    text = ast.get_docstring(ast.parse((HERE / file).read_text())) or ""
    assert text, f"{file} makes no promise: its first line is the sentence that its tests keep"
    return text.splitlines()[0]


def table(found: Sequence[Attack]) -> str:
    """What stands between the markers."""
    return "".join(f"{line}\n" for line in _lines(found))


def _lines(found: Sequence[Attack]) -> Iterator[str]:
    total, variants = len(found), sum(attack.variants for attack in found)
    yield f"{total} attacks, in {variants} variants, each on the installed program."
    for file in sorted({attack.file for attack in found}):
        yield ""
        yield f"**{promise(file)}** [tests/hostile/{file}](../tests/hostile/{file})"
        yield ""
        yield "| attack, and what happens | variants | test |"
        yield "|---|---|---|"
        for attack in found:
            if attack.file == file:
                yield f"| {attack.words} | {attack.variants} | `{attack.test}` |"


if __name__ == "__main__":
    page = PAGE_FILE.read_text(encoding="utf-8")
    PAGE_FILE.write_text(with_part(PART, table(attacks(collected())), page), encoding="utf-8")
