"""What a run knows is rebuilt from its journal alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.calendar.century import CenturyRule
from harness.calendar.fields import CalendarFields
from harness.calendar.form import ClockForm
from harness.clock import VirtualClock
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans
from harness.errors import JournalError
from harness.journal import bodies
from harness.journal.evidence import read_run
from harness.journal.log import Journal
from harness.records import (
    CrossingEvidence,
    Incident,
    OutputRecord,
    PhotoRecord,
    PowerRecord,
    Reading,
    Role,
    RunEvidence,
    SetRecord,
    Variant,
    WireRecord,
)

FACTS = DeviceFacts(
    id="rtc/example",
    maker="Example",
    model="RTC-1",
    form=ClockForm(century=CenturyRule.window(1970)),
    first="1970-01-01",
    last="2069-12-31",
    identity=IdentityMeans.SERIAL_NUMBER,
    links=("i2c",),
    certainty=Certainty.VERIFIED,
    sources=("none",),
)
WIRE = WireRecord(bus="COM7", station=104, sent=b"\xd0\x00", received=b"\x59", sent_ns=10, received_ns=20)
SET = SetRecord(
    target=946_684_740, fields=CalendarFields(year=99, second=0), sent_ns=30, received_ns=40, outcome="acknowledged"
)
POWER = PowerRecord(on=False, sent_ns=50, received_ns=60, by="channel", confirmed=True)
NOISE = Incident(code="no-reply", at_ns=70, says="nothing came", spoils=True)


def make_reading(role: Role, second: int = 0, exchanges: tuple[int, ...] = ()) -> Reading:
    return Reading(
        role=role,
        fields=CalendarFields(year=99, month=12, day=31, hour=23, minute=59, second=second),
        flags={"halted": False},
        raw=b"\x59\x23",
        unreadable=None,
        sent_ns=100 + second,
        received_ns=110 + second,
        exchanges=exchanges,
    )


class Writer:
    """Writes a run as the engine does."""

    def __init__(self, folder: Path) -> None:
        self.clock = VirtualClock(utc_ns=1_795_466_700_000_000_000)
        self.journal = Journal.create(folder, self.clock, reserve_bytes=0)
        self.folder = folder

    def begin(self) -> None:
        self.journal.append(
            "run-started",
            {
                "run": "20261123T204500Z-barn-2-K7",
                "plan": {"name": "year-2000"},
                "bench": {"name": "barn-2"},
                "virtual": True,
                "versions": {"rollover-bench": "0.1.0"},
            },
        )
        device = {"device": "rtc", "model": "rtc/example", "options": {}, "link": "COM7 104", "simulated": True}
        self.journal.append("device", device | {"facts": bodies.facts_body(FACTS)})

    def identify(self, serial: str | None, stated: str | None = None) -> None:
        body = {"device": "rtc", "generation": 1, "entries": [["vendor", "Example"]]}
        self.journal.append("identity", body | {"serial_number": serial, "stated_serial_number": stated})

    def read(self, reading: Reading, crossing: int | None = None) -> int:
        body = {"device": "rtc", "crossing": crossing, **bodies.reading_body(reading)}
        return self.journal.append("reading", body)

    def oblige(self, offset_seconds: int | None = 7_200) -> None:
        self.journal.append(
            "oblige",
            {
                "device": "rtc",
                "original": bodies.reading_body(make_reading(Role.ORIGINAL)),
                "offset_seconds": offset_seconds,
                "rule": "host UTC + original offset",
                "host_utc_ns": 1,
            },
        )

    def write_clock(self, record: SetRecord, crossing: int | None = None) -> None:
        self.journal.append("set", {"device": "rtc", "crossing": crossing, **bodies.set_body(record)})

    def begin_crossing(self, number: int = 1) -> None:
        self.journal.append(
            "crossing-begun",
            {
                "number": number,
                "device": "rtc",
                "edge": "y2k-rollover",
                "edge_seconds": 946_684_800,
                "variant": "unpowered",
                "repeat": 2,
            },
        )

    def end_crossing(self, number: int = 1, not_applicable: str = "") -> None:
        body = {"number": number, "completed": True, "not_applicable": not_applicable}
        self.journal.append("crossing-ended", body)

    def evidence(self) -> RunEvidence:
        self.journal.close()
        return read_run(self.folder)


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    ready = Writer(tmp_path)
    ready.begin()
    return ready


def test_a_whole_run_comes_back(writer: Writer) -> None:
    writer.identify("A70512")
    wire = writer.journal.take_wire(WIRE)
    writer.read(make_reading(Role.ORIGINAL, exchanges=(wire,)))
    writer.oblige()
    writer.begin_crossing()
    writer.write_clock(SET, 1)
    writer.read(make_reading(Role.BEFORE, 58), 1)
    writer.read(make_reading(Role.AFTER, 1), 1)
    writer.journal.append("power", {"device": "rtc", "crossing": 1, **bodies.power_body(POWER)})
    writer.journal.append("incident", {"device": "rtc", "crossing": 1, **bodies.incident_body(NOISE)})
    writer.end_crossing()
    writer.clock.advance_to(5_000_000_000)
    writer.write_clock(SET)
    proof = writer.read(make_reading(Role.RESTORED, 5))
    writer.journal.append("discharged", {"device": "rtc", "reading": proof})
    writer.journal.append("run-ended", {"reason": "finished"})
    evidence = writer.evidence()
    assert "20261123T204500Z-barn-2-K7" == evidence.run
    assert ({"name": "year-2000"}, {"name": "barn-2"}) == (evidence.plan_body, evidence.bench_body)
    assert (1_795_466_700_000_000_000, 0) == (evidence.started_utc_ns, evidence.started_mono_ns)
    assert (1_795_466_705_000_000_000, "finished", True) == (evidence.ended_utc_ns, evidence.ended, evidence.is_virtual)
    assert writer.journal.head == evidence.head
    assert {"rollover-bench": "0.1.0"} == evidence.versions
    assert {wire: WIRE} == evidence.wire
    (device,) = evidence.devices
    assert ("rtc", "rtc/example", True, "COM7 104") == (device.name, device.model, device.simulated, device.link_says)
    assert FACTS == bodies.facts_from(device.facts_body)
    assert ((("vendor", "Example"),), "A70512") == (device.identity, device.serial_number)
    assert make_reading(Role.ORIGINAL) == device.original
    assert (7_200, "discharged", 946_684_740) == (device.offset_seconds, device.restore, device.restore_target)
    assert make_reading(Role.RESTORED, 5) == device.restore_reading
    assert evidence.crossings == (
        CrossingEvidence(
            number=1,
            device="rtc",
            edge="y2k-rollover",
            edge_seconds=946_684_800,
            variant=Variant.UNPOWERED,
            repeat=2,
            sets=(SET,),
            readings=(make_reading(Role.BEFORE, 58), make_reading(Role.AFTER, 1)),
            power=(POWER,),
            incidents=(NOISE,),
            completed=True,
        ),
    )


def test_a_journal_that_just_stops_is_a_run_that_did_not_end(writer: Writer) -> None:
    writer.oblige()
    writer.begin_crossing()
    evidence = writer.evidence()
    assert ("", None) == (evidence.ended, evidence.ended_utc_ns)
    assert not evidence.crossings[0].completed
    assert "owed" == evidence.devices[0].restore


def test_a_stopped_run_is_interrupted(writer: Writer) -> None:
    writer.journal.append("run-ended", {"reason": "SIGTERM"})
    assert "interrupted" == writer.evidence().ended


def test_a_device_that_was_only_looked_at_needs_no_restore(writer: Writer) -> None:
    writer.identify(None, stated="B1")
    writer.read(make_reading(Role.ORIGINAL))
    writer.begin_crossing()
    writer.end_crossing(not_applicable="edge-outside-range")
    evidence = writer.evidence()
    (device,) = evidence.devices
    assert ("not-needed", None, None) == (device.restore, device.restore_reading, device.restore_target)
    assert make_reading(Role.ORIGINAL) == device.original
    assert "B1" == device.serial_number
    assert "edge-outside-range" == evidence.crossings[0].not_applicable


def test_a_refused_restore_is_told_as_refused(writer: Writer) -> None:
    writer.oblige(offset_seconds=None)
    writer.journal.append("restore", {"device": "rtc", "target": 5, "outcome": "refused"})
    writer.journal.append("restore-failed", {"device": "rtc", "why": "illegal data value"})
    (device,) = writer.evidence().devices
    assert ("refused", 5, None) == (device.restore, device.restore_target, device.offset_seconds)


def test_a_promise_made_again_after_a_discharge_is_owed_again(writer: Writer) -> None:
    writer.oblige()
    proof = writer.read(make_reading(Role.RESTORED))
    writer.journal.append("discharged", {"device": "rtc", "reading": proof})
    writer.oblige()
    assert "owed" == writer.evidence().devices[0].restore


def test_incidents_of_no_crossing_belong_to_the_device_or_to_the_run(writer: Writer) -> None:
    writer.journal.append("incident", {"device": "rtc", "crossing": None, **bodies.incident_body(NOISE)})
    writer.journal.append("incident", {"device": None, "crossing": None, **bodies.incident_body(NOISE)})
    evidence = writer.evidence()
    assert (NOISE,) == evidence.devices[0].incidents
    assert (NOISE,) == evidence.incidents


def test_a_recovery_ends_with_the_evidence_of_the_first_run(writer: Writer) -> None:
    writer.identify("A70512")
    writer.oblige()
    writer.journal.close()
    writer.journal = Journal.reopen(writer.folder, writer.clock)
    writer.identify("A70512")
    writer.write_clock(SET)
    proof = writer.read(make_reading(Role.RESTORED))
    writer.journal.append("discharged", {"device": "rtc", "reading": proof})
    evidence = writer.evidence()
    assert "discharged" == evidence.devices[0].restore
    assert "" == evidence.ended


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("reading", {"device": "rtc"}),
        ("reading", {"crossing": None, **bodies.reading_body(make_reading(Role.BEFORE)), "role": "wish"}),
        ("set", {"device": "rtc", "crossing": 9, **bodies.set_body(SET)}),
        ("discharged", {"device": "silo", "reading": 1}),
        ("wire", bodies.wire_body(WIRE) | {"sent": "zz"}),
    ],
)
def test_evidence_that_is_not_understood_stops_the_reading(writer: Writer, kind: str, body: dict[str, object]) -> None:
    writer.journal.append(kind, body | ({} if kind != "discharged" else {"device": "nobody"}))
    with pytest.raises(JournalError, match=f"{kind} record 3 cannot be understood"):
        writer.evidence()


def test_a_discharge_by_a_reading_that_is_not_there_proves_nothing(writer: Writer) -> None:
    writer.oblige()
    writer.journal.append("discharged", {"device": "rtc", "reading": 99})
    with pytest.raises(JournalError, match="the run cannot be understood"):
        writer.evidence()


def test_a_journal_without_a_run_is_no_evidence(tmp_path: Path) -> None:
    Journal.create(tmp_path, VirtualClock(utc_ns=0), reserve_bytes=0).close()
    with pytest.raises(JournalError, match="begins no run"):
        read_run(tmp_path)


def test_looks_at_outputs_belong_to_their_crossing_and_carry_the_time_they_were_written(writer: Writer) -> None:
    seen = {"device": "rtc", "outputs": {"valve": False}, "changed": []}
    writer.journal.append("outputs", {**seen, "crossing": None})
    writer.begin_crossing()
    writer.clock.advance_to(3_000_000_000)
    writer.journal.append("outputs", {**seen, "crossing": 1, "outputs": {"valve": True}, "changed": ["valve"]})
    (crossing,) = writer.evidence().crossings
    assert (OutputRecord(at_ns=3_000_000_000, shown={"valve": True}, changed=("valve",)),) == crossing.outputs


def test_photographs_and_the_seals_of_what_the_run_was_made_from_come_back(tmp_path: Path) -> None:
    clock = VirtualClock(utc_ns=1_795_466_700_000_000_000)
    journal = Journal.create(tmp_path, clock, reserve_bytes=0)
    body = {"run": "r", "plan": {}, "bench": {}, "virtual": True, "versions": {}, "frozen": {"plan.yaml": "ab" * 32}}
    journal.append("run-started", body)
    photo = {
        "device": "rtc",
        "file": "attachments/rtc.jpg",
        "name": "IMG_0311.JPG",
        "sha256": "cd" * 32,
        "original_sha256": "ef" * 32,
        "replaces": "R-AAAA-BBBB-CCCC",
    }
    journal.append("photo", photo)
    journal.close()
    evidence = read_run(tmp_path)
    assert {"plan.yaml": "ab" * 32} == evidence.frozen
    assert (PhotoRecord(utc_ns=1_795_466_700_000_000_000, **photo),) == evidence.photos


def test_a_photograph_that_is_not_told_whole_stops_the_reading(writer: Writer) -> None:
    writer.journal.append("photo", {"device": "rtc"})
    with pytest.raises(JournalError, match="cannot be understood"):
        writer.evidence()
