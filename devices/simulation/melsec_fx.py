"""The memory of a Mitsubishi FX controller as its programming port and its Ethernet adapter both see it.

Data registers D0-D511 and the special registers D8000-D8255, among them the clock: D8013 second, D8014 minute, D8015
hour, D8016 day, D8017 month, D8018 year, D8019 weekday, plain binary (a compatible maker's register list, and the
source of an FX3U-ENET-ADP clone). Believed: Sunday 0; that the year has two digits until a whole one is written, as
writing 2000 to D8018 does in the first scan; that M8015 stops the clock for a set and its falling edge takes it; that
M8019 rises when the date does not exist; that the registers can also be written while it runs.
"""

from __future__ import annotations

from devices.simulation.almanac import YearRegister, date_exists, time_exists, two_digits
from devices.simulation.bugs import ClockTraits
from devices.simulation.clock_model import ClockModel, make_calendar
from devices.simulation.clockwork import DefaultDate
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup

WHOLE_YEARS = YearRegister(modulus=10_000, offset=0, first_year=0)
TRAITS = ClockTraits(years=WHOLE_YEARS, has_weekday=True)

D_FIRST_SPECIAL, D_SPECIALS = 8000, 256
D_ORDINARY = 512
M_CLOCK_SET, M_CLOCK_ERROR = 8015, 8019

_PARTS = ("second", "minute", "hour", "day", "month", "year", "weekday")
_CLOCK = 8013
_LAST_WEEKDAY = 6
_CENTURY = 100
_AFTER_LOSS = DefaultDate(year=2000, month=1, day=1, weekday=6)


class NoSuchDeviceError(LookupError):
    """The controller has no register or bit of that number."""


class FxMemory(ClockModel):
    """Registers and bits by their number, the clock among them."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._calendar = make_calendar(
            setup,
            TRAITS,
            years=WHOLE_YEARS,
            leap="gregorian",
            default=_AFTER_LOSS,
            weekdays=(0, _LAST_WEEKDAY),
        )
        self.clock = self._calendar
        self._recorder = recorder
        self._two_digits = two_digits(setup.century_window(1980))
        self._ordinary = [0] * D_ORDINARY
        self._special = [0] * D_SPECIALS
        self._aside: dict[str, int] = {}
        self._bits: set[int] = set()
        if setup.choice("year-digits", ("four", "two")) == "two":
            self._count_in(self._two_digits)

    def read_words(self, first: int, count: int, now_ns: int) -> list[int]:
        """Return registers D.

        Raises:
            NoSuchDeviceError: one of them does not exist.
        """
        memory, place = self._area(first, count)
        if memory is self._special:
            self._show(now_ns)
        return memory[place : place + count]

    def write_words(self, first: int, words: list[int], now_ns: int) -> None:
        """Write registers D; those of the clock are taken together.

        Raises:
            NoSuchDeviceError: one of them does not exist.
        """
        memory, place = self._area(first, len(words))
        memory[place : place + len(words)] = words
        if memory is self._ordinary:
            return
        clock_words = {
            _PARTS[number - _CLOCK]: word
            for number, word in enumerate(words, first)
            if 0 <= number - _CLOCK < len(_PARTS)
        }
        if not clock_words:
            return
        self._aside |= clock_words
        if M_CLOCK_SET not in self._bits:
            self._set_clock(now_ns)

    def read_bit(self, number: int) -> bool:
        """Return a bit M."""
        return number in self._bits

    def write_bit(self, number: int, now_ns: int, *, on: bool) -> None:
        """Set or clear a bit M; M8015 stops the clock, and its falling edge takes what was written meanwhile."""
        was_on = number in self._bits
        self._bits = self._bits | {number} if on else self._bits - {number}
        if number != M_CLOCK_SET or was_on is on:
            return
        if on:
            self._calendar.halt(now_ns)
        else:
            self._calendar.run(now_ns)
            self._set_clock(now_ns)

    def _area(self, first: int, count: int) -> tuple[list[int], int]:
        if first >= 0 and first + count <= D_ORDINARY:
            return self._ordinary, first
        place = first - D_FIRST_SPECIAL
        if place < 0 or place + count > D_SPECIALS:
            raise NoSuchDeviceError(f"D{first} to D{first + count - 1}")
        return self._special, place

    def _show(self, now_ns: int) -> None:
        clock = self._calendar
        clock.update(now_ns)
        place = _CLOCK - D_FIRST_SPECIAL
        self._special[place : place + len(_PARTS)] = [getattr(clock, part) for part in _PARTS]

    def _set_clock(self, now_ns: int) -> None:
        wanted, self._aside = self._aside, {}
        if not wanted:
            return
        clock = self._calendar
        clock.update(now_ns)
        year = wanted.get("year", clock.year)
        years = WHOLE_YEARS if year >= _CENTURY else self._two_digits
        moment = {part: wanted.get(part, getattr(clock, part)) for part in _PARTS}
        if not (
            date_exists(years.year_of(year), moment["month"], moment["day"])
            and time_exists(moment["hour"], moment["minute"], moment["second"])
            and moment["weekday"] <= _LAST_WEEKDAY
        ):
            self._bits |= {M_CLOCK_ERROR}
            return
        self._bits -= {M_CLOCK_ERROR}
        clock.set(now_ns, reset_divider=True, **wanted)
        self._count_in(years)
        self._recorder.note_set(now_ns, clock.seconds())

    def _count_in(self, years: YearRegister) -> None:
        """Count years whole, or in two digits; a year that is shown is shown in the new form."""
        clock = self._calendar
        if years.modulus < clock.years.modulus:
            clock.year %= years.modulus
        clock.years = years
        clock.leap = "gregorian" if years.modulus > _CENTURY else "every-fourth"
