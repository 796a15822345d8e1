"""The PCF8583 over I2C, its year completed from RAM as Linux does it. Its facts stand in the package.

The chip counts years modulo four. What the bench tests is therefore chip and convention together: the RAM's year, moved
on by as many years as the chip's two bits are ahead of it. A reading never writes the RAM.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from devices.rtc.chip_driver import ChipDriver, Fingerprint, after_first_write
from devices.rtc.hours import PmHour
from devices.rtc.pcf8583 import CLAIM_RAM, FACTS
from harness.calendar.fields import CalendarFields
from harness.codec.layout import Bcd, Bin, Bit, Encoding, FieldMap
from harness.device.asks import Steps
from harness.device.driver import ClockSample, Options


def _fields(hour: Encoding) -> FieldMap:
    """Return the map in one hour mode: control, hundredths, and the time."""
    return FieldMap(
        start=0x00,
        count=7,
        second=Bcd(0x02, 0x7F),
        minute=Bcd(0x03, 0x7F),
        hour=hour,
        year=Bin(0x05, 0xC0),
        day=Bcd(0x05, 0x3F),
        weekday=Bin(0x06, 0xE0),
        month=Bcd(0x06, 0x1F),
        halted=Bit(0x00, 0x80),
        held=Bit(0x00, 0x40),
        year_masked=Bit(0x00, 0x08),
        twelve_hour=Bit(0x04, 0x80),
    )


_HOST_YEAR: Final = FieldMap(start=0xC0, count=2, year=Bin(0xC0), century=Bin(0xC1))
_HOST_SUM: Final = 0x3F
_CONTROL: Final = 0x00
_STOP_AND_HOLD: Final = 0xC0
_HUNDREDTHS: Final = 1


def make_driver(options: Options) -> Pcf8583:
    """Make the driver; ``claim-ram`` lets a set write a year where none is kept."""
    return Pcf8583(
        facts=FACTS,
        clock=_fields(Bcd(0x04, 0x3F)),
        twelve=_fields(PmHour(0x04, 0x40, counts_from_zero=False)),
        fingerprint=(Fingerprint(start=0x10, parts=(("ram-10-17", 8),)),),
        claims_ram=bool(options[CLAIM_RAM]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pcf8583(ChipDriver):
    """The driver."""

    claims_ram: bool

    def read_clock(self) -> Steps[ClockSample]:
        """Read control and time in one access, then the host's year."""
        block = yield from self.read_block()
        host = yield from self.read_registers(_HOST_YEAR.start, _HOST_YEAR.count, timing=False)
        found = self.sample(block)
        year, why = _full_year(found, host)
        fields = replace(found.fields, year=year)
        return replace(found, fields=fields, raw=block + host, unreadable=found.unreadable or why)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Stop the chip, write the time and the host's year, and let it run.

        Raises:
            ValueError: a field does not fit, or the RAM holds no year and ``claim-ram`` is off; nothing has been written.
            DeviceRefused, LinkError: as in any set of a ``ChipDriver``.
        """
        if fields.year is None:
            raise ValueError("the year is missing")
        found = yield from self.read_registers(self.clock.start, self.clock.count, timing=False)
        host = yield from self.read_registers(_HOST_YEAR.start, _HOST_YEAR.count, timing=False)
        if not self.claims_ram and _year_kept(host) is None:
            raise ValueError(
                f"RAM C0h-C1h holds {host.hex(' ')}, which is no year; '{CLAIM_RAM}' would write one there"
            )
        old_sum = yield from self.read_registers(_HOST_SUM, 1, timing=False)
        is_twelve = self.clock.decode(found)[1]["twelve-hour"]
        layout = self.twelve if self.twelve is not None and is_twelve else self.clock
        flags = {"halted": True, "held": False}
        block = bytearray(layout.encode(replace(fields, year=fields.year % 4), flags=flags, base=found))
        block[_HUNDREDTHS] = 0
        century, year = divmod(fields.year, 100)
        kept = _HOST_YEAR.encode(CalendarFields(year=year, century=century))
        new_sum = (old_sum[0] - sum(host) + sum(kept)) & 0xFF
        yield from self.write_registers(self.clock.start, bytes(block))
        yield from after_first_write(self._keep_year(kept, new_sum))
        yield from after_first_write(self.write_registers(_CONTROL, bytes((block[0] & ~_STOP_AND_HOLD,))))

    def _keep_year(self, kept: bytes, new_sum: int) -> Steps[None]:
        yield from self.write_registers(_HOST_YEAR.start, kept)
        yield from self.write_registers(_HOST_SUM, bytes((new_sum,)))


def _year_kept(host: bytes) -> int | None:
    """Return the year the host keeps, or None where the RAM holds something else."""
    year, century = host
    return century * 100 + year if century in {19, 20} and year < 100 else None


def _full_year(found: ClockSample, host: bytes) -> tuple[int | None, str | None]:
    """Return the year that chip and RAM mean together, or why they mean none."""
    if found.flags["year-masked"]:
        return None, "masked:year"
    kept, counted = _year_kept(host), found.fields.year
    if kept is None or counted is None:
        return None, "not-kept:year"
    return kept + (counted - kept) % 4, None
