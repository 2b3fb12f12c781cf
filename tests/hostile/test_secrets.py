"""No secret is ever written: not into arguments, logs of any level, answers, messages, files or tracebacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.hostile.house import Answer
from tests.hostile.world import World, free_port, world

pytestmark = pytest.mark.xdist_group("hostile-secrets")

WEBHOOK = "a webhook's token"
SECRETS = {
    "the Panel's key": "ptlc_hostileHouseKey0123456789abcdefghijklmnopqr",
    "a webhook's token": "webhookTokenOfTheTests0123456789",
    "a hook's token": "hookTokenOfTheTests0123456789abcdef",
    "a header of http": "headerTokenOfTheTests0123456789",
    "an address of http": "pathTokenOfTheTests0123456789",
    "an address of the heartbeat": "beatTokenOfTheTests0123456789",
    "a variable": "variableTokenOfTheTests0123456789",
}

RULES = r"""
rules:
  - {id: posts, when: {console: '^post$'}, do: [{notify: ops, text: posted}, {notify: dead, text: posted}, {http: page, json: {x: "${name}"}}]}
  - {id: refused, when: {console: '^post$'}, do: [{http: refused, json: {x: 1}}]}
  - {id: called, when: {hook: deploy}, by: fleet, do: [{notify: ops, text: called}]}
"""
SETTINGS = """\
hooks: {{deploy: {{token: {{file: hook}}}}}}
http:
  page: {{url: {{file: page}}, headers: {{Authorization: {{file: header}}}}}}
  refused: {{url: "http://127.0.0.1:9/", headers: {{X-Key: {{env: HOSTILE_VARIABLE}}}}}}
heartbeat: {{url: {{file: beat}}, every: 1s}}
listen: {{http: "127.0.0.1:{port}"}}
log: {{level: debug, format: text}}
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    port = free_port()
    channels = "  dead: {urls: [{file: dead.url}]}\n"
    with world(
        tmp_path_factory.mktemp("secrets"), RULES, channels=channels, settings=SETTINGS.format(port=port)
    ) as made:
        made.env["HOSTILE_VARIABLE"] = SECRETS["a variable"]
        made.secret("ops.url", f"{made.inbox.url}/{SECRETS[WEBHOOK]}")
        made.secret("dead.url", f"jsons://127.0.0.1:9/{SECRETS[WEBHOOK]}")
        made.secret("hook", SECRETS["a hook's token"])
        made.secret("header", SECRETS["a header of http"])
        made.secret("page", f"{made.house.url}/page/{SECRETS['an address of http']}")
        made.secret("beat", f"{made.house.url}/beat/{SECRETS['an address of the heartbeat']}")
        made.house.answers(
            "POST", SECRETS["an address of http"], Answer(500, SECRETS["a header of http"].encode())
        )
        made.house.answers("GET", SECRETS["an address of the heartbeat"], Answer(404, b"no"))
        made.hooks = f"http://127.0.0.1:{port}/hooks"
        recording = made.folder / "recording.jsonl"
        with made.running("--record", str(recording)):
            lobby = made["lobby"]
            lobby.prints("post")
            for token in ("wrong", SECRETS["a hook's token"]):
                httpx.post(
                    f"{made.hooks}/deploy", headers={"Authorization": f"Bearer {token}"}, trust_env=False
                )
            made.inbox.got("called")
            lobby.event("jwt error", "jwt: exp claim is invalid")
            made.daemon.tells("call.ended", "action=http", times=2)
            made.house.until(
                lambda: made.house.count("GET", SECRETS["an address of the heartbeat"]), lambda: "no beat"
            )
            made.served(lobby)
            yield made


def hold(secrets: list[str], text: str) -> list[str]:
    return [secret for secret in secrets if secret in text]


ALL = list(SECRETS.values())


def test_no_secret_stands_in_the_log_at_debug(here: World) -> None:
    """After refusals, failures, a wrong token, a webhook that nobody answers and a token that ran out."""
    assert hold(ALL, here.daemon.output()) == []
    assert "eyJ" not in here.daemon.output()  # as every token for a console begins


def test_no_secret_stands_in_the_arguments_of_the_process(here: World) -> None:
    assert hold(ALL, Path(f"/proc/{here.daemon.pid}/cmdline").read_text()) == []


@pytest.mark.parametrize(
    "path",
    [
        "/v1/status",
        "/v1/servers",
        "/v1/rules",
        "/v1/incidents",
        "/v1/silences",
        "/v1/rules/posts/explain?key=lobby",
    ],
)
def test_no_secret_stands_in_an_answer_of_the_control_socket(here: World, path: str) -> None:
    assert hold(ALL, str(here.ask("GET", path))) == []


@pytest.mark.parametrize(
    "command",
    [("status", "--json"), ("check",), ("check", "--json"), ("explain", "posts", "lobby", "--json")],
    ids=" ".join,
)
def test_no_secret_stands_in_what_a_command_prints(here: World, command: tuple[str, ...]) -> None:
    assert hold(ALL, here.command(*command)) == []


def test_no_secret_stands_in_a_message_to_people(here: World) -> None:
    assert hold(ALL, str([mail.body for mail in here.inbox.mails])) == []


def test_a_secret_goes_only_where_it_belongs(here: World) -> None:
    key = SECRETS["the Panel's key"]
    for asked in list(here.house.asked):
        is_panel = asked.path.startswith("/api/client")
        assert is_panel or key not in str(asked.headers), asked.path
        assert asked.path.startswith("/page/") or SECRETS["a header of http"] not in str(asked.headers)


MISTAKES = {
    "a key with a blank": ("key", "{} x"),
    "a key of two lines": ("key", "{}\n{}"),
    "a key that is empty": ("key", ""),
    "a key that is no ASCII": ("key", "{}\u202e"),
    "a key with a NUL": ("key", "{}\0"),
    "a webhook of no scheme": ("ops.url", "{}"),
    "a webhook of an unknown service": ("ops.url", "evil://{}/x"),
    "a webhook that is cut": ("ops.url", "discord://{}"),
    "a webhook of two lines": ("ops.url", "json://127.0.0.1/{}\njson://x"),
    "an address of http that is none": ("page", "ftp://{}"),
    "an address of http with a password": ("page", "https://x:{}@example.org/"),
    "a heartbeat that is none": ("beat", "{}"),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_in_a_secret_is_told_without_the_secret(here: World, mistake: tuple[str, str]) -> None:
    name, text = mistake
    secret = "secretWithAMistakeInIt0123456789"
    before = (here.folder / name).read_text()
    here.secret(name, text.replace("{}", secret))
    try:
        answer = here.ask("POST", "/v1/reload")
        said = here.command("check", "--json") if name == "key" else ""
    finally:
        here.secret(name, before)

    assert secret not in str(answer) + said + here.daemon.output()


def test_a_secret_that_others_may_read_is_told(here: World) -> None:
    (here.folder / "key").chmod(0o644)
    try:
        said = here.command("check")
    finally:
        (here.folder / "key").chmod(0o600)

    assert "key" in said
    assert hold(ALL, said) == []


def test_no_secret_stands_in_the_files_that_the_daemon_writes(here: World) -> None:
    """Last, for it ends the daemon: what it remembers, and what it recorded."""
    here.ends()
    written = [path for path in (here.folder / "state").rglob("*") if path.is_file()]
    written += list(here.folder.glob("recording*"))

    assert written
    assert not any(hold(ALL, path.read_bytes().decode(errors="replace")) for path in written)
