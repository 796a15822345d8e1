"""Counting clocks of every width from 8 to 64 bits, against registers counted tick by tick and against datetime."""

from __future__ import annotations

import datetime as dt

import pytest

from harness.calendar.counters import Counter
from harness.calendar.gregorian import civil_seconds, civil_time

WIDTHS = range(8, 65)
EPOCHS = ("1900-01-01", "1970-01-01", "1980-01-06", "1990-01-01", "2000-01-01")
END_OF_DATETIME = dt.datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001 - civil time has no zone


@pytest.mark.parametrize("signed", [False, True], ids=["unsigned", "signed"])
@pytest.mark.parametrize("bits", range(8, 17))
def test_a_small_register_counted_tick_by_tick_twice_round(bits: int, signed: bool) -> None:
    """The register is a list of bits with a carry, read in two's complement; nothing here knows a modulus."""
    counter = Counter(bits=bits, signed=signed)
    register = [0] * bits
    for ticks in range(2 << bits):
        pattern = sum(bit << place for place, bit in enumerate(register[:-1]))
        top = register[-1] << (bits - 1)
        assert (pattern - top if signed else pattern + top) == counter.wrap(ticks)
        for place in range(bits):
            register[place] ^= 1
            if register[place]:
                break


@pytest.mark.parametrize("signed", [False, True], ids=["unsigned", "signed"])
@pytest.mark.parametrize("bits", WIDTHS)
def test_the_ends_of_every_width(bits: int, signed: bool) -> None:
    counter = Counter(bits=bits, signed=signed)
    states = 2**bits
    assert states == counter.highest - counter.lowest + 1
    assert (-(states // 2) if signed else 0) == counter.lowest
    assert counter.highest + 1 == counter.rollover_seconds
    assert counter.lowest == counter.after_rollover_seconds
    assert counter.lowest == counter.wrap(counter.highest + 1)
    assert counter.highest == counter.wrap(counter.lowest - 1)
    assert counter.highest == counter.count_at(counter.rollover_seconds - 1)
    for outside in (counter.rollover_seconds, counter.after_rollover_seconds - 1):
        with pytest.raises(ValueError, match=f"does not fit {bits} bits"):
            counter.count_at(outside)


@pytest.mark.parametrize("epoch", EPOCHS)
@pytest.mark.parametrize("tick_seconds", [1, 60, 86_400, 604_800])
def test_rollover_dates_against_datetime(epoch: str, tick_seconds: int) -> None:
    """As far as datetime reaches; the widths beyond it are whole-number arithmetic above."""
    start = dt.datetime.fromisoformat(epoch)
    compared = 0
    for bits in WIDTHS:
        for signed in (False, True):
            counter = Counter(epoch=epoch, bits=bits, signed=signed, tick_seconds=tick_seconds)
            ticks = 2 ** (bits - 1) if signed else 2**bits
            if ticks * tick_seconds > (END_OF_DATETIME - start).total_seconds():
                continue
            expected = start + dt.timedelta(seconds=ticks * tick_seconds)
            assert expected.strftime("%Y-%m-%d %H:%M:%S") == civil_time(counter.rollover_seconds).iso()
            assert counter.highest == counter.count_at(counter.rollover_seconds - 1)
            compared += 1
    assert compared > 10


@pytest.mark.parametrize(
    ("counter", "rollover", "afterwards"),
    [
        (Counter(signed=True), "2038-01-19 03:14:08", "1901-12-13 20:45:52"),
        (Counter(), "2106-02-07 06:28:16", "1970-01-01 00:00:00"),
        (Counter(epoch="1900-01-01"), "2036-02-07 06:28:16", "1900-01-01 00:00:00"),
        (Counter(epoch="1990-01-01", signed=True), "2058-01-19 03:14:08", "1921-12-13 20:45:52"),
        (Counter(epoch="1980-01-06", bits=10, tick_seconds=604_800), "1999-08-22 00:00:00", "1980-01-06 00:00:00"),
        (Counter(epoch="1858-11-17", bits=16, tick_seconds=86_400), "2038-04-23 00:00:00", "1858-11-17 00:00:00"),
    ],
)
def test_rollovers_on_record(counter: Counter, rollover: str, afterwards: str) -> None:
    assert rollover == civil_time(counter.rollover_seconds).iso()
    assert afterwards == civil_time(counter.after_rollover_seconds).iso()


def test_a_count_stands_until_its_tick_is_over() -> None:
    weeks = Counter(epoch="1980-01-06", bits=10, tick_seconds=604_800)
    sunday = civil_seconds(civil_time(weeks.seconds_at(1)))
    assert [0, 1, 1] == [weeks.count_at(seconds) for seconds in (sunday - 1, sunday, sunday + 604_799)]
