"""Hand-written tests of a firmware: its own clock through the bench, and what it makes of other machines' dates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from firmware import year_of_the_plc


def test_its_clock_goes_through_the_leap_day(crossing: Callable[..., Any]) -> None:
    """The clock is set, watched in real time, judged, and put back; the run folder holds the bytes."""
    judgement = crossing("greenhouse", "y2k-leap-day", "running", lead="2 s", observe="3 s")
    assert judgement.verdict == "conforms"


def test_it_takes_the_year_of_a_sound_plc_across_midnight(peer: Callable[..., Any]) -> None:
    """The PLC is ours and simulated: its midnight comes when the test says so."""
    plc = peer("plc/modicon", at="1999-12-31 23:59:58")
    assert year_of_the_plc(plc.host, plc.port) == 1999
    plc.advance(3)
    assert year_of_the_plc(plc.host, plc.port) == 2000


def test_a_plc_that_skips_a_year_is_believed(peer: Callable[..., Any]) -> None:
    """A PLC of 1999 as some were: what the firmware makes of it is worth knowing before a client finds out."""
    plc = peer("plc/modicon", at="1999-12-31 23:59:58", bugs=("year-skipped",))
    plc.advance(3)
    assert year_of_the_plc(plc.host, plc.port) == 2001
