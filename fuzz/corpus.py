"""What targets begin with, read from the tests' own material when it is needed; nothing of it is kept here.

`write` puts a target's seeds and its words into a folder, as libFuzzer wants them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from fuzz.targets import Target

ROOT = Path(__file__).parents[1]
_TESTS = ROOT / "tests"
_WORD = re.compile(rb"[A-Za-z_@$&*!<|][A-Za-z0-9_.-]{1,19}")
_MOST_WORDS = 1000  # of a dictionary; libFuzzer tries them blindly


def frames() -> Iterator[str]:
    """Messages of a real Wings, as they were recorded."""
    for path in sorted((_TESTS / "wings" / "recorded").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row.get("dir") == "in":
                yield str(row["raw"]).strip()


def rule_files() -> Iterator[str]:
    """The recipes, and the files of rules that are wrong."""
    for folder in (ROOT / "rules", _TESTS / "rulebook" / "wrong"):
        for path in sorted(folder.glob("*.yml")):
            yield path.read_text(encoding="utf-8")


def packs() -> Iterator[str]:
    """The packs that ship with automaton."""
    for path in sorted((ROOT / "automaton" / "packs").glob("*.yml")):
        yield path.read_text(encoding="utf-8")


def console_lines() -> Iterator[str]:
    """What games print, from the tests of the packs: every text that looks like a console's line."""
    for path in sorted((_TESTS / "packs").glob("test_*.py")):
        for found in re.finditer(r'"((?:[^"\\\n]|\\.){12,300})"', path.read_text(encoding="utf-8")):
            yield found[1]


def expressions() -> Iterator[str]:
    """The expressions of the recipes and of the tests of the expression language."""
    wanted = re.compile(r"(?:while|until|where|if|not): '?([^'\n{}]+)")
    for text in rule_files():
        yield from (found[1].strip() for found in wanted.finditer(text))
    source = (_TESTS / "expr" / "test_parse.py").read_text(encoding="utf-8")
    yield from (found[1] for found in re.finditer(r'"([^"\\\n]{3,200})"', source))


def recordings() -> Iterator[bytes]:
    """The first and the last rows of recordings, each a whole file."""
    for path in older_recordings():
        lines = path.read_bytes().splitlines(keepends=True)
        yield b"".join(lines[:40])
        yield b"".join([lines[0], *lines[-60:]])


def older_recordings() -> list[Path]:
    """Recordings that an older version wrote."""
    return sorted((_TESTS / "workbench" / "older").glob("*.rec"))


def older_rules() -> str:
    """The rules by which the older recordings were made."""
    return (_TESTS / "workbench" / "older" / "rules.yml").read_text(encoding="utf-8")


def memories() -> Iterator[bytes]:
    """What engines remembered, out of the headers of recordings, and with fewer servers each."""
    for path in older_recordings():
        with path.open("rb") as file:
            header = json.loads(file.readline())
        memory = header["memory"]
        yield json.dumps(memory).encode()
        for home, data in memory.get("places", {}).items():
            yield json.dumps({**memory, "places": {home: data}}).encode()


def write(target: Target, folder: Path) -> Path | None:
    """Writes seeds and regressions into a folder, and beside it the dictionary, whose path it gives."""
    folder.mkdir(parents=True, exist_ok=True)
    words: Counter[bytes] = Counter()
    for seed in target.known():
        (folder / sha256(seed).hexdigest()[:16]).write_bytes(seed)
        words.update(_WORD.findall(seed))
    if not words:
        return None
    lines = [b'"%b"\n' % word for word, _ in words.most_common(_MOST_WORDS)]
    dictionary = folder.with_suffix(".dict")
    dictionary.write_bytes(b"".join(lines))
    return dictionary
