"""A clock chip with an alarm as a declaration: where its parts, its enabling bits and its flag stand.

Arming touches nothing but the alarm's own registers, its enabling bit and its flag; no interrupt is enabled that was
not. A chip's map stands in its own driver, never here; no simulator imports this.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.rtc.chip_driver import TWELVE_HOUR, ChipDriver
from harness.calendar.fields import CalendarFields
from harness.codec.layout import FieldMap
from harness.device.alarm import AlarmFacts, AlarmSample
from harness.device.asks import Steps
from harness.errors import LinkError


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """The bit that says that the alarm has fired, in a register it shares.

    Attributes:
        register, mask: where it is; it is cleared by writing 0.
        settings: bits of the register that are written as they are found.
        unchanged_by_one: flags beside it that a 1 leaves as they are: one that rises meanwhile is not lost.
    """

    register: int
    mask: int
    settings: int = 0
    unchanged_by_one: int = 0

    def cleared(self, found: int) -> int:
        """Return what to write so that this flag falls and nothing else changes."""
        return found & self.settings | self.unchanged_by_one


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipAlarm:
    """One alarm of a chip.

    Attributes:
        facts: what it compares.
        fields: its registers, and the places of its parts in them.
        armed: the bits beside the parts while it is armed, register by register: what enables or ignores a part.
        beside: the bits of its registers that are no parts, register by register.
        flag: where it says that it has fired.
        enable: register and mask of a bit elsewhere that lets it fire; None where its own registers do.
    """

    facts: AlarmFacts
    fields: FieldMap
    armed: bytes
    beside: bytes
    flag: Flag
    enable: tuple[int, int] | None = None

    def setting(self, block: bytes, enabling: int) -> bytes:
        """Return what arming changes: the registers without the flag, and the enabling bit as a byte of its own."""
        kept = bytearray(block)
        at = self.flag.register - self.fields.start
        if 0 <= at < len(kept):
            kept[at] &= ~self.flag.mask & 0xFF
        return bytes(kept) + (b"" if self.enable is None else bytes((enabling & self.enable[1],)))

    def block_for(self, moment: CalendarFields) -> bytes:
        """Return the registers armed for a moment; ValueError when a part does not fit."""
        return self.fields.encode(self.facts.compared(moment), base=self.armed)

    def is_armed(self, block: bytes, enabling: int) -> bool:
        """Tell whether the enabling bits stand as they do while it is armed; the flag is no such bit."""
        stands = all(octet & mask == wanted for octet, mask, wanted in zip(block, self.beside, self.armed, strict=True))
        return stands and (self.enable is None or bool(enabling & self.enable[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmChip(ChipDriver):
    """The driver of a chip with an alarm."""

    alarm: ChipAlarm

    def read_alarm(self) -> Steps[AlarmSample]:
        """Read the alarm's registers, its enabling bit, and last its flag."""
        alarm = self.alarm
        block = yield from self.read_registers(alarm.fields.start, alarm.fields.count, timing=False)
        enabling = yield from self._enabling()
        flags = (yield from self.read_registers(alarm.flag.register, 1))[0]
        fields, _, unreadable = alarm.fields.decode(block)
        return AlarmSample(
            fields=fields,
            is_armed=alarm.is_armed(block, enabling),
            has_fired=bool(flags & alarm.flag.mask),
            setting=alarm.setting(block, enabling),
            raw=block + bytes((enabling, flags)),
            unreadable=unreadable,
        )

    def arm_alarm(self, moment: CalendarFields) -> Steps[None]:
        """Write the alarm's registers in one access, enable it, and clear its flag if writing raised it.

        Raises:
            ValueError: a part does not fit its register; nothing has been written.
            LinkError: ``twelve-hour-alarm``: the chip counts hours to twelve, and no alarm is written for that here.
        """
        block = self.alarm.block_for(moment)
        sample = yield from self.read_clock()
        if sample.flags.get(TWELVE_HOUR, False):
            raise LinkError("twelve-hour-alarm", "the chip counts its hours to twelve; no alarm is armed in that mode")
        yield from self.write_registers(self.alarm.fields.start, block)
        if self.alarm.enable is not None:
            yield from self._enable(self.alarm.enable[1])
        yield from self.clear_alarm()

    def clear_alarm(self) -> Steps[None]:
        """Clear the alarm's flag where it is raised."""
        flag = self.alarm.flag
        found = (yield from self.read_registers(flag.register, 1, timing=False))[0]
        if found & flag.mask:
            yield from self.write_registers(flag.register, bytes((flag.cleared(found),)))

    def put_alarm_back(self, setting: bytes) -> Steps[None]:
        """Write the enabling bit and the registers as they were found, and clear the flag."""
        count = self.alarm.fields.count
        if self.alarm.enable is not None:
            yield from self._enable(setting[count])
        yield from self.write_registers(self.alarm.fields.start, setting[:count])
        yield from self.clear_alarm()

    def _enabling(self) -> Steps[int]:
        if self.alarm.enable is None:
            return 0
        return (yield from self.read_registers(self.alarm.enable[0], 1, timing=False))[0]

    def _enable(self, wanted: int) -> Steps[None]:
        """Write the enabling bit where it stands otherwise, and leave the rest of its register."""
        if self.alarm.enable is None:
            return
        register, mask = self.alarm.enable
        found = (yield from self.read_registers(register, 1, timing=False))[0]
        if found & mask != wanted & mask:
            yield from self.write_registers(register, bytes((found & ~mask | wanted & mask,)))


def whole_parts(fields: FieldMap) -> bytes:
    """Return, register by register, the bits that belong to no part."""
    owned = dict.fromkeys(range(fields.start, fields.start + fields.count), 0)
    for _, encoding in fields.fields:
        for bits in encoding.claims():
            owned[bits.address] |= bits.mask
    return bytes(~mask & 0xFF for mask in owned.values())
