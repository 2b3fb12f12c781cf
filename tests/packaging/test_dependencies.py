"""pyproject.toml bounds what may be installed, and requirements.lock says what is: both without a network."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, packages_distributions, requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DIRECT = [Requirement(one) for one in PROJECT["dependencies"]]
EXTRAS = [Requirement(one) for extra in PROJECT["optional-dependencies"].values() for one in extra]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ENTRIES = re.findall(r"(?m)^([A-Za-z0-9].*?) \\\n((?:    --hash=.*\n)+)", LOCK)
LOCKED = [Requirement(entry) for entry, _ in ENTRIES]

# Where inner parts are used, and where a project says that a minor version may break.
INNER = {
    "apprise",
    "h11",
    "httpcore",
    "httpx",
    "httpx-ws",
    "mcstatus",
    "python-a2s",
    "urllib3",
    "uvicorn",
    "wsproto",
}
# Imported by name, and pinned to one version by the package that we do declare.
PINNED_BY = {"pydantic-core": "pydantic"}


def on(python: str) -> dict[str, str]:
    """The environment of a release with this Python, for markers."""
    return {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "os_name": "posix",
        "extra": "",
    }


def locked_on(python: str) -> dict[str, Version]:
    """What the lock installs there."""
    chosen = [one for one in LOCKED if one.marker is None or one.marker.evaluate(on(python))]
    pins = [(canonicalize_name(one.name), next(iter(one.specifier)).version) for one in chosen]
    assert len(dict(pins)) == len(pins), "a package has two versions"
    return {name: Version(pin) for name, pin in pins}


def needs(name: str, python: str, extras: set[str]) -> list[Requirement]:
    """What an installed package asks for there, in bounds of its own."""
    asked = [Requirement(one) for one in requires(name) or ()]
    return [
        one
        for one in asked
        if one.marker is None
        or any(one.marker.evaluate({**on(python), "extra": extra}) for extra in {"", *extras})
    ]


def test_the_pythons_are_those_that_pyproject_toml_promises() -> None:
    listed = [one.rpartition(" ")[2] for one in PROJECT["classifiers"] if "Python :: 3." in one]

    assert tuple(listed) == PYTHONS


@pytest.mark.parametrize("one", [*DIRECT, *EXTRAS], ids=str)
def test_every_dependency_has_a_lower_and_an_upper_bound(one: Requirement) -> None:
    assert sorted(bound.operator for bound in one.specifier) == ["<", ">="]


@pytest.mark.parametrize("one", [one for one in [*DIRECT, *EXTRAS] if one.name in INNER], ids=str)
def test_where_inner_parts_are_used_a_new_minor_version_is_looked_at_first(one: Requirement) -> None:
    upper = next(Version(bound.version) for bound in one.specifier if bound.operator == "<")
    locked = locked_on("3.11")[canonicalize_name(one.name)]

    assert (upper.major, upper.minor) == (locked.major, locked.minor + 1)


def test_every_library_that_is_imported_is_declared() -> None:
    """A library that comes along with another one may leave with it."""
    imported = {
        name.partition(".")[0]
        for source in (ROOT / "automaton").rglob("*.py")
        for node in ast.walk(ast.parse(source.read_bytes()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    foreign = imported - set(sys.stdlib_module_names) - {"automaton"}
    homes = packages_distributions()
    found = {canonicalize_name(homes[name][0]) for name in foreign}
    declared = {canonicalize_name(one.name) for one in [*DIRECT, *EXTRAS]}

    assert {PINNED_BY.get(name, name) for name in found} == declared


@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_holds_every_dependency_in_its_bounds(python: str) -> None:
    locked = locked_on(python)
    outside = [
        str(one)
        for one in [*DIRECT, *EXTRAS]
        if canonicalize_name(one.name) not in locked
        or locked[canonicalize_name(one.name)] not in one.specifier
    ]

    assert outside == []


@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_holds_what_those_need_in_turn_and_nothing_else(python: str) -> None:
    """By what the installed ones say of themselves, as far as they are the locked ones."""
    locked = locked_on(python)
    todo = [*DIRECT, *EXTRAS]
    reached: set[str] = set()
    differs = False
    while todo:
        one = todo.pop()
        name = canonicalize_name(one.name)
        assert name in locked, f"{one} is not in the lock"
        assert locked[name] in one.specifier, f"{one} is locked as {locked[name]}"
        if name not in reached or one.extras:
            reached.add(name)
            try:
                is_same = Version(version(name)) == locked[name]
            except PackageNotFoundError:  # this Python does not need it
                is_same = False
            differs = differs or not is_same
            todo += needs(name, python, set(one.extras)) if is_same else ()

    assert differs or set(locked) - reached == set()


def test_every_file_of_the_lock_is_held_to_a_hash() -> None:
    assert len(ENTRIES) == len(re.findall(r"(?m)^[A-Za-z0-9]", LOCK)) > 30
    assert all(
        re.fullmatch(r"--hash=sha256:[0-9a-f]{64} ?\\?", line.strip())
        for _, hashes in ENTRIES
        for line in hashes.splitlines()
    )
    assert all([bound.operator for bound in one.specifier] == ["=="] for one in LOCKED)
