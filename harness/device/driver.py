"""The protocols a driver fulfils. Absence of a capability is a type fact, not an exception at run time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from harness.calendar.fields import CalendarFields
from harness.device.alarm import AlarmSample
from harness.device.asks import Steps
from harness.device.facts import DeviceFacts
from harness.records import LogEntry

OptionValue = int | str | bool
Options = Mapping[str, OptionValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSample:
    """What one coherent read of a device's clock gave.

    Attributes:
        fields: unpacked, not interpreted.
        flags: named booleans the device gives beside the time (``oscillator-stopped``, ``halted``, ``twelve-hour``).
        raw: the bytes or text the fields were unpacked from.
        unreadable: why the raw bytes could not be unpacked (``not-bcd:hour``), or None. A sample with such a reason is
            evidence, never a time.
    """

    fields: CalendarFields
    raw: bytes
    flags: Mapping[str, bool] = field(default_factory=dict)
    unreadable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSample:
    """A device's whole log, as one reading of it gave it.

    Attributes:
        entries: in the order in which the device gives them, the one it takes for the oldest first.
        interval_seconds: how often it files one, as the device says.
    """

    entries: tuple[LogEntry, ...]
    interval_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceIdentity:
    """What a device said of itself: named strings in the order read, and whether it names this very unit."""

    entries: tuple[tuple[str, str], ...]
    serial_number: str | None = None


class Driver(Protocol):
    """One model's clock protocol. It holds options, never a port."""

    @property
    def facts(self) -> DeviceFacts:
        """The model's facts as these options make them (a chosen century window narrows the range)."""
        ...

    def identify(self) -> Steps[DeviceIdentity]:
        """Read what the device can tell of itself. Never writes."""
        ...

    def read_clock(self) -> Steps[ClockSample]:
        """Read the clock once, coherently. Never writes what counts as a change."""
        ...

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        """Set the clock. Every ask that changes the device is marked ``writes``; none is ever repeated."""
        ...


@runtime_checkable
class HasAlarm(Protocol):
    """A device with an alarm, or a schedule, that can be armed and read back; ``facts.alarm`` says what it compares.

    Arming changes what the device was found with. A run promises that setting back before it arms, and writes it back.
    """

    def read_alarm(self) -> Steps[AlarmSample]:
        """Read the alarm. Never writes, and leaves a raised flag raised."""
        ...

    def arm_alarm(self, moment: CalendarFields) -> Steps[None]:
        """Set the alarm to the parts of a moment that it compares, and arm it."""
        ...

    def clear_alarm(self) -> Steps[None]:
        """Clear the flag of an alarm that has fired; it stays armed. Writes nothing where nothing is latched."""
        ...

    def put_alarm_back(self, setting: bytes) -> Steps[None]:
        """Write back the setting that ``read_alarm`` gave, with the flag clear, as a run requires it found."""
        ...


@runtime_checkable
class HasOutputs(Protocol):
    """A device whose outputs can be read: what it switches is watched while its clock stands elsewhere."""

    def read_outputs(self) -> Steps[Mapping[str, bool]]:
        """Read every output by its name. Never writes."""
        ...


@runtime_checkable
class HasLog(Protocol):
    """A device that keeps a log by itself; its facts say what an entry's date can hold."""

    def read_log(self) -> Steps[LogSample]:
        """Read the whole log and its interval. Changes no setting and purges nothing.

        Where the device itself purges what was read, its facts say so (``LogFacts.read_purges``).
        """
        ...


@runtime_checkable
class HasSecondClock(Protocol):
    """A device with another clock beside the one that is tested; its facts say how the two belong together."""

    def read_second_clock(self) -> Steps[ClockSample]:
        """Read the other clock once, coherently. Never writes."""
        ...


@runtime_checkable
class HasPowerControl(Protocol):
    """A device that switches power to others: a bench supply, a relay."""

    def read_power(self, channel: int) -> Steps[bool]:
        """Read whether the channel is on."""
        ...

    def switch_power(self, channel: int, *, on: bool) -> Steps[None]:
        """Switch the channel. Not a clock write, but a write all the same."""
        ...
