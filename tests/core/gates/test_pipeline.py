"""Limits beat rules."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from automaton.core.calls import Call, SendCommand, SendMessage, SetPower, Signal, Spends
from automaton.core.decision import Verdict
from automaton.core.events import Profile, State
from automaton.core.facts.facts import Facts
from automaton.core.gates.gates import HOLD, Gates
from automaton.core.gates.held import Held, Ticket
from automaton.core.gates.limits import Allowance, Budget, Limits, first_word
from automaton.core.gates.pipeline import PARALLEL
from automaton.core.moment import Moment
from automaton.core.schedule.wall_time import WallTime
from automaton.match.glob import compile_glob
from tests.core.fleet import profile
from tests.core.wrappers import WRAPPERS, wrapped

LOBBY = Facts(Profile(uuid="u1", id="1", name="lobby"))
EU, US = Facts(profile(8, "eu")), Facts(profile(9, "us"))
ARENA = Facts(Profile(uuid="u2", id="2", name="arena"))


class Named:
    """Fits one server by its name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def covers(self, profile: Profile, tags: frozenset[str], pack: str) -> bool:
        return profile.name == self._name


def power(signal: Signal, server: str = "u1") -> SetPower:
    return SetPower(server=server, signal=signal)


def send(command: str, server: str = "u1") -> SendCommand:
    return SendCommand(server=server, command=command)


def asked(gates: Gates, call: Call, mono: float, powers_going: int = 0) -> Held | None:
    """What holds a call back; one that nothing holds is spent."""
    held = gates.held(call, EU, mono, powers_going)
    if held is None:
        gates.spend(call, "eu", mono)
    return held


def verdict_of(gates: Gates, call: SetPower | SendCommand, facts: Facts = LOBBY) -> Verdict | None:
    held = gates.authority(call, facts)
    return held.verdict if held else None


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
def test_without_allow_all_goes_but_kill_and_making_operators(
    call: SetPower | SendCommand, verdict: Verdict | None
) -> None:
    assert verdict_of(Gates(Limits()), call) is verdict


def test_the_first_allowance_that_fits_a_server_counts_alone() -> None:
    limits = Limits(
        allow=(
            Allowance(Named("lobby"), frozenset({Signal.KILL}), (compile_glob("save-*"),)),
            Allowance(None, frozenset({Signal.START}), (compile_glob("list"),)),
        )
    )
    gates = Gates(limits)

    assert verdict_of(gates, power(Signal.KILL)) is None
    assert verdict_of(gates, power(Signal.START)) is Verdict.REFUSED
    assert verdict_of(gates, send("save-all flush")) is None
    assert verdict_of(gates, send("list")) is Verdict.REFUSED
    assert verdict_of(gates, power(Signal.START, "u2"), ARENA) is None
    assert verdict_of(gates, send("list", "u2"), ARENA) is None


def test_a_server_that_no_allowance_fits_is_left_alone() -> None:
    gates = Gates(Limits(allow=(Allowance(Named("lobby"), frozenset(Signal), (compile_glob("*"),)),)))

    assert verdict_of(gates, send("list", "u2"), ARENA) is Verdict.REFUSED


def test_a_budget_is_spent_and_comes_back_with_time() -> None:
    gates = Gates(Limits(power_server=Budget(2, 3600.0)))
    held = [asked(gates, power(Signal.RESTART), mono, 0) for mono in (0.0, 10.0, 20.0, 3600.0)]

    assert [one and one.verdict for one in held] == [None, None, Verdict.OVER_LIMIT, None]


def test_the_fleets_budget_is_everybodys() -> None:
    gates = Gates(Limits(send_fleet=Budget(1, 10.0)))

    assert asked(gates, send("a", "u1"), 0.0, 0) is None
    held = asked(gates, send("b", "u2"), 1.0, 0)
    assert held is not None
    assert held.detail == "`limits.send.fleet` allows 1 in 10s"


def test_a_call_that_one_budget_refuses_spends_nothing_of_the_other() -> None:
    gates = Gates(Limits(power_server=Budget(1, 60.0), power_fleet=Budget(2, 60.0)))
    assert asked(gates, power(Signal.STOP, "u1"), 0.0, 0) is None
    assert asked(gates, power(Signal.STOP, "u1"), 1.0, 0) is not None

    assert asked(gates, power(Signal.STOP, "u2"), 2.0, 0) is None


def test_no_more_power_actions_go_at_once_than_parallel_says() -> None:
    gates = Gates(Limits(parallel=2))

    assert asked(gates, power(Signal.START), 0.0, 1) is None
    held = asked(gates, power(Signal.START), 0.0, 2)
    assert held is not None
    assert held.verdict is Verdict.OVER_LIMIT


