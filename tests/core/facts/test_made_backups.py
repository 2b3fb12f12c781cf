"""What a rule made of backups is what the Panel's answers named, and no more."""

from __future__ import annotations

from automaton.actions.backup import MakeBackup, RotateBackups
from automaton.core.calls import SendCommand
from automaton.core.facts.made_backups import MOST_MADE, MadeBackups
from automaton.core.outcome import Outcome, Result

MAKE = MakeBackup(server="u", name="n")
ROTATE = RotateBackups(server="u", made=("a", "b"), keep=1)


def begun(uuid: str) -> Outcome:
    return Outcome(Result.DONE, ref=uuid)


def test_each_rule_has_its_own() -> None:
    made = MadeBackups()

    assert made.learn("a", MAKE, begun("1"))
    assert made.learn("b", MAKE, begun("2"))
    assert made.learn("a", MAKE, begun("3"))
    assert (made.of("a"), made.of("b"), made.of("c")) == (("1", "3"), ("2",), ())


def test_an_answer_that_names_none_changes_nothing() -> None:
    made = MadeBackups()

    assert not made.learn("a", MAKE, Outcome(Result.UNKNOWN))
    assert not made.learn("a", SendCommand(server="u", command="x"), begun("1"))
    assert made.dump() == {}


def test_a_rotation_leaves_what_the_panel_says_is_left() -> None:
    made = MadeBackups()
    for uuid in ("a", "b", "c"):
        made.learn("r", MAKE, begun(uuid))

    made.learn("r", ROTATE, Outcome(Result.FAILED))
    before = made.of("r")
    made.learn("r", ROTATE, begun("c of-others"))

    assert (before, made.of("r")) == (("a", "b", "c"), ("c",))
    assert made.learn("r", ROTATE, begun(""))
    assert made.dump() == {}


def test_only_so_many_are_remembered_the_newest() -> None:
    made = MadeBackups()
    for number in range(MOST_MADE + 5):
        made.learn("r", MAKE, begun(str(number)))

    assert (len(made.of("r")), made.of("r")[0]) == (MOST_MADE, "5")


def test_what_was_dumped_is_loaded() -> None:
    made, again = MadeBackups(), MadeBackups()
    made.learn("r", MAKE, begun("a"))

    again.load(made.dump())

    assert again.of("r") == ("a",)
