"""README.md tells the truth: every command, every key of automaton.yml, every path that it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from automaton.cli.main import names
from automaton.packs.load import Packs, read_packs
from automaton.ruletest.suite import suite_of
from automaton.schema.base import Strict
from automaton.settings import channels, integrations, limits, model, panels
from automaton.settings.load import load
from automaton.settings.model import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAP = (ROOT / "automaton" / "README.md").read_text(encoding="utf-8")
EXAMPLES = [
    re.sub(r"(?m)^   ", "", example) if example.startswith("   ") else example
    for example in re.findall(r"```yaml\n(.*?)\s*```", README, re.DOTALL)
]
MODELS: tuple[type[Strict], ...] = (
    Settings, panels.PanelSettings, panels.NodeSettings, panels.NodeServer,
    channels.ChannelSettings, channels.DigestSettings,
    limits.LimitsSettings, limits.PowerLimits, limits.SendLimits, limits.Allow, integrations.HookSettings,
    integrations.AddressSettings, integrations.ProgramSettings, model.HeartbeatSettings, model.ListenSettings,
    model.LogSettings, model.WebSettings,
)  # fmt: skip
PAGES = ("README.md", "automaton/README.md", "rules/README.md", "systemd/README.md", "tests/README.md",
         "SECURITY.md", "docs/security.md", "docs/channels.md")  # fmt: skip


def test_the_table_of_commands_is_whole() -> None:
    table = README.partition("\n## Commands\n")[2].partition("\n## ")[0]

    assert set(re.findall(r"^\| `automaton ([\w-]+)", table, re.MULTILINE)) == set(names())


@pytest.mark.parametrize("key", sorted({key for one in MODELS for key in one.known_keys()}))
def test_every_key_of_automaton_yml_stands_in_the_readme(key: str) -> None:
    assert re.search(rf"\b{re.escape(key)}\b:|`{re.escape(key)}", README)


@pytest.mark.parametrize("example", [one for one in EXAMPLES if "panels:" in one])
def test_every_automaton_yml_of_the_readme_is_right(example: str, tmp_path: Path) -> None:
    file = tmp_path / "automaton.yml"
    file.write_text(example, encoding="utf-8")

    mistakes = [str(one) for one in load(file, {}, in_service=False).problems if one.severity == "error"]
    assert [one for one in mistakes if "own-authority.pem" not in one] == []  # the operator's, not ours


def test_what_the_reader_is_told_to_try_is_right_and_its_tests_pass() -> None:
    files = dict(re.findall(r"^cat > (\S+) <<'END'\n(.*?)^END$", README, re.DOTALL | re.MULTILINE))
    suite, problems = suite_of({"mine.yml": files["rules.d/mine.yml"]}, Packs(read_packs([])[0]))

    assert problems == []
    assert suite is not None
    assert [suite.run(test).failures for test in suite.tests] == [[]]


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_links_to_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")

    assert [
        link for link in re.findall(r"\]\((?!https?:)(.+?)\)", text) if not _leads_somewhere(page, link)
    ] == []


def _leads_somewhere(page: str, link: str) -> bool:
    name, _, anchor = link.partition("#")
    path = (ROOT / page).parent / name if name else ROOT / page
    if not anchor:
        return path.exists()
    return anchor in map(_anchor, re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE))


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`([\w/*{},-]+(?:/|\.(?:py|yml|lark|json|md)))`", MAP)))
)
def test_every_path_of_the_map_is_there(path: str) -> None:
    assert any(list(base.glob(path.rstrip("/"))) for base in (ROOT / "automaton", ROOT))


def test_every_room_stands_on_the_map() -> None:
    rooms = {path.parent.name for path in (ROOT / "automaton").glob("*/__init__.py")}

    assert [room for room in sorted(rooms) if not re.search(rf"\b{room}\b", MAP)] == []
