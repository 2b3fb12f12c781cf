"""What no single key shows is a problem at its place."""

from __future__ import annotations

import pytest

from tests.settings.stage import PANEL, RIGHT, Folder


@pytest.mark.parametrize(
    ("panel", "severity", "code"),
    [
        ("url: http://panel.example.org, keys: {credential: panel_key}", "warning", "plain-panel"),
        ("url: https://me:pw@panel.example.org, keys: {credential: panel_key}", "error", "url"),
        ("url: panel.example.org, keys: {credential: panel_key}", "error", "url"),
        ("url: 'https://', keys: {credential: panel_key}", "error", "url"),
        ("url: 'https://x/?a=b', keys: {credential: panel_key}", "error", "url"),
        ("url: 'https://[x', keys: {credential: panel_key}", "error", "url"),
        ("url: 'https://x:99999', keys: {credential: panel_key}", "error", "url"),
        ("url: 'https://-xn--.é..org', keys: {credential: panel_key}", "error", "url"),
        ("url: 'https://1.2.3.999', keys: {credential: panel_key}", "error", "url"),
        ("keys: {credential: panel_key}", "error", "missing-key"),
        ("url: https://x", "error", "missing-key"),
        ("url: https://x, keys: []", "error", "empty-list"),
        ("url: https://x, keys: [{credential: panel_key}, {credential: b}]", "error", "unreadable-secret"),
        ("url: https://x, keys: {credential: panel_key}, ca: x", "error", "ca"),
        ("url: https://x, keys: {credential: panel_key}, ca: oncall.url", "error", "ca"),
        (
            "url: https://x, keys: {credential: panel_key}, insecure_skip_verify: true",
            "warning",
            "unverified",
        ),
        ("url: https://x, keys: {credential: panel_key}, proxy: y", "error", "url"),
        ("url: https://x, keys: {credential: panel_key}, proxy: 'http://é:3128'", "error", "url"),
        ("url: https://x, keys: {credential: panel_key}, servers: mc", "error", "group-in-settings"),
    ],
)
def test_a_panel_is_looked_at_closely(folder: Folder, panel: str, severity: str, code: str) -> None:
    assert [told[:2] for told in folder.told(f"panels: {{main: {{{panel}}}}}")] == [(severity, code)]


def test_there_is_a_panel_or_a_node(folder: Folder) -> None:
    assert folder.told("log: {level: info}") == [("error", "no-panel", 1, 1)]
    assert folder.told("panels: {}") == [("error", "no-panel", 1, 9)]
    assert folder.told("nodes: {}") == [("error", "no-panel", 1, 8)]
    assert folder.told("nodes: {edge-1: {config: {credential: wings_config}}}") == []


def test_the_nearest_channel_is_named(folder: Folder) -> None:
    problems = folder.load(RIGHT.replace("report: ops", "report: osp")).problems

    assert [problem.message for problem in problems] == ["there is no channel `osp`, did you mean `ops`?"]


def test_a_program_that_cannot_be_run_is_told_before_it_is_needed(folder: Folder) -> None:
    folder.keep("rotate", "#!/bin/sh\n", 0o644)
    programs = (
        f"exec: {{a: {{argv: [/nowhere/a, -q]}}, b: {{argv: {folder.path}/rotate}}, c: {{argv: /bin/sh}}}}\n"
    )

    found = [(problem.code, problem.severity) for problem in folder.load(PANEL + programs).problems]
    assert found == [("no-program", "warning")] * 2


def test_a_token_that_is_found_by_trying_is_a_warning(folder: Folder) -> None:
    folder.keep("credentials/short", "hunter2\n")
    text = (
        f'{PANEL}hooks: {{deploy: {{token: {{credential: short}}}}}}\nlisten: {{hooks: "127.0.0.1:9533"}}\n'
    )

    assert [told[:2] for told in folder.told(text)] == [("warning", "weak-token")]


def test_hooks_that_nobody_can_call_are_a_warning(folder: Folder) -> None:
    hooks = "hooks: {deploy: {token: {credential: hook_deploy}}}\n"

    assert [told[:2] for told in folder.told(PANEL + hooks)] == [("warning", "in-vain")]
    assert folder.told(f'{PANEL}{hooks}listen: {{hooks: "127.0.0.1:9533"}}\n') == []


def test_a_port_for_hooks_that_nobody_has_is_a_note(folder: Folder) -> None:
    listen = 'listen: {hooks: "127.0.0.1:9533"}\n'

    assert [told[:2] for told in folder.told(PANEL + listen)] == [("note", "in-vain")]
    assert folder.told(f"{PANEL}{listen}web: {{public_url: https://a.example.org}}\n") == []


def test_hooks_are_not_called_at_the_port_of_the_page(folder: Folder) -> None:
    text = (
        f"{PANEL}hooks: {{deploy: {{token: {{credential: hook_deploy}}}}}}\n"
        'listen: {http: "127.0.0.1:9532"}\nweb: {status: {groups: {All: {name: "*"}}}}\n'
    )

    assert [told[:2] for told in folder.told(text)] == [("warning", "in-vain")]


def test_a_port_that_speaks_tls_is_for_others_to_reach(folder: Folder) -> None:
    """Its certificate is judged in page_checks.py."""
    text = f'{PANEL}listen: {{http: "0.0.0.0:9532"}}\nweb: {{tls: {{certificate: a, key: b}}}}\n'

    assert [told[1] for told in folder.told(text)] == ["certificate"]


def test_links_that_lead_nowhere_or_travel_in_plain_text_are_a_warning(folder: Folder) -> None:
    web, listen = "web: {public_url: https://a.example.org/x}\n", 'listen: {http: "127.0.0.1:9532"}\n'

    assert [told[:2] for told in folder.told(PANEL + web)] == [("warning", "in-vain")]
    assert folder.told(PANEL + web + listen) == []
    plain = PANEL + listen + web.replace("https", "http")
    assert [told[:2] for told in folder.told(plain)] == [("warning", "plain-link")]


@pytest.mark.parametrize("host", ["127.0.0.1:18080", "localhost", "'[::1]:80'"])
def test_to_a_panel_on_this_machine_nobody_is_on_the_way(folder: Folder, host: str) -> None:
    url = f"http://{host}" if "'" not in host else f"'http://{host[1:]}"

    assert folder.told(f"panels: {{main: {{url: {url}, keys: {{credential: panel_key}}}}}}") == []