def test_notifications_need_no_authority_and_no_budget() -> None:
    gates = Gates(Limits(allow=(), power_fleet=Budget(0, 1.0), send_fleet=Budget(0, 1.0)))
    call = SendMessage(server="u1", channel="ops", text="x")

    assert gates.authority(call, LOBBY) is None
    assert asked(gates, call, 0.0, 99) is None


def test_a_server_that_is_gone_leaves_no_budget_behind() -> None:
    gates = Gates(Limits(power_server=Budget(1, 60.0)))
    asked(gates, power(Signal.STOP), 0.0, 0)
    gates.forget("u1")

    assert asked(gates, power(Signal.STOP), 1.0, 0) is None


@pytest.mark.parametrize(
    ("command", "word"),
    [("say hi", "say"), ("/minecraft:Op Eve", "op"), ("", ""), ("return run op", "return")],
)
def test_the_first_word_tells_what_a_command_is(command: str, word: str) -> None:
    assert first_word(command) == word


SAYS_AND_WRAPS = Limits(
    allow=(
        Allowance(
            None, frozenset(), tuple(map(compile_glob, ("say", "execute", "return", "sudo", "cmi", "cheat")))
        ),
    )
)


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
    held = Gates(SAYS_AND_WRAPS).authority(send(command), LOBBY)

    expected = refused and f"`limits.allow` does not name the command `{refused}` for this server"
    assert (held and held.detail) == expected


@pytest.mark.parametrize(
    "command",
    ["function lib:a", "/minecraft:function lib:a", "schedule function lib:a 1t", "scriptevent my:a",
     "exec a.cfg", "alias hi say", "sm_execcfg a.cfg", "run a", "/c game.print(1)",
     "return run function lib:a",     "return run op Eve", "sudo Eve op Eve"],
)  # fmt: skip
def test_what_runs_unseen_commands_goes_nowhere_unless_it_is_named(command: str) -> None:
    assert verdict_of(Gates(Limits()), send(command)) is Verdict.REFUSED


def test_what_runs_unseen_commands_goes_where_it_is_named() -> None:
    limits = Limits(allow=(Allowance(None, frozenset(), (compile_glob("function"),)),))

    assert verdict_of(Gates(limits), send("function lib:a")) is None


@given(st.text(max_size=60), st.lists(st.sampled_from(WRAPPERS), max_size=6))
@example("op Eve", ["return run {}"])
@example("/", ["sudo Eve {}"])
def test_no_wrapping_makes_of_a_refused_command_an_allowed_one(command: str, around: list[str]) -> None:
    for gates in (Gates(Limits()), Gates(SAYS_AND_WRAPS)):
        if verdict_of(gates, send(command)) is Verdict.REFUSED:
            assert verdict_of(gates, send(wrapped(command, around))) is Verdict.REFUSED


def test_the_nodes_budget_is_for_all_its_servers() -> None:
    gates = Gates(Limits(power_node=Budget(1, 60.0)))
    assert asked(gates, power(Signal.STOP, "u1"), 0.0) is None

    held = asked(gates, power(Signal.STOP, "u2"), 1.0)
    assert held is not None
    assert held.detail == "`limits.power.node` allows 1 in 1m"
    assert gates.held(power(Signal.STOP, "u3"), US, 1.0, 0) is None


def test_who_comes_later_does_not_overtake_those_that_wait_for_the_same_budget() -> None:
    gates = Gates(Limits(power_node=Budget(1, 60.0), power_server=Budget(5, 60.0)))
    before = frozenset({("power.node", "eu")})

    held = gates.held(power(Signal.STOP), EU, 0.0, 0, before)
    assert held is not None
    assert (held.verdict, held.tickets) == (Verdict.OVER_LIMIT, before)
    assert gates.held(power(Signal.STOP), US, 0.0, 0, before) is None


def test_it_is_known_when_a_budget_has_room_again() -> None:
    gates = Gates(Limits(power_server=Budget(2, 60.0), power_fleet=Budget(2, 100.0)))
    asked(gates, power(Signal.STOP), 0.0)
    asked(gates, power(Signal.STOP), 10.0)

    one, another = (gates.held(power(Signal.STOP, server), EU, 20.0) for server in ("u1", "u2"))
    assert one is not None
    assert another is not None
    assert (one.until, another.until) == (60.0, 100.0)


