"""What a command takes, read from the signature of its `run`: each version of typer shows it otherwise."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from typer.models import ArgumentInfo, OptionInfo


@dataclass(frozen=True)
class Parameter:
    """An argument, or an option, as it is typed and as it is told."""

    typed: str
    help: str
    is_option: bool
    is_needed: bool = True


def parameters(run: Callable[..., None]) -> Iterator[Parameter]:
    """In the order of the signature."""
    hints = get_type_hints(run, include_extras=True)
    for name, one in inspect.signature(run).parameters.items():
        is_annotated = get_origin(hints[name]) is Annotated
        kind, info = get_args(hints[name])[:2] if is_annotated else (hints[name], one.default)
        if isinstance(info, OptionInfo):
            yield _option(name, kind, info, one.default)
        elif isinstance(info, ArgumentInfo):
            yield _argument(name, kind, info, one.default)


def _option(name: str, kind: Any, info: OptionInfo, default: object) -> Parameter:
    # Beside an Annotated type the first name stands where a default would.
    named = [one for one in (info.default, *(info.param_decls or ())) if str(one).startswith("-")]
    names = sorted(map(str, named or [f"--{name.replace('_', '-')}"]), key=len)
    value = "" if _bare(kind) is bool else f" {info.metavar or _choices(kind) or _word(names[-1])}"
    told = [str(info.help)]
    if not isinstance(default, OptionInfo) and default not in (None, False, "", "*"):
        told.append(f"Default: {default}.")
    if info.envvar:
        told.append(f"Or in {info.envvar} of the environment.")
    if _many(kind):
        told.append("May be repeated.")
    return Parameter(", ".join(names) + value, " ".join(told), is_option=True)


def _argument(name: str, kind: Any, info: ArgumentInfo, default: object) -> Parameter:
    word = info.metavar or _choices(kind) or name.upper()
    return Parameter(
        word + ("..." if _many(kind) and not info.metavar else ""),
        str(info.help),
        is_option=False,
        is_needed=default is inspect.Parameter.empty,
    )


def _word(option: str) -> str:
    return option.lstrip("-").upper()


def _choices(kind: Any) -> str:
    bare = _bare(kind)
    if get_origin(bare) is Literal:
        return "|".join(map(str, get_args(bare)))
    return (
        "|".join(str(one.value) for one in bare) if inspect.isclass(bare) and issubclass(bare, Enum) else ""
    )


def _many(kind: Any) -> bool:
    return any(get_origin(one) is list for one in (kind, *get_args(kind)))


def _bare(kind: Any) -> Any:
    """Without `| None`."""
    if get_origin(kind) in (Union, UnionType):
        return next(one for one in get_args(kind) if one is not type(None))
    return kind
