"""Readings beside the set they are judged by."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.judge.observed import find_power_cut, observe
from harness.records import Question, Role, Variant

Make = Callable[..., "object"]


def test_a_reading_that_names_no_instant_never_lends_itself_as_one(scene: Make) -> None:
    crossing = scene().set().read(0.5, "1999-02-30 00:00:00", Role.READ_BACK)
    (one,) = observe(crossing.evidence, crossing.facts)

    with pytest.raises(TypeError, match="date-does-not-exist"):
        _ = one.shown_seconds


def test_a_reading_before_any_set_is_not_judged(scene: Make) -> None:
    crossing = scene().read(-1, "2026-05-04 10:00:00", Role.BEFORE).set()

    assert () == observe(crossing.evidence, crossing.facts)


def test_a_reading_is_judged_by_the_last_set_before_it_that_was_not_refused(scene: Make) -> None:
    crossing = scene().set(946_684_740).set(946_684_700, at=10).set(946_684_600, at=20, outcome="refused")
    crossing.read(5.5, "1999-12-31 23:59:05").read(30.5, "1999-12-31 23:58:40")

    assert [946_684_740, 946_684_700] == [one.base for one in observe(crossing.evidence, crossing.facts)]


def test_readings_are_taken_in_the_order_of_time_whatever_the_order_of_the_record(scene: Make) -> None:
    crossing = scene().set().read(30.5, "1999-12-31 23:59:30").read(0.5, "1999-12-31 23:59:00")

    assert [0, 30] == [one.reading.fields.second for one in observe(crossing.evidence, crossing.facts)]


def test_each_reading_bears_on_one_question(scene: Make) -> None:
    crossing = scene(variant=Variant.RETAINED).before().after().switch(70, on=False).switch(90, on=True)
    crossing.read(92.5, "2000-01-01 00:00:32", Role.AFTER_POWER)
    questions = [one.question for one in observe(crossing.evidence, crossing.facts)]

    assert [Question.SET, *[Question.PROGRESS] * 5, Question.RETAIN] == questions


def test_power_that_was_only_switched_on_was_not_cut(scene: Make) -> None:
    assert find_power_cut(scene().switch(5, on=True).evidence) is None
