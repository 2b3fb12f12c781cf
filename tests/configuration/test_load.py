"""automaton.yml, packs and rules together: one configuration, or every mistake of every file."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.configuration.load import load_packs
from automaton.core.arm import Arm
from automaton.core.events import Profile
from automaton.errors import ConfigurationError
from tests.configuration.stage import RULE, SETTINGS, Folder

PACK = "pack: factorio\nmatch: {egg: Factorio*}\nevents: {ready: '^up$'}\n"
LOBBY = Profile(uuid="u-1", id="1", name="lobby", node="eu", egg="Paper", disk_limit=None)
BENCH = Profile(uuid="u-2", id="2", name="bench", node="lab", egg="Factorio", disk_limit=None)


def test_what_is_right_is_one_configuration(folder: Folder) -> None:
    found = folder.load()

    assert found.problems == []
    configuration = found.or_raise()
    assert [rule.id for rule in configuration.book.rules] == ["one"]
    assert configuration.limits.arm is Arm.LIVE
    assert list(configuration.settings.channels) == ["ops"]


def test_a_panel_s_servers_are_chosen_by_the_tags_of_the_settings(folder: Folder) -> None:
    watches = folder.load().or_raise().watches("main")

    assert (watches(LOBBY), watches(BENCH)) == (True, False)


def test_settings_that_say_the_same_find_the_same_of_every_server_and_others_may_not(folder: Folder) -> None:
    before = folder.load().or_raise().book
    folder.write("rules.d/one.yml", "# moved\n" + RULE)

    assert folder.load().or_raise().book.finds_as(before)
    folder.write("automaton.yml", SETTINGS.replace("[{node: lab}]", "[{node: bench}]"))
    assert not folder.load().or_raise().book.finds_as(before)
    folder.write("automaton.yml", SETTINGS + "packs: {minecraft: {name: lobby}}\n")
    assert not folder.load().or_raise().book.finds_as(before)
    folder.write("automaton.yml", SETTINGS)
    folder.write("factorio.yml", PACK)
    assert folder.load().or_raise().book.finds_as(before)


def test_rule_files_are_read_in_lexical_order(folder: Folder) -> None:
    folder.write("rules.d/b.yml", RULE.replace("one", "two"))
    folder.write("rules.d/a.yaml", RULE.replace("one", "three"))
    folder.write("rules.d/notes.txt", "no rules")

    assert [rule.id for rule in folder.load().or_raise().book.rules] == ["three", "two", "one"]


def test_mistakes_of_all_files_are_told_at_once(folder: Folder) -> None:
    folder.write("rules.d/one.yml", RULE.replace("crash", "crahs"))
    folder.write("rules.d/two.yml", RULE.replace("one", "two").replace("ops", "opps"))

    assert folder.told() == [("one.yml", "unknown-event", 1), ("two.yml", "unknown-channel", 1)]
    assert folder.load().configuration is None


def test_a_mistake_is_raised_with_every_problem(folder: Folder) -> None:
    folder.write("rules.d/one.yml", RULE.replace("crash", "crahs"))

    with pytest.raises(ConfigurationError, match="did you mean `crash`"):
        folder.load().or_raise()


def test_a_rule_may_not_do_what_the_limits_do_not_allow(folder: Folder) -> None:
    folder.write("rules.d/one.yml", "rules: [{id: one, when: {event: crash}, do: [{power: kill}]}]")

    assert folder.told() == [("one.yml", "not-allowed", 1)]


def test_with_settings_that_cannot_be_used_rules_are_judged_all_the_same(folder: Folder) -> None:
    folder.write("automaton.yml", "panel: {}\n")
    folder.write("rules.d/one.yml", RULE.replace("crash", "crahs"))

    codes = {code for _, code, _ in folder.told()}
    assert {"unknown-key", "rules-alone", "unknown-event"} <= codes


def test_no_rules_is_a_warning(folder: Folder) -> None:
    folder.write("automaton.yml", SETTINGS.replace("rules.d", "elsewhere"))

    assert [(one.code, one.severity) for one in folder.load().problems] == [("no-rules", "warning")]
    assert folder.load().configuration is not None


def test_a_pack_of_the_operator_stands_beside_the_rules(folder: Folder) -> None:
    folder.write("packs.d/factorio.yml", PACK)

    book = folder.load().or_raise().book
    assert (book.pack_of(BENCH), book.pack_of(LOBBY)) == ("factorio", "minecraft")


def test_packs_are_read_alone_with_what_is_wrong_with_them_and_no_more(folder: Folder) -> None:
    config = folder.path / "automaton.yml"
    folder.write("packs.d/factorio.yml", PACK)
    folder.write("rules.d/one.yml", "rules: [{}]\n")
    packs, problems = load_packs(config, {})
    assert packs.choice(BENCH) == ("factorio", "egg: Factorio*")
    assert [one.code for one in problems] == ["takes-place"]

    folder.write("packs.d/factorio.yml", "pack: factorio\nevnts: {}\n")
    assert [one.code for one in load_packs(config, {})[1]] == ["unknown-key"]
    folder.write("automaton.yml", "panls: {}\n")
    packs, problems = load_packs(config, {})
    assert {Path(one.file).name for one in problems} == {"automaton.yml"}
    assert packs.of(LOBBY) == "minecraft"


def test_a_pack_that_the_settings_name_and_nobody_has_is_a_mistake(folder: Folder) -> None:
    folder.write("automaton.yml", SETTINGS + 'packs: {minecrat: [{id: "1"}]}\n')

    (problem,) = folder.load().problems
    assert (problem.code, problem.line) == ("unknown-pack", 6)
    assert "did you mean `minecraft`?" in problem.message


def test_a_tag_that_the_settings_have_not_is_warned_of_where_they_have_tags(folder: Folder) -> None:
    folder.write(
        "rules.d/a.yml", "rules: [{id: a, servers: {tag: lap}, while: suspended, do: [{notify: ops}]}]\n"
    )
    (problem,) = folder.load().problems
    none = SETTINGS.replace("tags: {lab: [{node: lab}]}", "").replace("{tag: lab}", "{node: lab}")
    folder.write("automaton.yml", none)

    assert (problem.code, problem.severity, problem.suggestion) == ("unknown-tag", "warning", "lab")
    assert folder.load().problems == []


def test_a_channel_s_url_that_no_service_knows_is_a_mistake_and_stays_secret(folder: Folder) -> None:
    folder.write("ops.url", "nosuch://t0ken/chat")

    (problem,) = folder.load().problems
    assert (problem.code, problem.severity) == ("bad-url", "error")
    assert (problem.line, problem.column) == (3, len("channels: {ops: {urls: [{"))
    assert "t0ken" not in str(problem)


def test_a_mention_that_calls_nobody_at_one_of_the_services_is_a_mistake_at_its_place(folder: Folder) -> None:
    mention = 'ops: {mention: {critical: ["<@&1234>", "@everyone"]}, '
    folder.write("automaton.yml", SETTINGS.replace("ops: {", mention))
    folder.write("ops.url", f"discord://417429632418316298/{'t0ken' * 9}")

    (problem,) = folder.load().problems
    assert (problem.code, problem.severity) == ("bad-mention", "error")
    assert (problem.line, problem.column) == (3, len('channels: {ops: {mention: {critical: ["<@&1234>", "'))
    assert "write `<@&ROLE_ID>`" in problem.message
    assert "t0ken" not in str(problem)

    folder.write("ops.url", "json://ops")
    assert {one.code for one in folder.load().problems} == {"bad-mention"}


@pytest.mark.parametrize(
    "wrong",
    ["heartbeat: {every: 60}", "channels: {ops: {urls: [{file: ops.url}], min_severity: loud}}", "nodes: 3"],
)
def test_a_mistake_in_the_settings_hides_no_unknown_channel_and_blames_no_known_one(
    folder: Folder, wrong: str
) -> None:
    right = SETTINGS.replace("channels:", "#") if "channels" in wrong else SETTINGS
    folder.write("automaton.yml", f"{right}{wrong}\n")
    folder.write("rules.d/one.yml", RULE.replace("{notify: ops}", "{notify: ops}, {notify: opps}"))

    told = folder.told()
    assert [code for file, code, _ in told if file == "one.yml"] == ["unknown-channel"]
    assert {file for file, _, _ in told} == {"automaton.yml", "one.yml"}


def test_a_mistake_in_a_pack_is_one_message_whoever_names_the_pack(folder: Folder) -> None:
    """Not also one for automaton.yml that chooses it, and one for each rule on its events."""
    folder.write("automaton.yml", SETTINGS + 'packs: {mine: [{id: "1"}]}\n')
    folder.write(
        "rules.d/one.yml",
        RULE.replace("event: crash", "event: boss").replace("id:", "servers: {pack: mine}, id:"),
    )
    folder.write("packs.d/mine.yml", "pack: mine\nstopp: halt\nevents: {boss: '^Boss$'}\n")

    assert folder.told() == [("mine.yml", "unknown-key", 2)]
    folder.write("packs.d/mine.yml", "pack: mine\nevents: {boss: '^Boss('}\n")
    assert folder.told() == [("mine.yml", "pattern", 2)]
    folder.write("packs.d/mine.yml", "pack: mine\nevents: {boss: '^Boss$', ready: '^It's up$'}\n")
    assert [one[0] for one in folder.told()] == ["mine.yml"]


def test_of_many_packs_ten_are_named_and_none_beside_a_near_one(folder: Folder) -> None:
    folder.write("automaton.yml", SETTINGS + 'packs: {minecrat: [{id: "1"}], xyzzy: [{id: "2"}]}\n')

    near, far = map(str, folder.load().problems)
    assert near.endswith("unknown pack `minecrat`, did you mean `minecraft`?")
    assert far.count("`") == 2 * 12
    assert "more (`automaton packs`)" in far
