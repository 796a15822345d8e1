"""The tolerance is a sum of named terms, in nanoseconds; every figure here was added up by hand."""

from dataclasses import replace

from harness.calendar.century import CenturyRule
from harness.calendar.counters import Counter
from harness.calendar.fields import CalendarFields
from harness.calendar.form import ClockForm
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans
from harness.judge.tolerance import base_of, drift_over, expect
from harness.records import Reading, Role, SetRecord

FACTS = DeviceFacts(
    id="test/clock",
    maker="nobody",
    model="clock",
    form=ClockForm(century=CenturyRule.digits()),
    first="1980-01-01",
    last="2099-12-31",
    identity=IdentityMeans.MODEL,
    links=("serial",),
    certainty=Certainty.VERIFIED,
    sources=("none",),
    drift_ppm=200,
)
# 1999-12-31 23:59:00, written between 0 and 40 ms.
SET = SetRecord(target=946_684_740, fields=CalendarFields(), sent_ns=0, received_ns=40_000_000, outcome="acknowledged")
# Read between 60.0 s and 60.1 s.
READING = Reading(
    role=Role.AFTER,
    fields=CalendarFields(),
    flags={},
    raw=b"",
    unreadable=None,
    sent_ns=60_000_000_000,
    received_ns=60_100_000_000,
)


def test_every_term_is_computed_for_this_device_and_this_reading() -> None:
    tolerance = expect(SET, READING, replace(FACTS, settle_ns=300_000_000)).tolerance

    assert {
        "resolution_ns": "1000000000",
        "set_half_trip_ns": "20000000",
        "read_half_trip_ns": "50000000",
        "drift_ns": "12020000",  # 200 ppm of 60.1 s
        "first_second_ns": "1000000000",
        "settle_ns": "300000000",
        "ahead_ns": "1082020000",
        "behind_ns": "1382020000",
    } == tolerance.as_details()
    assert 1_382_020_000 == tolerance.widest_ns


def test_a_divider_that_restarts_with_the_set_earns_no_first_second() -> None:
    tolerance = expect(SET, READING, replace(FACTS, divider_resets=True)).tolerance

    assert 0 == tolerance.first_second_ns
    assert 82_020_000 == tolerance.ahead_ns


def test_a_short_first_second_puts_a_sound_clock_ahead_by_the_rest_and_no_more() -> None:
    facts = replace(FACTS, divider_resets=True, first_second_ns=508_000_000, drift_ppm=0)
    instant = replace(SET, received_ns=0)
    just_before = replace(READING, sent_ns=59_507_999_999, received_ns=59_507_999_999)
    just_there = replace(READING, sent_ns=59_508_000_000, received_ns=59_508_000_000)

    assert 492_000_000 == expect(instant, just_there, facts).tolerance.first_second_ns
    assert not expect(instant, just_before, facts).admits(946_684_800)
    assert expect(instant, just_there, facts).admits(946_684_800)


def test_the_expectation_admits_exactly_the_seconds_a_sound_clock_can_show() -> None:
    """The divider restarts: the clock stands between 59.948 and 60.112 s past the set, so it shows 59 or 60."""
    expectation = expect(SET, READING, replace(FACTS, divider_resets=True))

    assert [False, True, True, False] == [expectation.admits(946_684_740 + n) for n in (58, 59, 60, 61)]


def test_an_unknown_phase_of_the_first_second_admits_one_second_more() -> None:
    expectation = expect(SET, READING, FACTS)

    assert [False, True, True, True, False] == [expectation.admits(946_684_740 + n) for n in (58, 59, 60, 61, 62)]


def test_both_ends_of_the_tolerance_are_exact_to_the_nanosecond() -> None:
    """A clock that shows S stands in [S, S + resolution): the upper end is outside, the latest moment inside."""
    facts = replace(FACTS, divider_resets=True, drift_ppm=0)
    instant = replace(SET, received_ns=0)
    just_before = replace(READING, sent_ns=59_999_999_999, received_ns=59_999_999_999)
    just_there = replace(READING, sent_ns=60_000_000_000, received_ns=60_000_000_000)

    assert not expect(instant, just_before, facts).admits(946_684_800)
    assert expect(instant, just_before, facts).admits(946_684_799)
    assert expect(instant, just_there, facts).admits(946_684_800)
    assert not expect(instant, just_there, facts).admits(946_684_799)


def test_the_middle_of_the_expectation_is_spelled_for_a_person() -> None:
    expectation = expect(SET, READING, FACTS)

    assert "2000-01-01 00:00:00" == expectation.text
    assert -100 == expectation.offset_seconds(946_684_700)


def test_a_clock_without_seconds_cannot_resolve_less_than_a_minute() -> None:
    assert 60_000_000_000 == replace(FACTS, form=replace(FACTS.form, has_seconds=False)).unit_ns


def test_a_day_counter_resolves_a_day_and_is_told_the_day() -> None:
    facts = replace(FACTS, form=ClockForm(counter=Counter(tick_seconds=86_400)))

    assert 86_400_000_000_000 == facts.unit_ns
    assert 946_598_400 == base_of(SET, facts)  # 1999-12-31 00:00:00


def test_a_date_the_form_cannot_express_is_taken_as_asked() -> None:
    """A window from 2000 would read the digits 99 as 2099; the device was asked for 1999 all the same."""
    facts = replace(FACTS, form=ClockForm(century=CenturyRule.window(2000)))

    assert 946_684_740 == base_of(SET, facts)


def test_fields_that_do_not_come_back_as_an_instant_leave_the_target_as_it_is() -> None:
    class OneWay(ClockForm):
        def express(self, seconds: int) -> CalendarFields:
            return CalendarFields()

    assert 946_684_740 == base_of(SET, replace(FACTS, form=OneWay(century=CenturyRule.digits())))


def test_drift_is_rounded_up_to_the_next_nanosecond() -> None:
    assert 1 == drift_over(1, FACTS)
    assert 200 == drift_over(1_000_000, FACTS)


def test_legal_drift_is_allowed_both_ways() -> None:
    """200 ppm of 10,000 s is 2 s, fast or slow."""
    instant = replace(SET, received_ns=0)
    late = replace(READING, sent_ns=10_000_000_000_000, received_ns=10_000_000_000_000)
    expectation = expect(instant, late, replace(FACTS, divider_resets=True))

    assert [False, True, True, False] == [expectation.admits(946_684_740 + n) for n in (9997, 9998, 10_002, 10_003)]
