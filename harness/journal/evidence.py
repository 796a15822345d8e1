"""Rebuilds what a run knows from its journal alone; nothing a judge or a report sees comes from anywhere else.

Only the chain is trusted. Records of kinds that are no evidence of a device (intents, voided identities ...)
are passed over; a record that is evidence and cannot be understood stops the reading.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import JournalError
from harness.journal.bodies import (
    alarm_from,
    incident_from,
    log_from,
    power_from,
    reading_from,
    set_from,
    setting_from,
    wire_from,
)
from harness.journal.lines import JOURNAL_NAME, JournalReader, Record
from harness.records import (
    AlarmReading,
    CrossingEvidence,
    DeviceEvidence,
    Incident,
    LogReading,
    OutputRecord,
    PhotoRecord,
    PowerRecord,
    Reading,
    Role,
    RunEvidence,
    SetRecord,
    SettingRecord,
    Variant,
    WireRecord,
)

Body = dict[str, Any]


def read_run(folder: Path) -> RunEvidence:
    """Return all the evidence of a run.

    Raises:
        JournalError: the journal is missing, not sound, or does not begin a run.
    """
    return _Rebuild(folder).evidence()


@dataclass(slots=True)
class _Device:
    """One device's evidence as it grows."""

    facts: Body
    body: Body
    identity: Body | None = None
    original: Reading | None = None
    obligation: Body | None = None
    is_owed: bool = False
    discharged_by: int | None = None
    restore_target: int | None = None
    restore_outcome: str = ""
    incidents: list[Incident] = field(default_factory=list)

    def restore(self) -> str:
        """Return what became of the promise."""
        if self.obligation is None:
            return "not-needed"
        if not self.is_owed:
            return "discharged"
        return "refused" if self.restore_outcome == "refused" else "owed"


@dataclass(slots=True)
class _Crossing:
    """One crossing's evidence as it grows."""

    body: Body
    ended: Body | None = None
    sets: list[SetRecord] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    power: list[PowerRecord] = field(default_factory=list)
    logs: list[LogReading] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    alarms: list[AlarmReading] = field(default_factory=list)
    settings: list[SettingRecord] = field(default_factory=list)
    outputs: list[OutputRecord] = field(default_factory=list)


