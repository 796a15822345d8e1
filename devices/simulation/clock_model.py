"""The part of a device model that is the same wherever one counting clock stands behind a byte layer.

What the clock's registers look like, and what the device refuses, is said in each ``sim.py``.
"""

from __future__ import annotations

from devices.simulation.almanac import LeapLaw, YearRegister, date_exists, time_exists
from devices.simulation.bugs import ClockTraits, fit
from devices.simulation.clockwork import Clockwork, CountingClock, DefaultDate
from devices.simulation.setup import SimulatorSetup

_NIBBLE = 0x0F
_LAST_DIGIT = 9


class ClockModel:
    """Supply and civil seconds of a device whose time is one clock."""

    clock: Clockwork

    def switch(self, now_ns: int, *, on: bool) -> None:
        """Supply came or went."""
        if on:
            self.clock.power_on(now_ns)
        else:
            self.clock.power_off(now_ns)

    def seconds(self, now_ns: int) -> int | None:
        """Return civil seconds as the device means them."""
        self.clock.update(now_ns)
        return self.clock.seconds()


def make_calendar(
    setup: SimulatorSetup,
    traits: ClockTraits,
    *,
    years: YearRegister,
    leap: LeapLaw,
    default: DefaultDate,
    weekdays: tuple[int, int] | None = None,
    sunday: int | None = None,
) -> CountingClock:
    """Return the calendar clock of one device, turned to where the setup says it is found."""
    now_ns = setup.clock.now_ns()
    clock = CountingClock(
        now_ns,
        years=years,
        leap=leap,
        default=default,
        weekdays=weekdays,
        sunday=sunday,
        bugs=fit(setup.bugs, traits),
        has_battery=setup.has_battery and traits.survives_power_off,
        drift_ppm=setup.drift_ppm,
        phase_ns=setup.initial_phase_ns,
    )
    if setup.initial_seconds is not None:
        clock.turn_to(setup.initial_seconds)
        clock.run(now_ns)
    return clock


def to_bcd(number: int) -> int:
    """Return decimal digits as nibbles: 1999 is 1999h."""
    return int(str(number), 16)


def from_bcd(packed: int) -> int | None:
    """Return the number whose digits are the nibbles, or None when a nibble is no digit."""
    number, scale = 0, 1
    while packed:
        digit = packed & _NIBBLE
        if digit > _LAST_DIGIT:
            return None
        number += digit * scale
        packed >>= 4
        scale *= 10
    return number


def pair(high: int, low: int) -> int:
    """Return one word of two bytes."""
    return high << 8 | low


def moment_exists(year: int, month: int, day: int, hour: int, minute: int, second: int) -> bool:
    """Tell whether a calendar has this moment."""
    return date_exists(year, month, day) and time_exists(hour, minute, second)
