"""What the manual says that a command takes."""

from __future__ import annotations

from automaton.cli import history, power, silence
from tests.man.parameters import Parameter, parameters


def test_an_argument_has_its_choices_and_an_option_its_names_default_and_variable() -> None:
    server, action, config, as_json = parameters(power.run)

    assert (server.typed, server.is_needed, action.typed) == ("SERVER", True, "start|stop|restart|kill")
    assert config == Parameter(
        "-c, --config CONFIG",
        "The daemon's own file. Default: /etc/automaton/automaton.yml."
        " Or in AUTOMATON_CONFIG of the environment.",
        is_option=True,
    )
    assert as_json.typed == "--json"


def test_what_may_be_left_out_or_repeated_is_told() -> None:
    action, which, rule, *_ = parameters(silence.run)

    assert (action.is_needed, which.typed, rule.typed) == (False, "ID", "-r, --rule RULE")
    assert rule.help.endswith("May be repeated.")
    assert [one.typed for one in parameters(history.run)][4] == "-n, --limit LIMIT"
