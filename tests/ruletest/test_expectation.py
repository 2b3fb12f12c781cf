"""An expectation that is written wrongly is told at its place, with what was meant."""

from __future__ import annotations

import pytest

from tests.ruletest.run_case import WRONG, told

ALL = (
    "`is`, `notify`, `say`, `send`, `power`, `verdict`, `backup`, `http`, `exec`, `files`, `reinstall`,"
    " `startup`"
)
EXPECT = {
    "{at: 5m, notfy: ops}": "unknown key `notfy`, did you mean `notify`?",
    "{at: 5m, save: 60s}": "unknown key `save`, did you mean `send`?: a test sees the command that is typed,"
    " as `send: save-all`",
    "{at: 5m, command: list}": "unknown key `command`, did you mean `send`?",
    "{at: 5m, is: opened}": "`opened` is not possible here; expected `idle`, `pending`, `open`,"
    " `tripped`; write `open`",
    "{at: 5m, power: reboot}": "`reboot` is not possible here; expected `start`, `stop`, `restart`, `kill`;"
    " write `restart`",
    "{at: 5m, verdict: colling}": "unknown verdict `colling`, did you mean `cooling`?",
    "{at: 5m}": f"this expects nothing; expected {ALL}, `never`",
    "{at: 5m, say: hi, text: hi}": "`text` goes with `notify`",
    "{never: notify, after: 2h, until: 1h}": "nothing lies between `after` and `until`: this is never wrong,"
    " and proves nothing",
    "{after: 5m, notify: ops}": "`after` goes with `never`; write `at`",
    "{at: 5m, never: notify}": "`never` holds from `after` to `until`, and both may be left out; write"
    " `after`",
    "{never: notfy}": "`notfy` is nothing that a rule does, did you mean `notify`?",
    "{never: is}": "`is` is nothing that a rule does; expected `notify`, `say`, `send`, `save`, `probe`,"
    " `power`, `backup`, `http`, `exec`, `files`, `reinstall`, `startup`",
    "{never: {}}": f"this expects nothing; expected {ALL}, `never`",
    "{never: [say]}": "`never` takes a verb, or a verb with its argument; found a list",
    "{never: {nofity: ops}}": "unknown key `nofity`, did you mean `notify`?",
    "{never: say, notify: ops}": "`never` stands in an expectation of its own",
    "{count: -1, notify: ops}": "a whole number is expected, from 0 on; found `-1`",
    "{count: 1, at: 5m, notify: ops}": "`count` is of one thing in the whole test: it goes with neither"
    " `at` nor"
    " `never`",
    "{count: 1, notify: [ops, staff]}": "`count` is of one thing in the whole test: it goes with neither"
        " `at` nor `never`",
    "{at: 5m, notify: []}": "an empty list says nothing; found `[]`",
    "{count: 1, notify: ops, power: start}": "`count` is of one thing in the whole test: it goes with"
    " neither `at` nor"
    " `never`",
    "{is: open, rule: down}": "this test has no rule `down`; expected one of its rules: `high`",
    "{is: open, server: lobby}": "this test has no server `lobby`; expected one of its servers: `server`",
    "{never: notify, server: serve}": "this test has no server `serve`, did you mean `server`?",
    "{at: 5m, say: hi, title: hi}": "`title` goes with `notify`",
    "{is: open, rule: hig}": "this test has no rule `hig`, did you mean `high`?",
    "notify": "an expectation is a mapping, as `{at: 5m, notify: ops}`; found `notify`",
}  # fmt: skip


@pytest.mark.parametrize("expectation", EXPECT)
def test_an_expectation_that_is_wrong(expectation: str) -> None:
    assert told(f"{WRONG}    expect: [{expectation}]\n") == [EXPECT[expectation]]
