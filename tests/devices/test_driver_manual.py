"""A device that a person reads: what is asked of them, and what becomes of what they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from devices.manual import FACTS
from devices.manual.driver import Manual, make_driver
from devices.options import complete_options
from harness.calendar.fields import CalendarFields
from harness.calendar.form import Impossible
from harness.clock import VirtualClock
from harness.device.asks import AskOperator, AskOperatorToSet, LinkAsk, Steps
from harness.errors import DeviceRefused, LinkError, SafetyRefusal
from harness.link.base import StepRunner, run_blocking
from harness.link.config import OperatorConfig
from harness.link.opening import make_bus

Play = Callable[[Steps[Any], Sequence[tuple[LinkAsk[Any], Any]]], Any]

LOOK = {"display": "the silo's panel", "form": "YYYY-MM-DD hh:mm:ss"}
ASKED = AskOperator(code="read-display", details=LOOK)
NEW_YEARS_EVE = CalendarFields(year=1999, month=12, day=31, hour=23, minute=59, second=0)


def driver(**options: str | int) -> Manual:
    given = {"display": "the silo's panel"} | {name.replace("_", "-"): said for name, said in options.items()}
    return make_driver(complete_options(FACTS.options, given))


def again(answer: str) -> AskOperator:
    return AskOperator(code="read-display-again", details=LOOK | {"answer": answer})


@pytest.mark.parametrize(
    "said", ["1999-12-31 23:59:58", " 1999-12-31T23:59:58 ", "1999-12-31 23:59:58 photo IMG 0311.jpg"]
)
def test_a_typed_date_is_a_reading(play: Play, said: str) -> None:
    sample = play(driver().read_clock(), [(ASKED, said)])
    assert sample.fields == CalendarFields(year=1999, month=12, day=31, hour=23, minute=59, second=58)
    assert sample.raw == said.encode()
    assert sample.unreadable is None


def test_what_is_no_date_is_asked_for_again(play: Play) -> None:
    dialogue = [(ASKED, "midnight"), (again("midnight"), "23:59"), (again("23:59"), "1999-12-31 23:59:58")]
    assert play(driver().read_clock(), dialogue).fields.second == 58


def test_after_three_answers_that_are_no_date_the_reading_is_unreadable(play: Play) -> None:
    """A person's mistake is evidence and never a time."""
    dialogue = [(ASKED, "one"), (again("one"), "two"), (again("two"), "three")]
    sample = play(driver().read_clock(), dialogue)
    assert (sample.fields, sample.raw, sample.unreadable) == (CalendarFields(), b"three", "not-a-date")


def test_a_display_that_shows_nothing_is_believed_at_once(play: Play) -> None:
    sample = play(driver().read_clock(), [(ASKED, "Blank")])
    assert (sample.fields, sample.unreadable) == (CalendarFields(), "display-blank")


@pytest.mark.parametrize("said", ["2000-02-30 25:61:61", "19100-01-01 00:00:00"])
def test_what_no_calendar_has_is_kept_as_it_was_shown(play: Play, said: str) -> None:
    sample = play(driver().read_clock(), [(ASKED, said)])
    assert sample.unreadable is None
    resolved = driver().facts.form.resolve(sample.fields)
    assert isinstance(resolved, Impossible) or resolved > driver().facts.last_seconds


def test_a_display_of_minutes_gives_no_seconds(play: Play) -> None:
    asked = AskOperator(code="read-display", details=LOOK | {"form": "YYYY-MM-DD hh:mm"})
    minutes = driver(resolution="minute")
    sample = play(minutes.read_clock(), [(asked, "1999-12-31 23:59")])
    assert sample.fields == CalendarFields(year=1999, month=12, day=31, hour=23, minute=59)
    assert minutes.facts.resolution_ns == 60_000_000_000


def test_a_set_is_asked_for_once_and_counts_as_a_write(play: Play) -> None:
    asked = AskOperatorToSet(code="set-display", details={"display": "the silo's panel", "to": "1999-12-31 23:59:00"})
    assert asked.writes is True
    play(driver().set_clock(NEW_YEARS_EVE), [(asked, "YES")])


@pytest.mark.parametrize(("said", "error"), [("no", DeviceRefused), ("perhaps", LinkError), ("", LinkError)])
def test_only_yes_is_a_set(said: str, error: type[Exception]) -> None:
    """What is neither yes nor no leaves the set in doubt; it is no refusal."""
    steps = driver().set_clock(NEW_YEARS_EVE)
    next(steps)
    with pytest.raises(error):
        steps.send(said)


def test_a_date_with_a_hole_is_asked_of_nobody() -> None:
    with pytest.raises(ValueError, match="not a whole date"):
        next(driver().set_clock(CalendarFields(year=1999, month=12, day=31, hour=23, minute=59)))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"first_year": 2001, "last_year": 2000}, "run backwards"),
        ({"first_year": 1950, "last_year": 2050, "year": "two-digits"}, "cannot tell"),
    ],
)
def test_years_that_make_no_range_are_refused(options: dict[str, str | int], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        driver(**options)


def test_two_digits_are_read_into_the_years_the_manual_allows() -> None:
    facts = driver(year="two-digits", first_year=1985, last_year=2040).facts
    assert (facts.first, facts.last) == ("1985-01-01 00:00:00", "2040-12-31 23:59:59")
    fields = CalendarFields(year=84, month=1, day=1, hour=0, minute=0, second=0)
    assert facts.form.express(3_597_523_200) == fields  # 2084-01-01


def test_nobody_is_asked_to_set_a_clock_that_is_only_looked_at() -> None:
    asked: list[str] = []

    def person(question: AskOperator) -> str:
        asked.append(question.code)
        return "1999-12-31 23:59:58"

    clock = VirtualClock(0)
    bus = make_bus(OperatorConfig(), sink=lambda _: 1, clock=clock, ask_operator=person)
    bus.open()
    with pytest.raises(SafetyRefusal):
        run_blocking(StepRunner(driver().set_clock(NEW_YEARS_EVE), bus, None, clock))
    run_blocking(StepRunner(driver().read_clock(), bus, None, clock))
    assert asked == ["read-display"]
