"""Mistakes in files: all of them are told at once, each with its place and what to write instead. Exit 78."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.processes import finished
from tests.acceptance.site import SETTINGS, Site

TEN_MISTAKES = """\
rules:
  - id: One Two
    while: memory_pct > 90
    fro: 5m
    do: [{notify: ops, text: hot}]
  - id: typo
    while: memry_pct > 90
    do: [{notify: ops, text: hot}]
  - id: unit
    while: memory_pct > 90
    for: 5
    do: [{notify: ops, text: hot}]
  - id: power
    while: state == "offline"
    do: [{power: begin}]
  - id: regex
    when: {console: "^foo(?=bar)"}
    do: [{notify: ops, text: hot}]
  - id: blank
    when: {console: "^foo"}
    do: [{notify: ops, text: "${playr}"}]
  - id: channel
    when: {console: "^foo"}
    do: [{notify: opps, text: hot}]
  - id: kill
    when: {console: "^foo"}
    do: [{power: kill}]
  - id: verb
    when: {console: "^foo"}
    do: [{notfy: ops, text: hot}]
"""
PLACES = (2, 4, 7, 11, 15, 17, 21, 24, 27, 30)

PANEL = "http://127.0.0.1:9"
KEY = "ptlc_" + "k" * 43


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path, PANEL, KEY)


def refused(site: Site) -> list[str]:
    """What `run` says of a site that it does not take; `check` must say the same."""
    ran = finished("run", "-c", str(site.file))
    checked = finished("check", "-c", str(site.file))
    assert (ran.returncode, checked.returncode) == (78, 78), ran.stderr + checked.stderr
    errors = [line for line in ran.stderr.splitlines() if "error: " in line]
    assert errors == [line for line in (checked.stdout + checked.stderr).splitlines() if "error: " in line]
    return errors


def test_ten_mistakes_are_told_at_once_with_their_places(site: Site) -> None:
    file = site.rules(TEN_MISTAKES)

    errors = refused(site)

    assert [line.split(": ")[0].rsplit(":", 1)[0] for line in errors] == [f"{file}:{n}" for n in PLACES]


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("when: {console: '^a'}, do: [{notify: opps, text: hot}]", ("`opps`", "did you mean `ops`")),
        ("when: {console: '^a'}, do: [{power: kill}]", ("`kill`", "`limits.allow`")),
        ("when: {console: '^a(?=b)'}, do: [{notify: ops, text: hot}]", ("(?=", "look")),
        ("while: memory_pct > 90, for: 5, do: [{notify: ops, text: hot}]", ("5", "`5s`")),
    ],
    ids=["an unknown channel", "a kill that nothing allows", "a regex that RE2 lacks", "a bare number"],
)
def test_a_mistake_in_a_rule_says_what_to_write_instead(site: Site, rule: str, told: tuple[str, ...]) -> None:
    file = site.rules(f"rules:\n  - {{id: wrong, {rule}}}\n")

    (error,) = refused(site)

    assert error.startswith(f"{file}:2:")
    for part in told:
        assert part in error


def test_a_key_file_that_is_not_there_is_told_with_its_name(site: Site) -> None:
    (site.folder / "key").unlink()

    (error,) = refused(site)

    assert error.startswith(f"{site.file}:1:")
    assert str(site.folder / "key") in error


def test_a_bad_apprise_url_is_told_without_its_secret(site: Site) -> None:
    site.secret("ops.url", "discrod://12345/hush-hush")

    (error,) = refused(site)

    assert error.startswith(f"{site.file}:3:")
    assert "channel `ops`, url 1" in error
    assert "hush-hush" not in error


def test_mistakes_in_the_settings_do_not_hide_those_in_the_rules(site: Site) -> None:
    site.file.write_text(SETTINGS.format(panel=PANEL).replace("settle: 0s", "setle: 0s"))
    site.rules("rules: [{id: r, while: memry_pct > 9, do: [{notify: ops, text: hot}]}]")

    first, second = refused(site)

    assert "did you mean `settle`" in first
    assert "did you mean `memory_pct`" in second
