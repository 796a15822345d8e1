"""What the drivers of the MC146818 and its descendants share: their registers, modes and the SET bit.

Each chip's own driver says where its century is. No simulator imports this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from devices.rtc.hours import PmHour
from devices.rtc.parallel_reading import read_twice
from harness.calendar.fields import CalendarFields
from harness.codec.layout import Bcd, Bin, Encoding, FieldMap
from harness.device.asks import Octets, ParallelRead, ParallelWrite, Steps, ask
from harness.device.driver import ClockSample, DeviceIdentity
from harness.device.facts import DeviceFacts
from harness.errors import DeviceRefused

TIME: Final = (0x00, 0x02, 0x04, 0x06, 0x07, 0x08, 0x09)
A, B, D = 0x0A, 0x0B, 0x0D
UPDATING, DIVIDER, RUNS, RATE = 0x80, 0x60, 0x20, 0x0F  # register A: UIP, the two upper divider bits, 01 of them
SET, BINARY, TWENTY_FOUR = 0x80, 0x04, 0x02  # register B
VALID: Final = 0x80  # register D: VRT
_CENTURIES, _BINARY_CENTURIES = b"\x19\x20\x21", b"\x13\x14\x15"


def _layout(*, is_binary: bool, is_twelve: bool, has_century: bool) -> FieldMap:
    """Return the map of what is read in one go, counted from 0 in the order of ``TIME``, the century last."""

    def digits(at: int, mask: int) -> Encoding:
        return Bin(at, mask) if is_binary else Bcd(at, mask)

    century = {"century": digits(7, 0xFF)} if has_century else {}
    return FieldMap(
        start=0,
        count=7 + has_century,
        bits_reversed=False,
        second=digits(0, 0x7F),
        minute=digits(1, 0x7F),
        hour=PmHour(2, pm=0x80, counts_from_zero=False, is_binary=is_binary) if is_twelve else digits(2, 0x3F),
        weekday=Bin(3, 0x07),
        day=digits(4, 0x3F),
        month=digits(5, 0x1F),
        year=digits(6, 0xFF),
        **century,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CmosClock:
    """The driver.

    Attributes:
        facts: as the bench's options make them.
        century: the register of the century, or None.
        century_bank: bits of register A that must be up while that register is seen.
        watched: registers where other chips of this family count a century. One that looks like it is refused: a crossing
            would count it on, and a restore that does not know of it would leave it so.
        fingerprint: registers that neither the chip nor a set of ours changes.
    """

    facts: DeviceFacts
    century: int | None = None
    century_bank: int = 0
    watched: tuple[int, ...] = ()
    fingerprint: tuple[int, ...] = tuple(range(0x10, 0x18))

    def identify(self) -> Steps[DeviceIdentity]:
        """Read RAM that the board's firmware keeps its settings in."""
        held = yield from ask(ParallelRead(registers=self.fingerprint, timing=False))
        return DeviceIdentity(entries=(("ram", held.hex()),))

    def read_clock(self) -> Steps[ClockSample]:
        """Read the time twice, with UIP and the modes between.

        Raises:
            DeviceRefused: ``century-register``: there is one, and the bench file does not say so.
            LinkError: ``no-reply``: no chip drives the bus; ``bad-frame``: two readings in one go never agreed.
        """
        before, after = yield from self._bank()
        read = yield from read_twice(
            self._time,
            (A, B, D, *self.watched),
            before=before,
            after=after,
            is_moving=lambda beside: bool(beside[0] & UPDATING),
        )
        a, b, d, *watched = read.beside
        _refuse_century(b, bytes(watched))
        fields, _, unreadable = self._layout(b).decode(read.time)
        flags = {
            "clock-failed": not d & VALID,
            "halted": bool(b & SET) or a & DIVIDER != RUNS,
            "twelve-hour": not b & TWENTY_FOUR,
            "binary": bool(b & BINARY),
        }
        return ClockSample(fields=fields, flags=flags, raw=read.raw, unreadable=unreadable)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Raise SET, write the time in the mode the chip is in, lower SET: all in one go.

        Raises:
            ValueError: a field does not fit its register; nothing has been written.
            DeviceRefused: ``century-register``, as for a reading; nothing has been written.
            LinkError: the link failed, or the board has not written all of it.
        """
        a, b, *watched = yield from ask(ParallelRead(registers=(A, B, *self.watched), timing=False))
        _refuse_century(b, bytes(watched))
        a &= ~UPDATING
        octets = tuple(zip(self._time, self._layout(b).encode(fields), strict=True))
        running = a if a & DIVIDER == RUNS else RUNS | a & RATE
        starts = () if running == a else ((A, running),)
        before, after = self._choices(running)
        yield from ask(ParallelWrite(octets=((B, b | SET), *starts, *before, *octets, *after, (B, b & ~SET))))

    @property
    def _time(self) -> tuple[int, ...]:
        return TIME if self.century is None else (*TIME, self.century)

    def _layout(self, b: int) -> FieldMap:
        is_binary, is_twelve = bool(b & BINARY), not b & TWENTY_FOUR
        return _layout(is_binary=is_binary, is_twelve=is_twelve, has_century=self.century is not None)

    def _bank(self) -> Steps[tuple[Octets, Octets]]:
        """Return what brings the century into sight, and what puts the choice back; nothing where it always is."""
        if not self.century_bank:
            return (), ()
        return self._choices((yield from ask(ParallelRead(registers=(A,), timing=False)))[0] & ~UPDATING)

    def _choices(self, a: int) -> tuple[Octets, Octets]:
        """Return the same from what register A holds."""
        return (((A, a | self.century_bank),), ((A, a),)) if self.century_bank else ((), ())


def _refuse_century(b: int, watched: bytes) -> None:
    for octet in watched:
        if octet in (_BINARY_CENTURIES if b & BINARY else _CENTURIES):
            says = (
                "32h or 37h looks like a century: say where in 'century-register', or 'left-alone' if nobody counts it"
            )
            raise DeviceRefused("century-register", says, raw=watched)
