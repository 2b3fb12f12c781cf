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
    assert code_at("-".join((SECRET[:8], SECRET[8:16], SECRET[16:])), 1) == "287082"


def test_a_secret_has_its_padding_or_not() -> None:
    """18 bytes need 29 letters, which are filled up to 32."""
    padded = b32encode(b"123456789012345678").decode()

    assert padded.endswith("===")
    assert code_at(padded, 1) == code_at(padded.rstrip("="), 1) != code_at("", 1)


def test_every_letter_of_a_secret_counts() -> None:
    secret = "X" * 32

    assert code_at(secret, 1) != code_at(secret[:24], 1)
    assert is_secret(secret)


def test_a_secret_of_128_bits_is_long_enough() -> None:
    assert [is_secret(b32encode(b"x" * length).decode()) for length in (15, 16)] == [False, True]


def test_a_code_is_read_as_people_type_it_and_the_first_of_all_counts() -> None:
    assert step_of(SECRET, " 287 082 ", 59) == 1
    assert step_of(SECRET, code_at(SECRET, 0), 0.0) == 0


@pytest.mark.parametrize("text", ["", "ABC", "1" * 32, "GEZDGNBVGY3TQOJQ", "ä" * 32])
def test_what_is_too_short_or_no_base_32_is_no_secret(text: str) -> None:
    assert not is_secret(text)


def test_a_new_secret_is_by_chance_and_an_app_can_read_it() -> None:
    secret = new_secret()
    address = urlsplit(app_address(secret, "anna b"))

    assert is_secret(secret)
    assert len(secret) == 32  # 20 bytes
    assert secret != new_secret()
    assert (address.scheme, address.netloc, address.path) == ("otpauth", "totp", "/automaton:anna%20b")
    assert parse_qs(address.query) == {
        "secret": [secret], "issuer": ["automaton"], "digits": ["6"], "period": ["30"],
    }  # fmt: skip
