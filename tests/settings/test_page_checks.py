"""Who could not sign in, and who could listen to it, is told before anybody tries; never what is secret."""

from __future__ import annotations

import pytest
import trustme

from automaton.one_time_code import new_secret
from automaton.password_hash import hash_password
from tests.settings.stage import PANEL, Folder

HASH = hash_password("correct horse", cost=16)
ERROR, NOTE = "error", "note"


@pytest.fixture
def folder(folder: Folder) -> Folder:
    """With what people and programs show, and a certificate."""
    folder.keep("credentials/anna", f"{HASH}\n")
    folder.keep("credentials/anna_totp", f"{new_secret()}\n")
    folder.keep("credentials/token", "a-token-of-a-program\n")
    folder.keep("credentials/plain", "hunter2-hunter2\n")
    folder.keep("credentials/short", "hunter2\n")
    authority = trustme.CA()
    for name in ("a", "b"):
        issued = authority.issue_cert("automaton.lan")
        issued.private_key_pem.write_to_path(folder.path / f"{name}.key")
        for number, part in enumerate(issued.cert_chain_pems):
            part.write_to_path(folder.path / f"{name}.pem", append=number > 0)
    return folder


def told(folder: Folder, web: str, http: str = "127.0.0.1:9532", *, in_service: bool = True) -> list[object]:
    """Severity and code of each problem; what is secret stands in none."""
    text = f'{PANEL}listen: {{http: "{http}"}}\nweb: {{{web}}}\n'
    problems = folder.load(text, in_service=in_service).problems
    assert "hunter2" not in "".join(str(problem) for problem in problems)
    return [(problem.severity, problem.code) for problem in problems]


ANNA = "users: {anna: {password: {credential: anna}, role: operator}}"


def test_a_hash_and_a_secret_of_our_commands_are_taken(folder: Folder) -> None:
    web = "users: {anna: {password: {credential: anna}, totp: {credential: anna_totp}}}"

    assert told(folder, web) == []


def test_a_program_is_not_called_as_a_person_is(folder: Folder) -> None:
    """Both stand in the audit trail by their name alone."""
    web = f"{ANNA}, tokens: {{anna: {{token: {{credential: token}}}}}}"

    assert told(folder, web) == [(ERROR, "two-of-a-name")]


@pytest.mark.parametrize("key", ["password", "totp"])
def test_what_is_no_hash_or_no_secret_of_codes_is_an_error_that_does_not_show_it(
    folder: Folder, key: str
) -> None:
    web = f"users: {{anna: {{password: {{credential: anna}}, {key}: {{credential: plain}}}}}}"
    if key == "password":
        web = "users: {anna: {password: {credential: plain}}}"

    assert told(folder, web) == [(ERROR, "no-hash")]


def test_a_code_without_a_password_is_never_asked_for(folder: Folder) -> None:
    assert told(folder, "users: {anna: {totp: {credential: anna_totp}}}") == [("warning", "in-vain")]


@pytest.mark.parametrize("user", ["{}", "{role: viewer}"])
def test_who_has_no_password_signs_in_by_a_trusted_proxy_or_never(folder: Folder, user: str) -> None:
    proxy = "trusted_proxy: {secret: {credential: token}}"

    assert told(folder, f"users: {{vic: {user}}}") == [("warning", "in-vain")]
    assert told(folder, f"users: {{vic: {user}}}, {proxy}") == []


def test_at_a_prompt_what_only_the_service_can_read_is_no_wrong_hash(folder: Folder) -> None:
    folder.env.clear()
    web = "users: {anna: {password: {credential: anna}}}, tokens: {g: {token: {credential: token}}}"

    assert set(told(folder, web, in_service=False)) == {(NOTE, "unreadable-secret")}


@pytest.mark.parametrize(
    "web",
    ["tokens: {grafana: {token: {credential: short}}}", "trusted_proxy: {secret: {credential: short}}"],
)
def test_what_can_be_found_by_trying_is_an_error(folder: Folder, web: str) -> None:
    assert told(folder, web) == [(ERROR, "weak-token")]


@pytest.mark.parametrize(
    ("proxy", "problems"),
    [
        ("{secret: {credential: token}}", []),
        ("{socket: /run/automaton/page.sock}", []),
        ("{header: Remote-User}", [(ERROR, "one-of-two")]),
        ("{secret: {credential: token}, socket: page.sock}", [(ERROR, "one-of-two")]),
    ],
)
def test_a_proxy_is_told_from_others_in_one_way(folder: Folder, proxy: str, problems: list[object]) -> None:
    assert told(folder, f"trusted_proxy: {proxy}") == problems


