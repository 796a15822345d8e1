"""Records go into the journal and come back exactly, or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.bench.model import Bench, BenchDevice, Client, Simulation
from harness.calendar.century import CenturyRule
from harness.calendar.counters import Counter
from harness.calendar.fields import CalendarFields
from harness.calendar.form import ClockForm, LeapRule, WeekdayRule
from harness.device.driver import DeviceIdentity
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans, Option
from harness.errors import JournalError
from harness.journal import bodies
from harness.link.config import MemoryConfig, SerialConfig, SerialPort
from harness.records import (
    AlarmReading,
    Incident,
    PowerRecord,
    Reading,
    Role,
    SetRecord,
    SettingRecord,
    WireRecord,
)

CHIP = DeviceFacts(
    id="rtc/example",
    maker="Example",
    model="RTC-1",
    form=ClockForm(
        century=CenturyRule.bit(1900, bit_when_low=1),
        weekday=WeekdayRule(sunday=7, monday=1, free=True),
        leap=LeapRule.EVERY_FOURTH,
    ),
    first="1970-01-01",
    last="2099-12-31 23:59:59",
    identity=IdentityMeans.FINGERPRINT,
    links=("i2c", "serial"),
    certainty=Certainty.OBSERVED,
    sources=("datasheet 8.3",),
    divider_resets=False,
    default_date=None,
    lost_flags=("halted",),
    options=(
        Option(name="base", kind="int", default=0x63, says="first register"),
        Option(name="mode", kind="choice", default="a", says="which", choices=("a", "b")),
        Option(name="strict", kind="flag", default=True, says="whether"),
        Option(name="map", kind="file", default=None, says="where"),
    ),
    limits=(("year-2100-is-leap", "the leap rule is every fourth year"),),
)
COUNTING = DeviceFacts(
    id="agri/example",
    maker="Example",
    model="Timer",
    form=ClockForm(counter=Counter(epoch="1980-01-06", bits=10, signed=True, tick_seconds=604_800)),
    first="1980-01-06",
    last="1999-08-21",
    identity=IdentityMeans.OPERATOR,
    links=(),
    certainty=Certainty.EXPERIMENTAL,
    sources=(),
)


def through_json(body: object) -> dict[str, object]:
    """Return the body as a journal gives it back."""
    again = json.loads(json.dumps(body))
    assert isinstance(again, dict)
    return again


@pytest.mark.parametrize("facts", [CHIP, COUNTING])
def test_facts_come_back_exactly(facts: DeviceFacts) -> None:
    assert facts == bodies.facts_from(through_json(bodies.facts_body(facts)))


def test_facts_are_spelled_with_the_words_of_the_datasheet() -> None:
    body = bodies.facts_body(CHIP)
    assert "observed" == body["certainty"]
    assert ["i2c", "serial"] == body["links"]
    assert {"sunday": 7, "monday": 1, "free": True} == body["form"]["weekday"]  # type: ignore[index]


def test_a_field_younger_than_the_journal_takes_its_default() -> None:
    body = through_json(bodies.facts_body(CHIP))
    del body["drift_ppm"]
    assert 200 == bodies.facts_from(body).drift_ppm


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"colour": "red"}, "unknown field colour"),
        ({"maker": 3}, "facts.maker"),
        ({"identity": "guess"}, "facts.identity"),
        ({"resolution_ns": True}, "facts.resolution_ns"),
        ({"links": "i2c"}, "a list was expected"),
        ({"limits": [["only-one"]]}, "2 entries were expected"),
        ({"form": None}, "an object was expected"),
        ({"divider_resets": 1}, "is none of"),
        ({"options": [{"name": "x", "kind": "float", "default": None, "says": ""}]}, "kind"),
    ],
)
def test_facts_that_are_not_understood_are_refused(change: dict[str, object], says: str) -> None:
    with pytest.raises(JournalError, match=says):
        bodies.facts_from(through_json(bodies.facts_body(CHIP)) | change)


def test_facts_without_a_model_are_refused() -> None:
    body = through_json(bodies.facts_body(CHIP))
    del body["model"]
    with pytest.raises(JournalError, match="facts: model is missing"):
        bodies.facts_from(body)


def test_a_reading_with_impossible_fields_comes_back_exactly() -> None:
    reading = Reading(
        role=Role.AFTER_POWER,
        fields=CalendarFields(year=0, century_bit=1, month=2, day=30, hour=24, minute=60, second=60, weekday=0),
        flags={"halted": True},
        raw=b"\x00\xff",
        unreadable="not-bcd:hour",
        sent_ns=-3,
        received_ns=4,
        exchanges=(7, 8),
    )
    body = through_json(bodies.reading_body(reading))
    assert {
        "year": 0,
        "century_bit": 1,
        "month": 2,
        "day": 30,
        "hour": 24,
        "minute": 60,
        "second": 60,
        "weekday": 0,
    } == (body["fields"])
    assert reading == bodies.reading_from({"device": "pump", "crossing": 1} | body)


def test_sets_switches_incidents_exchanges_and_identities_come_back_exactly() -> None:
    record = SetRecord(
        target=946_684_740, fields=CalendarFields(count=946_684_740), sent_ns=1, received_ns=2, outcome="refused",
        refusal="illegal data value", exchanges=(4,), is_answered=False,
    )  # fmt: skip
    power = PowerRecord(on=False, sent_ns=1, received_ns=2, by="operator", confirmed=None)
    incident = Incident(code="no-reply", at_ns=3, says="nothing came", spoils=True)
    wire = WireRecord(bus="b", station=None, sent=b"\x01", received=b"\x02\x03", sent_ns=1, received_ns=2, fault="")
    identity = DeviceIdentity(entries=(("vendor", "Modicon"), ("model", "M340")), serial_number=None)
    assert record == bodies.set_from(through_json(bodies.set_body(record)))
    assert power == bodies.power_from(through_json(bodies.power_body(power)))
    assert incident == bodies.incident_from(through_json(bodies.incident_body(incident)))
    assert wire == bodies.wire_from(through_json(bodies.wire_body(wire)))
    assert identity == bodies.identity_from(through_json(bodies.identity_body(identity)))


def test_looks_at_an_alarm_and_changes_of_it_come_back_exactly() -> None:
    look = AlarmReading(
        fields=CalendarFields(hour=0, minute=61), is_armed=True, has_fired=False, setting=b"\x61\x00", raw=b"\x61\x00\x08",
        unreadable="not-bcd:hour", sent_ns=1, received_ns=2, exchanges=(4, 5),
    )  # fmt: skip
    change = SettingRecord(
        setting="alarm", what="arm", target=946_684_805, fields=CalendarFields(second=5), sent_ns=1, received_ns=2,
        outcome="unknown", refusal="no reply", exchanges=(6,),
    )  # fmt: skip
    assert look == bodies.alarm_from(through_json(bodies.alarm_body(look)))
    assert change == bodies.setting_from(through_json(bodies.setting_body(change)))


def test_a_bench_is_plain_data_without_floats_paths_or_live_parts() -> None:
    bench = Bench(
        name="barn-2",
        client=Client(name="GAEC du Moulin", language="fr"),
        location="north wall",
        devices=(
            BenchDevice(
                name="weather", model="agri/davis", link=SerialConfig(port=SerialPort(url="COM7", stop_bits=1.5))
            ),
            BenchDevice(name="rtc", model="rtc/ds1307", link=MemoryConfig(name="m", receive=bytes, protocol="i2c")),
            BenchDevice(name="pump", model="plc/x", simulate=Simulation(on="pty"), options={"base": 0x63}),
        ),
        path=Path("/home/somebody/bench.yaml"),
        text="bench: barn-2\n",
        profiles=(Path("/home/somebody/my-feeder.yaml"),),
    )
    body = bodies.bench_body(bench)
    kept = {"name", "client", "laboratory", "location", "received_on", "devices", "power", "profiles"}
    assert kept == body.keys()
    assert ["my-feeder.yaml"] == body["profiles"]
    weather, rtc, pump = body["devices"]  # type: ignore[misc]
    assert "1.5" == weather["link"]["port"]["stop_bits"]  # type: ignore[index]
    kept = {"name": "m", "protocol": "i2c", "address": None, "window": None, "faults": [], "is_connection": False}
    assert kept == rtc["link"]  # type: ignore[index]
    assert {"base": 0x63} == pump["options"]  # type: ignore[index]


def test_a_set_of_an_older_journal_is_not_taken_for_answered() -> None:
    record = SetRecord(target=0, fields=CalendarFields(), sent_ns=1, received_ns=2, outcome="acknowledged")
    older = {name: part for name, part in bodies.set_body(record).items() if name != "is_answered"}
    assert bodies.set_from(older).is_answered is False
