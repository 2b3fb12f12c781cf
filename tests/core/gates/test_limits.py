"""`limits.allow`: what rules may do on which server, whatever they say."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from automaton.core.calls import SendCommand, SetPower, Signal
from automaton.core.command_grammar import ArgumentKind
from automaton.core.decision import Verdict
from automaton.core.events import Profile
from automaton.core.facts.facts import Facts
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.limits import Allowance, AllowedForm, DefaultAllowance, Limits
from automaton.core.invoked_commands import invoked
from automaton.core.pack import NO_PACK
from automaton.match.glob import compile_glob
from tests.core.games import MINECRAFT, SOURCE
from tests.core.gates.calls import held, power, send
from tests.core.wrappers import WRAPPERS, wrapped

LOBBY = Facts(Profile(uuid="u1", id="1", name="lobby"))
ARENA = Facts(Profile(uuid="u2", id="2", name="arena"))
SAYS_AND_WRAPS = Limits(
    allow=(
        Allowance(
            None, frozenset(), tuple(map(compile_glob, ("say", "execute", "return", "sudo", "cmi", "cheat")))
        ),
    )
)


class Named:
    """Fits one server by its name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def covers(self, profile: Profile, tags: frozenset[str], pack: str) -> bool:
        return profile.name == self._name


def verdict_of(limits: Limits, call: SetPower | SendCommand, server: Facts = LOBBY) -> Verdict | None:
    found = held(GateState(limits), call, server)
    return found.verdict if found else None


@pytest.mark.parametrize(
    ("call", "verdict"),
    [
        (power(Signal.RESTART), None),
        (power(Signal.KILL), Verdict.REFUSED),
        (send("list"), None),
        (send("op Eve"), Verdict.REFUSED),
        (send("/OP Eve"), Verdict.REFUSED),
    ],
)
def test_without_allow_everything_goes_but_kill_and_making_operators(
    call: SetPower | SendCommand, verdict: Verdict | None
) -> None:
    assert verdict_of(Limits(), call) is verdict


def test_the_first_allowance_that_fits_a_server_counts_alone() -> None:
    limits = Limits(
        allow=(
            Allowance(Named("lobby"), frozenset({Signal.KILL}), (compile_glob("save-*"),)),
            Allowance(None, frozenset({Signal.START}), (compile_glob("list"),)),
        )
    )

    assert verdict_of(limits, power(Signal.KILL)) is None
    assert verdict_of(limits, power(Signal.START)) is Verdict.REFUSED
    assert verdict_of(limits, send("save-all flush")) is None
    assert verdict_of(limits, send("list")) is Verdict.REFUSED
    assert verdict_of(limits, power(Signal.START, "u2"), ARENA) is None
    assert verdict_of(limits, send("list", "u2"), ARENA) is None


@pytest.mark.parametrize(
    ("line", "lacking"),
    [
        ("say hi", ""),
        ("kick Eve", ""),
        ("kick Eve 5", ""),
        ("kick", "the command `kick` other than as `kick player` or `kick player number`"),
        ("kick Eve x", "the command `kick` other than as `kick player` or `kick player number`"),
        ("kickid Eve", "the command `kickid` other than as `kickid player number`"),
        ("ban Eve", "the command `ban`"),
    ],
)
def test_what_an_allowance_lacks_is_told_with_the_forms_that_it_has(line: str, lacking: str) -> None:
    allowance = Allowance(
        send=(compile_glob("sa*"),),
        forms=(
            AllowedForm(compile_glob("kick"), (ArgumentKind.PLAYER,)),
            AllowedForm(compile_glob("kick*"), (ArgumentKind.PLAYER, ArgumentKind.NUMBER)),
        ),
    )

    assert allowance.lacks(line, invoked(line, SOURCE)[0], SOURCE) == lacking


@pytest.mark.parametrize(
    ("line", "lacking"),
    [
        ("kick Eve", ""),
        ("setadmin Eve", "the command `setadmin`"),
        ("alias x say", "the command `alias`"),
    ],
)
def test_what_must_be_written_to_be_allowed_is_told(line: str, lacking: str) -> None:
    assert DefaultAllowance().lacks(line, invoked(line, SOURCE)[0], SOURCE) == lacking


