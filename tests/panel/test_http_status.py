"""What statuses mean, in sentences that an operator can act on."""

from __future__ import annotations

import json

import pytest

from automaton.core.outcome import Outcome, Result
from automaton.errors import Refused, TryLater, Unreachable
from automaton.panel.http_status import A_NODE, NO_SUCH_API, error_of, outcome_of
from automaton.wings.causes import PLANS, Cause


def error(status: int, code: str, detail: str) -> bytes:
    return json.dumps({"errors": [{"code": code, "status": str(status), "detail": detail}]}).encode()


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (401, "AuthenticationException", "API key"),
        (403, "HttpForbiddenException", "permission"),
        (404, "NotFoundHttpException", "no such server"),
        (409, "ServerStateConflictException", "state"),
        (302, "", "redirects"),
        (418, "", "HTTP 418"),
    ],
)
def test_an_answer_that_no_retry_turns_is_refused_with_its_status_and_code(
    status: int, code: str, words: str
) -> None:
    problem = error_of(status, error(status, code, "As the Panel says."), None)

    assert isinstance(problem, Refused)
    assert (problem.status, problem.code) == (status, code)
    assert words in str(problem)
    assert "As the Panel says." in str(problem) or status == 302


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (
            404,
            error(404, "NotFoundHttpException", "The route api/api/client could not be found."),
            NO_SUCH_API,
        ),
        (404, b"<html>", NO_SUCH_API),
        (403, b'{"error":"You are not authorized to access this endpoint."}', A_NODE),
        (404, b'{"error":"The requested resource does not exist on this instance."}', A_NODE),
    ],
)
def test_who_has_no_list_of_servers_is_no_panel(status: int, body: bytes, said: str) -> None:
    problem = error_of(status, body, None, of_list=True)

    assert isinstance(problem, Refused)
    assert (str(problem), problem.status) == (said, status)
    assert str(error_of(status, body, None)) != said


def test_a_panel_that_refuses_its_list_is_no_node() -> None:
    problem = error_of(403, error(403, "HttpForbiddenException", "No."), None, of_list=True)

    assert "permission" in str(problem)


def test_a_key_that_is_refused_is_told_in_the_words_of_the_link() -> None:
    problem = error_of(401, error(401, "AuthenticationException", "Unauthenticated."), None)

    assert str(problem) == f"{PLANS[Cause.KEY_REFUSED].advice} (Unauthenticated.)"


@pytest.mark.parametrize(("after", "wait"), [(7.0, 7.0), (0.0, 0.0), (None, 30.0)])
def test_a_rate_limit_asks_for_a_wait(after: float | None, wait: float) -> None:
    problem = error_of(429, b"", after)

    assert isinstance(problem, TryLater)
    assert problem.after == wait


@pytest.mark.parametrize("status", [500, 502, 503, 504, 522])
def test_a_server_error_is_weather(status: int) -> None:
    assert isinstance(error_of(status, b"<html>", None), Unreachable)
    assert isinstance(error_of(status, b"", 60.0), TryLater)


def test_a_panel_that_is_down_is_asked_again_in_a_minute_whatever_it_says() -> None:
    """A page of maintenance said an hour: what had failed meanwhile waited for all of it."""
    problem = error_of(503, b"<html>", 3600.0)

    assert isinstance(problem, TryLater)
    assert problem.after == 60.0


OFFLINE = "Server must be online in order to send commands."
UNREACHABLE = "There was an exception while attempting to communicate with the daemon"


@pytest.mark.parametrize(
    ("action", "status", "body", "result", "passing"),
    [
        ("power", 204, b"", Result.DONE, False),
        ("backups", 200, b"{}", Result.DONE, False),
        ("power", 200, b"\n<!doctype html><title>Sign in</title>", Result.UNKNOWN, True),
        ("command", 200, b"<html>", Result.UNKNOWN, False),
        ("command", 502, error(502, "HttpException", OFFLINE), Result.REFUSED, False),
        ("command", 502, b"<html>502 Bad Gateway</html>", Result.FAILED, False),
        ("command", 503, b"", Result.FAILED, False),
        ("command", 504, error(504, "DaemonConnectionException", UNREACHABLE), Result.UNKNOWN, False),
        ("backups", 504, error(504, "DaemonConnectionException", UNREACHABLE), Result.UNKNOWN, False),
        ("power", 504, error(504, "DaemonConnectionException", UNREACHABLE), Result.UNKNOWN, True),
        ("power", 504, b"<html>", Result.UNKNOWN, True),
        ("command", 504, b"<html>", Result.FAILED, False),
        ("power", 429, b"", Result.FAILED, False),
        ("backups", 429, b"", Result.REFUSED, True),
        ("power", 401, b"", Result.REFUSED, False),
        ("power", 403, error(403, "AuthorizationException", "No."), Result.REFUSED, False),
        ("power", 409, error(409, "ServerStateConflictException", "is suspended"), Result.REFUSED, False),
        ("power", 409, error(409, "ServerStateConflictException", "is installing"), Result.REFUSED, True),
        ("power", 422, b"", Result.REFUSED, False),
    ],
)
def test_an_action_is_done_refused_unknown_or_was_not_asked(
    action: str, status: int, body: bytes, result: Result, passing: bool
) -> None:
    outcome = outcome_of(action, status, body)

    assert (outcome.result, outcome.way, outcome.passing) == (result, "panel", passing)
    assert outcome.detail or outcome == Outcome(Result.DONE, way="panel")


BACKUP = b'{"object":"backup","attributes":{"uuid":"a1"}}'


@pytest.mark.parametrize(
    ("action", "body", "ref"), [("backups", BACKUP, "a1"), ("backups", b"", ""), ("command", BACKUP, "")]
)
def test_only_a_backup_that_was_begun_is_named_in_the_outcome(action: str, body: bytes, ref: str) -> None:
    assert outcome_of(action, 200, body) == Outcome(Result.DONE, way="panel", ref=ref)
