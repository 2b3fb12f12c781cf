"""Every page for operators tells the truth: commands, options, YAML and links."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from automaton.cli.lazy_group import subcommand
from automaton.cli.main import names
from automaton.packs.addition import PackAddition
from automaton.packs.load import Packs, read_packs
from automaton.packs.model import PackFile
from automaton.rulebook.load import load_texts
from automaton.ruletest.suite import suite_of
from automaton.schema.base import Strict
from automaton.schema.nodes import read_all
from automaton.schema.validate import fit
from automaton.settings import channels, cluster, integrations, limits, model, panels, web
from automaton.settings.load import load
from automaton.settings.model import Settings
from automaton.workbench.exit_code import MEANINGS
from tests.docs.pages import PAGES, ROOT, commands, files, text_of, yamls

PACKS = Packs(read_packs([])[0])
KNOWN = PACKS.known_events
TYPED = sorted({(page, shlex.join(words)) for page in PAGES for words in commands(text_of(page))})
NAMED = sorted(
    {(page, one) for page in PAGES for one in re.findall(r"`automaton ([a-z][^`\n]*)`", text_of(page))}
)
SHOWN = [(page, text) for page in PAGES for text in yamls(page)]
OF_SETTINGS = [(page, text) for page, text in SHOWN if re.match(r"(?m)(#.*\n)*(\w+):", text)
               and {*re.findall(r"(?m)^(\w+):", text)} <= {*Settings.known_keys()}
               and not re.search(r"(?m)^rules:\n", text)]  # fmt: skip
OF_RULES = [(page, text) for page, text in SHOWN if re.search(r"(?m)^rules:\n", text)]
OF_PACKS = [(page, text) for page, text in SHOWN if text.startswith(("pack:", "extends:"))]
OF_SCENARIOS = [(page, text) for page, text in SHOWN if page == "automaton/simulator/README.md"]
AUTHORITY = "own-authority.pem"  # named by an example; its reader has it
A_PANEL = 'panels: {main: {url: "https://panel.example.org", keys: [{credential: key}]}}\n'
MODELS: tuple[type[Strict], ...] = (
    Settings, panels.PanelSettings, panels.NodeSettings, panels.NodeServer,
    channels.ChannelSettings, channels.DigestSettings,
    limits.LimitsSettings, limits.PowerLimits, limits.SendLimits, limits.Allow, integrations.HookSettings,
    integrations.AddressSettings, integrations.ProgramSettings, model.HeartbeatSettings, model.ListenSettings,
    model.LogSettings, web.WebSettings, web.WebUser, web.ApiToken, web.TrustedProxy, web.Tls,
    web.StatusSettings, web.MetricsSettings, cluster.ClusterSettings,
)  # fmt: skip


@pytest.mark.parametrize(("page", "line"), TYPED)
def test_what_the_reader_is_told_to_type_is_taken(page: str, line: str) -> None:
    name, *words = shlex.split(line)

    assert name in names()
    subcommand(name).make_context(name, words)  # raises a usage error, as at a terminal


@pytest.mark.parametrize(("page", "line"), NAMED)
def test_a_command_that_a_page_names_is_there_with_its_options(page: str, line: str) -> None:
    name, *words = line.split()
    options = {opt for one in subcommand(name).params for opt in (*one.opts, *one.secondary_opts)}

    assert name in names()
    assert [one for one in words if one.startswith("-") and one.partition("=")[0] not in options] == []


def test_every_yaml_of_the_pages_is_one_of_the_kinds_that_are_held_to_the_program() -> None:
    kinds = OF_SETTINGS + OF_RULES + OF_PACKS + OF_SCENARIOS

    assert [one for one in SHOWN if one not in kinds and not re.search(r"(?m)^(vars|facts):", one[1])] == []


@pytest.mark.parametrize(("page", "text"), OF_SETTINGS)
def test_an_automaton_yml_of_a_page_is_right(page: str, text: str, tmp_path: Path) -> None:
    for name in re.findall(r"\{file: ([\w.]+)\}", text):  # secrets, which its reader has
        (tmp_path / name).write_text("secret", encoding="utf-8")
        (tmp_path / name).chmod(0o600)
    rest = "" if re.search(r"(?m)^(panels|nodes):", text) else A_PANEL
    (tmp_path / "automaton.yml").write_text(rest + text, encoding="utf-8")
    problems = load(tmp_path / "automaton.yml", {}, in_service=False).problems

    assert [str(one) for one in problems if one.severity == "error" and AUTHORITY not in str(one)] == []


@pytest.mark.parametrize(("page", "text"), OF_RULES)
def test_the_rules_of_a_page_load_without_a_warning_and_their_tests_pass(page: str, text: str) -> None:
    loaded = load_texts([(page, text)], KNOWN)
    assert ([str(problem) for problem in loaded.problems], bool(loaded.rules)) == ([], True)

    suite, problems = suite_of({page: text}, PACKS)
    assert problems == []
    assert suite is None or [suite.run(test).failures for test in suite.tests] == [[]] * len(suite.tests)


@pytest.mark.parametrize(("page", "text"), OF_PACKS)
def test_a_pack_of_a_page_is_right(page: str, text: str) -> None:
    node, _ = read_all(text, page)
    assert node is not None

    model, problems = fit(node, PackAddition if text.startswith("extends:") else PackFile)
    assert (model is not None, problems) == (True, [])


def test_the_first_hour_has_its_reader_write_what_is_right() -> None:
    assert set(files(text_of("docs/first-hour.md"))) == {"automaton.yml", "rules.d/mine.yml"}


@pytest.mark.parametrize(
    "page", [*PAGES, "automaton/README.md", "tests/README.md", "SECURITY.md", "CHANGELOG.md"]
)
def test_what_a_page_links_to_is_there(page: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)\s]+)\)", text_of(page))

    assert [link for link in links if not _leads_somewhere(page, link)] == []


def _leads_somewhere(page: str, link: str) -> bool:
    name, _, anchor = link.partition("#")
    path = (ROOT / page).parent / name if name else ROOT / page
    if not anchor:
        return path.exists()
    return anchor in map(_anchor, re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE))


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_the_table_of_commands_is_whole() -> None:
    table = re.findall(r"^\| `automaton ([\w-]+)", text_of("docs/commands.md"), re.MULTILINE)

    assert set(table) == set(names())


@pytest.mark.parametrize("key", sorted({key for one in MODELS for key in one.known_keys()}))
def test_every_key_of_automaton_yml_stands_on_its_page(key: str) -> None:
    assert re.search(rf"\b{re.escape(key)}\b:|`{re.escape(key)}", text_of("docs/settings.md"))


def test_every_exit_code_stands_on_its_page() -> None:
    section = text_of("docs/operating.md").partition("\n## Exit codes\n")[2]

    assert re.findall(r"^\| (\d+) \|", section, re.MULTILINE) == [str(code) for code in MEANINGS]


def test_every_page_of_the_folder_is_reached_from_the_readme() -> None:
    readme = text_of("README.md")

    assert [page for page in PAGES if page.startswith("docs/") and f"({page}" not in readme] == []


@pytest.mark.parametrize(
    ("words", "page", "answer"),
    [
        ("disarm rule", "docs/commands.md", "automaton arm"),
        ("logs of a player deleted", "docs/journal.md", "automaton forget"),
        ("change a password", "docs/page.md", "the first of these commands"),
    ],
)
def test_what_people_search_for_stands_where_its_answer_is(words: str, page: str, answer: str) -> None:
    """The site's search wants every word that is typed."""
    lines = [line.lower() for line in text_of(page).splitlines() if answer in line]

    assert any(all(word in line for word in words.split()) for line in lines)
