"""One century rule in one place; both sides of every window edge are in ``tests/oracles``."""

from __future__ import annotations

import pytest

from harness.calendar.century import CenturyRule
from harness.calendar.fields import CalendarFields


@pytest.mark.parametrize(
    ("rule", "fields", "year"),
    [
        (CenturyRule.digits(), CalendarFields(year=1999), 1999),
        (CenturyRule.digits(), CalendarFields(year=19100), 19100),  # the classic bug stays visible
        (CenturyRule.fixed(1900), CalendarFields(year=100), 2000),
        (CenturyRule.fixed(1900), CalendarFields(year=255), 2155),
        (CenturyRule.fixed(2000, 128), CalendarFields(year=127), 2127),
        (CenturyRule.window(1990), CalendarFields(year=90), 1990),
        (CenturyRule.window(1990), CalendarFields(year=89), 2089),
        (CenturyRule.bit(1900), CalendarFields(year=99, century_bit=0), 1999),
        (CenturyRule.bit(1900), CalendarFields(year=0, century_bit=1), 2000),
        (CenturyRule.bit(1900, bit_when_low=1), CalendarFields(year=99, century_bit=1), 1999),
        (CenturyRule.bit(1900, bit_when_low=1), CalendarFields(year=0, century_bit=0), 2000),
        (CenturyRule.byte(), CalendarFields(year=99, century=19), 1999),
        (CenturyRule.byte(), CalendarFields(year=0, century=19), 1900),
    ],
)
def test_year_digits_become_a_year(rule: CenturyRule, fields: CalendarFields, year: int) -> None:
    assert year == rule.full_year(fields)


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        (CenturyRule.digits(), CalendarFields()),
        (CenturyRule.digits(), CalendarFields(year=-1)),
        (CenturyRule.fixed(2000, 128), CalendarFields(year=128)),
        (CenturyRule.window(1970), CalendarFields(year=100)),
        (CenturyRule.bit(1900), CalendarFields(year=100, century_bit=0)),
        (CenturyRule.bit(1900), CalendarFields(year=99)),
        (CenturyRule.byte(), CalendarFields(year=99)),
    ],
)
def test_what_the_rule_cannot_read_is_no_year(rule: CenturyRule, fields: CalendarFields) -> None:
    assert rule.full_year(fields) is None


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        (CenturyRule.digits(1990, 2089), 1989, 2090),
        (CenturyRule.fixed(1900), 1899, 2156),
        (CenturyRule.window(1970), 1969, 2070),
        (CenturyRule.bit(1900), 1899, 2100),
        (CenturyRule.byte(), -1, 10_000),
    ],
)
def test_a_year_the_rule_cannot_express_is_refused(rule: CenturyRule, before: int, after: int) -> None:
    for year in (before, after):
        with pytest.raises(ValueError, match=f"year {year} is outside"):
            rule.split(year)


@pytest.mark.parametrize(
    ("rule", "year", "fields"),
    [
        (CenturyRule.digits(), 1999, CalendarFields(year=1999)),
        (CenturyRule.fixed(1900), 2000, CalendarFields(year=100)),
        (CenturyRule.window(1970), 2000, CalendarFields(year=0)),
        (CenturyRule.bit(1900), 2000, CalendarFields(year=0, century_bit=1)),
        (CenturyRule.bit(1900, bit_when_low=1), 1999, CalendarFields(year=99, century_bit=1)),
        (CenturyRule.byte(), 1999, CalendarFields(year=99, century=19)),
    ],
)
def test_a_year_becomes_the_digits_a_device_is_sent(rule: CenturyRule, year: int, fields: CalendarFields) -> None:
    assert fields == rule.split(year)


def test_only_a_window_is_a_convention_of_the_reader() -> None:
    rules = [
        CenturyRule.digits(),
        CenturyRule.fixed(1900),
        CenturyRule.window(1970),
        CenturyRule.bit(1900),
        CenturyRule.byte(),
    ]
    assert [False, False, True, False, False] == [rule.is_inferred for rule in rules]
    assert [
        "the device keeps the whole year",
        "the device keeps years since 1900, to 2155",
        "two digits, read as 1970-2069",
        "two digits and a century bit, 1900-2099",
        "two digits and a century byte",
    ] == [rule.explain() for rule in rules]
