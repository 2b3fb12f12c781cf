"""The copyright file names every library of the package, with its licence and where its text lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.packaging.bundled_licences import Bundled, bundled, copyright_text

OURS = "MIT License\n\nCopyright (c) 2026 The automaton authors\n\nPermission is granted\n\nAS IS\n"


def library(folder: Path, metadata: str, *files: str) -> None:
    info = folder / "lib" / "h11-0.16.0.dist-info"
    (info / "licenses").mkdir(parents=True)
    (info / "METADATA").write_text(metadata)
    for name in files:
        (info / name).write_text("text")


@pytest.mark.parametrize(
    ("said", "licence"),
    [
        ("License-Expression: MIT OR Apache-2.0\n", "MIT OR Apache-2.0"),
        ("License: MIT License\n", "MIT"),
        ("License: ISC\nClassifier: License :: OSI Approved :: MIT License\n", "ISC"),
        ("Classifier: License :: OSI Approved :: Apache Software License\n", "Apache-2.0"),
    ],
)
def test_a_licence_is_told_by_its_short_name(tmp_path: Path, said: str, licence: str) -> None:
    library(
        tmp_path, f"Name: h11\nVersion: 0.16.0\nAuthor: Nathaniel\n{said}", "licenses/LICENSE.txt", "WHEEL"
    )

    assert bundled(tmp_path / "lib", tmp_path) == [
        Bundled("h11", "0.16.0", licence, "Nathaniel", ("/lib/h11-0.16.0.dist-info/licenses/LICENSE.txt",))
    ]


def test_a_library_without_a_licence_does_not_get_into_the_package(tmp_path: Path) -> None:
    library(tmp_path, "Name: h11\nVersion: 0.16.0\n")

    with pytest.raises(ValueError, match=r"h11 0\.16\.0 states no licence"):
        bundled(tmp_path / "lib", tmp_path)


def test_the_file_is_one_that_debian_reads() -> None:
    text = copyright_text(OURS, [Bundled("h11", "0.16.0", "MIT", "Nathaniel", ("/l/LICENSE",))], "u")

    assert text.split("\n\n")[1:] == [
        "Files: *\nCopyright: 2026 The automaton authors\nLicense: MIT\n Permission is granted\n .\n AS IS",
        "Files: u/*/h11-0.16.0\nCopyright: Nathaniel\nLicense: MIT\n h11 0.16.0. Its text:\n /l/LICENSE\n",
    ]
