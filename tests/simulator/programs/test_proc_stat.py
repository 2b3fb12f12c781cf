from __future__ import annotations

from automaton.simulator.programs.proc_stat import Load, Stat, Usage, total

LINE = (
    "19751 (a) S (b) S 19744 19751 19750 34816 19751 4194304 6000 0 0 0 30 4 2 1 20 0 1 0 1234567 "
    "120000000 14406 18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 1 0 0 0 0 0\n"
)


def test_a_line_of_proc_is_read_whatever_the_name_is() -> None:
    assert Stat.read(LINE) == Stat(pid=19751, session=19750, usage=Usage(ticks=37, pages=14406))


def test_a_process_that_waits_for_its_reaper_is_over() -> None:
    assert Stat.read(LINE.replace("(a) S (b) S", "(a) S (b) Z")).is_over


def test_a_session_uses_what_all_in_it_use() -> None:
    stats = [Stat(1, 1, Usage(3, 100)), Stat(2, 1, Usage(4, 20))]

    assert (total(stats), total([])) == (Usage(7, 120), Usage(0, 0))


def test_load_is_percent_of_one_core_since_the_reading_before() -> None:
    load = Load(100)

    assert [load.at(10.0, 0), load.at(11.0, 50), load.at(13.0, 450), load.at(14.0, 450)] == [0, 50, 200, 0]


def test_two_readings_at_one_moment_say_the_same() -> None:
    load = Load(100)
    load.at(10.0, 0)

    assert [load.at(11.0, 25), load.at(11.0, 26)] == [25, 25]


def test_a_process_that_left_is_no_negative_work() -> None:
    load = Load(100)
    load.at(10.0, 500)

    assert load.at(11.0, 20) == 0
