"""Edges that a representation implies: each date here is taken from the register's width, by hand, not from the module."""

from __future__ import annotations

import pytest

from harness.calendar.century import CenturyRule
from harness.calendar.counters import Counter
from harness.calendar.derived import DERIVED_TAG, Refusal, can_express, derived_edges, refusal_at
from harness.calendar.form import ClockForm, LeapRule
from harness.calendar.gregorian import iso, parse_iso

BYTE_SINCE_1900 = ClockForm(century=CenturyRule.fixed(1900, 256))
WINDOW_1970 = ClockForm(century=CenturyRule.window(1970), leap=LeapRule.EVERY_FOURTH)
UNIX_32 = ClockForm(counter=Counter())
UNIX_32_SIGNED = ClockForm(counter=Counter(signed=True))


def derived(form: ClockForm, first: str, last: str) -> dict[str, tuple[str, Refusal, bool]]:
    """Return each derived edge by its name: instant, refusal, and whether its readers are to blame."""
    return {
        each.edge.id.rsplit("-", 3)[0]: (iso(each.edge.seconds), each.refusal, each.is_of_reader)
        for each in derived_edges(form, parse_iso(first), parse_iso(last))
    }


def test_a_year_byte_since_1900_reaches_100_turns_negative_for_some_readers_and_ends() -> None:
    """The Davis console: 2000 is 100, 2028 is 128 (80h), 2156 does not fit."""
    assert derived(BYTE_SINCE_1900, "1900-01-01", "2155-12-31 23:59:59") == {
        "range-begins": ("1900-01-01 00:00:00", Refusal.NONE, False),
        "year-count-reaches-100": ("2000-01-01 00:00:00", Refusal.NONE, True),
        "signed-year-byte": ("2028-01-01 00:00:00", Refusal.NONE, True),
        "year-register-ends": ("2156-01-01 00:00:00", Refusal.NOT_EXPRESSIBLE, False),
    }


def test_two_digits_turn_over_inside_their_window_and_fall_back_at_its_end() -> None:
    assert derived(WINDOW_1970, "1970-01-01", "2069-12-31 23:59:59") == {
        "range-begins": ("1970-01-01 00:00:00", Refusal.NONE, False),
        "two-digits-99-to-00": ("2000-01-01 00:00:00", Refusal.NONE, False),
        "two-digit-window-ends": ("2070-01-01 00:00:00", Refusal.NOT_EXPRESSIBLE, False),
    }


def test_an_unsigned_counter_gains_its_top_bit_in_2038_and_is_full_in_2106() -> None:
    assert derived(UNIX_32, "2000-01-01", "2099-12-31 23:59:59") == {
        "range-begins": ("2000-01-01 00:00:00", Refusal.NONE, False),
        "counter-read-as-signed": ("2038-01-19 03:14:08", Refusal.NONE, True),
        "range-ends": ("2100-01-01 00:00:00", Refusal.DOCUMENTED, False),
        "counter-ends": ("2106-02-07 06:28:16", Refusal.NOT_EXPRESSIBLE, False),
    }


def test_a_signed_counter_is_full_in_2038() -> None:
    assert derived(UNIX_32_SIGNED, "1970-01-01", "2038-01-19 03:14:07") == {
        "range-begins": ("1970-01-01 00:00:00", Refusal.NONE, False),
        "counter-ends": ("2038-01-19 03:14:08", Refusal.NOT_EXPRESSIBLE, False),
    }


def test_a_leap_rule_of_every_fourth_year_goes_wrong_in_2100_where_the_range_reaches_it() -> None:
    form = ClockForm(century=CenturyRule.byte(), leap=LeapRule.EVERY_FOURTH)
    assert derived(form, "2000-01-01", "2199-12-31 23:59:59")["leap-rule-adds-a-day"] == (
        "2100-03-01 00:00:00",
        Refusal.NONE,
        False,
    )
    assert "leap-rule-adds-a-day" not in derived(form, "2000-01-01", "2099-12-31 23:59:59")
    gregorian = ClockForm(century=CenturyRule.byte())
    assert "leap-rule-adds-a-day" not in derived(gregorian, "2000-01-01", "2199-12-31 23:59:59")


def test_a_century_bit_changes_once_and_has_no_third_state() -> None:
    names = derived(ClockForm(century=CenturyRule.bit(1900)), "1900-01-01", "2099-12-31 23:59:59")
    assert names["century-bit-changes"] == ("2000-01-01 00:00:00", Refusal.NONE, False)
    assert names["century-bit-ends"] == ("2100-01-01 00:00:00", Refusal.NOT_EXPRESSIBLE, False)


def test_four_digits_imply_nothing_but_the_ends_of_the_range() -> None:
    assert derived(ClockForm(century=CenturyRule.digits()), "1980-01-01", "2079-12-31 23:59:59") == {
        "range-begins": ("1980-01-01 00:00:00", Refusal.NONE, False),
        "range-ends": ("2080-01-01 00:00:00", Refusal.DOCUMENTED, False),
    }


@pytest.mark.parametrize(
    ("instant", "refusal"),
    [
        ("1999-12-31 23:59:59", Refusal.NOT_EXPRESSIBLE),
        ("2000-01-01 00:00:00", Refusal.NONE),
        ("2089-12-31 23:59:59", Refusal.NONE),
        ("2090-01-01 00:00:00", Refusal.DOCUMENTED),
        ("2100-01-01 00:00:00", Refusal.NOT_EXPRESSIBLE),
    ],
)
def test_what_a_set_is_expected_to_meet_follows_from_range_and_fields(instant: str, refusal: Refusal) -> None:
    form = ClockForm(century=CenturyRule.window(2000))
    first, last = parse_iso("2000-01-01"), parse_iso("2089-12-31 23:59:59")
    assert refusal_at(parse_iso(instant), form, first, last) == refusal


def test_a_clock_of_minutes_can_say_every_second_of_a_minute_it_can_say() -> None:
    form = ClockForm(century=CenturyRule.window(2000), has_seconds=False)
    assert can_express(form, parse_iso("2050-06-30 12:34:56"))


def test_every_derived_edge_says_why_in_both_languages_and_bears_the_tag() -> None:
    for each in derived_edges(BYTE_SINCE_1900, parse_iso("1900-01-01"), parse_iso("2155-12-31 23:59:59")):
        titles = dict(each.edge.titles)
        assert titles["en"] != titles["fr"]
        assert each.edge.tags == (DERIVED_TAG,)
        assert each.edge.id.endswith(iso(each.edge.seconds)[:10])
