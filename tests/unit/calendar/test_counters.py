"""Counting clocks at the ends of their registers; every width is in ``tests/oracles``."""

from __future__ import annotations

import pytest

from harness.calendar.counters import Counter

UNIX = Counter(signed=True)


def test_the_last_count_of_signed_unix_time_is_2038_01_19_03_14_07() -> None:
    assert UNIX.count_at(2_147_483_647) == 2_147_483_647
    assert UNIX.rollover_seconds == 2_147_483_648
    assert UNIX.after_rollover_seconds == -2_147_483_648
    assert UNIX.wrap(2_147_483_648) == -2_147_483_648


@pytest.mark.parametrize("seconds", [2_147_483_648, -2_147_483_649])
def test_a_moment_the_register_cannot_hold_is_refused(seconds: int) -> None:
    with pytest.raises(ValueError, match="does not fit 32 bits"):
        UNIX.count_at(seconds)


def test_a_week_counter_starts_each_count_on_its_sunday() -> None:
    weeks = Counter(epoch="1980-01-06", bits=10, tick_seconds=604_800)
    assert weeks.seconds_at(0) == 315_964_800
    assert weeks.seconds_at(1) == 316_569_600
    assert weeks.count_at(316_569_599) == 0
    assert weeks.count_at(316_569_600) == 1
    assert weeks.wrap(1024) == 0
