"""The SCPI calendar's driver against literal text (Agilent 34980A, Keithley 6517A)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from devices.instrument.scpi_clock.driver import decode_triple
from devices.registry import Registry
from harness.calendar.fields import CalendarFields
from harness.device.asks import Command, Query
from harness.device.driver import Driver
from harness.errors import DeviceRefused, LinkError

Play = Callable[..., Any]

ASK_DATE = Query(text="SYST:DATE?", timing=False)
ASK_TIME = Query(text="SYST:TIME?")
ASK_RUNNING = Query(text="SYST:TIME?", timing=False)
ASK_ERROR = Query(text="SYST:ERR?", timing=False)
NO_ERROR = (ASK_ERROR, '+0,"No error"')
SET_DATE = Command(text="SYST:DATE 1999,12,31", timing=False)
SET_TIME = Command(text="SYST:TIME 23,59,0")
NEW_YEARS_EVE = CalendarFields(year=1999, month=12, day=31, hour=23, minute=59, second=0)


@pytest.fixture
def driver() -> Driver:
    return Registry().make_driver("instrument/scpi-clock")


def test_date_time_and_date_again(driver: Driver, play: Play) -> None:
    sample = play(
        driver.read_clock(), [(ASK_DATE, "+1999,+12,+31"), (ASK_TIME, "23,59,59"), (ASK_DATE, "+1999,+12,+31")]
    )
    assert CalendarFields(year=1999, month=12, day=31, hour=23, minute=59, second=59) == sample.fields
    assert sample.raw == b"+1999,+12,+31\n23,59,59\n+1999,+12,+31"
    assert sample.unreadable is None


def test_midnight_between_the_two_is_read_again(driver: Driver, play: Play) -> None:
    """Without the second date, 1999-12-31 00:00:00 would be read: a day wrong."""
    sample = play(
        driver.read_clock(),
        [
            (ASK_DATE, "1999,12,31"),
            (ASK_TIME, "0,0,0"),
            (ASK_DATE, "2000,1,1"),
            (ASK_TIME, "0,0,1"),
            (ASK_DATE, "2000,1,1"),
        ],
    )
    assert CalendarFields(year=2000, month=1, day=1, hour=0, minute=0, second=1) == sample.fields


def test_a_date_that_never_settles_is_not_a_time(driver: Driver, play: Play) -> None:
    sample = play(
        driver.read_clock(),
        [
            (ASK_DATE, "2000,1,1"),
            (ASK_TIME, "0,0,0"),
            (ASK_DATE, "2000,1,2"),
            (ASK_TIME, "0,0,0"),
            (ASK_DATE, "2000,1,3"),
            (ASK_TIME, "0,0,0"),
            (ASK_DATE, "2000,1,4"),
        ],
    )
    assert sample.unreadable == "date-not-stable"


def test_the_year_19100_comes_through(driver: Driver, play: Play) -> None:
    """The classic defect of a 19 printed before years since 1900."""
    sample = play(driver.read_clock(), [(ASK_DATE, "19100,01,01"), (ASK_TIME, "0,0,0"), (ASK_DATE, "19100,01,01")])
    assert sample.fields.year == 19100
    assert sample.unreadable is None


@pytest.mark.parametrize(("date", "time_of_day", "why"), [("", "1,2,3", "date"), ("2000,1,1", "noon", "time")])
def test_text_that_is_no_date_is_said_so(driver: Driver, play: Play, date: str, time_of_day: str, why: str) -> None:
    sample = play(driver.read_clock(), [(ASK_DATE, date), (ASK_TIME, time_of_day), (ASK_DATE, date)])
    assert sample.unreadable == f"not-three-numbers:{why}"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("2004,11,21", (2004, 11, 21)),
        ("+2004,+11,+21", (2004, 11, 21)),
        (" 2004, 11, 21 ", (2004, 11, 21)),
        ("23,59,59.99", (23, 59, 59)),
        ("00,01,01", (0, 1, 1)),
        ("-1,1,1", (-1, 1, 1)),
        ("2004,11", None),
        ("2004,11,21,0", None),
        ("x2004,11,21", None),
        ("2004,11,21x", None),
        ("2004;11;21", None),
        ("", None),
    ],
)
def test_three_numbers_and_nothing_else(text: str, numbers: tuple[int, int, int] | None) -> None:
    assert numbers == decode_triple(text)


def test_a_set_is_the_date_then_the_time_each_checked(driver: Driver, play: Play) -> None:
    play(
        driver.set_clock(NEW_YEARS_EVE),
        [NO_ERROR, (ASK_RUNNING, "12,00,00"), (SET_DATE, None), NO_ERROR, (SET_TIME, None), NO_ERROR],
    )


def test_just_before_its_own_midnight_the_time_goes_first(driver: Driver, play: Play) -> None:
    """Set first, the date would be carried into the next day before the time is set."""
    play(
        driver.set_clock(NEW_YEARS_EVE),
        [NO_ERROR, (ASK_RUNNING, "23,59,58"), (SET_TIME, None), NO_ERROR, (SET_DATE, None), NO_ERROR],
    )


def test_three_seconds_before_midnight_the_date_still_goes_first(driver: Driver, play: Play) -> None:
    play(
        driver.set_clock(NEW_YEARS_EVE),
        [NO_ERROR, (ASK_RUNNING, "23,59,57"), (SET_DATE, None), NO_ERROR, (SET_TIME, None), NO_ERROR],
    )


def test_a_refused_date_is_a_refusal_and_the_time_is_not_sent(driver: Driver, play: Play) -> None:
    with pytest.raises(DeviceRefused) as no:
        play(
            driver.set_clock(NEW_YEARS_EVE),
            [NO_ERROR, (ASK_RUNNING, "12,0,0"), (SET_DATE, None), (ASK_ERROR, '-222,"Data out of range"')],
        )
    assert no.value.code == -222
    assert "Data out of range" in str(no.value)


def test_an_old_error_is_not_taken_for_a_refusal(driver: Driver, play: Play) -> None:
    play(
        driver.set_clock(NEW_YEARS_EVE),
        [
            (ASK_ERROR, '-113,"Undefined header"'),
            NO_ERROR,
            (ASK_RUNNING, "12,0,0"),
            (SET_DATE, None),
            NO_ERROR,
            (SET_TIME, None),
            NO_ERROR,
        ],
    )


def test_errors_without_end_stop_the_set_before_it_begins(driver: Driver, play: Play) -> None:
    with pytest.raises(LinkError) as fault:
        play(driver.set_clock(NEW_YEARS_EVE), [(ASK_ERROR, '-350,"Queue overflow"')] * 30)
    assert fault.value.kind == "errors-without-end"


def test_a_reply_that_is_no_error_number_is_not_taken_for_none(driver: Driver, play: Play) -> None:
    with pytest.raises(LinkError):
        play(driver.set_clock(NEW_YEARS_EVE), [(ASK_ERROR, "No error")])


def test_nothing_is_sent_when_a_field_is_missing(driver: Driver, play: Play) -> None:
    with pytest.raises(ValueError, match="is set with"):
        play(driver.set_clock(CalendarFields(year=1999, month=12, day=31)), [])


@pytest.mark.parametrize(
    ("reply", "serial_number"),
    [
        ("Agilent Technologies,34980A,MY44001234,2.51", "MY44001234"),
        ("Agilent Technologies, 34980A, 0, 2.51", None),
        ("ACME", None),
    ],
)
def test_identity_is_what_the_instrument_says(
    driver: Driver, play: Play, reply: str, serial_number: str | None
) -> None:
    identity = play(driver.identify(), [(Query(text="*IDN?", timing=False), reply)])
    assert serial_number == identity.serial_number
    assert identity.entries[0] == ("maker", reply.split(",", maxsplit=1)[0])


def test_another_dialect_is_an_option(play: Play) -> None:
    driver = Registry().make_driver(
        "instrument/scpi-clock", {"date-command": ":CLOC:DATE", "time-command": ":CLOC:TIME"}
    )
    date, time_of_day = Query(text=":CLOC:DATE?", timing=False), Query(text=":CLOC:TIME?")
    sample = play(driver.read_clock(), [(date, "1997,02,28"), (time_of_day, "18,04,30"), (date, "1997,02,28")])
    assert CalendarFields(year=1997, month=2, day=28, hour=18, minute=4, second=30) == sample.fields


def test_the_years_of_the_manual_are_options() -> None:
    facts = Registry().facts("instrument/scpi-clock", {"first-year": 1994, "last-year": 2093})
    assert ("1994-01-01 00:00:00", "2093-12-31 23:59:59") == (facts.first, facts.last)
    with pytest.raises(ValueError, match="not before"):
        Registry().facts("instrument/scpi-clock", {"first-year": 2093, "last-year": 1994})


def test_a_running_time_that_cannot_be_read_does_not_stop_a_set(driver: Driver, play: Play) -> None:
    """A clock too broken to tell its time must still be restored."""
    play(
        driver.set_clock(NEW_YEARS_EVE),
        [NO_ERROR, (ASK_RUNNING, "--"), (SET_DATE, None), NO_ERROR, (SET_TIME, None), NO_ERROR],
    )
