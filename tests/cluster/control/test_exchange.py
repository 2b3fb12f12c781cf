"""Questions and answers arrive as they left, and what is none is told."""

from __future__ import annotations

import pytest

from automaton.cluster.control.exchange import (
    ControlAnswer,
    ControlRequest,
    NotAnsweredError,
    read,
    refused,
    write,
)


def test_a_question_arrives_as_it_left() -> None:
    asked = ControlRequest(method="POST", path="/v1/a%2Fb", query="key=x", body=b"\x00{}", who="Jörg")

    assert read(write(asked), ControlRequest) == asked
    assert (asked.reads, ControlRequest(method="GET", path="/").reads) == (False, True)


def test_a_refusal_is_a_sentence() -> None:
    answer = read(write(refused(404, "nothing there")), ControlAnswer)

    assert (answer.status, answer.problem, answer.is_success) == (404, "nothing there", False)


def test_a_refusal_of_something_else_is_told_by_its_status() -> None:
    assert ControlAnswer(status=404, body=b"Not Found").problem == (
        "it answered 404: it is another version of automaton"
    )


def test_what_is_no_answer_is_not_taken_for_one() -> None:
    with pytest.raises(NotAnsweredError, match="another version"):
        read(b"\xff\x00", ControlAnswer)
