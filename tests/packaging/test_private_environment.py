"""Which Python the package is for, and how old a libc may be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.packaging.private_environment import newest_of, run, target


def test_a_python_that_debian_does_not_bring_is_refused() -> None:
    if sys.base_prefix == "/usr":
        pytest.skip("these tests run by Debian's own Python")

    with pytest.raises(ValueError, match="name that one, as /usr/bin/python3"):
        target(Path(sys.executable))


@pytest.mark.parametrize(
    ("wheels", "libc"),
    [
        ([], "2.17"),
        (["Tag: py3-none-any\n"], "2.17"),
        (["Tag: cp313-cp313-manylinux1_x86_64\nTag: cp313-cp313-manylinux_2_5_x86_64\n"], "2.17"),
        (["Tag: cp313-cp313-manylinux_2_27_x86_64\nTag: cp313-cp313-manylinux_2_28_x86_64\n"], "2.27"),
        (["Tag: cp313-cp313-manylinux_2_28_x86_64\n", "Tag: cp313-cp313-manylinux_2_17_x86_64\n"], "2.28"),
    ],
    ids=["none", "pure", "older than we ask", "fits both", "the newest counts"],
)
def test_the_libc_is_the_newest_that_a_wheel_asks_for(wheels: list[str], libc: str) -> None:
    assert newest_of(wheels) == libc


def test_a_command_that_fails_shows_all_that_it_said() -> None:
    with pytest.raises(RuntimeError, match=r"ended with 3:\nout\nerr"):
        run(["sh", "-c", "echo out; echo err >&2; exit 3"])
