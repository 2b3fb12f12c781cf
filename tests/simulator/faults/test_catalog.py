from __future__ import annotations

import pytest

from automaton.core.moment import Moment
from automaton.simulator.faults.arguments import FaultError
from automaton.simulator.faults.catalog import FAULTS, cause
from automaton.simulator.games.eggs import PAPER
from automaton.simulator.panel.token_issue import issue
from automaton.simulator.simulated_world import SimulatedWorld
from automaton.simulator.wings.server_build import ServerBuild
from tests.simulator.caller import Caller
from tests.simulator.stage import NOON, console, statuses

UUID = "aaaaaaaa-0000-4000-8000-00000000000a"


class ToldClock:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.moment = Moment(1000.0, NOON)

    def now(self) -> Moment:
        return self.moment


class Scene:
    """One Minecraft server that runs, and a client that listens."""

    def __init__(self, nodes: int = 1) -> None:
        self.clock = ToldClock()
        build = ServerBuild(uuid=UUID, name="lobby", egg=PAPER, chatter=0.0)
        self.world = SimulatedWorld.build(self.clock, servers=[build], nodes=nodes, seed=2)
        self.server = self.world.server("lobby")
        self.wait(10)
        self.caller = self.connect()

    def wait(self, seconds: float) -> None:
        self.clock.moment += seconds
        self.world.catch_up()

    def connect_status(self) -> int:
        return Caller(self.world.nodes[0], UUID).status

    def connect(self) -> Caller:
        node = self.world.nodes[0]
        caller = Caller(node, UUID)
        token = issue(
            key=node.token,
            wall=self.clock.moment.wall,
            issuer="",
            audience="",
            server=UUID,
            user_id=1,
            user="u",
            permissions=["*"],
            chance=self.world.chance,
        )
        if caller.close is None:
            caller.say("auth", token)
            caller.heard()
        return caller

    def fault(self, name: str, **given: object) -> None:
        cause(self.world, name, given)


def test_drop_ends_sockets_with_no_close_frame() -> None:
    scene = Scene()

    scene.fault("drop", server="lobby")

    assert scene.caller.dropped


def test_half_open_leaves_them_open_and_dead() -> None:
    scene = Scene()

    scene.fault("half-open")
    scene.caller.ping(b"?")
    scene.wait(60)

    assert (scene.caller.heard(), scene.caller.pongs, scene.caller.connection.closed) == ([], [], False)


@pytest.mark.parametrize(
    ("fault", "error"),
    [("expire", "jwt: exp claim is invalid"), ("deny", "jwt: created too far in past (denylist)")],
)
def test_expire_and_deny_turn_every_event_into_an_error(fault: str, error: str) -> None:
    scene = Scene()
    scene.wait(2)
    scene.caller.heard()

    scene.fault(fault)
    scene.wait(1)

    assert scene.caller.heard() == [{"event": "jwt error", "args": [error]}]


def test_deauthorize_drops_everyone() -> None:
    scene = Scene()

    scene.fault("deauthorize", user="somebody")

    assert scene.caller.dropped


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        ({}, ["Exit code: 1", "Out of memory: false"]),
        ({"code": 139}, ["Exit code: 139", "Out of memory: false"]),
        ({"oom": True}, ["Exit code: 137", "Out of memory: true"]),
    ],
)
def test_crash_ends_the_process_as_asked(given: dict[str, object], lines: list[str]) -> None:
    scene = Scene()

    scene.fault("crash", server="lobby", **given)
    scene.wait(0.15)

    told = " ".join(console(scene.caller.heard()))
    assert all(line in told for line in lines)


def test_heap_says_what_java_says_and_crashes() -> None:
    scene = Scene()

    scene.fault("heap")
    scene.wait(0.15)

    events = scene.caller.heard()
    assert "java.lang.OutOfMemoryError: Java heap space" in console(events)
    assert "offline" in statuses(events)


def test_flood_and_print_put_lines_on_the_console() -> None:
    scene = Scene()

    scene.fault("flood", lines=3)
    scene.fault("print", server="lobby", lines=["[ERROR] disk full", "<Alex> hi"])

    assert console(scene.caller.heard()) == [
        "flood line 0",
        "flood line 1",
        "flood line 2",
        "[ERROR] disk full",
        "<Alex> hi",
    ]


def test_lag_is_told_as_minecraft_tells_it() -> None:
    scene = Scene()

    scene.fault("lag", times=2)

    lines = console(scene.caller.heard())
    assert ["Can't keep up! Is the server overloaded? Running " in line for line in lines] == [True, True]


def test_freeze_is_ended_by_a_kill_alone() -> None:
    scene = Scene()

    scene.fault("freeze", server="lobby")
    scene.fault("stop")
    scene.wait(300)
    hanging = scene.server.state
    scene.fault("kill")
    scene.wait(1)

    assert (hanging, scene.server.state) == ("stopping", "offline")


def test_a_hang_can_pass() -> None:
    scene = Scene()
    scene.fault("freeze")
    scene.fault("command", command="list")
    scene.wait(60)
    hanging = console(scene.caller.heard())

    scene.fault("thaw")

    assert hanging == ["list"]
    assert "players online" in console(scene.caller.heard())[0]


