"""Where a form leads back to: a path of this page, and nowhere else."""

from __future__ import annotations

import pytest

from automaton.web.pages.page import back, local


@pytest.mark.parametrize("path", ["/", "/servers/1?text=a%2Fb#x", "/incidents?past=1"])
def test_a_path_of_ours_stays(path: str) -> None:
    assert (local(path), back(path).headers["location"], back(path).status_code) == (path, path, 303)


@pytest.mark.parametrize(
    "path",
    ["", "x", "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
     "javascript:alert(1)", "/a\r\nSet-Cookie: a=b", "/a\tb", "/\u202e", "/\x00"],
)  # fmt: skip
def test_what_may_lead_elsewhere_leads_to_the_first_page(path: str) -> None:
    assert local(path) == "/"
