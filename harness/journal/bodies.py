"""The bodies of journal records: dataclasses to plain data and back, exactly.

Bytes are hex, enums their values, tuples lists. Decoding refuses what it does not know; it never fills a gap with a
made-up reading.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from harness.calendar.fields import CalendarFields
from harness.device.driver import DeviceIdentity
from harness.device.facts import DeviceFacts
from harness.errors import JournalError
from harness.kernel.evidence_log import fields_body, identity_body, reading_body
from harness.records import (
    AlarmReading,
    Incident,
    LogEntry,
    LogReading,
    PowerRecord,
    Reading,
    Role,
    SecondReading,
    SetRecord,
    SettingRecord,
    WireRecord,
)

__all__ = [
    "alarm_body",
    "alarm_from",
    "bench_body",
    "facts_body",
    "facts_from",
    "identity_body",
    "identity_from",
    "incident_body",
    "incident_from",
    "log_body",
    "log_from",
    "plan_body",
    "power_body",
    "power_from",
    "reading_body",
    "reading_from",
    "set_body",
    "set_from",
    "setting_body",
    "setting_from",
    "wire_body",
    "wire_from",
]

T = TypeVar("T")
Body = Mapping[str, Any]

_ROLES = {role.value: role for role in Role}


def reading_from(body: Body) -> Reading:
    """Rebuild a reading; keys that place it in a run are ignored."""
    second = body.get("second")
    return Reading(
        role=_ROLES[body["role"]],
        second=None if second is None else SecondReading(**_sample_from(second)),
        **_sample_from(body),
    )


def _sample_from(body: Body) -> dict[str, Any]:
    return {
        "fields": CalendarFields(**body["fields"]),
        "flags": body["flags"],
        "raw": bytes.fromhex(body["raw"]),
        "unreadable": body["unreadable"],
        "sent_ns": body["sent_ns"],
        "received_ns": body["received_ns"],
        "exchanges": tuple(body["exchanges"]),
    }


def log_body(reading: LogReading) -> dict[str, object]:
    """Return a log as plain data: each entry's fields, raw bytes, and what stood in the way of unpacking it."""
    return {
        "role": reading.role.value,
        "interval_seconds": reading.interval_seconds,
        "entries": [[fields_body(entry.fields), entry.raw.hex(), entry.unreadable] for entry in reading.entries],
        "sent_ns": reading.sent_ns,
        "received_ns": reading.received_ns,
        "exchanges": list(reading.exchanges),
    }


def log_from(body: Body) -> LogReading:
    """Rebuild a log."""
    return LogReading(
        role=_ROLES[body["role"]],
        interval_seconds=body["interval_seconds"],
        entries=tuple(
            LogEntry(fields=CalendarFields(**fields), raw=bytes.fromhex(raw), unreadable=unreadable)
            for fields, raw, unreadable in body["entries"]
        ),
        sent_ns=body["sent_ns"],
        received_ns=body["received_ns"],
        exchanges=tuple(body["exchanges"]),
    )


def set_body(record: SetRecord) -> dict[str, object]:
    """Return a set as plain data."""
    return {
        "target": record.target,
        "fields": fields_body(record.fields),
        "sent_ns": record.sent_ns,
        "received_ns": record.received_ns,
        "outcome": record.outcome,
        "refusal": record.refusal,
        "exchanges": list(record.exchanges),
        "is_answered": record.is_answered,
    }


def set_from(body: Body) -> SetRecord:
    """Rebuild a set."""
    return SetRecord(
        target=body["target"],
        fields=CalendarFields(**body["fields"]),
        sent_ns=body["sent_ns"],
        received_ns=body["received_ns"],
        outcome=body["outcome"],
        refusal=body["refusal"],
        exchanges=tuple(body["exchanges"]),
        is_answered=body.get("is_answered", False),  # older journals do not say, so it is not taken for granted
    )


