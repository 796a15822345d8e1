"""Clocks that show no seconds, and a person who is not asked every second: leads and watches are rounded for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.calendar.century import CenturyRule
from harness.calendar.form import ClockForm
from harness.calendar.gregorian import parse_iso
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans
from harness.procedure.approach import target_before
from harness.procedure.subject import Pace, Subject

SECOND = 1_000_000_000
EDGE = parse_iso("2000-01-01 00:00:00")
BY_SECONDS = DeviceFacts(
    id="test/clock",
    maker="Nobody",
    model="clock",
    form=ClockForm(century=CenturyRule.fixed(1900)),
    first="1970-01-01 00:00:00",
    last="2069-12-31 23:59:59",
    identity=IdentityMeans.OPERATOR,
    links=("serial",),
    certainty=Certainty.EXPERIMENTAL,
    sources=("this test",),
)
BY_MINUTES = replace(BY_SECONDS, form=replace(BY_SECONDS.form, has_seconds=False))
PACE = Pace(
    lead_ns=5 * SECOND,
    observe_ns=4 * SECOND,
    off_ns=6 * SECOND,
    poll_ns=SECOND,
    edge_poll_ns=SECOND // 10,
    is_aligned=False,
)


def subject(facts: DeviceFacts) -> Subject:
    return Subject(name="clock", facts=facts, pace=PACE, has_power=False)


@pytest.mark.parametrize(
    ("facts", "lead_s", "expected"),
    [
        (BY_SECONDS, 5, "1999-12-31 23:59:55"),
        # Its minute may be nearly over at the set: the edge can come a minute early.
        (BY_MINUTES, 5, "1999-12-31 23:58:00"),
        (BY_MINUTES, 60, "1999-12-31 23:58:00"),
        (BY_MINUTES, 61, "1999-12-31 23:57:00"),
        (replace(BY_MINUTES, divider_resets=True), 5, "1999-12-31 23:59:00"),
        (replace(BY_MINUTES, divider_resets=True), 60, "1999-12-31 23:59:00"),
        (replace(BY_SECONDS, resolution_ns=30 * SECOND, divider_resets=True), 5, "1999-12-31 23:59:30"),
    ],
)
def test_a_clock_is_set_to_what_it_can_show_and_never_later_than_the_lead(
    facts: DeviceFacts, lead_s: int, expected: str
) -> None:
    assert parse_iso(expected) == target_before(facts, EDGE, lead_s * SECOND)


def test_a_counter_of_days_is_not_waited_for() -> None:
    """Two days before the edge would be no lead but a vigil."""
    facts = replace(BY_SECONDS, resolution_ns=86_400 * SECOND)
    assert parse_iso("1999-12-31 23:59:55") == target_before(facts, EDGE, 5 * SECOND)


@pytest.mark.parametrize(
    ("facts", "expected_s"),
    [
        (BY_SECONDS, 4),
        (replace(BY_MINUTES, resolution_ns=60 * SECOND), 198),  # three readings 66 s apart
        (replace(BY_SECONDS, poll_ns=20 * SECOND), 60),  # a person, asked every 20 s
    ],
)
def test_the_far_side_is_watched_until_the_clock_can_be_seen_to_move(facts: DeviceFacts, expected_s: int) -> None:
    assert expected_s * SECOND == subject(facts).observe_ns