@pytest.mark.parametrize("login", [ANNA, "tokens: {grafana: {token: {credential: token}}}"])
@pytest.mark.parametrize(
    ("http", "more", "is_error"),
    [
        ("127.0.0.1:9532", "", False),
        ("[::1]:9532", "", False),
        ("localhost:9532", "", False),
        ("0.0.0.0:9532", "", True),
        ("[::]:9532", "", True),
        ("192.0.2.1:9532", "", True),
        ("automaton.lan:9532", "", True),
        ("0.0.0.0:9532", ", public_url: https://a.example.org", True),
        ("0.0.0.0:9532", ", tls: {certificate: a.pem, key: a.key}", False),
        ("0.0.0.0:9532", ", trusted_proxy: {secret: {credential: token}}", False),
        ("0.0.0.0:9532", ", trusted_proxy: {socket: page.sock}", True),
    ],
)
def test_beyond_this_machine_a_login_needs_tls_or_a_trusted_proxy(
    folder: Folder, login: str, http: str, more: str, is_error: bool
) -> None:
    assert ((ERROR, "plain-login") in told(folder, login + more, http)) == is_error


def test_what_needs_no_password_may_be_reached_with_a_warning_as_before(folder: Folder) -> None:
    assert told(folder, "status: {title: Ours}", "0.0.0.0:9532") == [("warning", "open-port")]


@pytest.mark.parametrize(
    ("certificate", "key", "said"),
    [
        ("a.pem", "a.key", ""),
        ("a.pem", "b.key", "is not that of"),
        ("a.key", "a.key", "no certificate and key as PEM text"),
        ("automaton.yml", "a.key", "no certificate and key as PEM text"),
        ("nowhere.pem", "a.key", "is not there"),
        (".", "a.key", "is not there, or no file"),
    ],
)
def test_a_certificate_is_tried_before_it_is_needed(
    folder: Folder, certificate: str, key: str, said: str
) -> None:
    text = (
        f'{PANEL}listen: {{http: "0.0.0.0:9532"}}\nweb: {{tls: {{certificate: {certificate}, key: {key}}}}}\n'
    )
    problems = folder.load(text).problems

    assert [problem.code for problem in problems] == (["certificate"] if said else [])
    assert said in "".join(problem.message for problem in problems)


def test_a_certificate_that_only_the_service_can_read_is_a_note_at_a_prompt(folder: Folder) -> None:
    web = "tls: {certificate: /run/credentials/automaton.service/x, key: a.key}"

    assert told(folder, web, in_service=False) == [(NOTE, "certificate")]


def test_a_file_from_before_the_page_is_read_as_it_was_and_told(folder: Folder) -> None:
    hooks = "hooks: {deploy: {token: {credential: hook_deploy}}}\n"
    old = folder.load(f'{PANEL}{hooks}listen: {{http: "127.0.0.1:9532"}}\n')

    assert old.settings is not None
    assert (old.settings.page_address, old.settings.hooks_address) == (None, ("127.0.0.1", 9532))
    assert old.settings.hooks_key == "listen.http"
    (problem,) = old.problems
    assert (problem.severity, problem.code) == (NOTE, "hooks-apart")
    assert problem.suggestion == 'listen: {hooks: "127.0.0.1:9532"}'


@pytest.mark.parametrize(
    "written",
    ["https://a.lan", "a.lan:9532", "a.lan/", "*.lan", "a b", "", "-a", "ä.lan", "a.lan:x", "user@a.lan"],
)
def test_a_name_under_which_the_page_answers_is_a_name_alone(folder: Folder, written: str) -> None:
    codes = told(folder, f"hosts: ['{written}']")

    assert len(codes) == 1
    assert codes[0] in [(ERROR, "host"), (ERROR, "no-value"), (ERROR, "text")]


@pytest.mark.parametrize("name", ["anna", "anna.b", "anna@example.org", "a+b@example.org", "Änne", "x" * 100])
def test_people_are_called_as_a_proxy_calls_them(folder: Folder, name: str) -> None:
    assert told(folder, f"users: {{'{name}': {{password: {{credential: anna}}}}}}") == []


@pytest.mark.parametrize("name", ["a b", "a/b", 'a"b', "<b>", "x" * 101, "a:b"])
def test_what_is_no_name_is_refused(folder: Folder, name: str) -> None:
    assert told(folder, f"users: {{'{name}': {{role: viewer}}}}") == [(ERROR, "name")]


def test_names_are_read_as_browsers_send_them(folder: Folder) -> None:
    text = f"{PANEL}web: {{hosts: [Automaton.LAN., 'fd00::1', xn--bcher-kva.example, a_b]}}\n"
    settings = folder.load(text).settings

    assert settings is not None
    assert settings.web.hosts == ("automaton.lan", "fd00::1", "xn--bcher-kva.example", "a_b")
