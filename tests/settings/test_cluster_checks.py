"""What is missing before a daemon can join."""

from __future__ import annotations

from pathlib import Path

from automaton.schema import nodes
from automaton.settings.cluster_checks import INSTALLS, check_cluster
from tests.settings.stage import PANEL, Folder


def root(text: str) -> nodes.Mapping:
    node = nodes.read(text, "automaton.yml")
    assert isinstance(node, nodes.Mapping)
    return node


def test_a_cluster_without_the_library_is_refused_with_the_command_that_installs_it() -> None:
    (problem,) = check_cluster(root("cluster: {servers: nats://10.0.0.1}"), lambda: False)

    assert (problem.code, problem.severity, problem.suggestion) == ("needs-extra", "error", INSTALLS)
    assert "`cluster`" in problem.message


def test_what_installs_it_is_told_as_its_page_says_it() -> None:
    page = Path(__file__).parents[2] / "docs" / "cluster.md"

    assert f"\n{INSTALLS}\n" in page.read_text(encoding="utf-8")


def test_a_cluster_with_it_and_a_single_daemon_without_it_are_both_right() -> None:
    assert not list(check_cluster(root("cluster: {servers: nats://10.0.0.1}"), lambda: True))
    assert not list(check_cluster(root("log: {level: info}"), lambda: False))


def test_automaton_yml_is_asked_about_it(folder: Folder) -> None:
    assert folder.load(f"{PANEL}cluster: {{servers: nats://10.0.0.1}}\n").problems == []