def test_a_later_try_of_a_step_spends_the_node_and_the_fleet_and_not_its_server_again() -> None:
    hour = Budget(1, 3600.0)
    gates = Gates(Limits(power_server=hour, power_node=Budget(2, 60.0)))
    assert asked(gates, power(Signal.START), 0.0) is None

    again = gates.held(power(Signal.START), EU, 1.0, 0, spends=Spends.AGAIN)
    gates.spend(power(Signal.START), "eu", 1.0, Spends.AGAIN)
    third = gates.held(power(Signal.START), EU, 2.0, 0, spends=Spends.AGAIN)
    assert again is None
    assert third is not None
    assert third.detail == "`limits.power.node` allows 2 in 1m"


def test_what_the_world_did_not_take_can_be_given_back() -> None:
    gates = Gates(Limits(power_node=Budget(1, 60.0)))
    gates.give_back(gates.spend(power(Signal.START), "eu", 0.0), 0.0)

    assert asked(gates, power(Signal.START), 1.0) is None


def test_a_part_of_what_is_under_way_needs_a_place_and_nothing_else() -> None:
    gates = Gates(Limits(parallel=1, power_server=Budget(0, 60.0)), power_held=True)

    assert gates.held(power(Signal.KILL), EU, 0.0, None, spends=Spends.NOTHING) is None
    assert gates.held(power(Signal.KILL), EU, 0.0, 0, spends=Spends.NOTHING) is None
    assert gates.held(power(Signal.KILL), EU, 0.0, 1, spends=Spends.NOTHING) is not None


@pytest.mark.parametrize(
    ("signal", "is_held"),
    [(Signal.START, True), (Signal.RESTART, True), (Signal.STOP, False), (Signal.KILL, False)],
)
def test_what_starts_is_held_while_its_panel_does_not_answer(signal: Signal, is_held: bool) -> None:
    facts = Facts(profile(1))
    facts.panel_answers = False
    held = Gates(Limits()).held(power(signal), facts, 0.0)

    assert (held is not None and held.verdict is Verdict.PANEL_DOWN) is is_held


def test_every_power_action_is_held_while_wings_may_start_the_server_by_itself() -> None:
    facts = Facts(profile(1))
    facts.state = State.OFFLINE
    facts.intent.changed(State.RUNNING, State.OFFLINE, 10.0, held_by_wings=False)
    held = Gates(Limits()).held(power(Signal.STOP), facts, 11.0)

    assert held is not None
    assert (held.verdict, held.until) == (Verdict.CRASH_PENDING, 17.0)
    assert Gates(Limits()).held(power(Signal.STOP), facts, 17.0) is None


@pytest.mark.parametrize("ticket", [PARALLEL, HOLD])
def test_nobody_overtakes_those_that_wait_for_a_place_or_for_the_fleet(ticket: Ticket) -> None:
    gates = Gates(Limits(parallel=5))
    held = gates.held(power(Signal.STOP), EU, 0.0, 0, frozenset({ticket}))

    assert held is not None
    assert (held.verdict, held.tickets) == (Verdict.OVER_LIMIT, frozenset({ticket}))
    assert gates.held(send("list"), EU, 0.0, 0, frozenset({ticket})) is None


def test_who_may_restart_may_start() -> None:
    gates = Gates(Limits(allow=(Allowance(power=frozenset({Signal.RESTART})),)))

    assert verdict_of(gates, power(Signal.START)) is None
    assert verdict_of(gates, power(Signal.STOP)) is Verdict.REFUSED


def test_power_is_held_for_everybody_while_the_fleet_is_not_well() -> None:
    gates = Gates(Limits(), power_held=True)

    held = gates.held(power(Signal.STOP), EU, 0.0, 0)
    assert held is not None
    assert held.verdict is Verdict.HELD_BY_FLEET
    assert gates.held(send("list"), EU, 0.0, 0) is None


def test_what_was_spent_outlives_the_process() -> None:
    gates, later = Gates(Limits(power_server=Budget(1, 60.0))), Gates(Limits(power_server=Budget(1, 60.0)))
    asked(gates, power(Signal.STOP), 10.0)
    later.load(gates.dump(WallTime(Moment(20.0, 1000.0))), WallTime(Moment(0.0, 1030.0)))

    assert asked(later, power(Signal.STOP), 19.0) is not None
    assert asked(later, power(Signal.STOP), 21.0) is None


def test_where_a_line_holds_several_commands_each_must_be_allowed() -> None:
    gates = Gates(Limits(allow=(Allowance(None, frozenset(), (compile_glob("say"),)),)))

    assert gates.authority(send("say hi; rcon_password x"), LOBBY, ";") is not None
    assert gates.authority(send("say hi; say ho;"), LOBBY, ";") is None
    assert gates.authority(send("say hi; rcon_password x"), LOBBY) is None
