"""By what a server of a game is recognized."""

from __future__ import annotations

from automaton.core.events import Profile
from automaton.match.glob import compile_glob
from automaton.packs.match import PackMatch

PAPER = Profile(uuid="u", id="1", name="x", egg="Paper 1.21", startup="java -jar server.jar")


def globs(*texts: str) -> tuple[object, ...]:
    return tuple(compile_glob(text) for text in texts)


def test_what_fits_is_named_with_its_key() -> None:
    match = PackMatch(egg=globs("Forge*", "Paper*"), startup=globs("*server.jar"), tag=globs("vip"))

    assert match.reason(PAPER) == "egg: Paper*"
    assert PackMatch(tag=globs("v*")).reason(PAPER, frozenset({"vip"})) == "tag: v*"
    assert PackMatch(egg=globs("Rust")).reason(PAPER) == ""


def test_what_not_fits_is_no_server_of_the_game_whatever_else_fits() -> None:
    match = PackMatch(egg=globs("Paper*"), not_=PackMatch(egg=globs("*1.21")))

    assert not match.fits(PAPER)


def test_two_together_fit_what_one_fits_and_refuse_what_one_refuses() -> None:
    first = PackMatch(egg=globs("Forge*"), not_=PackMatch(image=globs("*old*")))
    second = PackMatch(egg=globs("Paper*"), not_=PackMatch(egg=globs("*1.8")))

    both = first.over(second)

    assert both.reason(PAPER) == "egg: Paper*"
    assert not both.fits(Profile(uuid="u", id="1", name="x", egg="Paper 1.8"))
    assert first.over(None) is first
