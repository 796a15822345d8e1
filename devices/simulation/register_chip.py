"""Clock chips that are a row of registers: the digits of the time, the supply, and an I2C bus's pointer and copy.

Only what such chips have in common lives here. Which register holds what, which flags it keeps, what it refuses and
what it forgets stand in each chip's own ``sim.py``, written from its maker's map.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from devices.simulation.almanac import YearRegister
from devices.simulation.bugs import ClockTraits, fit
from devices.simulation.century_bits import CenturyBits
from devices.simulation.clockwork import CountingClock, DefaultDate
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup

Part = Literal["second", "minute", "hour", "weekday", "day", "month", "year"]

_NOON = 12
_CENTURY = 100


def to_bcd(number: int) -> int:
    """Return tens and units as two nibbles; ten tens are the nibble A, as an adder leaves them."""
    return number // 10 % 16 << 4 | number % 10


def from_bcd(octet: int) -> int:
    """Return what two nibbles count; a nibble above 9 is taken at its face, as an adder would."""
    return (octet >> 4) * 10 + (octet & 0x0F)


@dataclass(frozen=True, slots=True)
class TimeField:
    """A register that holds a part of the time.

    Attributes:
        part: what it counts.
        mask: the bits that hold its digits.
        side: further bits the register stores: a halt bit, a mode bit.
        is_binary: it counts in binary, as weekdays do.
    """

    part: Part
    mask: int
    side: int = 0
    is_binary: bool = False


@dataclass(frozen=True, slots=True)
class AlarmField:
    """A register that holds a part of an alarm.

    Attributes:
        part: what it is compared with.
        mask: the bits that hold its digits; the others enable or ignore it, or are something else's.
        is_binary: it is kept in binary, as weekdays are.
    """

    part: Part
    mask: int
    is_binary: bool = False


def make_clock(
    setup: SimulatorSetup,
    traits: ClockTraits,
    *,
    default: DefaultDate,
    weekdays: tuple[int, int],
    kind: type[CountingClock] = CountingClock,
    years: YearRegister | None = None,
    has_bugs: bool = True,
) -> CountingClock:
    """Return a chip's counters with the leap rule all these chips share: the year's digits, divided by four.

    ``years`` stands in for that of the traits where a bench's option moved it; without ``has_bugs`` the setup's bugs
    belong to another counter of the chip.
    """
    counted = years or traits.years
    if counted is None:
        raise ValueError("a calendar chip has a year register")
    return kind(
        setup.clock.now_ns(),
        years=counted,
        leap="every-fourth",
        weekdays=weekdays,
        default=default,
        bugs=fit(setup.bugs, traits) if has_bugs else (),
        has_battery=setup.has_battery,
        drift_ppm=setup.drift_ppm,
        phase_ns=setup.initial_phase_ns,
    )


class RegisterChip:
    """A chip of up to 256 registers, its time copied out at the start of every access.

    A chip states ``SIZE`` and ``FIELDS`` and overrides what it does otherwise. ``registers`` holds everything but the
    digits of the time, flags and mode bits that share a register with them included.
    """

    SIZE: ClassVar[int]
    FIELDS: ClassVar[Mapping[int, TimeField]]
    ALARMS: ClassVar[tuple[Mapping[int, AlarmField], ...]] = ()
    """The alarms, each with its registers."""
    PM: ClassVar[int] = 0x20
    POINTER_LENGTH: ClassVar[int] = 1
    RESETS_DIVIDER: ClassVar[tuple[Part, ...]] = ()
    """The parts whose writing begins the second anew."""

    def __init__(
        self,
        setup: SimulatorSetup,
        recorder: Recorder,
        clock: CountingClock,
        *,
        address: int,
        century: CenturyBits | None = None,
    ) -> None:
        now_ns = setup.clock.now_ns()
        self.address = address
        self.clock = clock
        self.recorder = recorder
        self.registers = bytearray(self.SIZE)
        self.pointer = 0
        self.was_set = False
        self._century = century
        self._has_cell = clock.has_battery
        self._pointer_octets = b""
        self._awaits_pointer = False
        self._odd: dict[Part, tuple[int, int]] = {}  # written digits that are no decimal digits: number, bits
        self._copy: dict[int, int] = {}
        self._alarms_written: dict[int, Mapping[int, AlarmField]] = {}
        self.come_up(now_ns)
        if setup.initial_seconds is not None:
            clock.turn_to(setup.initial_seconds)
            clock.run(now_ns)
            self.commission(now_ns)

    # --- what a chip may do otherwise -----------------------------------------------------------------------------

    def come_up(self, now_ns: int) -> None:
        """Take the contents of a chip that has lost every supply; the time's digits already have theirs."""
        del now_ns
        self.registers[:] = bytes(self.SIZE)

    def clear_century(self) -> None:
        """Let the century bits read 0, whatever century that is by the bench's convention."""
        self.clock.year = self._year_with_century(0)

    def commission(self, now_ns: int) -> None:
        """Be found as a host leaves a chip in service: lost flags cleared, backup enabled."""

    def watches_alarm(self) -> bool:
        """Tell whether an alarm is armed, so that every second must be compared with it."""
        return False

    def compare_alarm(self) -> None:
        """Compare the second that has just begun with the alarms."""

    def acknowledges(self, now_ns: int) -> bool:
        """Tell whether the chip answers to its address now."""
        del now_ns
        return True

    def point(self, octets: bytes) -> int:
        """Return the register that the pointer byte selects."""
        return octets[0] % self.SIZE

    def after(self, register: int) -> int:
        """Return the register that follows in an access."""
        return (register + 1) % self.SIZE

    def is_twelve_hour(self) -> bool:
        """Tell whether the hours count from 1 to 12 with an afternoon bit."""
        return False

    def show(self, register: int) -> int:
        """Return a time register as it stands now."""
        field = self.FIELDS[register]
        octet = self.registers[register] & field.side | self.digits(field)
        if field.part == "month" and self._century is not None:
            octet |= self._century.bits_of(self.clock.year)
        return octet

    def load(self, register: int, now_ns: int) -> int:
        """Return a register that holds no time."""
        del now_ns
        return self.registers[register]

    def keep(self, register: int, octet: int, now_ns: int) -> None:
        """Take a write to a time register."""
        field = self.FIELDS[register]
        self.registers[register] = octet & field.side
        self.was_set = True
        self.keep_digits(field, octet, now_ns)

    def store(self, register: int, octet: int, now_ns: int) -> None:
        """Take a write to a register that holds no time."""
        del now_ns
        self.registers[register] = octet

    def is_backed_up(self) -> bool:
        """Tell whether the backup cell is switched in when the supply goes."""
        return True

    def supply_went(self, now_ns: int) -> None:
        """Act when the supply goes, while the chip still counts."""

    def supply_came(self, now_ns: int, *, was_lost: bool) -> None:
        """Act when the supply is back, after `come_up` if the chip had lost everything."""

    def access_ended(self, now_ns: int) -> None:
        """Act at the stop."""

    # --- the bus ----------------------------------------------------------------------------------------------------

    def start(self, now_ns: int, *, is_read: bool) -> bool:
        """See a start or repeated start, and copy the time out."""
        if not self.acknowledges(now_ns):
            return False
        self.renew(now_ns)
        self._awaits_pointer = not is_read
        self._pointer_octets = b""
        return True

    def write_byte(self, octet: int, now_ns: int) -> bool:
        """Take the pointer, then contents."""
        if self._awaits_pointer:
            self._pointer_octets += bytes((octet,))
            if len(self._pointer_octets) == self.POINTER_LENGTH:
                self.pointer = self.point(self._pointer_octets)
                self._awaits_pointer = False
            return True
        self.follow(now_ns)
        self.clock.undistort()
        if self.pointer in self.FIELDS:
            self.keep(self.pointer, octet, now_ns)
        else:
            self.store(self.pointer, octet, now_ns)
            self._note_alarm(self.pointer)
        self._advance(now_ns)
        return True

    def read_byte(self, now_ns: int) -> int:
        """Give the register under the pointer, a time register out of the copy."""
        register = self.pointer
        octet = self._copy[register] if register in self.FIELDS else self.load(register, now_ns)
        self._advance(now_ns)
        return octet

    def stop(self, now_ns: int) -> None:
        """End the access."""
        self.access_ended(now_ns)
        self._keep_alarms()
        if self.was_set:
            self.was_set = False
            self.recorder.note_set(now_ns, self.seconds(now_ns))

    # --- alarms -----------------------------------------------------------------------------------------------------

    def matches(self, alarm: Mapping[int, AlarmField], ignored: Callable[[int], bool]) -> bool:
        """Tell whether every part of an alarm that is not ignored equals the time, bit by bit."""
        for register, field in alarm.items():
            if ignored(register):
                continue
            time = next(self.digits(shown) for shown in self.FIELDS.values() if shown.part == field.part)
            if (self.registers[register] ^ time) & field.mask:
                return False
        return True

    def _note_alarm(self, register: int) -> None:
        for at, alarm in enumerate(self.ALARMS):
            if register in alarm:
                self._alarms_written[at] = alarm

    def _keep_alarms(self) -> None:
        """Let the device make of an alarm just written what it will."""
        for alarm in self._alarms_written.values():
            held: dict[str, int] = {
                field.part: self._alarm_number(register, field) for register, field in alarm.items()
            }
            kept = self.clock.keep_alarm(dict(held))
            for register, field in alarm.items():
                number = kept[field.part]
                if number != held[field.part]:
                    digits = number if field.is_binary else to_bcd(number)
                    self.registers[register] = self.registers[register] & ~field.mask & 0xFF | digits & field.mask
        self._alarms_written.clear()

    def _alarm_number(self, register: int, field: AlarmField) -> int:
        bits = self.registers[register] & field.mask
        return bits if field.is_binary else from_bcd(bits)

    def follow(self, now_ns: int) -> None:
        """Count up to now, second by second where an alarm listens."""
        clock = self.clock
        while self.watches_alarm() and (tick_ns := clock.next_change_ns()) is not None and tick_ns <= now_ns:
            clock.update(tick_ns)
            self.compare_alarm()
        clock.update(now_ns)

    # --- the supply -------------------------------------------------------------------------------------------------

    def switch(self, now_ns: int, *, on: bool) -> None:
        """The supply came or went; a backup cell that is good and switched in keeps everything."""
        clock = self.clock
        if on:
            was_lost = not clock.has_battery
            if not was_lost and self.watches_alarm():
                self.follow(now_ns)  # what came due meanwhile came due then
            clock.power_on(now_ns)
            if was_lost:
                self._odd.clear()
                self.come_up(now_ns)
            self.supply_came(now_ns, was_lost=was_lost)
        else:
            self.follow(now_ns)
            self.supply_went(now_ns)
            clock.has_battery = self._has_cell and self.is_backed_up()
            clock.power_off(now_ns)

    def seconds(self, now_ns: int) -> int | None:
        """Return civil seconds as the bench's convention reads the registers."""
        self.follow(now_ns)
        return self.clock.seconds()

    # --- the digits -------------------------------------------------------------------------------------------------

    def _advance(self, now_ns: int) -> None:
        following = self.after(self.pointer)
        wraps = following <= self.pointer
        self.pointer = following
        if wraps:
            self.renew(now_ns)

    def renew(self, now_ns: int) -> None:
        """Copy the time out as it stands now."""
        self.follow(now_ns)
        self._copy = {register: self.show(register) for register in self.FIELDS}

    def _number(self, part: Part) -> int:
        number: int = getattr(self.clock, part)
        holds_century = part == "year" and self.clock.years.modulus > _CENTURY
        return number % _CENTURY if holds_century else number

    def digits(self, field: TimeField) -> int:
        """Return the digits of a part as its bits stand now; what is no decimal digit stays until it is counted."""
        number = self._number(field.part)
        odd = self._odd.get(field.part)
        if odd is not None and odd[0] == number:
            return odd[1]
        self._odd.pop(field.part, None)
        return self.encode(field, number)

    def leave_bits(self, part: Part, bits: int) -> None:
        """Let a part show bits that are no digits of it, until it is counted or written."""
        self._odd[part] = self._number(part), bits

    def encode(self, field: TimeField, number: int) -> int:
        """Return the bits that show a number."""
        if field.is_binary:
            return number & field.mask
        if field.part == "hour" and self.is_twelve_hour():
            afternoon = self.PM if number >= _NOON else 0
            return (afternoon | to_bcd((number - 1) % _NOON + 1)) & field.mask
        return to_bcd(number) & field.mask

    def decode(self, field: TimeField, bits: int) -> int:
        """Return the number that bits stand for."""
        if field.is_binary:
            return bits
        if field.part == "hour" and self.is_twelve_hour():
            return from_bcd(bits & ~self.PM) % _NOON + (_NOON if bits & self.PM else 0)
        number = from_bcd(bits)
        return min(number, _CENTURY - 1) if field.part == "year" else number

    def keep_digits(self, field: TimeField, octet: int, now_ns: int) -> None:
        """Set a part of the time from a written byte."""
        clock, part = self.clock, field.part
        bits = octet & field.mask
        number = self.decode(field, bits)
        self._odd.pop(part, None)
        if self.encode(field, number) != bits:
            self._odd[part] = number, bits
        resets = part in self.RESETS_DIVIDER
        if part == "year":
            clock.set(now_ns, year=clock.year // _CENTURY * _CENTURY + number, reset_divider=resets)
        elif part == "month":
            clock.set(now_ns, month=number, year=self._year_with_century(octet), reset_divider=resets)
        elif part == "day":
            clock.set(now_ns, day=number, reset_divider=resets)
        elif part == "weekday":
            clock.set(now_ns, weekday=number, reset_divider=resets)
        elif part == "hour":
            clock.set(now_ns, hour=number, reset_divider=resets)
        elif part == "minute":
            clock.set(now_ns, minute=number, reset_divider=resets)
        else:
            clock.set(now_ns, second=number, reset_divider=resets)

    def _year_with_century(self, octet: int) -> int:
        year = self.clock.year
        return year if self._century is None else self._century.century_of(octet) * _CENTURY + year % _CENTURY
