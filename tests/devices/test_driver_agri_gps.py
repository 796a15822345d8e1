"""A receiver that is listened to: sentences as real ones send them (gpsd test/daemon), and what is made of bad ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from devices.gps.nmea_receiver.driver import find_sentence, until_sentence
from devices.registry import Registry
from harness.calendar.fields import CalendarFields
from harness.device.asks import Drain, Exchange, LinkAsk, Steps
from harness.errors import SafetyRefusal

Play = Callable[[Steps[Any], list[tuple[LinkAsk[Any], Any]]], Any]

DRAIN = (Drain(quiet_ns=50_000_000), b"")
LISTEN = Exchange(data=b"", until=until_sentence("RMC"))
# gp-320fw-2019-04-06-overflow: a running receiver keeps its date across the rollover of the week.
GOOD = b"$GPRMC,235724.02,A,4808.9978,N,01135.0800,E,000.0,000.0,060419,003.0,E,A*3E\r\n"
# april6_2019 (Telit HE910): after the rollover the year is -1.
YEAR_MINUS_ONE = b"$GPRMC,000231.099,A,4829.0005,N,00022.0015,E,0.15,212.28,2208-1,,,A*73\r\n"


def test_a_sentence_is_found_whole_and_byte_by_byte() -> None:
    until = until_sentence("RMC")
    assert [None] * len(GOOD) == [until(GOOD[:count]) for count in range(len(GOOD))]
    assert len(GOOD) == until(GOOD)


def test_everything_heard_belongs_to_the_reply() -> None:
    """The receiver talks on without being asked: what comes with the sentence is no error of the line."""
    heard = b"N,01135*00\r\n" + GOOD + b"$GPZDA,2357"
    assert len(heard) == until_sentence("RMC")(heard)


@pytest.mark.parametrize(
    "spoilt",
    [
        GOOD.replace(b"*3E", b"*3F"),  # wrong checksum
        GOOD.replace(b"*3E", b""),  # none at all
        GOOD[:40] + b"\r\n",  # cut short
        GOOD[:40] + GOOD[41:],  # a character lost
    ],
)
def test_a_spoilt_sentence_is_passed_over(spoilt: bytes) -> None:
    assert find_sentence(spoilt, "RMC") is None
    assert GOOD[1:-5] == find_sentence(spoilt + GOOD, "RMC")


def test_a_year_of_minus_one_is_evidence_and_no_time(play: Play) -> None:
    sample = play(Registry().make_driver("gps/nmea-receiver").read_clock(), [DRAIN, (LISTEN, YEAR_MINUS_ONE)])
    assert sample.unreadable == "not-ddmmyy:year"
    assert CalendarFields(hour=0, minute=2, second=31) == sample.fields
    assert YEAR_MINUS_ONE[1:-5] == sample.raw


def test_a_date_without_a_fix_is_called_so(play: Play) -> None:
    void = b"$GPRMC,000012.00,V,,,,,,,161206,,,N*7C\r\n"
    sample = play(Registry().make_driver("gps/nmea-receiver").read_clock(), [DRAIN, (LISTEN, void)])
    assert {"no-fix": True} == sample.flags
    assert sample.fields.year == 6


def test_a_receiver_is_never_set(play: Play) -> None:
    driver = Registry().make_driver("gps/nmea-receiver")
    with pytest.raises(SafetyRefusal) as no:
        play(driver.set_clock(CalendarFields(year=99)), [])
    assert no.value.rule == "read-only-device"
    assert driver.facts.can_be_set is False