def alarm_body(reading: AlarmReading) -> dict[str, object]:
    """Return a look at an alarm as plain data."""
    return {
        "fields": fields_body(reading.fields),
        "is_armed": reading.is_armed,
        "has_fired": reading.has_fired,
        "setting": reading.setting.hex(),
        "raw": reading.raw.hex(),
        "unreadable": reading.unreadable,
        "sent_ns": reading.sent_ns,
        "received_ns": reading.received_ns,
        "exchanges": list(reading.exchanges),
    }


def alarm_from(body: Body) -> AlarmReading:
    """Rebuild a look at an alarm."""
    return AlarmReading(
        fields=CalendarFields(**body["fields"]),
        is_armed=body["is_armed"],
        has_fired=body["has_fired"],
        setting=bytes.fromhex(body["setting"]),
        raw=bytes.fromhex(body["raw"]),
        unreadable=body["unreadable"],
        sent_ns=body["sent_ns"],
        received_ns=body["received_ns"],
        exchanges=tuple(body["exchanges"]),
    )


def setting_body(record: SettingRecord) -> dict[str, object]:
    """Return a change of a setting as plain data."""
    return {
        "setting": record.setting,
        "what": record.what,
        "target": record.target,
        "fields": fields_body(record.fields),
        "sent_ns": record.sent_ns,
        "received_ns": record.received_ns,
        "outcome": record.outcome,
        "refusal": record.refusal,
        "exchanges": list(record.exchanges),
    }


def setting_from(body: Body) -> SettingRecord:
    """Rebuild a change of a setting."""
    return SettingRecord(
        setting=body["setting"],
        what=body["what"],
        target=body["target"],
        fields=CalendarFields(**body["fields"]),
        sent_ns=body["sent_ns"],
        received_ns=body["received_ns"],
        outcome=body["outcome"],
        refusal=body["refusal"],
        exchanges=tuple(body["exchanges"]),
    )


def power_body(record: PowerRecord) -> dict[str, object]:
    """Return a switch of power as plain data."""
    return {
        "on": record.on,
        "sent_ns": record.sent_ns,
        "received_ns": record.received_ns,
        "by": record.by,
        "confirmed": record.confirmed,
        "what": record.what,
    }


def power_from(body: Body) -> PowerRecord:
    """Rebuild a switch of power."""
    return PowerRecord(
        on=body["on"],
        sent_ns=body["sent_ns"],
        received_ns=body["received_ns"],
        by=body["by"],
        confirmed=body["confirmed"],
        what=body.get("what", "supply"),
    )


def incident_body(incident: Incident) -> dict[str, object]:
    """Return an incident as plain data."""
    return {"code": incident.code, "at_ns": incident.at_ns, "says": incident.says, "spoils": incident.spoils}


def incident_from(body: Body) -> Incident:
    """Rebuild an incident."""
    return Incident(code=body["code"], at_ns=body["at_ns"], says=body["says"], spoils=body["spoils"])


def wire_body(record: WireRecord) -> dict[str, object]:
    """Return an exchange as plain data."""
    return {
        "bus": record.bus,
        "station": record.station,
        "sent": record.sent.hex(),
        "received": record.received.hex(),
        "sent_ns": record.sent_ns,
        "received_ns": record.received_ns,
        "fault": record.fault,
    }


def wire_from(body: Body) -> WireRecord:
    """Rebuild an exchange."""
    return WireRecord(
        bus=body["bus"],
        station=body["station"],
        sent=bytes.fromhex(body["sent"]),
        received=bytes.fromhex(body["received"]),
        sent_ns=body["sent_ns"],
        received_ns=body["received_ns"],
        fault=body["fault"],
    )


def identity_from(body: Body) -> DeviceIdentity:
    """Rebuild what a device said of itself."""
    return DeviceIdentity(
        entries=tuple((name, text) for name, text in body["entries"]), serial_number=body["serial_number"]
    )


def plan_body(plan: object) -> dict[str, object]:
    """Return a plan as plain data; its text and path are left out, the frozen copy is the plan."""
    return _encode_whole(plan)


def bench_body(bench: object) -> dict[str, object]:
    """Return a bench as plain data; its text and path are left out, the frozen copy is the bench."""
    return _encode_whole(bench)


