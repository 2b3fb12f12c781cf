"""Codes by time: those of the RFC's table, near their moment, of secrets that are long enough."""

from __future__ import annotations

from base64 import b32encode
from urllib.parse import parse_qs, urlsplit

import pytest

from automaton.one_time_code import STEP, app_address, code_at, is_secret, new_secret, step_of

SECRET = b32encode(b"12345678901234567890").decode()  # RFC 6238, appendix B


@pytest.mark.parametrize(
    ("wall", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_rfc(wall: int, code: str) -> None:
    assert code_at(SECRET, int(wall // STEP)) == code
    assert step_of(SECRET, code, wall) == int(wall // STEP)


def test_a_code_holds_a_step_before_and_after_and_no_longer() -> None:
    code = code_at(SECRET, 100)
    at = [99 * STEP - 0.1, 99 * STEP, 100 * STEP, 102 * STEP - 0.1, 102 * STEP]

    assert [step_of(SECRET, code, wall) for wall in at] == [None, 100, 100, 100, None]


@pytest.mark.parametrize("code", ["", "000000", "28708", "2870820", "²87082", "\ud800", "abcdef"])
def test_what_is_no_code_of_now_is_wrong(code: str) -> None:
    assert step_of(SECRET, code, 59) is None


def test_a_secret_is_read_as_people_copy_it() -> None:
    assert code_at(f" {SECRET[:16].lower()} {SECRET[16:]}", 1) == "287082"


@pytest.mark.parametrize("text", ["", "ABC", "1" * 32, "GEZDGNBVGY3TQOJQ", "ä" * 32])
def test_what_is_too_short_or_no_base_32_is_no_secret(text: str) -> None:
    assert not is_secret(text)


def test_a_new_secret_is_by_chance_and_an_app_can_read_it() -> None:
    secret = new_secret()
    address = urlsplit(app_address(secret, "anna b"))

    assert is_secret(secret)
    assert secret != new_secret()
    assert (address.scheme, address.netloc, address.path) == ("otpauth", "totp", "/automaton:anna%20b")
    assert parse_qs(address.query) == {
        "secret": [secret], "issuer": ["automaton"], "digits": ["6"], "period": ["30"],
    }  # fmt: skip
