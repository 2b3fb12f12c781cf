"""Whatever stands in a text, groff prints it as it stands."""

from __future__ import annotations

from tests.man import roff


def test_nothing_of_a_text_is_taken_for_a_request() -> None:
    assert roff.escaped(".TH -x 'a' \\n ^~`\"") == "\\&.TH \\-x \\(aqa\\(aq \\en \\(ha\\(ti\\(ga\\(dq"
    assert roff.escaped("'quoted'") == "\\(aqquoted\\(aq"
    assert roff.escaped("ü …") == "\\[u00FC] \\[u2026]"


def test_markdown_becomes_sections_terms_and_code() -> None:
    page = "# T\n\n## A `b`\n\nSee [the page](x.md), **now**: `a|b`.\n\n- one\n1. two\n\n"
    page += "| k | t | m |\n|---|---|---|\n"
    page += "| `a` \\| `b` | number | what |\n\n```yaml\n.x: 1\n\n```\n"

    assert roff.markdown(page) == [
        '.SH "A B"', ".PP", "See the page, \\fBnow\\fR: \\fBa|b\\fR.",
        '.IP "o" 4', "one", '.IP "1." 4', "two",
        ".TP", "\\fBa\\fR | \\fBb\\fR (number)", "what",
        ".PP", ".RS 4", ".EX", "\\&.x: 1", "\\&", ".EE", ".RE",
    ]  # fmt: skip
