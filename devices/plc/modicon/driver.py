"""The Modicon time-of-day block over Modbus: eight holding registers from a configured address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields as fields_of

from devices.options import int_option, window_of, with_century_window
from devices.plc.modicon import FACTS
from harness.calendar.fields import CalendarFields
from harness.codec.layout import Bin, Bit, FieldMap, Word
from harness.codec.words import bytes_of_words, words_of_bytes
from harness.device.asks import (
    Pause,
    ReadCoils,
    ReadDeviceIdentification,
    ReadRegisters,
    ReportServerId,
    Steps,
    WriteRegisters,
    ask,
)
from harness.device.driver import ClockSample, DeviceIdentity, Options
from harness.device.facts import MS_NS, DeviceFacts
from harness.errors import DeviceRefused, LinkError

_BLOCK_COUNT = 8
_ILLEGAL_FUNCTION = 1
_CONFIRM_READS = 20
_CONFIRM_PAUSE_NS = 100 * MS_NS  # a controller takes the block at the end of a scan, some tens of milliseconds
_MOST_COILS = 2000  # what function 1 carries in one request
_OBJECT_NAMES = {0: "vendor", 1: "product", 2: "revision"}


def make_driver(options: Options) -> Modicon:
    """Make the driver; the options say where the block stands, what its control bits are, and which coils are watched."""
    masks = {name: int_option(options, f"{name}-bit") for name in ("set", "read", "done", "error")}
    for name, mask in masks.items():
        if mask.bit_count() != 1:
            raise ValueError(f"the option '{name}-bit' is {mask:#06x}, which is not one bit")
    base = int_option(options, "base", highest=0xFFFF - _BLOCK_COUNT + 1)
    coils = int_option(options, "coils-start"), int_option(options, "coils-count", highest=_MOST_COILS)
    declared = Modicon(
        facts=with_century_window(FACTS, window_of(options)),
        layout=_layout(base, masks),
        set_bit=masks["set"],
        done_bit=masks["done"],
        error_bit=masks["error"],
        fingerprint=(
            int_option(options, "fingerprint-start"),
            int_option(options, "fingerprint-count", highest=125),
        ),
    )
    if not coils[1]:
        return declared
    named = {field.name: getattr(declared, field.name) for field in fields_of(declared)}
    return ModiconWithCoils(**named, coils=coils)


def _layout(base: int, masks: dict[str, int]) -> FieldMap:
    """Return the block's map (870 USE 101 10, p. 229); numbers are plain binary."""
    return FieldMap(
        start=base,
        count=_BLOCK_COUNT,
        weekday=Bin(Word(base + 1)),
        month=Bin(Word(base + 2)),
        day=Bin(Word(base + 3)),
        year=Bin(Word(base + 4)),
        hour=Bin(Word(base + 5)),
        minute=Bin(Word(base + 6)),
        second=Bin(Word(base + 7)),
        being_set=Bit(Word(base), masks["set"]),
        being_read=Bit(Word(base), masks["read"]),
        all_set=Bit(Word(base), masks["done"]),
        error=Bit(Word(base), masks["error"]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Modicon:
    """The driver.

    Attributes:
        layout: the block, at the address the options chose.
        set_bit, done_bit, error_bit: masks in the control register.
        fingerprint: start and count of registers that never change; a count of 0 for none.
    """

    facts: DeviceFacts
    layout: FieldMap
    set_bit: int
    done_bit: int
    error_bit: int
    fingerprint: tuple[int, int]

    def identify(self) -> Steps[DeviceIdentity]:
        """Ask the controller for its names; where it has none, fall back to registers that never change.

        Only exception 01 (no such function) leads to the next way. Any other refusal, and silence, stay what they are.
        """
        entries = yield from _read_names()
        if entries is None:
            entries = yield from _read_server_id()
        if entries is None:
            entries = yield from self._read_fingerprint()
        return DeviceIdentity(entries=entries)

    def _read_fingerprint(self) -> Steps[tuple[tuple[str, str], ...]]:
        start, count = self.fingerprint
        block = (("time-of-day-block", f"{self.layout.start:04x}"),)
        if not count:
            yield from ask(ReadRegisters(start=self.layout.start, count=_BLOCK_COUNT, timing=False))
            return block
        words = yield from ask(ReadRegisters(start=start, count=count, timing=False))
        return (*block, (f"registers-{start:04x}", bytes_of_words(words).hex()))

    def read_clock(self) -> Steps[ClockSample]:
        """Read the whole block at once, so that no carry falls between two registers."""
        words = yield from ask(ReadRegisters(start=self.layout.start, count=_BLOCK_COUNT))
        raw = bytes_of_words(words)
        fields, flags, unreadable = self.layout.decode(raw)
        return ClockSample(fields=fields, flags=flags, raw=raw, unreadable=unreadable)

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Write the block and the set bit in one request, then read until the controller says done or error.

        Raises:
            ValueError: a field is missing or does not fit; nothing has been written.
            DeviceRefused: the error bit came up.
            LinkError: ``set-not-confirmed``: neither bit came up in time; the set may or may not have been taken.
        """
        block = self.layout.encode(fields, base=None)
        control_and_fields = (self.set_bit, *words_of_bytes(block)[1:])
        yield from ask(WriteRegisters(start=self.layout.start, words=control_and_fields))
        yield from self._confirm()

    def _confirm(self) -> Steps[None]:
        control = 0
        for _ in range(_CONFIRM_READS):
            (control,) = yield from ask(ReadRegisters(start=self.layout.start, count=1, timing=False))
            raw = bytes_of_words((control,))
            if control & self.error_bit:
                raise DeviceRefused("error-bit", f"the controller refused the values (control {control:04X}h)", raw=raw)
            if control & self.done_bit and not control & self.set_bit:
                return
            yield from ask(Pause(duration_ns=_CONFIRM_PAUSE_NS))
        raise LinkError(
            "set-not-confirmed",
            f"the controller has not said whether it took the values (control {control:04X}h)",
            raw=bytes_of_words((control,)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModiconWithCoils(Modicon):
    """The driver of a controller whose coils are watched.

    Attributes:
        coils: the first one's wire address, and how many.
    """

    coils: tuple[int, int]

    def read_outputs(self) -> Steps[Mapping[str, bool]]:
        """Read the coils in one request; each is named as the controller's program does, from 000001."""
        start, count = self.coils
        states = yield from ask(ReadCoils(start=start, count=count, timing=False))
        return {f"{at + 1:06d}": is_on for at, is_on in enumerate(states, start)}


def _read_names() -> Steps[tuple[tuple[str, str], ...] | None]:
    try:
        objects = yield from ask(ReadDeviceIdentification())
    except DeviceRefused as refusal:
        if refusal.code != _ILLEGAL_FUNCTION:
            raise
        return None
    return tuple(
        (_OBJECT_NAMES.get(number, f"object-{number}"), content.decode("latin-1"))
        for number, content in sorted(objects.items())
    )


def _read_server_id() -> Steps[tuple[tuple[str, str], ...] | None]:
    try:
        described = yield from ask(ReportServerId())
    except DeviceRefused as refusal:
        if refusal.code != _ILLEGAL_FUNCTION:
            raise
        return None
    return (("server-id", described.hex()),)
