"""/usr/share/doc/automaton/copyright: under what the package and each library in it may be passed on.

Law: a library whose licence, or its text, nobody can name does not get into the package.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

OWN = "ptero-automaton"
DEP_5 = "https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"
_TEXT = re.compile(r"(?i)(licen[cs]e|copying|notice)")
# As a few packages still say it: words that are no name of SPDX.
_AS_SPDX = {
    "Apache 2.0": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "ISC License": "ISC",
    "MIT License": "MIT",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: MIT License": "MIT",
}


@dataclass(frozen=True, slots=True)
class Bundled:
    """A library of the package, by its own metadata. `texts` are where its licence lies once installed."""

    name: str
    version: str
    licence: str
    holder: str
    texts: tuple[str, ...]


def bundled(packages: Path, root: Path) -> list[Bundled]:
    """Every library in this folder of packages, by name. Raises ValueError for one that must not be there."""
    found = [_read(folder, root) for folder in packages.glob("*.dist-info")]
    return sorted((one for one in found if one.name != OWN), key=lambda one: one.name.lower())


def _read(folder: Path, root: Path) -> Bundled:
    said = HeaderParser().parsestr((folder / "METADATA").read_text(encoding="utf-8"))
    name, version, licence = said["Name"], said["Version"], licence_of(said)
    inside = [path for path in folder.rglob("*") if path.is_file()]
    texts = sorted(f"/{path.relative_to(root)}" for path in inside if _TEXT.match(path.name))
    if not licence:
        raise ValueError(f"{name} {version} states no licence")
    return Bundled(name, version, licence, _holder(said), tuple(texts))


def licence_of(said: Message) -> str:
    """SPDX's name of it, or the nearest to it that the metadata has; nothing where nothing is said."""
    classifiers = [one for one in said.get_all("Classifier", ()) if one in _AS_SPDX]
    stated = said["License-Expression"] or said["License"] or next(iter(classifiers), "")
    return _AS_SPDX.get(stated, stated)


def _holder(said: Message) -> str:
    stated = said["Author"] or said["Author-email"] or said["Maintainer"] or said["Maintainer-email"]
    return " ".join((stated or f"the authors of {said['Name']}").split())


def copyright_text(own_licence: str, libraries: Iterable[Bundled], folder: str) -> str:
    """The file in Debian's machine-readable form (DEP 5). Libraries lie in this folder."""
    _, holder, terms = own_licence.split("\n\n", 2)
    head = [
        f"Format: {DEP_5}\nUpstream-Name: automaton",
        _stanza("*", holder.removeprefix("Copyright (c) "), "MIT", terms),
    ]
    return "\n\n".join([*head, *(_of_library(one, folder) for one in libraries)]) + "\n"


def _of_library(one: Bundled, folder: str) -> str:
    at = "\n".join(one.texts) or "/usr/share/common-licenses/, or at the project: its release brings none."
    text = f"{one.name} {one.version}. Its text:\n{at}"
    return _stanza(f"{folder}/*/{one.name}-{one.version}", one.holder, one.licence.replace(" ", "-"), text)


def _stanza(files: str, holder: str, licence: str, text: str) -> str:
    lines = "\n".join(f" {line}" if line.strip() else " ." for line in text.strip().splitlines())
    return f"Files: {files}\nCopyright: {holder}\nLicense: {licence}\n{lines}"