def test_restore_looks_like_a_suspension_until_it_is_done() -> None:
    scene = Scene()

    scene.fault("restore", server="lobby", seconds=10)
    scene.wait(5)
    meanwhile = scene.connect().close
    refused: list[str] = []
    scene.server.power.request("start", "test", refused.append)
    scene.wait(6)

    assert refused == ["server is currently being restored"]
    assert meanwhile == (4409, "server is suspended")
    assert scene.caller.names()[-2:] == ["daemon message", "backup restore completed"]
    assert scene.connect().close is None


def test_memory_is_held_until_it_is_let_go_or_the_process_ends() -> None:
    scene = Scene()

    def percent() -> float:
        figures = scene.server.meter.figures()
        used, limit = figures["memory_bytes"], figures["memory_limit_bytes"]
        assert isinstance(used, int)
        assert isinstance(limit, int)
        return used / limit * 100

    scene.fault("memory", server="lobby", percent=95)
    held = percent()
    scene.fault("restart", server="lobby")
    scene.wait(20)

    assert held == pytest.approx(95, abs=0.01)
    assert percent() < 90


def test_restart_wings_breaks_all_connections_and_refuses_new_ones() -> None:
    scene = Scene()

    scene.fault("restart-wings", seconds=3)
    with pytest.raises(ConnectionRefusedError):
        scene.connect()
    scene.wait(3)

    assert scene.caller.dropped
    assert scene.connect().status == 101
    assert scene.server.state == "running"


def test_docker_takes_what_runs_until_it_is_back() -> None:
    scene = Scene()

    scene.fault("docker", seconds=60)
    scene.wait(5)
    during = scene.server.state
    scene.fault("start")
    scene.wait(5)
    failed = scene.server.state
    scene.fault("docker", back=True)
    scene.fault("start")
    scene.wait(10)

    assert (during, failed, scene.server.state) == ("offline", "offline", "running")


def test_docker_is_of_one_node_when_it_is_named_and_of_all_when_not() -> None:
    scene = Scene(nodes=2)

    scene.fault("docker", node="node-2")
    one = [node.docker.gone for node in scene.world.nodes]
    scene.fault("docker", seconds=10)
    both = [node.docker.gone for node in scene.world.nodes]
    scene.wait(11)

    assert (one, both) == ([False, True], [True, True])
    assert [node.docker.gone for node in scene.world.nodes] == [False, False]


def test_no_image_fails_starts_until_it_is_there_again() -> None:
    scene = Scene()
    scene.fault("stop")
    scene.wait(10)
    scene.caller.heard()

    scene.fault("no-image", server="lobby")
    scene.fault("start")
    scene.wait(10)
    failed = statuses(scene.caller.heard())
    scene.fault("no-image", server="lobby", back=True)
    scene.fault("start")
    scene.wait(10)

    assert (failed[:2], failed[-1]) == (["starting", "offline"], "offline")
    assert statuses(scene.caller.heard()) == ["starting", "running"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, ["stopping", "offline"]),
        ({"lack": "panel"}, ["stopping", "offline"]),
        ({"lack": "image"}, ["stopping", "offline", "starting", "offline", "starting", "running"]),
    ],
)
def test_restart_fails_in_its_second_half_once(given: dict[str, object], told: list[str]) -> None:
    scene = Scene()

    scene.fault("restart-fails", server="lobby", **given)
    scene.fault("restart")
    scene.wait(30)

    assert statuses(scene.caller.heard()) == told


def test_with_its_panel_down_a_node_starts_nothing_and_stops_what_it_is_told_to() -> None:
    scene = Scene()

    scene.fault("panel-down", seconds=60)
    scene.fault("restart")
    scene.wait(59)
    during = statuses(scene.caller.heard())
    scene.wait(2)
    scene.fault("start")
    scene.wait(10)

    assert during == ["stopping", "offline"]
    assert statuses(scene.caller.heard()) == ["starting", "running"]


def test_origin_refuses_upgrades_until_it_is_set_right() -> None:
    scene = Scene()

    scene.fault("origin", remote="http://old.test")
    refused = Caller(scene.world.nodes[0], UUID, origin=scene.world.panel_url).status
    scene.fault("origin")

    assert (refused, Caller(scene.world.nodes[0], UUID, origin=scene.world.panel_url).status) == (403, 101)


def test_rotate_token_makes_the_panels_tokens_worthless() -> None:
    scene = Scene()
    node = scene.world.nodes[0]

    scene.fault("rotate-token")
    differs = node.token != node.panel_token
    scene.fault("rotate-token", back=True)

    assert (differs, node.token) == (True, node.panel_token)


def test_suspend_drops_and_stops_and_unsuspend_lifts_it() -> None:
    scene = Scene()

    scene.fault("suspend", server="lobby")
    scene.wait(5)
    at_connect = scene.connect().close
    scene.fault("unsuspend", server="lobby")

    assert (scene.caller.dropped, scene.server.state) == (True, "offline")
    assert at_connect == (4409, "server is suspended")
    assert scene.connect().status == 101


