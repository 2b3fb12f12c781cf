"""A stream that ends with its owner says so in the shape of its own records."""

from __future__ import annotations

from automaton.cluster.control.stream_ends import console_ended, lines_ended
from automaton.web.http_json import write_json


def test_a_console_ends_as_a_failure_that_passes_by_itself() -> None:
    assert write_json(console_ended("b left")) == b'{"end":"b left","failed":true,"passing":true}'


def test_lines_end_with_why() -> None:
    assert write_json(lines_ended("b left")) == b'{"end":"b left"}'
