"""Silences and maintenance: filled from where one comes, previewed, begun and ended by operators."""

from __future__ import annotations

import pytest

from automaton.web.pages.silences import SilenceForm, form_of, globs_of
from automaton.web.routes.silences import LONGEST_NOTE
from tests.web.pages.signed_in import EVIL, sitting
from tests.web.pages.trail_rows import LOBBY

pytestmark = pytest.mark.anyio

ROW = {"id": "s1", "rules": ["oom"], "servers": [], "left": 60.0, "note": EVIL}
PREVIEW = {
    "rules": [{"id": "oom", "servers": 1, "arm": "shadow"}], "rules_in_all": 3, "servers": [EVIL],
    "servers_in_all": 1, "pairs": 3, "incidents_in_all": 1,
    "incidents": [{"rule": "oom", "server": LOBBY, "name": "lobby", "severity": "critical", "open_for": 1.0}],
}  # fmt: skip
ANSWERS = {
    "/v1/silences": {"silences": [ROW]}, "/v1/silences/preview": PREVIEW, "/v1/rules": {"rules": []},
    "/v1/silences/s1/end": {"silences": []},
}  # fmt: skip


def test_globs_are_apart_by_commas_and_lines() -> None:
    assert globs_of("a, b*\n c\r\n,") == ["a", "b*", "c"]


def test_a_maintenance_names_servers_and_no_rules_and_says_what_it_is() -> None:
    wanted = SilenceForm(
        rules="oom", servers="node:eu-1", length="2h", note="disks", kind="maintenance"
    ).wanted()

    assert (wanted.rules, wanted.servers, wanted.seconds) == ([], ["node:eu-1"], 7200.0)
    assert wanted.note == "maintenance: disks"
    assert len(SilenceForm(servers="a", note="x" * 600).wanted().note) == LONGEST_NOTE


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        (SilenceForm(), "Name rules or servers"),
        (SilenceForm(kind="maintenance"), "Say what is under maintenance"),
        (SilenceForm(rules="a", length="soon"), "Say how long"),
        (SilenceForm(rules="a", length="90"), "Say how long"),
    ],
)
def test_what_is_wrong_with_a_form_is_said(form: SilenceForm, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        form.wanted()


def test_a_link_fills_the_form() -> None:
    assert form_of({"rules": "oom", "for": "2h"}) == SilenceForm(rules="oom", length="2h")


async def test_silences_are_listed_and_strangers_words_are_text() -> None:
    async with sitting(ANSWERS) as desk:
        html, regions = await desk.html("/silences"), await desk.regions("/silences")

    assert "&lt;script&gt;" in html
    assert EVIL not in html + regions["silences"]
    assert "all servers" in regions["silences"]


async def test_a_preview_is_part_of_the_form_and_also_comes_alone() -> None:
    async with sitting(ANSWERS) as desk:
        whole = await desk.html("/silences/new?rules=oom&servers=lobby")
        part = await desk.html("/silences/preview?rules=oom&for=1h")
        wrong = await desk.html("/silences/preview?rules=oom&for=soon")

    for html in (whole, part):
        assert "3 rules" in html
        assert "oom (shadow)" in html
        assert "and 2 more" in html
        assert "1 open incident</strong> would wait" in html
        assert EVIL not in html
    assert "<html" not in part
    assert "Say how long" in wrong
    assert [path for path, _, _ in desk.daemon.acts] == ["/v1/silences/preview"] * 2


async def test_no_forms_token_is_put_into_an_address() -> None:
    """An address goes into the log of a proxy, and to other pages."""
    async with sitting(ANSWERS) as desk:
        html = await desk.html("/silences/new?rules=oom")
        looked_over = await desk.act("/silences/new", rules="oom", servers="lobby", note="night", kind="")

    assert 'formmethod="get"' not in html
    assert 'hx-params="not csrf"' in html
    assert looked_over.status_code == 200
    assert "3 rules" in looked_over.text
    assert 'value="night"' in looked_over.text
    assert [path for path, _, _ in desk.daemon.acts] == ["/v1/silences/preview"] * 2


async def test_what_names_nothing_is_told_before_it_begins_when_it_does_and_in_the_list() -> None:
    row = {**ROW, "rules": [], "servers": ["lobby", "lobbi", "tag:nix"]}
    answers = {**ANSWERS, "/v1/silences": {**row, "silences": [row]}}
    async with sitting(answers) as desk:
        preview = await desk.html("/silences/preview?servers=lobby,lobbi,tag:nix")
        await desk.act("/silences", servers="lobby, lobbi, tag:nix", **{"for": "1h"})
        listed = await desk.html("/silences")

    for html in (preview, listed):
        assert "<code>lobbi</code> names nothing now, did you mean <code>lobby</code>?" in html
        assert "<code>tag:nix</code> names nothing now." in html
        assert "<code>lobby</code> names" not in html
    assert listed.count("names nothing now</span>") == 2


async def test_one_is_begun_and_ended_in_the_name_of_an_operator() -> None:
    async with sitting({**ANSWERS, "/v1/silences": ROW}) as desk:
        await desk.act("/silences", rules="oom", servers="", note="night", **{"for": "1h"})
        await desk.act("/silences/end", id="s1")
        wrong = await desk.act("/silences", rules="", servers="", **{"for": "1h"})

    wanted = {"rules": ["oom"], "servers": [], "seconds": 3600.0, "note": "night"}
    assert desk.daemon.acts == [("/v1/silences", "anna", wanted), ("/v1/silences/s1/end", "anna", None)]
    assert wrong.headers["location"].startswith("/silences/new")


@pytest.mark.parametrize("path", ["/silences/new", "/silences/preview?rules=a"])
async def test_a_viewer_has_no_form(path: str) -> None:
    async with sitting(ANSWERS, user="vic") as desk:
        html = await desk.html("/silences")
        await desk.html(path, status=403)
        answer = await desk.act("/silences", rules="oom", **{"for": "1h"})

    assert "<form" not in html.split("<main")[1]
    assert (answer.status_code, desk.daemon.acts) == (403, [])
