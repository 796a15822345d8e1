"""A clock chip of I2C registers as a declaration: where its fields and flags stand, and how a set is made whole.

What one chip alone does (an unlock, a second reading) overrides one method in that chip's driver. A chip's map stands
in its own driver, never here; no simulator imports this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from harness.calendar.fields import CalendarFields
from harness.codec.layout import BcdHour, FieldMap
from harness.device.asks import I2cRead, I2cWrite, Steps, ask
from harness.device.driver import ClockSample, DeviceIdentity
from harness.device.facts import DeviceFacts
from harness.errors import DeviceRefused, LinkError

TWELVE_HOUR: Final = "twelve-hour"
"""The flag that chooses ``ChipDriver.twelve``, wherever the chip keeps it."""


def always_twelve(register: int) -> BcdHour:
    """Return the hour of a register that another register has put into 12-hour mode; PM is bit 5.

    Bit 7 stands in for the mode bit: these chips leave it unused, and it reads 0.
    """
    return BcdHour(register, twelve=0x80, twelve_when=0)


def after_first_write(steps: Steps[None]) -> Steps[None]:
    """Do the rest of a set whose first write was taken.

    Raises:
        LinkError: ``set-cut-short``: the chip refused one. That is no refusal of the date, for part of it may be in.
    """
    try:
        yield from steps
    except DeviceRefused as refusal:
        raise LinkError("set-cut-short", f"after a first write was taken: {refusal}", raw=refusal.raw) from refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Bits of one register raised and cleared around a set; the other bits stay as they are found just before.

    Nothing is written where the register already stands so.
    """

    register: int
    up: int = 0
    down: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """Registers that neither the chip itself nor a set of ours changes, read in one access.

    Attributes:
        start: the first register.
        parts: name and length of each part in turn; a part without a name does change, and is left out.
        held: the bits of each register that hold something, where the others read as they like; empty for all.
    """

    start: int
    parts: tuple[tuple[str, int], ...]
    held: bytes = b""

    @property
    def count(self) -> int:
        """Registers in all parts."""
        return sum(length for _, length in self.parts)

    def entries(self, block: bytes) -> tuple[tuple[str, str], ...]:
        """Return the named parts of what was read."""
        found: list[tuple[str, str]] = []
        if self.held:
            block = bytes(octet & mask for octet, mask in zip(block, self.held, strict=True))
        at = 0
        for name, length in self.parts:
            if name:
                found.append((name, block[at : at + length].hex()))
            at += length
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipDriver:
    """The driver of such a chip.

    Attributes:
        facts: as the bench's options make them.
        clock: the registers of the time, read in one access and written in one access.
        twelve: the same registers in 12-hour mode, where the hour's own register does not tell the mode.
        status: registers with flags beside the time; read after it.
        keeps_bits: the clock's registers hold modes, so a set reads them first and leaves what it does not write.
        written: flags in the clock's registers that a set writes, by name.
        before: what opens the chip for a set, or holds its counters.
        after: what lets it run, or clears the flags that said the time was lost.
        fingerprint: what the chip is recognised by. It has no number of its own, so this only shows that the same chip
            still answers; who it is, the operator vouches for.
    """

    facts: DeviceFacts
    clock: FieldMap
    fingerprint: tuple[Fingerprint, ...]
    twelve: FieldMap | None = None
    status: FieldMap | None = None
    keeps_bits: bool = False
    written: tuple[tuple[str, bool], ...] = ()
    before: tuple[Change, ...] = ()
    after: tuple[Change, ...] = ()

    def identify(self) -> Steps[DeviceIdentity]:
        """Read the fingerprint. A chip that lost all supply may have another one, and is rightly taken for a stranger."""
        entries: tuple[tuple[str, str], ...] = ()
        for run in self.fingerprint:
            block = yield from self.read_registers(run.start, run.count)
            entries += run.entries(block)
        return DeviceIdentity(entries=entries)

    def read_clock(self) -> Steps[ClockSample]:
        """Read the time in one access, then the flags beside it."""
        block = yield from self.read_block()
        status = yield from self._read_status()
        return self.sample(block, status)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Open the chip, write the time in one access, and let it run.

        Raises:
            ValueError: a field does not fit its register; nothing has been written.
            DeviceRefused: the chip did not acknowledge the first write; nothing has been taken.
            LinkError: ``set-cut-short``: it refused a later one. Whether the time was taken is for a reading to say.
        """
        block = yield from self._encode(fields)
        is_open = yield from self.open_for_set()
        write = self.write_registers(self.clock.start, block)
        yield from (after_first_write(write) if is_open else write)
        yield from after_first_write(self.close_after_set())

    def sample(self, block: bytes, status: bytes = b"") -> ClockSample:
        """Unpack what was read."""
        beside = {} if self.status is None else self.status.decode(status)[1]
        fields, flags, unreadable = self.clock.decode(block)
        flags = beside | flags
        if self.twelve is not None and flags.get(TWELVE_HOUR, False):
            fields, _, unreadable = self.twelve.decode(block)
        return ClockSample(fields=fields, flags=flags, raw=block + status, unreadable=unreadable)

    def _encode(self, fields: CalendarFields) -> Steps[bytes]:
        """Return the registers to write, in the mode the chip is in."""
        flags: dict[str, bool] = {}
        if self.twelve is not None and self.status is not None:
            flags = self.status.decode((yield from self._read_status()))[1]
        found = None
        if self.keeps_bits:
            found = yield from self.read_registers(self.clock.start, self.clock.count, timing=False)
            flags |= self.clock.decode(found)[1]
        is_twelve = self.twelve is not None and flags.get(TWELVE_HOUR, False)
        layout = self.twelve if self.twelve is not None and is_twelve else self.clock
        return layout.encode(fields, flags=dict(self.written), base=found)

    def _read_status(self) -> Steps[bytes]:
        if self.status is None:
            return b""
        return (yield from self.read_registers(self.status.start, self.status.count, timing=False))

    # --- what a chip may do its own way ---------------------------------------------------------------------------

    def read_block(self) -> Steps[bytes]:
        """Read the clock's registers coherently."""
        return (yield from self.read_registers(self.clock.start, self.clock.count))

    def open_for_set(self) -> Steps[bool]:
        """Make the chip ready for the time; return whether anything was written."""
        has_written = False
        for change in self.before:
            has_written |= yield from self.change(change)
        return has_written

    def close_after_set(self) -> Steps[None]:
        """Let the chip run with the time just written."""
        for change in self.after:
            yield from self.change(change)

    def change(self, change: Change) -> Steps[bool]:
        """Read one register and write it back with the bits changed; return whether it was written."""
        found = (yield from self.read_registers(change.register, 1, timing=False))[0]
        wanted = (found | change.up) & ~change.down
        if wanted == found:
            return False
        yield from self.write_registers(change.register, bytes((wanted,)))
        return True

    def pointer(self, register: int) -> bytes:
        """Return a register's pointer as this chip takes it."""
        return bytes((register,))

    def read_registers(self, register: int, count: int, *, timing: bool = True) -> Steps[bytes]:
        """Read registers in one access."""
        return (yield from ask(I2cRead(pointer=self.pointer(register), count=count, timing=timing)))

    def write_registers(self, register: int, octets: bytes) -> Steps[None]:
        """Write registers in one access."""
        yield from ask(I2cWrite(pointer=self.pointer(register), data=octets))
