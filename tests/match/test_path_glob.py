"""Paths below a server's root: what is one, what a glob fits, and what it covers of another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.match.path_glob import (
    LONGEST_PATH,
    compile_path_glob,
    fitting,
    why_no_path,
    why_no_segment,
)


@pytest.mark.parametrize(
    ("glob", "path", "covered"),
    [
        ("world", "world", True),
        ("world", "world/region/r.mca", True),
        ("world", "world_nether", False),
        ("world", "World", False),
        ("world*", "world_nether", True),
        ("world*", "world/region", True),
        ("*", "anything/at/all", True),
        ("plugins/*.yml", "plugins/a.yml", True),
        ("plugins/*.yml", "plugins/sub/a.yml", False),
        ("plugins/*.yml", "plugins", False),
        ("plugins/*/config.yml", "plugins/Essentials/config.yml", True),
        ("world*", "world_*", True),
        ("world_*", "world*", False),
        ("world", "world*", False),
        ("a?", "a*", False),
        ("a?", "a?", True),
        ("a*", "a?", True),
        ("a.b", "axb", False),
        ("[ab]", "a", False),
        ("world", "\ud800", False),
    ],
)
def test_a_glob_covers_what_it_fits_and_all_below(glob: str, path: str, *, covered: bool) -> None:
    assert compile_path_glob(glob).cover(path) is covered


LETTERS = st.text("ab*?", min_size=1, max_size=6)


@given(wide=LETTERS, narrow=LETTERS, name=st.text("ab", min_size=1, max_size=6))
def test_what_a_covered_glob_fits_is_covered_too(wide: str, narrow: str, name: str) -> None:
    """Else a rule would delete what `limits.allow` does not name."""
    if compile_path_glob(wide).cover(narrow) and fitting(narrow, [name]):
        assert compile_path_glob(wide).cover(name)


def test_as_in_a_shell_a_star_fits_no_dot_file() -> None:
    names = [".env", "a", "b.txt", "x/y"]

    assert fitting("*", names) == ["a", "b.txt"]
    assert fitting(".*", names) == [".env"]


@pytest.mark.parametrize("path", ["a", "a/b c/d.txt", "world*", "a/?", ".hidden", "a..b"])
def test_paths_below_the_root(path: str) -> None:
    assert why_no_path(path, is_glob=True) == ""


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("", "no segment"),
        ("/etc", "below the server's root"),
        ("a/", "no segment"),
        ("a//b", "no segment"),
        ("../a", "no segment"),
        ("a/..", "no segment"),
        ("./a", "no segment"),
        ("a\\b", "`/` between"),
        ("a\nb", "control"),
        ("a*/b", "last segment"),
        ("x" * (LONGEST_PATH + 1), "at most 500"),
    ],
)
def test_what_is_no_path_says_why(path: str, why: str) -> None:
    assert why in why_no_path(path, is_glob=True)


def test_only_a_glob_has_wildcards() -> None:
    assert why_no_path("world*").startswith("`*` and `?` stand only")


@pytest.mark.parametrize("value", ["", ".", "..", "a/b", "a\\b", "*", "w?", "a\nb", "\x1b[0m", "a\u202eb"])
def test_a_value_is_part_of_a_single_segment(value: str) -> None:
    assert why_no_segment(value)


@pytest.mark.parametrize("value", ["world", "a b", "..a", "Größe"])
def test_a_value_may_be_any_part_of_a_name(value: str) -> None:
    assert why_no_segment(value) == ""
