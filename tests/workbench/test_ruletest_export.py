"""What programs read of tests."""

from __future__ import annotations

import json
from xml.etree import ElementTree

from automaton.workbench.ruletest_export import as_data, as_junit
from tests.ruletest.run_case import CRASH, results_of

FILE = (
    CRASH
    + """
    tests:
      - name: it is told
        feed: [{at: 0s, event: crash, exit_code: 1}]
        expect: [{at: 0s, notify: ops}]
      - name: it is told to \\x1b nobody
        feed: [{at: 0s, event: crash, exit_code: 1}]
        expect: [{never: notify}]
    """
)


def test_a_program_reads_every_test_and_why_it_failed() -> None:
    data = json.loads(json.dumps(as_data(results_of(FILE), [])))

    assert (data["passed"], data["failed"], data["problems"]) == (1, 1, [])
    good, bad = data["tests"]
    assert good == {
        "name": "it is told", "file": "rules.yml", "line": 9, "passed": True, "failures": [],
        "cut_off": None, "timeline": [],
    }  # fmt: skip
    assert bad["failures"] == [
        {
            "message": "expected never: notify; at 0s came notify ops: server crashed (1)",
            "expected": "never: notify", "at": 0.0, "line": 14, "column": 22,
        }
    ]  # fmt: skip
    assert bad["timeline"][0] == {
        "time": "0s", "fed": "event: crash, exit_code: 1", "got": "down: is open", "expected": "never:"
        " notify",
        "holds": False,
    }  # fmt: skip


def test_a_ci_server_reads_junit() -> None:
    root = ElementTree.fromstring(as_junit(results_of(FILE.replace("\\x1b", "&"))))

    assert root.attrib == {"tests": "2", "failures": "1", "errors": "0", "skipped": "0", "name": "automaton"}
    (suite,) = root
    good, bad = suite
    assert (suite.get("name"), suite.get("tests")) == ("rules.yml", "2")
    assert (good.get("name"), list(good)) == ("it is told", [])
    (failure,) = bad
    assert failure.get("message") == "expected never: notify; at 0s came notify ops: server crashed (1)"
    assert "down: is open" in (failure.text or "")


def test_what_xml_cannot_say_is_left_out() -> None:
    control = results_of(FILE.replace("${name} crashed", "\x01 crashed").replace("\x01", "\\u0007"))

    ElementTree.fromstring(as_junit(control))
