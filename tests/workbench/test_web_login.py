"""A hash that fits what was typed, codes that an app takes; secrets on no line that is to be read."""

from __future__ import annotations

import io
import json

import pytest

from automaton.one_time_code import is_secret
from automaton.password_hash import is_password
from automaton.workbench.web_login import LONGEST, passwd, totp

PASSWORD = "correct horse"


class Typist:
    """Types these answers."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.heard: list[str] = []
        self.shown: list[str] = []

    def answer(self, question: str, *, usual: str = "", is_secret: bool = False) -> str:
        if not is_secret:
            self.shown.append(question)
        return self.answers.pop(0)

    def agrees(self, question: str, *, usual: bool = True) -> bool:
        return usual

    def hear(self, sentence: str) -> None:
        self.heard.append(sentence)


def test_it_asks_twice_without_showing_and_prints_the_hash_alone(capsys: pytest.CaptureFixture[str]) -> None:
    typist = Typist("short", "correct hores", PASSWORD, PASSWORD, PASSWORD)
    code = passwd("anna", as_json=False, person=typist)
    printed = capsys.readouterr()

    assert (code, typist.shown, typist.answers) == (0, [], [])
    assert is_password(PASSWORD, printed.out.strip())
    assert PASSWORD not in printed.out + printed.err + "".join(typist.heard)
    assert "web: {users: {anna: {password: {credential: web_anna}}}}" in printed.err
    assert [said.partition(":")[0] for said in typist.heard] == [
        "a password has 10 characters or more", "these two were not the same",
    ]  # fmt: skip


def test_it_says_where_the_hash_goes_in_a_service_that_init_set_up(
    capsys: pytest.CaptureFixture[str],
) -> None:
    passwd("vic", as_json=False, person=Typist(PASSWORD, PASSWORD))
    said = capsys.readouterr().err

    assert "LoadCredential=web_vic:/etc/automaton/secrets/web_vic;" in said
    assert "/etc/systemd/system/automaton.service.d/credentials.conf" in said


def test_where_nobody_can_be_asked_it_is_the_first_line_of_the_input(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = passwd("anna", as_json=True, given=io.BytesIO(f"{PASSWORD}\r\nmore\n".encode()))
    printed = json.loads(capsys.readouterr().out)

    assert (code, printed["name"]) == (0, "anna")
    assert is_password(PASSWORD, printed["password"])


@pytest.mark.parametrize("given", [b"", b"short\n", b"\xff" * 20, b"x" * (LONGEST + 1), b"\n" + b"x" * 20])
def test_what_will_not_do_makes_nothing(given: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    code = passwd("anna", as_json=False, given=io.BytesIO(given))
    printed = capsys.readouterr()

    assert (code, printed.out) == (1, "")
    assert "password" in printed.err


@pytest.mark.parametrize("name", ["", "a b", "a: {b", "x" * 200, "\x1b[2J", "../anna", "a/b"])
def test_a_name_that_automaton_yml_would_refuse_is_refused(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = [passwd(name, as_json=False, person=Typist(PASSWORD)), totp(name, as_json=True)]

    assert (codes, capsys.readouterr().out) == ([1, 1], "")


def test_a_secret_of_codes_comes_with_the_address_for_an_app(capsys: pytest.CaptureFixture[str]) -> None:
    totp("anna", as_json=False)
    printed = capsys.readouterr()
    totp("anna", as_json=True)
    as_json = json.loads(capsys.readouterr().out)

    assert is_secret(printed.out.strip())
    assert f"otpauth://totp/automaton:anna?secret={printed.out.strip()}" in printed.err
    assert "totp: {credential: web_anna_totp}" in printed.err
    assert (is_secret(as_json["totp"]), as_json["totp"] in as_json["address"]) == (True, True)