def test_a_server_that_no_allowance_fits_is_left_alone() -> None:
    limits = Limits(allow=(Allowance(Named("lobby"), frozenset(Signal), (compile_glob("*"),)),))

    assert verdict_of(limits, send("list", "u2"), ARENA) is Verdict.REFUSED


def test_whoever_may_restart_a_server_may_start_it() -> None:
    limits = Limits(allow=(Allowance(power=frozenset({Signal.RESTART})),))

    assert verdict_of(limits, power(Signal.START)) is None
    assert verdict_of(limits, power(Signal.STOP)) is Verdict.REFUSED


@pytest.mark.parametrize(
    ("command", "refused"),
    [
        ("say run op", None),
        ("return run say hi", None),
        ("execute as @a run return run say hi", None),
        ("sudo Eve say hi", None),
        ("return run op Eve", "op"),
        ("RETURN  RUN /minecraft:OP Eve", "op"),
        ("execute as @a at @s run return run op Eve", "op"),
        ("execute @a ~ ~ ~ op Eve", "op"),
        ("sudo Eve op Eve", "op"),
        ("cmi sudo Eve op Eve", "op"),
        ("cheat SetCheatPlayer true", "setcheatplayer"),
        ("return run function lib:op", "function"),
        ("schedule function lib:op 1t", "schedule"),
    ],
)
def test_whatever_a_command_runs_must_be_allowed_too(command: str, refused: str | None) -> None:
    found = held(GateState(SAYS_AND_WRAPS), send(command), LOBBY)

    expected = refused and f"`limits.allow` does not name the command `{refused}` for this server"
    assert (found and found.detail) == expected


@pytest.mark.parametrize(
    "command",
    ["function lib:a", "/minecraft:function lib:a", "schedule function lib:a 1t", "scriptevent my:a",
     "exec a.cfg", "alias hi say", "sm_execcfg a.cfg", "run a", "/c game.print(1)",
     "return run function lib:a", "return run op Eve", "sudo Eve op Eve"],
)  # fmt: skip
def test_what_runs_unseen_commands_is_refused_unless_it_is_named(command: str) -> None:
    assert verdict_of(Limits(), send(command)) is Verdict.REFUSED


def test_what_runs_unseen_commands_goes_where_it_is_named() -> None:
    limits = Limits(allow=(Allowance(None, frozenset(), (compile_glob("function"),)),))

    assert verdict_of(limits, send("function lib:a")) is None


@given(st.text(max_size=60), st.lists(st.sampled_from(WRAPPERS), max_size=6))
@example("op Eve", ["return run {}"])
@example("/", ["sudo Eve {}"])
def test_no_wrapping_turns_a_refused_command_into_an_allowed_one(command: str, around: list[str]) -> None:
    for limits in (Limits(), SAYS_AND_WRAPS):
        # Factorio's own `c` runs code, and what another game's wrapper runs is no command of Factorio.
        if any(one.word == "c" for one in invoked(command, NO_PACK)):
            continue
        if verdict_of(limits, send(command)) is Verdict.REFUSED:
            assert verdict_of(limits, send(wrapped(command, around))) is Verdict.REFUSED


def test_where_a_line_holds_several_commands_each_must_be_allowed() -> None:
    gates = GateState(Limits(allow=(Allowance(None, frozenset(), (compile_glob("say"),)),)))

    assert held(gates, send("say hi; rcon_password x"), LOBBY, pack=SOURCE) is not None
    assert held(gates, send("say hi; say ho;"), LOBBY, pack=SOURCE) is None
    assert held(gates, send("say hi; rcon_password x"), LOBBY) is not None
    assert held(gates, send("say hi; rcon_password x"), LOBBY, pack=MINECRAFT) is None


class OfAKind:
    """Fits servers by tag and pack."""

    def covers(self, profile: Profile, tags: frozenset[str], pack: str) -> bool:
        return tags == {"prod"} and pack == "rust"


def test_an_allowance_may_be_for_a_tag_and_a_pack() -> None:
    tagged = Facts(Profile(uuid="u3", id="3", name="isle"))
    tagged.tags, tagged.pack = frozenset({"prod"}), "rust"
    allowance = Allowance(OfAKind(), frozenset({Signal.START}))

    assert Limits(allow=(allowance,)).allowance_for(tagged) is allowance
    assert Limits(allow=(allowance,)).allowance_for(LOBBY) is None
