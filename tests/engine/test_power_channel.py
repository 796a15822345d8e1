"""Devices behind one channel meet before its power is cut, and none is put back while another is still to be cut."""

from __future__ import annotations

from harness.engine.power import PowerChannel, SimulatedSwitch
from harness.procedure.asks import RESTORE_POINT, MeetingPoint


def channel(*members: str) -> PowerChannel:
    return PowerChannel("supply.1", SimulatedSwitch(switch=lambda _on: None), set(members))


def at(position: int, step: int = 0) -> MeetingPoint:
    return MeetingPoint(position=position, step=step)


def test_a_device_alone_goes_on_at_once() -> None:
    assert ("one",) == channel("one").arrive("one", at(3))


def test_the_first_to_arrive_waits_for_the_other() -> None:
    shared = channel("one", "two")
    assert () == shared.arrive("one", at(3))
    assert ("one", "two") == shared.arrive("two", at(3))


def test_one_whose_crossing_broke_off_waits_further_on_and_holds_up_nobody() -> None:
    shared = channel("one", "two")
    shared.arrive("two", at(4))
    assert ("one",) == shared.arrive("one", at(3, 2))
    assert ("one", "two") == shared.arrive("one", at(4))


def test_restoring_waits_until_the_last_cut_is_done() -> None:
    shared = channel("one", "two")
    assert () == shared.arrive("one", RESTORE_POINT)
    assert ("two",) == shared.arrive("two", at(9, 1))
    assert ("one", "two") == shared.arrive("two", RESTORE_POINT)


def test_a_session_that_ends_lets_the_others_go() -> None:
    shared = channel("one", "two")
    shared.arrive("one", at(3))
    assert ("one",) == shared.leave("two")


def test_one_that_was_called_away_is_waited_for_again() -> None:
    shared = channel("one", "two")
    shared.arrive("one", at(3))
    shared.withdraw("one")
    assert () == shared.arrive("two", RESTORE_POINT)
    assert ("one", "two") == shared.arrive("one", RESTORE_POINT)
