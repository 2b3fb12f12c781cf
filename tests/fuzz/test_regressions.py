"""Every fuzz target takes its seeds, and what once broke it: so none rots, and nothing breaks twice."""

from __future__ import annotations

import pytest

from fuzz.targets import REGRESSIONS, TARGETS, load


# A decoding that breaks off leaves generators of httpx behind, which trio mentions when it is collected.
@pytest.mark.filterwarnings("ignore:Async generator:ResourceWarning")
@pytest.mark.parametrize("name", TARGETS)
def test_every_seed_and_every_regression_holds(name: str) -> None:
    target = load(name)
    inputs = list(target.known())
    for data in inputs:
        target.check(data)

    assert len(inputs) > 10


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("data", [b"", b"\n", b"\x00" * 9, b"\xff\xfe\n\n", b"a b c\nd\n\ne"])
def test_a_target_takes_what_has_not_its_form(name: str, data: bytes) -> None:
    load(name).check(data)


def test_what_broke_once_is_kept_by_the_name_of_its_target() -> None:
    assert {folder.name for folder in REGRESSIONS.iterdir() if folder.is_dir()} <= set(TARGETS)
