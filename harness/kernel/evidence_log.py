"""What the kernel needs of a journal, and the bodies of the records it writes itself.

The journal's own room stands above the kernel and re-exports these bodies; none is spelled twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields as dataclass_fields
from typing import Protocol

from harness.calendar.fields import CalendarFields
from harness.device.driver import DeviceIdentity
from harness.records import Reading, SecondReading

_FIELD_NAMES = tuple(field.name for field in dataclass_fields(CalendarFields))


class EvidenceLog(Protocol):
    """Where the kernel leaves evidence."""

    def append(self, kind: str, body: Mapping[str, object], *, durable: bool = False) -> int:
        """Append one record and return its number; when ``durable``, return only once it is on the disk.

        Raises:
            JournalError: the record is not safe; whatever it announced must not be done.
        """
        ...


def fields_body(fields: CalendarFields) -> dict[str, object]:
    """Return the fields a clock gave, absent ones left out."""
    present = ((name, getattr(fields, name)) for name in _FIELD_NAMES)
    return {name: number for name, number in present if number is not None}


def reading_body(reading: Reading) -> dict[str, object]:
    """Return a reading as plain data; raw bytes in hex."""
    second = {} if reading.second is None else {"second": _sample_body(reading.second)}
    return {"role": reading.role.value, **_sample_body(reading), **second}


def _sample_body(reading: Reading | SecondReading) -> dict[str, object]:
    return {
        "fields": fields_body(reading.fields),
        "flags": dict(reading.flags),
        "raw": reading.raw.hex(),
        "unreadable": reading.unreadable,
        "sent_ns": reading.sent_ns,
        "received_ns": reading.received_ns,
        "exchanges": list(reading.exchanges),
    }


def identity_body(identity: DeviceIdentity) -> dict[str, object]:
    """Return what a device said of itself as plain data."""
    return {
        "entries": [[name, text] for name, text in identity.entries],
        "serial_number": identity.serial_number,
    }
