"""A call runs the macro's steps in its place."""

from __future__ import annotations

from automaton.core.calls import SendMessage, Severity
from tests.core.story import Story

MACROS = """
macros:
  tell:
    params: {what: text, lead: duration}
    do: [{notify: ops, text: "${what}, ${lead}"}, {wait: "${lead}"}]
  twice: {params: {what: text}, do: [{call: tell, with: {what: "${what} (${name})", lead: 10s}}, end]}
rules:
"""


def test_its_steps_run_and_the_run_goes_on_behind_it() -> None:
    call = '{call: tell, with: {what: "crash ${it.exit_code}", lead: 30s}}'
    story = Story(f"{MACROS} - {{id: a, when: {{event: crash}}, do: [{call}, {{notify: ops, text: after}}]}}")
    story.happens(5.0, "crash", exit_code=1, oom=False).until(60.0)

    assert story.calls == ["5 notify ops: crash 1, 30s", "35 notify ops: after"]


def test_end_in_a_macro_ends_the_run() -> None:
    call = '{call: twice, with: {what: "x"}}'
    story = Story(f"{MACROS} - {{id: a, when: {{event: crash}}, do: [{call}, {{notify: ops, text: after}}]}}")
    story.happens(5.0, "crash", exit_code=1, oom=False).until(60.0)

    assert story.calls == ["5 notify ops: x (lobby), 10s"]


def test_a_pattern_that_a_macro_waits_for_is_heard() -> None:
    story = Story("""
        macros:
          answer: {do: [{wait: {console: '^pong'}, within: 1m, else: [end]}, {notify: ops, text: pong}]}
        rules:
          - {id: a, when: {event: crash}, do: [{call: answer}]}
    """)
    story.happens(5.0, "crash", exit_code=1, oom=False).line(9.0, "pong")

    assert story.calls == ["9 notify ops: pong"]


def test_in_escalate_a_notice_of_a_macro_is_critical() -> None:
    story = Story(f"""{MACROS} - id: a
   while: memory_pct > 90
   escalate: [{{after: 10m, do: [{{call: tell, with: {{what: worse, lead: 1s}}}}]}}]
   do: [{{call: tell, with: {{what: bad, lead: 1s}}}}]
""")
    story.memory_from(0.0, 700.0, 95)

    told = [(call.text, call.severity) for _, _, call in story.asked if isinstance(call, SendMessage)]
    assert told == [("bad, 1s", Severity.WARNING), ("worse, 1s", Severity.CRITICAL)]
