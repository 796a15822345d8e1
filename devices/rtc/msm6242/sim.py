"""An MSM6242 in its board's memory, from the maker's register map: a digit a register, HOLD, BUSY, 30 s, STOP, RESET."""

from __future__ import annotations

from devices.simulation.almanac import two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.clockwork import CountingClock, DefaultDate
from devices.simulation.device import SimulatedDevice
from devices.simulation.parallel_board import ParallelBoard, Placement
from devices.simulation.parallel_chip import BusRegisterChip
from devices.simulation.recorder import Recorder
from devices.simulation.register_chip import Part, TimeField, make_clock
from devices.simulation.setup import SimulatorSetup
from harness.clock import SECOND_NS

_TRAITS = ClockTraits(years=two_digits(1970), has_weekday=True, is_chip=True, is_known_by_its_date=True)
BUGS = bugs_possible_on(_TRAITS)

_WEEKDAY, _D, _E, _F = 0x0C, 0x0D, 0x0E, 0x0F
_HOLD, _BUSY, _IRQ, _ADJUST = 0x1, 0x2, 0x4, 0x8
_RESET, _STOP, _TWENTY_FOUR = 0x1, 0x2, 0x4
_BUSY_NS = 190_000  # around a carry
_HALF_MINUTE = 30
_DIGITS = 0x0F
_LOST = DefaultDate(year=0, month=0, day=0)
_PARTS: tuple[tuple[Part, int], ...] = (
    ("second", 0x7F),
    ("minute", 0x7F),
    ("hour", 0x7F),
    ("day", 0x3F),
    ("month", 0x1F),
    ("year", 0xFF),
)
PLACEMENT = Placement(device="/dev/mem", base=0x00DC_0000, stride=4)


class Msm6242(BusRegisterChip):
    """The chip: sixteen registers of four bits; the other four lines of the bus float."""

    SIZE = 0x10
    PM = 0x40  # bit 2 of the tens
    FIELDS = {2 * at + tens: TimeField(part, mask) for at, (part, mask) in enumerate(_PARTS) for tens in (0, 1)} | {
        _WEEKDAY: TimeField("weekday", 0x07, is_binary=True)
    }

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._held_ns: int | None = None
        clock: CountingClock = make_clock(
            setup, _TRAITS, years=two_digits(setup.century_window()), default=_LOST, weekdays=(0, 6)
        )
        super().__init__(setup, recorder, clock)

    def come_up(self, now_ns: int) -> None:
        """Come up with zeros; what the chip holds then is not defined."""
        super().come_up(now_ns)
        self.registers[_F] = _TWENTY_FOUR

    def commission(self, now_ns: int) -> None:
        """Run in 24-hour form."""
        del now_ns
        self.registers[_F] = _TWENTY_FOUR

    def is_twelve_hour(self) -> bool:
        """Read the 24/12 bit."""
        return not self.registers[_F] & _TWENTY_FOUR

    def peek(self, register: int, now_ns: int) -> int:
        """Give a register; the lines that the chip does not drive read as ones."""
        return super().peek(register, now_ns) & _DIGITS | 0xF0

    def poke(self, register: int, octet: int, now_ns: int) -> None:
        """Take the four bits."""
        super().poke(register, octet & _DIGITS, now_ns)

    def follow(self, now_ns: int) -> None:
        """Count up to now, or to when HOLD rose."""
        super().follow(now_ns if self._held_ns is None else self._held_ns)

    def show(self, register: int) -> int:
        """Show one digit."""
        octet = super().show(register)
        return octet if register == _WEEKDAY else octet >> 4 * (register & 1) & _DIGITS

    def keep(self, register: int, octet: int, now_ns: int) -> None:
        """Take one digit beside the other of its part."""
        if register == _WEEKDAY:
            super().keep(register, octet, now_ns)
            return
        shift = 4 * (register & 1)
        whole = self.digits(self.FIELDS[register]) & ~(_DIGITS << shift) | octet << shift
        self.was_set = True
        self.keep_digits(self.FIELDS[register], whole, now_ns if self._held_ns is None else self._held_ns)

    def load(self, register: int, now_ns: int) -> int:
        """Give a control register; BUSY shows around a carry while HOLD is up."""
        octet = super().load(register, now_ns)
        return octet | (_BUSY if register == _D and self._is_busy() else 0)

    def store(self, register: int, octet: int, now_ns: int) -> None:
        """Take a control register."""
        if register == _D:
            self._turn_hold(octet, now_ns)
            if octet & _ADJUST:
                self._adjust(now_ns)
            octet = octet & _HOLD | self.registers[_D] & octet & _IRQ
        if register == _F:
            self._turn_stop(octet, now_ns)
            if not (self.registers[_F] & _RESET and not octet & _RESET):  # the form changes as RESET falls
                octet = octet & ~_TWENTY_FOUR | self.registers[_F] & _TWENTY_FOUR
        super().store(register, octet, now_ns)

    def _is_busy(self) -> bool:
        if self._held_ns is None:
            return False
        phase_ns = self.clock.divider.phase_ns(self._held_ns)
        return phase_ns < _BUSY_NS or phase_ns >= SECOND_NS - _BUSY_NS

    def _turn_hold(self, octet: int, now_ns: int) -> None:
        """Hold the seconds; of what ticked meanwhile one is counted when HOLD falls, and no more."""
        if octet & _HOLD:
            self._held_ns = now_ns if self._held_ns is None else self._held_ns
            return
        if self._held_ns is None:
            return
        self._held_ns = None
        divider = self.clock.divider
        phase_ns = divider.phase_ns(now_ns)
        has_carry = divider.take_ticks(now_ns) > 0
        if not divider.is_halted:
            divider.restart(now_ns, phase_ns=phase_ns + (SECOND_NS if has_carry else 0))
        self.clock.update(now_ns)

    def _adjust(self, now_ns: int) -> None:
        """Go to the nearer whole minute."""
        clock = self.clock
        is_late = clock.second >= _HALF_MINUTE
        clock.set(now_ns, second=59 if is_late else 0, reset_divider=True)
        if is_late:
            clock.divider.restart(now_ns, phase_ns=SECOND_NS)
            clock.update(now_ns)
        self.was_set = True

    def _turn_stop(self, octet: int, now_ns: int) -> None:
        if octet & (_STOP | _RESET):
            self.clock.halt(now_ns)
        else:
            self.clock.run(now_ns)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return the chip in its board."""
    recorder = setup.make_recorder()
    return ParallelBoard(setup, Msm6242(setup, recorder), recorder, PLACEMENT)
