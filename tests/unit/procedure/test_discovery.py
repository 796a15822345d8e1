"""Range discovery on clocks whose hidden cut-over the search cannot know: to the second, in at most forty sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from harness.calendar.century import CenturyRule
from harness.calendar.counters import Counter
from harness.calendar.form import ClockForm
from harness.calendar.gregorian import iso, parse_iso
from harness.procedure.discovery import FIRST, LAST, MOST_SETS, CutOver, Discovery, expressible, find_cut_overs

TODAY = parse_iso("2026-11-23 21:44:06")
WEEKS_1024 = 1024 * 7 * 86_400
HIDDEN = 200
FakeClock = Callable[[int], int | None]


def search(clock: FakeClock, good: int = TODAY) -> Discovery:
    """Put the search to a fake clock: a function from what it is told to what it then shows."""
    probe = find_cut_overs(good)
    instant = next(probe)
    while True:
        try:
            instant = probe.send(clock(instant))
        except StopIteration as stop:
            found = stop.value
            assert isinstance(found, Discovery)
            return found


def ends_at(cut: int, shown: FakeClock) -> FakeClock:
    """Return a clock that is right before ``cut``."""
    return lambda told: told if told < cut else shown(told)


def begins_at(cut: int, shown: FakeClock) -> FakeClock:
    """Return a clock that is right from ``cut`` on."""
    return lambda told: told if told >= cut else shown(told)


def wraps(begins: int, span: int) -> FakeClock:
    """Return a clock whose register holds ``span`` seconds from ``begins``."""
    return lambda told: begins + (told - begins) % span


def refuses(told: int) -> int | None:
    del told
    return None


def falls_to_1980(told: int) -> int | None:
    del told
    return parse_iso("1980-01-06")


def cases() -> list[tuple[str, FakeClock, int | None, int | None]]:
    """Return 200 hidden cut-overs: name, clock, first bad second past the end, first good second at the beginning."""
    draw = Random(20_000_101)  # noqa: S311 - a reproducible stream, not a secret
    found: list[tuple[str, FakeClock, int | None, int | None]] = []
    for number in range(HIDDEN):
        cut = draw.randint(FIRST + 1, LAST)
        how = number % 5
        if how == 0:
            found.append((f"ends {iso(cut)} refused", ends_at(cut, refuses), cut, None))
        elif how == 1:
            cut = max(cut, parse_iso("1981-01-01"))  # the date it falls to must lie before the cut-over
            found.append((f"ends {iso(cut)} to 1980", ends_at(cut, falls_to_1980), cut, None))
        elif how == 2:
            found.append((f"begins {iso(cut)} refused", begins_at(cut, refuses), None, cut))
        elif how == 3:
            found.append((f"{iso(cut)} for 1024 weeks", wraps(cut, WEEKS_1024), _within(cut + WEEKS_1024), cut))
        else:
            span = draw.choice((1 << 31, 1 << 32))
            found.append((f"{iso(cut)} for {span} s", wraps(cut, span), _within(cut + span), cut))
    return found


def _within(cut: int) -> int | None:
    return cut if cut <= LAST else None


@pytest.mark.parametrize(
    ("name", "clock", "end", "begin"), cases(), ids=lambda each: each if isinstance(each, str) else ""
)
def test_a_hidden_cut_over_is_found_to_the_second(
    name: str, clock: FakeClock, end: int | None, begin: int | None
) -> None:
    found = search(clock)
    assert found.is_found, name
    assert found.sets <= MOST_SETS
    assert (None if found.ends is None else found.ends.bad) == end
    assert (None if found.begins is None else found.begins.good) == begin
    assert all(cut is None or cut.is_exact for cut in (found.begins, found.ends))


def test_a_clock_without_a_cut_over_costs_three_sets() -> None:
    assert search(lambda told: told) == Discovery(begins=None, ends=None, sets=3)


def test_a_clock_that_takes_nothing_is_said_to_be_not_found() -> None:
    found = search(refuses)
    assert not found.is_found
    assert found.sets <= MOST_SETS


def test_a_window_of_two_digits_is_found_at_both_ends_from_its_hundred_years() -> None:
    """A pivot of 1980: 2080 reads as 1980, 1979 as 2079."""
    found = search(_window_of_1980)
    assert found.ends == CutOver(parse_iso("2079-12-31 23:59:59"), parse_iso("2080-01-01"), parse_iso("1980-01-01"))
    assert found.begins is not None
    assert (iso(found.begins.good), iso(found.begins.bad)) == ("1980-01-01 00:00:00", "1979-12-31 23:59:59")
    assert found.sets <= MOST_SETS


def _window_of_1980(told: int) -> int:
    """Read two digits into 1980 to 2079, as a device does: the year alone is changed."""
    form = ClockForm(century=CenturyRule.window(1980))
    fields = ClockForm(century=CenturyRule.digits()).express(told)
    assert fields.year is not None
    shown = form.resolve(replace(fields, year=fields.year % 100))
    return shown if isinstance(shown, int) else parse_iso("1980-01-01")


def test_a_receiver_of_2006_is_found_to_have_ended_on_17_august_2006() -> None:
    """Its own date is wrong today, so the search must first find one that is right."""
    cut = parse_iso("2006-08-17")
    found = search(wraps(cut - WEEKS_1024, WEEKS_1024))
    assert found.ends is not None
    assert iso(found.ends.bad) == "2006-08-17 00:00:00"
    assert found.ends.shown == parse_iso("1987-01-01")
    assert found.sets <= MOST_SETS


def test_the_sets_are_never_overspent_and_what_is_not_exact_says_so() -> None:
    """Two refusals at odd seconds need about seventy sets; the second end is then known to an interval only."""
    low, high = parse_iso("1991-03-07 05:11:23"), parse_iso("2061-10-21 17:43:09")
    found = search(lambda told: told if low <= told < high else None)
    assert found.sets == MOST_SETS
    assert found.ends is not None
    assert found.ends.bad == high
    assert found.begins is not None
    assert not found.begins.is_exact
    assert found.begins.bad < low <= found.begins.good


def test_a_search_keeps_to_what_the_fields_can_say() -> None:
    """Two digits cannot even be told 2070 when they mean 1970 to 2069; nothing is asked of the device for that."""
    form = ClockForm(century=CenturyRule.window(1970))
    assert tuple(map(iso, expressible(form, TODAY))) == ("1970-01-01 00:00:00", "2069-12-31 23:59:59")
    assert iso(expressible(ClockForm(counter=Counter()), TODAY)[1]) == "2106-02-07 06:28:15"
