"""Errors of RE2 in an operator's words: what it lacks has a name, and a way to do without."""

from __future__ import annotations

from automaton.match.look_around import without_look_around
from automaton.problem import Problem

_LACKS = "RE2, which takes linear time on any line, has no"
NO_LOOK_AROUND = f"{_LACKS} look-around"
"""What is told of a pattern with one. What to write instead is another thing in a rule than in a pack."""

_LOOK_AROUND = ("(?=", "(?!", "(?<=", "(?<!")
_GROUPS_OF_OTHERS = {
    "(?>": "atomic groups",
    "(?#": "comments",
    "(?x": "extended syntax",
    "(?(": "conditions",
}


def explain_pattern(source: str, error: Exception) -> Problem:
    """For a text that RE2 does not take as a pattern. `error` is its own, whose text is in bytes."""
    raw = error.args[0] if error.args else b""
    text = raw.decode(errors="replace") if isinstance(raw, bytes) else str(raw)
    what, _, fragment = text.partition(": ")
    if fragment == "(?P" and "(?P=" in source:  # RE2 names the beginning of a back-reference only
        fragment = "(?P="
    # RE2 quotes the fragment and not its place. A bracket is missing in the whole.
    offset = 0 if what in ("missing )", "missing ]") else max(source.find(fragment), 0)
    message, instead = _meant(what, fragment, source)
    return Problem(message, offset=offset, found=f"`{fragment}`", expected=instead)


def _meant(what: str, fragment: str, source: str) -> tuple[str, str]:
    """What is wrong, and what to use instead; empty where nothing is known."""
    rest = source[max(source.find(fragment), 0) :]
    if fragment in _LOOK_AROUND:
        example = without_look_around(source)
        second = f"`not:` with a second pattern{f', as {example}' if example else ''}"
        return NO_LOOK_AROUND, f"{second}, or `where:` on a named group"
    if rest.startswith(("(?P=", "\\k")) or (fragment[:1] == "\\" and fragment[1:].isdigit()):
        return f"{_LACKS} back-references", "two named groups, compared by `where:`"
    if what == "invalid repetition size":
        return f"{_LACKS} repeats over 1000", "`*` or `+`, for a line has at most 4 KiB"
    if fragment[:3] in _GROUPS_OF_OTHERS:
        return f"{_LACKS} {_GROUPS_OF_OTHERS[fragment[:3]]}", ""
    if what == "bad repetition operator":
        return f"{_LACKS} doubled repeats", f"`{fragment[:1]}`"
    if what == "missing )":
        return "a `(` is not closed", "its `)`, or `\\(` where the bracket itself is meant"
    if what == "missing ]":
        return "a `[` is not closed", "its `]`, or `\\[` where the bracket itself is meant"
    if what == "unexpected )":
        return "a `)` closes nothing", "its `(`, or `\\)` where the bracket itself is meant"
    if what == "no argument for repetition operator":
        return (
            f"`{fragment}` repeats nothing",
            f"`.{fragment}` for any text, or `\\{fragment}` for the sign itself",
        )
    if fragment == "\\Z":
        return "the end of the text is `\\z`", "`\\z`"
    return f"no pattern: {what}", ""