class _Rebuild:
    """One pass over a journal."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: Record | None = None
        self._ended: Record | None = None
        self._devices: dict[str, _Device] = {}
        self._crossings: dict[int, _Crossing] = {}
        self._readings: dict[int, Reading] = {}
        self._incidents: list[Incident] = []
        self._wire: dict[int, WireRecord] = {}
        self._photos: list[PhotoRecord] = []
        framers: dict[str, Callable[[Record], None]] = {
            "run-started": self._take_started,
            "run-ended": self._take_run_ended,
            "outputs": self._take_outputs,
            "photo": self._take_photo,
        }
        takers: dict[str, Callable[[int, Body], None]] = {
            "device": self._take_device,
            "identity": self._take_identity,
            "wire": self._take_wire,
            "oblige": self._take_oblige,
            "crossing-begun": self._take_begun,
            "set": self._take_set,
            "reading": self._take_reading,
            "power": self._take_power,
            "alarm": self._take_alarm,
            "setting-changed": self._take_setting,
            "log": self._take_log,
            "incident": self._take_incident,
            "crossing-ended": self._take_ended,
            "restore": self._take_restore,
            "discharged": self._take_discharged,
        }
        reader = JournalReader(folder / JOURNAL_NAME)
        for record in reader:
            kind = record["kind"]
            try:
                if kind in takers:
                    takers[kind](record["seq"], record["body"])
                elif kind in framers:
                    framers[kind](record)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise JournalError(
                    f"{folder}: {kind} record {record['seq']} cannot be understood: {error!r}"
                ) from error
        self._head = reader.head
        self._records = reader.next_seq - 1

    # --- records of which the time they were written matters ---------------------------------------------------------

    def _take_started(self, record: Record) -> None:
        self._started = record

    def _take_run_ended(self, record: Record) -> None:
        self._ended = record

    def _take_outputs(self, record: Record) -> None:
        body = record["body"]
        number = body["crossing"]
        if number is not None:
            seen = OutputRecord(
                at_ns=record["mono_ns"], shown=dict(body["outputs"]), changed=tuple(body.get("changed", ()))
            )
            self._crossings[number].outputs.append(seen)

    def _take_photo(self, record: Record) -> None:
        self._photos.append(PhotoRecord(utc_ns=record["utc_ns"], **record["body"]))

    # --- records that say all in their bodies ------------------------------------------------------------------------

    def _take_device(self, _seq: int, body: Body) -> None:
        # A recovery tells of the device again; what was found first stands.
        if body["device"] not in self._devices:
            self._devices[body["device"]] = _Device(body["facts"], body)

    def _take_identity(self, _seq: int, body: Body) -> None:
        device = self._devices[body["device"]]
        device.identity = device.identity or body

    def _take_wire(self, seq: int, body: Body) -> None:
        self._wire[seq] = wire_from(body)

    def _take_oblige(self, _seq: int, body: Body) -> None:
        device = self._devices[body["device"]]
        if device.obligation is None:
            device.obligation = body
            device.original = reading_from(body["original"])
        device.is_owed = True

    def _take_begun(self, _seq: int, body: Body) -> None:
        self._crossings[body["number"]] = _Crossing(body)

    def _take_ended(self, _seq: int, body: Body) -> None:
        self._crossings[body["number"]].ended = body

    def _take_reading(self, seq: int, body: Body) -> None:
        reading = reading_from(body)
        self._readings[seq] = reading
        number = body["crossing"]
        if number is not None:
            self._crossings[number].readings.append(reading)
        elif reading.role is Role.ORIGINAL:
            device = self._devices[body["device"]]
            device.original = device.original or reading

    def _take_set(self, _seq: int, body: Body) -> None:
        record = set_from(body)
        number = body["crossing"]
        if number is not None:
            self._crossings[number].sets.append(record)
            return
        # A set outside every crossing is the restore.
        device = self._devices[body["device"]]
        device.restore_target, device.restore_outcome = record.target, record.outcome

    def _take_restore(self, _seq: int, body: Body) -> None:
        device = self._devices[body["device"]]
        device.restore_target, device.restore_outcome = body["target"], body["outcome"]

    def _take_discharged(self, _seq: int, body: Body) -> None:
        device = self._devices[body["device"]]
        device.is_owed = False
        device.discharged_by = body["reading"]

    def _take_power(self, _seq: int, body: Body) -> None:
        number = body["crossing"]
        if number is not None:  # power given back for the restore bears on no verdict
            self._crossings[number].power.append(power_from(body))

    def _take_alarm(self, _seq: int, body: Body) -> None:
        if body["crossing"] is not None:
            self._crossings[body["crossing"]].alarms.append(alarm_from(body))

    def _take_setting(self, _seq: int, body: Body) -> None:
        if body["crossing"] is not None:  # one put back outside every crossing belongs to the restore
            self._crossings[body["crossing"]].settings.append(setting_from(body))

    def _take_log(self, _seq: int, body: Body) -> None:
        self._crossings[body["crossing"]].logs.append(log_from(body))

    def _take_incident(self, _seq: int, body: Body) -> None:
        incident = incident_from(body)
        if body["crossing"] is not None:
            self._crossings[body["crossing"]].incidents.append(incident)
        elif body["device"] is not None:
            self._devices[body["device"]].incidents.append(incident)
        else:
            self._incidents.append(incident)

    # --- the whole ------------------------------------------------------------------------------------------------

    def evidence(self) -> RunEvidence:
        """Return the run as one value."""
        if self._started is None:
            raise JournalError(f"{self._folder}: the journal begins no run")
        try:
            return self._evidence(self._started)
        except (KeyError, TypeError, ValueError) as error:
            raise JournalError(f"{self._folder}: the run cannot be understood: {error!r}") from error

    def _evidence(self, started: Record) -> RunEvidence:
        body = started["body"]
        ended = self._ended
        return RunEvidence(
            run=body["run"],
            plan_body=body["plan"],
            bench_body=body["bench"],
            started_utc_ns=started["utc_ns"],
            started_mono_ns=started["mono_ns"],
            ended_utc_ns=None if ended is None else ended["utc_ns"],
            ended="" if ended is None else _word_for(ended["body"]["reason"]),
            is_virtual=body["virtual"],
            head=self._head,
            records=self._records,
            versions=body["versions"],
            devices=tuple(self._device(name, device) for name, device in self._devices.items()),
            crossings=tuple(_crossing(crossing) for crossing in self._crossings.values()),
            incidents=tuple(self._incidents),
            wire=self._wire,
            signing_key=str(body.get("signing_key", "")),
            frozen=dict(body.get("frozen", {})),
            photos=tuple(self._photos),
        )

    def _device(self, name: str, device: _Device) -> DeviceEvidence:
        said = device.identity or {}
        obligation = device.obligation or {}
        proof = device.discharged_by
        return DeviceEvidence(
            name=name,
            model=device.body["model"],
            facts_body=device.facts,
            simulated=device.body["simulated"],
            link_says=device.body["link"],
            identity=tuple((entry[0], entry[1]) for entry in said.get("entries", ())),
            serial_number=said.get("serial_number") or said.get("stated_serial_number"),
            original=device.original,
            offset_seconds=obligation.get("offset_seconds"),
            restore=device.restore(),
            restore_reading=None if proof is None else self._readings[proof],
            restore_target=device.restore_target,
            incidents=tuple(device.incidents),
        )


def _word_for(reason: str) -> str:
    """Return how a run ended: by itself, or because something stopped it."""
    return "finished" if reason == "finished" else "interrupted"


def _crossing(crossing: _Crossing) -> CrossingEvidence:
    """Return one crossing; one that the journal never ends was not completed."""
    begun, ended = crossing.body, crossing.ended
    return CrossingEvidence(
        number=begun["number"],
        device=begun["device"],
        edge=begun["edge"],
        edge_seconds=begun["edge_seconds"],
        variant=Variant(begun["variant"]),
        repeat=begun["repeat"],
        sets=tuple(crossing.sets),
        readings=tuple(crossing.readings),
        power=tuple(crossing.power),
        logs=tuple(crossing.logs),
        incidents=tuple(crossing.incidents),
        completed=ended is not None and ended["completed"],
        not_applicable="" if ended is None else ended["not_applicable"],
        alarms=tuple(crossing.alarms),
        settings=tuple(crossing.settings),
        outputs=tuple(crossing.outputs),
    )
