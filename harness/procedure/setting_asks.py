"""What a procedure may ask of the engine about settings beside the clock: an alarm, and the promise to put it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from harness.procedure.asks import ProcedureAsk
from harness.records import AlarmReading, SettingRecord

ALARM: Final = "alarm"
"""The name of the one setting that procedures change today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAlarm(ProcedureAsk[AlarmReading]):
    """Read the alarm once. Raises LinkError or DeviceRefused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmAlarm(ProcedureAsk[SettingRecord]):
    """Arm the alarm for ``target`` civil seconds, once, under the kernel's guard; the setting must be promised back.

    What became of it is in the record's ``outcome``; a SafetyRefusal means that nothing was sent.
    """

    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearAlarm(ProcedureAsk[SettingRecord]):
    """Clear the flag of the alarm that has fired, once, under the kernel's guard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseSetting(ProcedureAsk[None]):
    """Promise, durably, to put a setting back to ``as_found``; without it no change of it is let through."""

    setting: str
    as_found: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsOwed(ProcedureAsk[tuple[str, ...]]):
    """The names of the settings that are not back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSetting(ProcedureAsk[bytes]):
    """Read a setting once, as it is promised back. Raises LinkError or DeviceRefused."""

    setting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PutSettingBack(ProcedureAsk[SettingRecord]):
    """Write a setting that is owed as it was found, once, under the kernel's guard."""

    setting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseSetting(ProcedureAsk[bool]):
    """Close the promise if ``shown``, just read, is the setting as it was found; tell whether it is."""

    setting: str
    shown: bytes
