"""The words and limits of the kernel's records, spelled here again: journals of years ago hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from harness.calendar.fields import CalendarFields
from harness.calendar.form import ClockForm
from harness.clock import SECOND_NS, Stamp, VirtualClock
from harness.device.asks import WriteRegister
from harness.device.driver import DeviceIdentity
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans
from harness.errors import SafetyRefusal
from harness.kernel.device_safety import DeviceSafety
from harness.kernel.host_time import HostTimeWatch
from harness.kernel.modes import Mode
from harness.kernel.restore_rule import LONGEST_ALIGNMENT_NS, restore_tolerance_ns
from harness.records import Reading, Role, SetRecord

PUMP = DeviceIdentity(entries=(("vendor", "Modicon"),), serial_number="A70512")
ORIGINAL = Reading(
    role=Role.ORIGINAL, fields=CalendarFields(second=0), flags={}, raw=b"", unreadable=None, sent_ns=0, received_ns=0
)

FACTS = DeviceFacts(
    id="test/clock",
    maker="",
    model="",
    form=ClockForm(),
    first="1970-01-01 00:00:00",
    last="2069-12-31 23:59:59",
    identity=IdentityMeans.MODEL,
    links=("serial",),
    certainty=Certainty.VERIFIED,
    sources=(),
)


class Log:
    def __init__(self) -> None:
        self.records: list[tuple[str, dict[str, object]]] = []

    def append(self, kind: str, body: Mapping[str, object], *, durable: bool = False) -> int:
        self.records.append((kind, dict(body)))
        return len(self.records)


def make_safety(clock: VirtualClock) -> tuple[DeviceSafety, Log]:
    log = Log()
    return DeviceSafety("pump", log, clock, mode=Mode.ARMED), log


def test_a_minute_is_the_longest_a_restore_waits_for_its_phase() -> None:
    assert 60_000_000_000 == LONGEST_ALIGNMENT_NS


def test_a_mode_is_spelled_as_the_command_spells_it() -> None:
    assert ["observe", "dry-run", "armed"] == [mode.value for mode in Mode]


def test_an_identity_record_tells_device_opening_and_stated_number() -> None:
    safety, log = make_safety(VirtualClock(utc_ns=0))
    safety.confirm(PUMP, 3)
    kind, body = log.records[0]
    assert "identity" == kind
    said = {"entries": [["vendor", "Modicon"]], "serial_number": "A70512"}
    assert {"device": "pump", "generation": 3, "stated_serial_number": None, **said} == body


@pytest.mark.parametrize("began_ns", [0, 1_000 * SECOND_NS])
def test_an_identity_is_two_seconds_old_whenever_that_is(began_ns: int) -> None:
    """The age is a difference: it is the same in a run's first second and an hour later."""
    clock = VirtualClock(utc_ns=0)
    clock.advance_to(began_ns)
    safety, _ = make_safety(clock)
    safety.oblige(original=ORIGINAL, reading_seq=1, offset_ns=0)
    safety.confirm(PUMP, 1)
    safety.confirm(PUMP, 1)
    clock.advance_to(began_ns + 2 * SECOND_NS)
    safety.arm("set", target=0, crossing=None, generation=1)
    clock.advance_to(began_ns + 2 * SECOND_NS + 1)
    with pytest.raises(SafetyRefusal, match="2000000001 ns ago"):
        safety.arm("set", target=0, crossing=None, generation=1)


def test_an_unknown_write_voids_the_identity_and_says_why() -> None:
    safety, log = make_safety(VirtualClock(utc_ns=0))
    safety.oblige(original=ORIGINAL, reading_seq=1, offset_ns=0)
    safety.confirm(PUMP, 1)
    safety.confirm(PUMP, 1)
    guard = safety.arm("set", target=7, crossing=2, generation=1)
    guard.before(WriteRegister(address=1, word=2), b"\x01")
    guard.after(WriteRegister(address=1, word=2), "unknown")
    assert ("identity-voided", {"device": "pump", "why": "write-unknown"}) == log.records[-1]
    intent = next(body for kind, body in log.records if kind == "intent")
    assert {
        "device": "pump",
        "purpose": "set",
        "target": 7,
        "crossing": 2,
        "ask": "WriteRegister",
        "frame": "01",
    } == intent


def test_nothing_is_open_armed_or_confirmed_at_the_start() -> None:
    safety, _ = make_safety(VirtualClock(utc_ns=0))
    assert safety.obligation_open is False
    with pytest.raises(SafetyRefusal) as told:
        safety.discharge(0)
    assert "obligation-missing" == told.value.rule
    safety.adopt(offset_ns=0, identity=None)
    safety.confirm(PUMP, 1)
    with pytest.raises(SafetyRefusal, match="read 1 times") as told:
        safety.arm("restore", target=0, crossing=None, generation=1)
    assert "identity-unconfirmed" == told.value.rule
    safety.discharge(1)
    assert safety.obligation_open is False


def test_a_host_that_cannot_tell_a_suspend_has_not_slept() -> None:
    watch = HostTimeWatch()
    watch.observe(Stamp(0, 0, None))
    assert () == watch.observe(Stamp(SECOND_NS, SECOND_NS, None))
    # Exactly the limit of a step: slewing, not a step; one more is.
    assert () == watch.observe(Stamp(2 * SECOND_NS, 2 * SECOND_NS + 50_000_000, None))
    (step,) = watch.observe(Stamp(3 * SECOND_NS, 3 * SECOND_NS + 100_000_001, None))
    assert "host-clock-stepped" == step.code
    assert 50_000_001 == watch.stepped_ns


def test_a_tolerance_does_not_depend_on_where_time_began() -> None:
    """Round trips and drift are differences of monotonic times, whose origin means nothing."""
    facts = replace(FACTS, drift_ppm=100, divider_resets=True)
    tolerances = []
    for began_ns in (0, 5_000 * SECOND_NS):
        record = SetRecord(
            target=0,
            fields=CalendarFields(),
            sent_ns=began_ns + 1_000,
            received_ns=began_ns + 21_000,
            outcome="acknowledged",
        )
        reading = replace(ORIGINAL, sent_ns=began_ns + 10 * SECOND_NS, received_ns=began_ns + 10 * SECOND_NS + 11_000)
        tolerances.append(restore_tolerance_ns(facts, record, reading))
    assert [facts.resolution_ns + 15_500 + 1_000_001] * 2 == tolerances
