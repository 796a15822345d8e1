"""The M48T59 in its board's memory: read twice, set between W up and W down. Its facts stand in the package."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from devices.options import text_option, window_of, with_century_window
from devices.rtc.m48t59 import CENTURY, CENTURY_BIT, FACTS
from devices.rtc.parallel_reading import read_twice, require_clock
from harness.calendar.century import CenturyRule
from harness.calendar.fields import CalendarFields
from harness.codec.layout import Bcd, Bin, Bit, Encoding, FieldMap
from harness.device.asks import ParallelRead, ParallelWrite, Steps, ask
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import DeviceFacts
from harness.errors import DeviceRefused

_CONTROL: Final = 0x08  # counted from sixteen below the top of the chip's memory, as all registers here
_WRITE, _READ = 0x80, 0x40
_TIME: Final = tuple(range(0x09, 0x10))
_ALARM: Final = (0x02, 0x03, 0x04, 0x05)


def _fields(**century: Encoding) -> FieldMap:
    return FieldMap(
        start=0x09,
        count=7,
        bits_reversed=False,
        second=Bcd(0x09, 0x7F),
        minute=Bcd(0x0A, 0x7F),
        hour=Bcd(0x0B, 0x3F),
        weekday=Bin(0x0C, 0x07),
        day=Bcd(0x0D, 0x3F),
        month=Bcd(0x0E, 0x1F),
        year=Bcd(0x0F, 0xFF),
        halted=Bit(0x09, 0x80),
        century_enabled=Bit(0x0C, 0x20),
        **century,
    )


def make_driver(options: Options) -> M48t59:
    """Make the driver; ``century`` says whether CB counts, ``century-window`` how two digits are read without it."""
    if text_option(options, CENTURY) != CENTURY_BIT:
        return M48t59(facts=with_century_window(FACTS, window_of(options)), fields=_fields())
    form = replace(FACTS.form, century=CenturyRule.bit(1900))
    facts = replace(FACTS, form=form, first="1900-01-01 00:00:00", last="2099-12-31 23:59:59")
    return M48t59(facts=facts, fields=_fields(century_bit=Bit(0x0C, 0x10)))


@dataclass(frozen=True, slots=True, kw_only=True)
class M48t59:
    """The driver."""

    facts: DeviceFacts
    fields: FieldMap

    def identify(self) -> Steps[DeviceIdentity]:
        """Read the calibration and the alarm's date and time, which a set leaves alone."""
        control, *alarm = yield from ask(ParallelRead(registers=(_CONTROL, *_ALARM), timing=False))
        return DeviceIdentity(entries=(("calibration", f"{control & 0x3F:02x}"), ("alarm", bytes(alarm).hex())))

    def read_clock(self) -> Steps[ClockSample]:
        """Read the time twice; the flags register is left alone, for reading it clears the owner's alarm.

        Raises:
            DeviceRefused: ``century-bit``: the chip counts centuries and the bench file says it does not, or the other
                way round; what a crossing left behind could not be put back.
            LinkError: ``no-reply``: no chip drives the bus; ``bad-frame``: two readings in one go never agreed.
        """
        read = yield from read_twice(_TIME, (_CONTROL,))
        fields, flags, unreadable = self._decode(read.time)
        return ClockSample(fields=fields, flags=flags, raw=read.raw, unreadable=unreadable)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Raise W, write the time, lower W and R: all in one go.

        Raises:
            ValueError: a field does not fit its register; nothing has been written.
            DeviceRefused: ``century-bit``, as for a reading, or ``not-a-clock``; nothing has been written.
            LinkError: the link failed, or the board has not written all of it.
        """
        *found, control = yield from ask(ParallelRead(registers=(*_TIME, _CONTROL), timing=False))
        require_clock(self._decode(bytes(found))[2], bytes(found))
        block = self.fields.encode(fields, flags={"halted": False}, base=bytes(found))
        runs = control & ~(_WRITE | _READ)
        octets = ((_CONTROL, runs | _WRITE), *zip(_TIME, block, strict=True), (_CONTROL, runs))
        yield from ask(ParallelWrite(octets=octets))

    def _decode(self, block: bytes) -> tuple[CalendarFields, dict[str, bool], str | None]:
        fields, flags, unreadable = self.fields.decode(block)
        counts = self.facts.form.century is not None and self.facts.form.century.kind == "bit"
        if flags["century-enabled"] is not counts:
            says = f"CEB is {int(flags['century-enabled'])}: say 'century: {'two-digits' if counts else 'century-bit'}'"
            raise DeviceRefused("century-bit", says, raw=block)
        return fields, flags, unreadable
