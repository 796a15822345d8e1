"""A DS1307 behind an SC18IM700, from the maker's register map and from captures of the chip.

Written from the data sheet alone; it shares no constant with the driver beside it.
"""

from __future__ import annotations

from devices.simulation.almanac import two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on, fit
from devices.simulation.clockwork import CountingClock, DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.sc18im700 import Sc18im700
from devices.simulation.setup import SimulatorSetup

ADDRESS = 0x68

_TRAITS = ClockTraits(years=two_digits(1970), has_weekday=True, is_chip=True)
BUGS = bugs_possible_on(_TRAITS)

_SECONDS, _MINUTES, _HOURS, _WEEKDAY, _DATE, _MONTH, _YEAR, _CONTROL = range(8)
_SIZE = 0x40
_CLOCK_HALT = 0x80
_TWELVE_HOUR, _PM = 0x40, 0x20
_CONTROL_BITS = 0x93  # OUT, SQWE, RS1, RS0; the others read 0 (captures show no bit stored elsewhere)
# Early data sheet: 01/01/00, weekday 01, 00:00:00, oscillator stopped, control 03. A fresh chip on a Bus Pirate was
# read as 80 00 00 01 01 01 00 03.
_FACTORY = DefaultDate(year=0, month=1, day=1, weekday=1, is_halted=True)
_FACTORY_CONTROL = 0x03


class Ds1307:
    """The chip: 64 registers, the first seven of which are copied out at every start of an access."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        now_ns = setup.clock.now_ns()
        self.clock = CountingClock(
            now_ns,
            years=two_digits(setup.century_window()),
            leap="every-fourth",
            weekdays=(1, 7),
            default=_FACTORY,
            bugs=fit(setup.bugs, _TRAITS),
            has_battery=setup.has_battery,
            drift_ppm=setup.drift_ppm,
            phase_ns=setup.initial_phase_ns,
        )
        self.address = ADDRESS
        self._recorder = recorder
        self._is_twelve_hour = False
        self._control = _FACTORY_CONTROL
        self._ram = bytearray(_SIZE)
        self._latch = bytearray(7)
        self._pointer = 0
        self._expects_pointer = False
        self._was_set = False
        if setup.initial_seconds is not None:
            self.clock.turn_to(setup.initial_seconds)
            self.clock.run(now_ns)

    def start(self, now_ns: int, *, is_read: bool) -> bool:
        """Copy the time out (data sheet p.8: the user buffers follow the counters at every START)."""
        self._refresh(now_ns)
        self._expects_pointer = not is_read
        return True

    def write_byte(self, octet: int, now_ns: int) -> bool:
        """Take the register pointer, then contents."""
        if self._expects_pointer:
            self._pointer = octet % _SIZE
            self._expects_pointer = False
            return True
        self._store(self._pointer, octet, now_ns)
        self._advance(now_ns)
        return True

    def read_byte(self, now_ns: int) -> int:
        """Give the register under the pointer, out of the copy."""
        register = self._pointer
        if register < _CONTROL:
            octet = self._latch[register]
        else:
            octet = self._control if register == _CONTROL else self._ram[register]
        self._advance(now_ns)
        return octet

    def stop(self, now_ns: int) -> None:
        """End the access."""
        if self._was_set:
            self._was_set = False
            self._recorder.note_set(now_ns, self.seconds(now_ns))

    def switch(self, now_ns: int, *, on: bool) -> None:
        """VCC came or went; VBAT keeps the counters and the RAM."""
        if on:
            self.clock.power_on(now_ns)
            if self.clock.was_lost:
                self._control = _FACTORY_CONTROL
                self._is_twelve_hour = False
        else:
            self.clock.power_off(now_ns)

    def seconds(self, now_ns: int) -> int | None:
        """Return civil seconds, the two digits read into the window of the bench's option."""
        self.clock.update(now_ns)
        return self.clock.seconds()

    def _advance(self, now_ns: int) -> None:
        self._pointer += 1
        if self._pointer == _SIZE:  # the wrap renews the copy too
            self._pointer = 0
            self._refresh(now_ns)

    def _refresh(self, now_ns: int) -> None:
        clock = self.clock
        clock.update(now_ns)
        halted = _CLOCK_HALT if clock.divider.is_halted else 0
        self._latch[:] = bytes(
            (
                halted | _bcd(clock.second) & 0x7F,
                _bcd(clock.minute) & 0x7F,
                self._hours_register(clock.hour),
                clock.weekday & 0x07,
                _bcd(clock.day) & 0x3F,
                _bcd(clock.month) & 0x1F,
                _bcd(clock.year),
            )
        )

    def _hours_register(self, hour: int) -> int:
        if not self._is_twelve_hour:
            return _bcd(hour) & 0x3F
        return _TWELVE_HOUR | (_PM if hour >= 12 else 0) | _bcd((hour - 1) % 12 + 1)  # noqa: PLR2004 - noon

    def _store(self, register: int, octet: int, now_ns: int) -> None:
        if register == _CONTROL:
            self._control = octet & _CONTROL_BITS
        elif register > _CONTROL:
            self._ram[register] = octet
        else:
            self._was_set = True
            self._store_time(register, octet, now_ns)

    def _store_time(self, register: int, octet: int, now_ns: int) -> None:
        clock = self.clock
        if register == _SECONDS:
            # p.8: writing the seconds resets the divider chain, so a whole second passes before the next carry.
            clock.set(now_ns, second=_number(octet & 0x7F), reset_divider=True)
            if octet & _CLOCK_HALT:
                clock.halt(now_ns)
            else:
                clock.run(now_ns)
        elif register == _MINUTES:
            clock.set(now_ns, minute=_number(octet & 0x7F), reset_divider=False)
        elif register == _HOURS:
            self._is_twelve_hour = bool(octet & _TWELVE_HOUR)
            clock.set(now_ns, hour=_hour_of(octet), reset_divider=False)
        elif register == _WEEKDAY:
            clock.set(now_ns, weekday=octet & 0x07, reset_divider=False)
        elif register == _DATE:
            clock.set(now_ns, day=_number(octet & 0x3F), reset_divider=False)
        elif register == _MONTH:
            clock.set(now_ns, month=_number(octet & 0x1F), reset_divider=False)
        else:
            clock.set(now_ns, year=_number(octet), reset_divider=False)


def _hour_of(octet: int) -> int:
    if octet & _TWELVE_HOUR:
        return _number(octet & 0x1F) % 12 + (12 if octet & _PM else 0)
    return _number(octet & 0x3F)


def _bcd(number: int) -> int:
    return number // 10 << 4 | number % 10


def _number(bcd: int) -> int:
    """Return what two nibbles count; a nibble above 9 is "undefined operation" (p.8) and merely carries here."""
    return (bcd >> 4) * 10 + (bcd & 0x0F)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a DS1307 behind its bridge."""
    recorder = setup.make_recorder()
    return Sc18im700(setup, Ds1307(setup, recorder), recorder)
