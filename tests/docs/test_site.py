"""The documentation as a site: whole, and nothing of it comes from elsewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, text_of
from tests.docs.site import SITE, as_on_the_site, build, is_installed, navigation, sources

LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src",
         "object": "data", "embed": "src"}  # fmt: skip


def test_the_navigation_has_every_page_once() -> None:
    assert sorted(name for name, _ in navigation()) == sorted(sources().values())


@pytest.mark.parametrize(
    ("page", "written", "on_the_site"),
    [
        ("README.md", "[a](docs/channels.md#try-it)", "[a](channels.md#try-it)"),
        ("docs/settings.md", "[a](../rules/README.md)", "[a](rules.md)"),
        ("docs/settings.md", "[rules/README.md](../rules/README.md#tests)", "[The language](rules.md#tests)"),
        ("docs/settings.md", "[a](../rules/rules.schema.json)", "[a](files/rules.schema.json)"),
        ("docs/page.md", "![fleet](images/fleet.png)", "![fleet](images/fleet.png)"),
        ("docs/security.md", "[a `b`](../tests/hostile/test_chat.py) c", "a `b` c"),
        ("docs/security.md", "[a](#the-bounds) [b](https://example.org/)", "[a](#the-bounds) [b](https://example.org/)"),
        ("README.md", "```\n[a](docs/channels.md)\n```\n", "```\n[a](docs/channels.md)\n```\n"),
    ],
)  # fmt: skip
def test_a_link_leads_to_where_the_page_is_on_the_site(page: str, written: str, on_the_site: str) -> None:
    assert as_on_the_site(page, written, sources()) == on_the_site


@pytest.mark.parametrize("page", sources())
def test_what_belongs_to_an_entry_of_a_list_is_indented_by_four(page: str) -> None:
    """By less it belongs to it on GitHub alone; a list needs an empty line before it likewise."""
    text = re.sub(r"(?ms)^( *)```.*?^\1```$", lambda fence: fence[1] + "fence", text_of(page))
    indents = {len(found) for found in re.findall(r"(?m)^( +)\S", text)}

    assert [one for one in indents if one % 4] == []
    assert re.findall(r"(?m)^(?!\d+\. |[-*] | )\S.*\n(?:\d+\. |[-*] ).*$", text) == []


class Page(HTMLParser):
    """What a page loads, what it links to, and the places in it."""

    def __init__(self, text: str) -> None:
        """Reads the page."""
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.places |= {named["id"]} if "id" in named else set()
        if tag in LOADS and LOADS[tag] in named:
            self.loads.append(named[LOADS[tag]])
        elif tag == "link" and {"stylesheet", "icon", "preload", "preconnect"} & {
            *named.get("rel", "").split()
        }:
            self.loads.append(named["href"])
        elif tag == "a" and "href" in named:
            self.links.append(named["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not is_installed():
        pytest.skip("zensical is not installed: `make docs` installs it")
    folder = tmp_path_factory.mktemp("build")
    done = build(folder)
    assert done.returncode == 0, done.stderr
    return folder / "site"


def read(site: Path) -> dict[str, Page]:
    return {path.name: Page(path.read_text(encoding="utf-8")) for path in sorted(site.glob("*.html"))}


@pytest.mark.long
def test_the_site_is_built_strictly_and_has_every_page(site: Path) -> None:
    pages = {Path(name).with_suffix(".html").name for name, _ in navigation()}

    assert {path.name for path in site.glob("*.html")} == {*pages, "404.html"}


@pytest.mark.long
def test_no_page_loads_anything_from_outside(site: Path) -> None:
    for page in read(site).values():
        assert [one for one in page.loads if re.match(r"[a-z]+:|//", one)] == []
        assert [one for one in page.loads if not (site / one.lstrip("/").partition("?")[0]).is_file()] == []
    styles = [path.read_text(encoding="utf-8") for path in site.rglob("*.css")]
    assert [
        found for text in styles for found in re.findall(r"(?:@import|url\()\s*[\"']?(?:https?:)?//\S+", text)
    ] == []


@pytest.mark.long
def test_every_link_of_the_site_leads_somewhere(site: Path) -> None:
    pages = read(site)
    dead = [
        (name, link)
        for name, page in pages.items()
        if name != "404.html"  # served for any address, so its links begin at the root
        for link in page.links
        if not re.match(r"https?:", link) and not _leads_somewhere(site, pages, name, link)
    ]

    assert dead == []


def _leads_somewhere(site: Path, pages: dict[str, Page], name: str, link: str) -> bool:
    path, _, anchor = link.removeprefix("./").partition("#")
    there = (path or name) if path != "." else "index.html"
    if there not in pages:
        return (site / there).is_file()
    return anchor in {"", *pages[there].places}


def test_what_is_vendored_has_its_licence_beside_it() -> None:
    assert "MIT" in (SITE / "iframe-worker" / "LICENSE").read_text(encoding="utf-8")
    assert (ROOT / "docs" / "site" / "iframe-worker" / "shim.js").is_file()
