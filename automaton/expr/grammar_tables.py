"""The parser of the grammar, from tables that lark worked out beforehand: to do so takes a tenth of `check`.

Law: the tables never lie. They hold the grammar and the version of lark that they were made of; where one of
these is another, the parser is built from the grammar, as it was when the tables were written (`make docs`).
"""

from __future__ import annotations

import json
import pickle
from io import BytesIO
from pathlib import Path
from typing import Any

import lark
from lark import Lark, Transformer

GRAMMAR = Path(__file__).with_name("grammar.lark")
TABLES = Path(__file__).with_name("grammar_tables.json")


def parser(transformer: Transformer[Any, Any], tables: Path = TABLES) -> Lark:
    """Parses by the grammar; the transformer is applied as soon as a rule of it is complete."""
    grammar = GRAMMAR.read_text(encoding="utf-8")
    found = _tables_of(grammar, tables)
    if found is None:
        return built(grammar, transformer)
    # As Lark.load does, which takes a pickle only and no transformer.
    return Lark.__new__(Lark)._load(found, transformer=transformer)


def _tables_of(grammar: str, file: Path) -> dict[str, Any] | None:
    """What was written of this grammar by this lark; None where that is not there."""
    try:
        written = json.loads(file.read_text(encoding="utf-8"), object_hook=_numbered)
    except OSError:
        return None
    is_it = (written["grammar"], written["lark"]) == (grammar, lark.__version__)
    return written["tables"] if is_it else None


def built(grammar: str, transformer: Transformer[Any, Any] | None = None) -> Lark:
    """The parser, worked out from its grammar."""
    return Lark(grammar, parser="lalr", lexer="basic", keep_all_tokens=True, transformer=transformer)


def write(path: Path = TABLES) -> None:
    """Writes the tables of the grammar, unless they are there: lark orders them differently each time."""
    grammar, saved = GRAMMAR.read_text(encoding="utf-8"), BytesIO()
    if _tables_of(grammar, path) is not None:
        return
    built(grammar).save(saved)
    tables = pickle.loads(saved.getvalue())  # noqa: S301 - what lark has just written here
    made = {"lark": lark.__version__, "grammar": grammar, "tables": tables}
    text = json.dumps(made, separators=(",", ":"))
    path.write_text(f"{text}\n", encoding="utf-8")


def _numbered(keys: dict[str, Any]) -> dict[Any, Any]:
    """JSON knows texts as keys only; lark numbers states, tokens and rules."""
    return {int(key): value for key, value in keys.items()} if all(map(str.isdigit, keys)) else keys


if __name__ == "__main__":
    write()
