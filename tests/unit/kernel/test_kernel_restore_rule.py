"""What a clock is put back to, when, and how near is near enough."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.calendar.century import CenturyRule
from harness.calendar.fields import CalendarFields
from harness.calendar.form import ClockForm
from harness.clock import Stamp
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans
from harness.kernel.restore_rule import restore_moment, restore_tolerance_ns
from harness.records import Reading, Role, SetRecord

SECOND = 1_000_000_000
MS = 1_000_000


def make_facts(*, resolution_ns: int = SECOND, divider_resets: bool | None = True, drift_ppm: int = 200) -> DeviceFacts:
    return DeviceFacts(
        id="rtc/example",
        maker="example",
        model="example",
        form=ClockForm(century=CenturyRule.digits()),
        first="1970-01-01",
        last="2099-12-31",
        identity=IdentityMeans.SERIAL_NUMBER,
        links=("i2c",),
        certainty=Certainty.VERIFIED,
        sources=("none",),
        resolution_ns=resolution_ns,
        divider_resets=divider_resets,
        drift_ppm=drift_ppm,
    )


NOW = Stamp(mono_ns=5 * SECOND, utc_ns=1_000_000_000 * SECOND + 250 * MS, boot_ns=None)


def test_the_nearest_second_is_written_at_once() -> None:
    assert (1_000_000_000, 5 * SECOND) == restore_moment(NOW, None, make_facts(), aligned=False)
    assert (1_000_003_601, 5 * SECOND) == restore_moment(NOW, 3_600 * SECOND + 250 * MS, make_facts(), aligned=False)


def test_an_aligned_restore_waits_for_the_devices_own_second() -> None:
    assert (1_000_000_001, 5_750 * MS) == restore_moment(NOW, None, make_facts(), aligned=True)
    assert (1_000_000_001, 5_350 * MS) == restore_moment(NOW, 400 * MS, make_facts(), aligned=True)


def test_at_the_very_second_nothing_is_waited_for() -> None:
    assert (999_999_990, 5 * SECOND) == restore_moment(NOW, -10_250 * MS, make_facts(), aligned=True)


def test_a_clock_whose_phase_no_set_moves_is_written_in_mid_second() -> None:
    assert (1_000_000_001, 6_250 * MS) == restore_moment(NOW, None, make_facts(divider_resets=False), aligned=True)


def test_a_clock_whose_first_second_is_short_is_written_so_much_later() -> None:
    """Then its next tick falls on the second; written at the second it would be ahead for good."""
    facts = replace(make_facts(), first_second_ns=508 * MS)
    assert (1_000_000_001, 6_242 * MS) == restore_moment(NOW, None, facts, aligned=True)
    assert (1_000_000_000, 5 * SECOND) == restore_moment(NOW, None, facts, aligned=False)


def test_a_first_second_is_known_of_a_restarted_divider_alone() -> None:
    facts = replace(make_facts(divider_resets=None), first_second_ns=508 * MS)
    assert (1_000_000_001, 5_750 * MS) == restore_moment(NOW, None, facts, aligned=True)


def test_an_unknown_divider_is_written_at_the_second() -> None:
    assert (1_000_000_001, 5_750 * MS) == restore_moment(NOW, None, make_facts(divider_resets=None), aligned=True)


def test_a_clock_of_minutes_is_aligned_to_the_minute() -> None:
    """1,000,000,000 is 01:46:40, so the minute is 19.75 s away."""
    facts = make_facts(resolution_ns=60 * SECOND)
    assert (1_000_000_020, 24_750 * MS) == restore_moment(NOW, None, facts, aligned=True)
    assert (1_000_000_020, 5 * SECOND) == restore_moment(NOW, None, facts, aligned=False)


@pytest.mark.parametrize("resolution_ns", [MS, 86_400 * SECOND])
def test_finer_and_much_coarser_clocks_are_aligned_to_the_second(resolution_ns: int) -> None:
    assert (1_000_000_001, 5_750 * MS) == restore_moment(
        NOW, None, make_facts(resolution_ns=resolution_ns), aligned=True
    )


def make_pair(set_trip_ns: int, read_trip_ns: int, gap_ns: int) -> tuple[SetRecord, Reading]:
    record = SetRecord(
        target=1_000_000_001, fields=CalendarFields(), sent_ns=0, received_ns=set_trip_ns, outcome="acknowledged"
    )
    sent_ns = set_trip_ns + gap_ns
    reading = Reading(
        role=Role.RESTORED,
        fields=CalendarFields(),
        flags={},
        raw=b"",
        unreadable=None,
        sent_ns=sent_ns,
        received_ns=sent_ns + read_trip_ns,
    )
    return record, reading


def test_the_tolerance_adds_resolution_half_trips_and_drift() -> None:
    record, reading = make_pair(20 * MS, 40 * MS, 940 * MS)
    assert SECOND + 30 * MS + 200_000 == restore_tolerance_ns(make_facts(), record, reading)


def test_a_short_first_second_costs_what_it_is_short_by() -> None:
    record, reading = make_pair(0, 0, 0)
    assert 1_492 * MS == restore_tolerance_ns(replace(make_facts(), first_second_ns=508 * MS), record, reading)


@pytest.mark.parametrize("divider_resets", [None, False])
def test_a_phase_nobody_vouches_for_costs_one_more_second(divider_resets: bool | None) -> None:
    record, reading = make_pair(0, 0, 0)
    facts = make_facts(divider_resets=divider_resets)
    assert 2 * SECOND == restore_tolerance_ns(facts, record, reading)
