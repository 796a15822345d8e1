"""A law: what a form can express, it resolves to the same instant; what it cannot, it refuses."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harness.calendar.century import CenturyRule
from harness.calendar.counters import Counter
from harness.calendar.fields import CalendarFields
from harness.calendar.form import MONDAY_1, SUNDAY_0, SUNDAY_1, ClockForm, Impossible

YEAR_0, YEAR_10000 = -62_167_219_200, 253_402_300_800  # civil seconds of 0000-01-01 and 10000-01-01
MINUTE = 60

century_rules = st.one_of(
    st.builds(CenturyRule.digits),
    st.builds(CenturyRule.fixed, st.integers(1900, 2010), st.sampled_from([64, 128, 256])),
    st.builds(CenturyRule.window, st.integers(1900, 2100)),
    st.builds(CenturyRule.bit, st.sampled_from([1900, 2000]), bit_when_low=st.integers(0, 1)),
    st.builds(CenturyRule.byte),
)
calendar_forms = st.builds(
    ClockForm,
    century=century_rules,
    weekday=st.sampled_from([None, SUNDAY_0, SUNDAY_1, MONDAY_1]),
    has_seconds=st.booleans(),
    day_of_year=st.booleans(),
)
counter_forms = st.builds(
    ClockForm,
    counter=st.builds(
        Counter,
        epoch=st.sampled_from(["1900-01-01", "1970-01-01", "1990-01-01"]),
        bits=st.integers(8, 64),
        signed=st.booleans(),
        tick_seconds=st.sampled_from([1, 60, 86_400]),
    ),
)
small = st.none() | st.integers(-1, 400)
any_fields = st.builds(
    CalendarFields,
    year=st.none() | st.integers(-1, 20_000),
    century=small,
    century_bit=st.none() | st.integers(0, 1),
    month=small,
    day=small,
    hour=small,
    minute=small,
    second=small,
    weekday=small,
    day_of_year=small,
)


@given(form=calendar_forms, seconds=st.integers(YEAR_0, YEAR_10000 - 1))
def test_a_calendar_form_resolves_what_it_expresses(form: ClockForm, seconds: int) -> None:
    try:
        fields = form.express(seconds)
    except ValueError:
        return
    assert (seconds if form.has_seconds else seconds - seconds % MINUTE) == form.resolve(fields)


@given(form=calendar_forms, fields=any_fields)
def test_fields_either_name_an_instant_that_reads_back_or_say_why_not(form: ClockForm, fields: CalendarFields) -> None:
    """Nothing a device can hold makes the step raise, and none is bent into a neighbouring date."""
    found = form.resolve(fields)
    if isinstance(found, Impossible):
        assert found.reason
        return
    used = {"year", "century", "century_bit", "hour", "minute", "second", "month", "day", "day_of_year"}
    expressed = form.express(found).as_dict() if found < YEAR_10000 and (fields.century or 0) < 100 else {}
    assert all(getattr(fields, name) == number for name, number in expressed.items() if name in used)


@given(form=counter_forms, data=st.data())
def test_a_counting_form_resolves_to_the_start_of_its_tick(form: ClockForm, data: st.DataObject) -> None:
    counter = form.counter
    assert counter is not None
    count = data.draw(st.integers(counter.lowest, counter.highest))
    seconds = form.resolve(CalendarFields(count=count))
    assert isinstance(seconds, int)
    within = data.draw(st.integers(0, counter.tick_seconds - 1))
    assert CalendarFields(count=count) == form.express(seconds + within)