def test_reinstall_stops_installs_and_is_told() -> None:
    scene = Scene()

    scene.fault("reinstall")
    scene.wait(10)

    names = scene.caller.names()
    assert names.index("install started") < names.index("install completed")
    assert scene.server.state == "offline"


def test_reinstall_is_refused_while_a_power_action_goes_on() -> None:
    scene = Scene()
    scene.server.power.request("stop", "test", lambda cause: None)

    with pytest.raises(FaultError, match="a power action goes on on `lobby`: reinstall it afterwards"):
        scene.fault("reinstall")


def test_revoke_takes_back_what_the_user_was_given_as_its_panel_does() -> None:
    scene = Scene()

    scene.fault("revoke", user="nobody")
    unknown = scene.caller.dropped
    scene.fault("revoke", server="lobby", user="owner")

    assert (unknown, scene.caller.dropped) == (False, True)


def test_delete_makes_the_server_unknown_and_wants_it_named() -> None:
    scene = Scene()

    with pytest.raises(FaultError, match="`server` is missing"):
        scene.fault("delete")
    scene.fault("delete", server="lobby")

    assert scene.caller.dropped
    assert scene.world.find("lobby") is None
    assert scene.connect_status() == 404


def test_transfer_moves_the_server_to_the_node_that_is_named() -> None:
    scene = Scene(nodes=2)

    with pytest.raises(FaultError, match="there is node-2"):
        scene.fault("transfer", server="lobby", to="node-1")
    scene.fault("transfer", server="lobby", to="node-2", seconds=10)
    scene.wait(5)
    during = scene.world.node_of(scene.world.server("lobby")).name
    scene.wait(6)

    assert (during, scene.world.node_of(scene.world.server("lobby")).name) == ("node-1", "node-2")
    assert len(scene.world.servers()) == 1


def test_a_server_that_moves_is_moved_or_deleted_only_afterwards() -> None:
    """What comes while it moves would look for it where it no longer is."""
    scene = Scene(nodes=2)

    scene.fault("transfer", server="lobby", to="node-2", seconds=10)
    for fault in ({"name": "transfer", "to": "node-2"}, {"name": "delete"}):
        with pytest.raises(FaultError, match="is being moved: ask again"):
            cause(scene.world, fault.pop("name"), {"server": "lobby", **fault})
    scene.wait(11)
    scene.fault("transfer", server="lobby", to="node-1", seconds=10)
    scene.wait(11)

    assert scene.world.node_of(scene.world.server("lobby")).name == "node-1"


def test_disk_stops_a_server_that_fills_it() -> None:
    scene = Scene()

    scene.fault("disk", percent=90)
    scene.wait(5)
    below = scene.server.state
    scene.fault("disk")
    scene.wait(5)

    assert (below, scene.server.state) == ("running", "offline")


def test_maintenance_passes() -> None:
    scene = Scene()

    scene.fault("maintenance", seconds=10)
    during = scene.world.nodes[0].maintenance
    scene.wait(11)

    assert (during, scene.world.nodes[0].maintenance) == (True, False)


@pytest.mark.parametrize("name", ["panel-down", "panel-slow", "no-tokens"])
def test_a_panel_that_there_is_not_is_told_with_what_there_is(name: str) -> None:
    with pytest.raises(FaultError, match="no Panel `pelican`, there is pterodactyl"):
        Scene().fault(name, panel="pelican")


def test_what_a_human_does_is_told_as_a_humans_deed() -> None:
    scene = Scene()

    scene.fault("join", player="Alex")
    scene.fault("command", command="list")
    scene.fault("stop")
    scene.wait(10)

    assert [(e.detail, e.by) for e in scene.world.log.entries("command")] == [("list", "human")]
    assert [(e.detail, e.by) for e in scene.world.log.entries("power")][-1] == ("stop", "human")
    said = [line.partition("]: ")[2] for line in console(scene.caller.heard())]
    assert "There are 1 of a max of 20 players online: Alex" in said
    assert scene.server.state == "offline"


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("frob", {}, "no fault `frob`, there are drop, "),
        ("crash", {"cod": 3}, "`crash` does not take `cod`, it takes server, code, oom"),
        ("crash", {"server": "nowhere"}, "no server `nowhere`"),
        ("crash", {"code": "3"}, "`code` is a number"),
        ("restart-wings", {"node": "nowhere"}, "no node `nowhere`, there are node-1"),
        ("restart-fails", {"lack": "luck"}, "`lack` is what the start misses: panel or image"),
        ("print", {"lines": "one"}, "`lines` is a list of texts"),
    ],
)
def test_a_fault_that_cannot_be_done_says_why(name: str, given: dict[str, object], sentence: str) -> None:
    with pytest.raises(FaultError, match=sentence):
        Scene().fault(name, **given)


def test_a_crash_of_a_stopped_server_says_to_start_it_first() -> None:
    scene = Scene()
    scene.fault("kill")
    scene.wait(1)

    with pytest.raises(FaultError, match="start the server first"):
        scene.fault("crash")


def test_each_fault_says_what_it_does() -> None:
    assert [fault.name for fault in FAULTS.values() if not fault.help.endswith(".")] == []
