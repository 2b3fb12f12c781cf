"""The files of the credentials are those that systemd would take, for the file that they are meant for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from automaton.settings.credential_sources import sources_of, taken_from
from automaton.settings.load import load

PANEL = "panels: {main: {url: 'https://panel.test', keys: [{credential: panel_key}]}}\nstate: state\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[Service]\nLoadCredential=a:/k/a\n LoadCredential = b:/k/100%%\n", {"a": "/k/a", "b": "/k/100%"}),
        ("LoadCredential=a:/k/a\nLoadCredential=a:/k/b\n", {"a": "/k/b"}),
        ("LoadCredential=a:/k/a\nLoadCredential=\n", {}),
        ("LoadCredential=a:%h/a\nLoadCredential=b:relative\n#LoadCredential=c:/k/c\n", {}),
        ("LoadCredentialEncrypted=a:/k/a\nLoadCredential=lonely\n", {}),
    ],
)
def test_a_line_names_a_file_as_it_does_for_systemd(text: str, found: dict[str, str]) -> None:
    assert taken_from(text) == {name: Path(path) for name, path in found.items()}


def test_a_drop_in_beside_the_file_is_its_own_and_a_later_one_goes_before(tmp_path: Path) -> None:
    folder = tmp_path / "automaton.service.d"
    folder.mkdir()
    (tmp_path / "automaton.service").write_text("[Service]\nLoadCredential=key:/k/1\nLoadCredential=a:/k/a\n")
    (folder / "credentials.conf").write_text("[Service]\nLoadCredential=key:/k/2\n")
    (folder / "unreadable.conf").mkdir()

    assert sources_of(tmp_path / "automaton.yml") == {"key": Path("/k/2"), "a": Path("/k/a")}


def test_the_credentials_of_the_machines_service_are_not_for_another_file(tmp_path: Path) -> None:
    """It could name another Panel, and would send the key there."""
    units = tmp_path / "units"
    units.mkdir()
    (units / "automaton.service").write_text("[Service]\nLoadCredential=panel_key:/k/key\n")

    assert sources_of(tmp_path / "automaton.yml", [units]) == {}
    assert sources_of(Path("/etc/automaton/automaton.yml"), [units]) == {"panel_key": Path("/k/key")}


def test_a_file_that_is_a_link_to_itself_has_no_credentials_of_its_own(tmp_path: Path) -> None:
    """Whoever reads it then says what is the matter with it."""
    (tmp_path / "automaton.yml").symlink_to(tmp_path / "automaton.yml")

    assert sources_of(tmp_path / "automaton.yml") == {}


def test_who_may_read_the_file_of_a_credential_has_the_secret_outside_the_service(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("ptlc_1\n")
    (tmp_path / "automaton.yml").write_text(PANEL)
    sources = {"panel_key": tmp_path / "key"}
    found = load(tmp_path / "automaton.yml", {}, in_service=False, sources=sources)

    assert found.settings is not None
    assert [key.reveal() for key in found.settings.panels["main"].keys] == ["ptlc_1"]
    assert [one.code for one in found.problems] == []


def test_a_file_that_is_missing_keeps_the_service_from_starting_and_that_is_told(tmp_path: Path) -> None:
    (tmp_path / "automaton.yml").write_text(PANEL)
    sources = {"panel_key": tmp_path / "key"}
    (warning,) = load(tmp_path / "automaton.yml", {}, in_service=False, sources=sources).problems

    assert warning.severity == "warning"
    assert (
        f"`{tmp_path}/key`, from which systemd takes the credential `panel_key`, is not there"
        in warning.message
    )


def test_a_wrong_file_is_an_error_outside_the_service_too(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("two\nlines\n")
    (tmp_path / "automaton.yml").write_text(PANEL)
    sources = {"panel_key": tmp_path / "key"}
    (problem,) = load(tmp_path / "automaton.yml", {}, in_service=False, sources=sources).problems

    assert (problem.severity, "holds more than one line" in problem.message) == ("error", True)
    assert "two" not in str(problem)


def test_what_the_service_was_given_goes_before_the_file_that_it_comes_from(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    (given / "panel_key").write_text("ptlc_given")
    (tmp_path / "key").write_text("ptlc_source")
    (tmp_path / "automaton.yml").write_text(PANEL)
    env = {**os.environ, "CREDENTIALS_DIRECTORY": str(given)}
    found = load(tmp_path / "automaton.yml", env, in_service=False, sources={"panel_key": tmp_path / "key"})

    assert found.settings is not None
    assert [key.reveal() for key in found.settings.panels["main"].keys] == ["ptlc_given"]
