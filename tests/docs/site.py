"""The pages as the site has them, laid out in build/docs: `make docs` builds build/site from there.

Every page stands once, where it is read without a site too: README.md is the site's first page,
rules/README.md its page of the language. Here they get the name that they have on the site, and their links
lead to where things are there; a link that shows a page's path shows its title. Law: what is not on the site
is no link there, for a site does not know where its repository is.

    python -m tests.docs.site

builds it, strictly, with zensical (`make docs` installs it).
"""

from __future__ import annotations

import importlib.util
import posixpath
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.docs.pages import ROOT

SITE = ROOT / "docs" / "site"
CONFIGURATION = "zensical.toml"
IMAGES = ROOT / "docs" / "images"
ELSEWHERE = {
    "README.md": "index.md",
    "rules/README.md": "rules.md",
    "systemd/README.md": "systemd.md",
    "automaton/simulator/README.md": "simulator.md",
    "automaton/README.md": "code.md",
    "SECURITY.md": "promises.md",
    "CHANGELOG.md": "changelog.md",
}
"""The pages that do not lie in docs/, by the name that each has on the site."""
SHOWN_FILES = (
    "rules/rules.schema.json", "rules/automaton.schema.json", "docs/openapi.json",
    "systemd/automaton.service",
)  # fmt: skip
"""What pages link to and is no page: it lies on the site under `files/`."""
_FENCE = re.compile(r"(?ms)^( *)(```+).*?^\1\2$")
_PATH = re.compile(r"[\w./-]+\.md")
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")


def sources() -> dict[str, str]:
    """Each page's path from the root, with its name on the site."""
    own = {f"docs/{path.name}": path.name for path in sorted((ROOT / "docs").glob("*.md"))}
    return own | ELSEWHERE


def navigation() -> list[tuple[str, str]]:
    """Each entry of the navigation, in its order: the page's name on the site, and its title."""
    configuration = tomllib.loads((SITE / CONFIGURATION).read_text(encoding="utf-8"))
    entries: list[dict[str, list[dict[str, str]]]] = configuration["project"]["nav"]
    pages = (page for group in entries for some in group.values() for page in some)
    return [(name, title) for page in pages for title, name in page.items()]


def as_on_the_site(page: str, text: str, names: dict[str, str]) -> str:
    """The text of a page with its links as they are on the site, those in fences as they stand."""
    parts, at = [], 0
    for fence in _FENCE.finditer(text):
        parts += [_relinked(page, text[at : fence.start()], names), fence[0]]
        at = fence.end()
    return "".join((*parts, _relinked(page, text[at:], names)))


def _relinked(page: str, text: str, names: dict[str, str]) -> str:
    called = dict(navigation())

    def link(found: re.Match[str]) -> str:
        image, shown, target = found.groups()
        path, hash_sign, anchor = target.partition("#")
        if not path or ":" in path:
            return found[0]
        there = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
        name = names.get(there) or (f"files/{posixpath.basename(there)}" if there in SHOWN_FILES else "")
        if there.startswith("docs/images/"):
            name = there.removeprefix("docs/")
        if _PATH.fullmatch(shown) and name in called:
            shown = called[name]
        return f"{image}[{shown}]({name}{hash_sign}{anchor})" if name else str(shown)

    return _LINK.sub(link, text)


def lay_out(folder: Path) -> None:
    """Writes all pages and what they show into `docs` of this folder, anew; the configuration beside it."""
    docs = folder / "docs"
    shutil.rmtree(docs, ignore_errors=True)
    shutil.copytree(SITE, docs / "site", ignore=shutil.ignore_patterns(CONFIGURATION))
    shutil.copy(SITE / CONFIGURATION, folder)
    names = sources()
    for page, name in names.items():
        text = (ROOT / page).read_text(encoding="utf-8")
        (docs / name).write_text(as_on_the_site(page, text, names), encoding="utf-8")
    for shown in SHOWN_FILES:
        (docs / "files").mkdir(exist_ok=True)
        shutil.copy(ROOT / shown, docs / "files")
    if IMAGES.is_dir():
        shutil.copytree(IMAGES, docs / "images")


def is_installed() -> bool:
    """Whether what builds the site is there: `make docs` installs it."""
    return importlib.util.find_spec("zensical") is not None


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """Lays the pages out in this folder and builds `site` there. It fails for a link that leads nowhere."""
    lay_out(folder)
    command = (sys.executable, "-m", "zensical", "build", "--strict", "-f", str(folder / CONFIGURATION))
    return subprocess.run(command, text=True, capture_output=True, check=False)


if __name__ == "__main__":
    done = build(ROOT / "build")
    sys.stderr.write(done.stderr if done.returncode else "")
    sys.exit(done.returncode)
