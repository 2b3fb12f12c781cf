"""The `.deb`'s numbers and archive, without building all of it."""

from __future__ import annotations

import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from tests.packaging.debian_package import NOBODY, SCRIPTS, debian_changelog, debian_version, pack
from tests.packaging.debian_root import ROOT

TEXTS = ROOT / "systemd" / "debian"


@pytest.mark.parametrize(
    ("version", "revision", "release", "told"),
    [
        ("0.1.0", "1", "13", "0.1.0-1+deb13"),
        ("0.2.0rc1", "1", "12", "0.2.0~rc1-1+deb12"),
        ("1.0.0.dev3", "2", "13", "1.0.0~dev3-2+deb13"),
    ],
)
def test_a_version_is_as_debian_writes_it(version: str, revision: str, release: str, told: str) -> None:
    assert debian_version(version, revision, release) == told


def test_what_comes_later_has_the_higher_number() -> None:
    """As dpkg compares: the release of Debian last, so that an upgraded machine takes the new build."""
    in_order = [
        debian_version("0.2.0rc1", "1", "13"),
        debian_version("0.2.0", "1", "12"),
        debian_version("0.2.0", "1", "13"),
        debian_version("0.2.0", "2", "12"),
        debian_version("0.2.1", "1", "12"),
    ]

    for older, newer in pairwise(in_order):
        subprocess.run(["dpkg", "--compare-versions", older, "lt", newer], check=True)


def test_the_changelog_is_one_that_debian_reads() -> None:
    first, *_, last, end = debian_changelog("0.1.0-1+deb13").split("\n")

    assert first == "automaton (0.1.0-1+deb13) stable; urgency=medium"
    assert re.fullmatch(
        rf" -- {NOBODY[0]} <{NOBODY[1]}>  \w{{3}}, \d\d \w{{3}} \d{{4}} [\d:]{{8}} \+0000", last
    )
    assert end == ""


def test_the_same_tree_makes_the_same_archive_whoever_packs_it(tmp_path: Path) -> None:
    built = []
    for name, mask in (("one", 0o077), ("two", 0o022)):
        root = tmp_path / name / "root"
        for folder in ("DEBIAN", "usr/bin"):
            (root / folder).mkdir(parents=True)
        control = "Package: automaton\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b.c>\nDescription: d\n"
        for path, text in {
            "DEBIAN/control": control,
            "usr/bin/automaton": "#!/bin/sh\n",
            "usr/x": "x",
        }.items():
            (root / path).write_text(text)
            (root / path).chmod(0o666 & ~mask)
        built.append(pack(root, tmp_path / name, compression="none").read_bytes())

    assert built[0] == built[1]


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_of_the_package_ends_at_the_first_failure_and_can_be_read_by_sh(name: str) -> None:
    text = (TEXTS / name).read_text()

    assert text.startswith("#!/bin/sh\n")
    assert "\nset -e\n" in text
    subprocess.run(["sh", "-n", TEXTS / name], check=True)
