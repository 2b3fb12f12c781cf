"""Secrets are read from where they are kept, and nothing of them is ever said."""

from __future__ import annotations

import os

import pytest

from automaton.secret import Secret
from automaton.settings.load import load
from tests.settings.stage import Folder

HEAD = "panels: {main: {url: https://panel.example.org, keys: "


def panel(key: str) -> str:
    return f"{HEAD}{key}}}}}"


@pytest.mark.parametrize(
    ("key", "secret"),
    [
        ("{credential: panel_key}", "ptlc_key"),
        ("[{credential: panel_key}]", "ptlc_key"),
        ("{file: key.txt}", "from a file"),
        ("{env: PANEL_KEY}", "from the environment"),
    ],
)
def test_a_secret_is_read_from_its_place(folder: Folder, key: str, secret: str) -> None:
    folder.keep("key.txt", "  from a file\n")
    folder.env["PANEL_KEY"] = "from the environment"

    checked = folder.load(panel(key))

    assert checked.problems == []
    assert checked.settings is not None
    assert checked.settings.panels["main"].keys == (Secret(secret),)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("{credential: nobody}", "systemd gave no credential `nobody`: add `LoadCredential=nobody:/path`"),
        ("{file: nobody}", "does not exist: write the secret into it, with mode 0600"),
        ("{file: credentials}", "cannot be read (it is no regular file)"),
        ("{file: pipe}", "cannot be read (it is no regular file)"),
        ("{file: /dev/zero}", "cannot be read (it is no regular file)"),
        ("{file: round}", "cannot be read (Too many levels of symbolic links)"),
        ("{env: NOBODY}", "the environment has no `NOBODY`: set it"),
        ("{file: empty}", "is empty: write the secret into it"),
        ("{file: lines}", "holds more than one line"),
        ("{file: huge}", "is larger than 64 KiB"),
        ("{file: bytes}", "is no UTF-8"),
        ("{file: empty, env: A}", "a secret is kept in one place"),
        ("{}", "a secret is kept in one place"),
        ("{credentail: x}", "unknown key `credentail`, did you mean `credential`?"),
        ("{credential: ../../etc/shadow}", "a name of letters"),
        ("[[]]", "a secret is named here"),
        ("", "`keys` has no value"),
    ],
)
def test_a_secret_that_cannot_be_had_says_what_to_do(folder: Folder, key: str, message: str) -> None:
    folder.keep("empty", "\n")
    folder.keep("lines", "one\ntwo")
    folder.keep("huge", "x" * 70_000)
    (folder.path / "bytes").write_bytes(b"\xff\xfe")
    os.mkfifo(folder.path / "pipe")
    (folder.path / "round").symlink_to(folder.path / "round")

    checked = folder.load(panel(key))

    assert checked.settings is None
    assert [problem.severity for problem in checked.problems] == ["error"]
    assert message in checked.problems[0].message


def test_without_systemd_there_are_no_credentials(folder: Folder) -> None:
    folder.env.clear()

    problems = folder.load(panel("{credential: panel_key}")).problems

    assert [problem.code for problem in problems] == ["unreadable-secret"]
    assert "CREDENTIALS_DIRECTORY is not set" in problems[0].message


@pytest.mark.parametrize("key", ["{credential: panel_key}", "{env: NOBODY}"])
def test_outside_the_service_what_it_alone_has_is_a_note(folder: Folder, key: str) -> None:
    folder.env.clear()

    checked = folder.load(panel(key), in_service=False)

    assert [(problem.severity, problem.code) for problem in checked.problems] == [
        ("note", "unreadable-secret")
    ]
    assert "not readable here" in checked.problems[0].message
    assert checked.settings is not None


def test_a_source_of_the_service_that_is_not_there_is_a_warning(folder: Folder) -> None:
    folder.env.clear()
    sources = {"panel_key": folder.path / "secrets" / "panel_key"}
    sources["panel_key"].parent.mkdir()

    folder.file.write_text(panel("{credential: panel_key}"))

    checked = load(folder.file, folder.env, in_service=False, sources=sources)

    (problem,) = checked.problems
    assert (problem.severity, problem.code) == ("warning", "unreadable-secret")
    assert problem.message == (
        f"`{sources['panel_key']}`, from which systemd takes the credential `panel_key`, is not there, and"
        " the service does not start: write the secret into it, mode 0600"
    )
    assert checked.settings is not None


def test_a_file_that_is_missing_is_an_error_everywhere(folder: Folder) -> None:
    assert folder.load(panel("{file: nobody}"), in_service=False).settings is None


def test_a_file_that_all_can_read_is_a_warning(folder: Folder) -> None:
    folder.keep("key.txt", "secret", 0o644)

    checked = folder.load(panel("{file: key.txt}"))

    assert [(problem.severity, problem.code) for problem in checked.problems] == [("warning", "open-secret")]
    assert checked.settings is not None


def test_a_literal_is_a_warning_and_is_not_repeated(folder: Folder) -> None:
    checked = folder.load(panel("ptlc_verysecret"))

    assert [(problem.severity, problem.code) for problem in checked.problems] == [
        ("warning", "literal-secret")
    ]
    assert "verysecret" not in f"{checked}"
    assert checked.settings is not None
    assert checked.settings.panels["main"].keys == (Secret("ptlc_verysecret"),)


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("key.txt", "{file: key.txt}"),
        ("./key.txt", "{file: ./key.txt}"),
        ("panel_key", "{credential: panel_key}"),
    ],
)
def test_a_name_under_which_a_secret_is_kept_is_no_secret(folder: Folder, written: str, place: str) -> None:
    """Taken as one, the Panel would refuse it, and nobody would see why."""
    folder.keep("key.txt", "secret")

    (problem,) = folder.load(panel(written)).problems
    assert (problem.severity, problem.code, problem.found) == ("error", "secret", f"`{written}`")
    assert problem.suggestion == place


@pytest.mark.parametrize("secret", ["x" * 5000, "a/b/c", "..", "credentials"])
def test_what_is_no_file_there_is_a_secret(folder: Folder, secret: str) -> None:
    assert [one.code for one in folder.load(panel(secret)).problems] == ["literal-secret"]


def test_nothing_of_a_secret_is_said_where_all_else_is_wrong(folder: Folder) -> None:
    folder.keep("lines", "verysecret\nverysecret")
    text = (
        "panels: {a: {url: x, keys: [verysecret1, verysecret2], fro: b}, b: {keys: {file: lines}}}\n"
        "channels: {c: {urls: verysecret3, rate: x}}"
    )

    checked = folder.load(text)

    assert checked.settings is None
    assert "verysecret" not in "\n".join(map(str, checked.problems))