def facts_body(facts: DeviceFacts) -> dict[str, object]:
    """Return a model's facts as plain data."""
    return cast("dict[str, object]", _encode(facts))


def facts_from(body: Mapping[str, object]) -> DeviceFacts:
    """Rebuild a model's facts; a field younger than the journal takes its default.

    Raises:
        JournalError: the body does not spell facts.
    """
    return _decode_dataclass(DeviceFacts, body, "facts")


# --- the small codec behind facts: frozen dataclasses, enums, tuples, scalars ------------------------------------


_FROZEN_APART = frozenset({"path", "places", "signing_key", "text"})


def _encode_whole(item: object) -> dict[str, object]:
    """Return a dataclass as plain data, less what is frozen as a file of its own."""
    body = cast("dict[str, object]", _encode(item))
    return {name: inner for name, inner in body.items() if name not in _FROZEN_APART}


def _encode(item: object) -> object:
    """Return plain data for a tree of dataclasses; what a live simulator offers to be called is no data."""
    if is_dataclass(item):
        named = ((field.name, getattr(item, field.name)) for field in fields(item))
        return {name: _encode(inner) for name, inner in named if not callable(inner)}
    if isinstance(item, Mapping):
        return {str(key): _encode(inner) for key, inner in item.items()}
    if isinstance(item, tuple | list):
        return [_encode(each) for each in item]
    if isinstance(item, Enum):
        return item.value
    if isinstance(item, Path):
        return item.name
    # One and a half stop bits: the journal has no floats, for their spelling depends on the writer.
    return repr(item) if isinstance(item, float) else item


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _decode_dataclass(kind: type[T], body: object, where: str) -> T:
    """Build a dataclass from an object with its field names."""
    if not isinstance(body, Mapping):
        raise JournalError(f"{where}: an object was expected, not {body!r}")
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    if strange := sorted(set(body) - set(known)):
        raise JournalError(f"{where}: unknown field {strange[0]}")
    for name, field in known.items():
        if name not in body and field.default is MISSING and field.default_factory is MISSING:
            raise JournalError(f"{where}: {name} is missing")
    hints: dict[str, Any] = _hints(cast("Any", kind))
    return kind(**{name: _decode(hints[name], inner, f"{where}.{name}") for name, inner in body.items()})


def _decode(hint: Any, item: object, where: str) -> Any:
    """Return ``item`` as the annotated type, or refuse it."""
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        return _decode_union(get_args(hint), item, where)
    if origin is tuple:
        return _decode_tuple(get_args(hint), item, where)
    if origin is Literal:
        if item in get_args(hint):
            return item
    elif is_dataclass(hint):
        return _decode_dataclass(cast("type[Any]", hint), item, where)
    elif issubclass(hint, Enum):
        for member in hint:
            if member.value == item:
                return member
    elif type(item) is hint:
        return item
    raise JournalError(f"{where}: {item!r} is not {hint}")


def _decode_union(choices: tuple[Any, ...], item: object, where: str) -> Any:
    """Take the alternative whose type is the item's own; ``True`` is no integer here."""
    if item is None and type(None) in choices:
        return None
    if type(item) in choices:
        return item
    for choice in choices:
        if is_dataclass(choice):
            return _decode(choice, item, where)
    raise JournalError(f"{where}: {item!r} is none of {choices}")


def _decode_tuple(kinds: tuple[Any, ...], item: object, where: str) -> tuple[Any, ...]:
    """Build a tuple from a list: ``tuple[X, ...]`` of any length, ``tuple[X, Y]`` of exactly two."""
    if not isinstance(item, list | tuple):
        raise JournalError(f"{where}: a list was expected, not {item!r}")
    if kinds[-1] is Ellipsis:
        return tuple(_decode(kinds[0], each, f"{where}[{at}]") for at, each in enumerate(item))
    if len(kinds) != len(item):
        raise JournalError(f"{where}: {len(kinds)} entries were expected, not {len(item)}")
    pairs = zip(kinds, item, strict=True)
    return tuple(_decode(kind, each, f"{where}[{at}]") for at, (kind, each) in enumerate(pairs))
