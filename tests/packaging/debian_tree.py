"""What lies where on a Debian machine: the tree of the `.deb`, before it is packed.

Law: nothing in it tells when, where or by whom it was built.
"""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

from tests.packaging import private_environment
from tests.packaging.bundled_licences import bundled, copyright_text
from tests.packaging.private_environment import HOME, TargetPython, run

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "systemd" / "debian"
NAME = "automaton"
CONFFILES = {"/etc/automaton/README": "etc-README"}
COMPLETIONS = {
    "bash": "usr/share/bash-completion/completions/automaton",
    "zsh": "usr/share/zsh/vendor-completions/_automaton",
    "fish": "usr/share/fish/vendor_completions.d/automaton.fish",
}


def stage(root: Path, python: TargetPython, wheel: Path, changes: str) -> Path:
    """Everything that the package installs, below `root`; its folder of Python packages."""
    packages = private_environment.make(root, python, ROOT / "requirements.lock", wheel)
    put(root / "usr/bin/automaton", link=f"../{HOME.removeprefix('/usr/')}/bin/automaton")
    put(root / "usr/lib/systemd/system/automaton.service", ROOT / "systemd/automaton.service")
    for page in sorted((ROOT / "man").iterdir()):
        compress(page.read_bytes(), root / f"usr/share/man/man{page.suffix[1:]}/{page.name}.gz")
    for shell, path in COMPLETIONS.items():
        put(root / path, text=completion(root, shell))
    for path, source in CONFFILES.items():
        put(root / path.lstrip("/"), TEXTS / source)
    put(root / f"usr/share/lintian/overrides/{NAME}", TEXTS / "lintian-overrides")
    documents(root, packages, changes)
    return packages


def documents(root: Path, packages: Path, changes: str) -> None:
    """/usr/share/doc/automaton: the pages as they stand in the repository, recipes, changes, licences."""
    folder = root / "usr/share/doc" / NAME
    for page in (ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))):
        put(folder / page.relative_to(ROOT), page)
    put(folder / "rules/README.md", ROOT / "rules/README.md")
    put(folder / "systemd/README.md", ROOT / "systemd/README.md")
    put(folder / "examples", link=f"../../../{(packages / 'automaton/recipes').relative_to(root / 'usr')}")
    compress((ROOT / "CHANGELOG.md").read_bytes(), folder / "changelog.gz")
    compress(changes.encode(), folder / "changelog.Debian.gz")
    installed = f"{packages.relative_to(root)}"
    text = copyright_text((ROOT / "LICENSE").read_text(), bundled(packages, root), installed)
    put(folder / "copyright", text=text)


def completion(root: Path, shell: str) -> str:
    """What the command itself writes for this shell."""
    command = root / HOME.lstrip("/") / "bin"
    text = run([command / "python3", command / "automaton"], _AUTOMATON_COMPLETE=f"source_{shell}")
    return text.strip() + "\n"


def put(path: Path, source: Path | None = None, *, text: str = "", link: str = "") -> None:
    """A file at its place: a copy, a text or a link."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if link:
        path.symlink_to(link)
    elif source is not None:
        shutil.copyfile(source, path)
    else:
        path.write_text(text, encoding="utf-8")


def compress(what: bytes, path: Path) -> None:
    """As `gzip -9n`: without a name and a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(what, 9, mtime=0))
