"""An instrument whose clock is two SCPI commands, date and time, with the year spelled in full.

After Agilent 34980A (`SYST:DATE 2004,11,21`), Fluke 1560 (`SYST:TIME`) and Keithley 6517A (a date that does not exist
is an error, and the old one is kept).
"""

from __future__ import annotations

from collections.abc import Mapping

from devices.simulation.almanac import YearRegister, date_exists, time_exists
from devices.simulation.bugs import ClockTraits, bugs_possible_on, fit, spells_19100
from devices.simulation.clockwork import CountingClock, DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.scpi_server import OUT_OF_RANGE, Handler, ScpiError, ScpiServer, whole_numbers
from devices.simulation.setup import SimulatorSetup

_YEARS = YearRegister(modulus=10_000, offset=0, first_year=0)
_TRAITS = ClockTraits(years=_YEARS, says_year_as_text=True, leap="gregorian")
BUGS = bugs_possible_on(_TRAITS)

_FIRST_YEAR, _LAST_YEAR = 1980, 2079  # as Hioki 3166; Keithley 6517A takes 1994 to 2093
# Not published for any of the three; the simulator takes the date most like a success.
_AFTER_LOSS = DefaultDate(year=2000, month=1, day=1)


class ScpiClock:
    """The instrument: a clock and what it says of itself."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self.clock = CountingClock(
            setup.clock.now_ns(),
            years=_YEARS,
            leap="gregorian",
            default=_AFTER_LOSS,
            bugs=fit(setup.bugs, _TRAITS),
            has_battery=setup.has_battery,
            drift_ppm=setup.drift_ppm,
            phase_ns=setup.initial_phase_ns,
        )
        self.idn = f"ROLLOVER BENCH,SIMULATED CLOCK,{setup.serial_number or '0'},1.0"
        self._recorder = recorder
        self._accepts = range(setup.number("first-year", _FIRST_YEAR), setup.number("last-year", _LAST_YEAR) + 1)
        self._date_header = str(setup.options.get("date-command", "SYSTem:DATE"))
        self._time_header = str(setup.options.get("time-command", "SYSTem:TIME"))
        self._spells_19100 = spells_19100(setup.bugs)
        if setup.initial_seconds is not None:
            self.clock.turn_to(setup.initial_seconds)

    def commands(self) -> Mapping[str, Handler]:
        """Return the clock's four commands."""
        return {
            self._date_header: self._set_date,
            self._date_header + "?": self._date,
            self._time_header: self._set_time,
            self._time_header + "?": self._time,
        }

    def switch(self, now_ns: int, *, on: bool) -> None:
        """Supply came or went."""
        if on:
            self.clock.power_on(now_ns)
        else:
            self.clock.power_off(now_ns)

    def seconds(self, now_ns: int) -> int | None:
        """Return civil seconds."""
        self.clock.update(now_ns)
        return self.clock.seconds()

    def _set_date(self, given: list[str], now_ns: int) -> None:
        year, month, day = whole_numbers(given, 3)
        if year not in self._accepts or not date_exists(year, month, day):
            raise ScpiError(OUT_OF_RANGE)
        self.clock.set(now_ns, reset_divider=False, year=year, month=month, day=day)
        self._recorder.note_set(now_ns, self.clock.seconds())

    def _set_time(self, given: list[str], now_ns: int) -> None:
        hour, minute, second = whole_numbers(given, 3)
        if not time_exists(hour, minute, second):
            raise ScpiError(OUT_OF_RANGE)
        self.clock.set(now_ns, reset_divider=True, hour=hour, minute=minute, second=second)
        self._recorder.note_set(now_ns, self.clock.seconds())

    def _date(self, given: list[str], now_ns: int) -> str:
        whole_numbers(given, 0)
        self.clock.update(now_ns)
        year = f"19{self.clock.year - 1900:02d}" if self._spells_19100 else f"{self.clock.year:04d}"
        return f"{year},{self.clock.month:02d},{self.clock.day:02d}"

    def _time(self, given: list[str], now_ns: int) -> str:
        whole_numbers(given, 0)
        self.clock.update(now_ns)
        return f"{self.clock.hour:02d},{self.clock.minute:02d},{self.clock.second:02d}"


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return an instrument on a line of text."""
    recorder = setup.make_recorder()
    return ScpiServer(setup, ScpiClock(setup, recorder), recorder)
