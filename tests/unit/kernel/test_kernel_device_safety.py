"""The order that protects a device: identity twice, obligation, intent, one write."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from harness.calendar.fields import CalendarFields
from harness.clock import VirtualClock
from harness.device.asks import Command, WriteRegister
from harness.device.driver import DeviceIdentity
from harness.errors import JournalError, SafetyRefusal
from harness.kernel.device_safety import DeviceSafety, DryRunGuard, SetGuard
from harness.kernel.modes import Mode
from harness.records import Reading, Role

SECOND = 1_000_000_000
PUMP = DeviceIdentity(entries=(("vendor", "Modicon"), ("revision", "2.1")), serial_number="A70512")
NAMELESS = DeviceIdentity(entries=())
QUESTION = WriteRegister(address=0x63, word=99)
FRAME = bytes.fromhex("0306006300 63".replace(" ", ""))
ORIGINAL = Reading(
    role=Role.ORIGINAL,
    fields=CalendarFields(year=26, month=11, day=23, hour=20, minute=45, second=0),
    flags={"halted": False},
    raw=b"\x26\x11",
    unreadable=None,
    sent_ns=5,
    received_ns=9,
    exchanges=(3,),
)


class ListLog:
    """An evidence log in memory; it can be told to fail at a kind."""

    def __init__(self) -> None:
        self.records: list[tuple[str, dict[str, object], bool]] = []
        self.fails_at = ""

    def append(self, kind: str, body: Mapping[str, object], *, durable: bool = False) -> int:
        if kind == self.fails_at:
            raise JournalError(f"{kind} is not safe")
        self.records.append((kind, dict(body), durable))
        return len(self.records)

    def kinds(self) -> list[str]:
        return [kind for kind, _, _ in self.records]


class Bench:
    """A device's safety with its log and clock."""

    def __init__(self, mode: Mode = Mode.ARMED, expected_serial: str | None = None) -> None:
        self.log = ListLog()
        self.clock = VirtualClock(utc_ns=1_795_466_700 * SECOND)
        self.safety = DeviceSafety("pump", self.log, self.clock, mode=mode, expected_serial=expected_serial)

    def make_ready(self) -> None:
        self.safety.confirm(PUMP, 1)
        self.safety.confirm(PUMP, 1)
        self.safety.oblige(original=ORIGINAL, reading_seq=2, offset_ns=7_200 * SECOND)

    def make_guard(self, purpose: str = "set", generation: int = 1) -> SetGuard:
        guard = self.safety.arm(purpose, target=946_684_740, crossing=4, generation=generation)  # type: ignore[arg-type]
        assert isinstance(guard, SetGuard)
        return guard

    def refusal(self, **changes: int) -> str:
        with pytest.raises(SafetyRefusal) as refused:
            self.make_guard(**changes)  # type: ignore[arg-type]
        return refused.value.rule


@pytest.fixture
def bench() -> Bench:
    ready = Bench()
    ready.make_ready()
    return ready


def rule_of_write(guard: SetGuard) -> str:
    with pytest.raises(SafetyRefusal) as refused:
        guard.before(QUESTION, FRAME)
    return refused.value.rule


def test_a_write_is_announced_durably_with_its_exact_frame(bench: Bench) -> None:
    guard = bench.make_guard()
    guard.before(QUESTION, FRAME)
    guard.after(QUESTION, "acknowledged")
    expected = [
        (
            "intent",
            {
                "device": "pump",
                "purpose": "set",
                "target": 946_684_740,
                "crossing": 4,
                "ask": "WriteRegister",
                "frame": "030600630063",
            },
            True,
        ),
        ("intent-outcome", {"intent": 4, "outcome": "acknowledged"}, False),
    ]
    assert expected == bench.log.records[3:]


def test_several_paced_writes_are_one_arming(bench: Bench) -> None:
    guard = bench.make_guard()
    for _ in range(3):
        guard.before(QUESTION, FRAME)
        guard.after(QUESTION, "acknowledged")
        bench.clock.advance_to(bench.clock.now_ns() + 2 * SECOND)
    assert ["intent", "intent-outcome"] * 3 == bench.log.kinds()[3:]


def test_the_obligation_holds_the_original_and_the_rule(bench: Bench) -> None:
    kind, body, durable = bench.log.records[2]
    assert ("oblige", True) == (kind, durable)
    assert body == {
        "device": "pump",
        "original": {
            "role": "original",
            "fields": {"year": 26, "month": 11, "day": 23, "hour": 20, "minute": 45, "second": 0},
            "flags": {"halted": False},
            "raw": "2611",
            "unreadable": None,
            "sent_ns": 5,
            "received_ns": 9,
            "exchanges": [3],
        },
        "reading": 2,
        "offset_ns": 7_200_000_000_000,
        "offset_seconds": 7_200,
        "rule": "host UTC + original offset",
        "host_utc_ns": 1_795_466_700_000_000_000,
    }


def test_a_clock_that_named_no_instant_is_promised_host_utc() -> None:
    bench = Bench()
    bench.safety.oblige(original=ORIGINAL, reading_seq=2, offset_ns=None)
    assert "host UTC" == bench.log.records[0][1]["rule"]
    assert bench.safety.offset_seconds is None


@pytest.mark.parametrize(
    ("offset_ns", "seconds"), [(-1_400_000_000, -1), (-1_600_000_000, -2), (1_499_999_999, 1), (1_500_000_000, 2)]
)
def test_the_offset_in_seconds_is_the_nearest_one(offset_ns: int, seconds: int) -> None:
    bench = Bench()
    bench.safety.oblige(original=ORIGINAL, reading_seq=2, offset_ns=offset_ns)
    assert seconds == bench.safety.offset_seconds


def test_an_open_promise_is_not_made_twice(bench: Bench) -> None:
    bench.safety.oblige(original=ORIGINAL, reading_seq=9, offset_ns=None)
    assert 1 == bench.log.kinds().count("oblige")
    assert 7_200 == bench.safety.offset_seconds


def test_a_promise_that_is_not_on_disk_is_no_promise() -> None:
    bench = Bench()
    bench.log.fails_at = "oblige"
    with pytest.raises(JournalError):
        bench.safety.oblige(original=ORIGINAL, reading_seq=2, offset_ns=0)
    assert not bench.safety.obligation_open
    assert bench.safety.offset_ns is None


@pytest.mark.parametrize(("mode", "rule"), [(Mode.OBSERVE, "observe-only"), (Mode.DRY_RUN, "dry-run")])
def test_only_an_armed_run_writes(mode: Mode, rule: str) -> None:
    bench = Bench(mode)
    bench.make_ready()
    assert rule == bench.refusal()


def test_without_a_promise_nothing_is_armed() -> None:
    bench = Bench()
    bench.safety.confirm(PUMP, 1)
    bench.safety.confirm(PUMP, 1)
    assert "obligation-missing" == bench.refusal()


@pytest.mark.parametrize("times", [0, 1])
def test_identity_read_less_than_twice_arms_nothing(times: int) -> None:
    bench = Bench()
    for _ in range(times):
        bench.safety.confirm(PUMP, 1)
    bench.safety.oblige(original=ORIGINAL, reading_seq=2, offset_ns=0)
    assert "identity-unconfirmed" == bench.refusal()


def test_two_confirmations_on_two_openings_of_the_link_are_not_two() -> None:
    bench = Bench()
    bench.safety.confirm(PUMP, 1)
    bench.safety.confirm(PUMP, 2)
    bench.safety.oblige(original=ORIGINAL, reading_seq=2, offset_ns=0)
    assert "identity-unconfirmed" == bench.refusal(generation=2)


def test_an_identity_of_an_earlier_opening_arms_nothing(bench: Bench) -> None:
    assert "generation-changed" == bench.refusal(generation=2)


def test_an_identity_of_exactly_two_seconds_is_fresh_and_one_nanosecond_more_is_stale(bench: Bench) -> None:
    bench.clock.advance_to(2 * SECOND)
    bench.make_guard()
    bench.clock.advance_to(2 * SECOND + 1)
    assert "identity-stale" == bench.refusal()


def test_another_device_is_refused_and_unconfirms_the_first(bench: Bench) -> None:
    other = DeviceIdentity(entries=PUMP.entries, serial_number="A70513")
    with pytest.raises(SafetyRefusal, match=r"serial number A70513 answers where .*A70512 is wanted") as refused:
        bench.safety.confirm(other, 1)
    assert "identity-changed" == refused.value.rule
    assert "identity-refused" == bench.log.kinds()[-1]
    assert "identity-unconfirmed" == bench.refusal()


def test_the_serial_number_on_the_plate_decides() -> None:
    bench = Bench(expected_serial="B00001")
    with pytest.raises(SafetyRefusal, match="A70512 answers where B00001 is wanted") as refused:
        bench.safety.confirm(PUMP, 1)
    assert "identity-changed" == refused.value.rule


def test_the_right_plate_is_accepted() -> None:
    bench = Bench(expected_serial="A70512")
    bench.make_ready()
    assert "A70512" == bench.log.records[0][1]["stated_serial_number"]
    bench.make_guard()


def test_a_device_that_tells_no_serial_number_rests_on_the_operators_word() -> None:
    bench = Bench(expected_serial="B00001")
    bench.safety.confirm(NAMELESS, 1)
    assert ["identity"] == bench.log.kinds()


def test_a_refusal_names_even_a_device_without_a_name() -> None:
    bench = Bench()
    bench.safety.confirm(NAMELESS, 1)
    with pytest.raises(SafetyRefusal, match="where a device without a name is wanted"):
        bench.safety.confirm(PUMP, 1)


def test_a_voided_identity_stops_a_set_already_armed(bench: Bench) -> None:
    guard = bench.make_guard()
    bench.safety.void_identity("no-reply")
    assert "arming-spent" == rule_of_write(guard)
    assert ("identity-voided", {"device": "pump", "why": "no-reply"}, False) == bench.log.records[-1]


def test_a_reopened_link_stops_a_set_already_armed(bench: Bench) -> None:
    guard = bench.make_guard()
    bench.safety.confirm(PUMP, 2)
    assert "arming-spent" == rule_of_write(guard)


def test_a_new_arming_replaces_the_old_one(bench: Bench) -> None:
    old = bench.make_guard()
    bench.make_guard("restore").before(QUESTION, FRAME)
    assert "arming-spent" == rule_of_write(old)


def test_a_refused_arming_leaves_no_older_one_alive(bench: Bench) -> None:
    old = bench.make_guard()
    bench.refusal(generation=2)
    assert "arming-spent" == rule_of_write(old)


def test_an_arming_ends_120_seconds_after_it_without_the_write(bench: Bench) -> None:
    guard = bench.make_guard()
    bench.clock.advance_to(2 * SECOND)
    guard.before(QUESTION, FRAME)
    guard.after(QUESTION, "refused")
    bench.clock.advance_to(122 * SECOND)
    assert "identity-stale" == rule_of_write(guard)
    bench.clock.advance_to(122 * SECOND + 1)
    assert "arming-expired" == rule_of_write(guard)


def test_a_write_that_comes_more_than_two_seconds_after_the_identity_is_refused(bench: Bench) -> None:
    """On a wire without a plug that tells, a device can be changed for another in less than an arming lasts."""
    guard = bench.make_guard()
    bench.clock.advance_to(2 * SECOND + 1)
    assert "identity-stale" == rule_of_write(guard)


def test_a_step_that_comes_more_than_two_seconds_after_the_one_before_is_refused(bench: Bench) -> None:
    guard = bench.make_guard()
    guard.before(QUESTION, FRAME)
    bench.clock.advance_to(3 * SECOND)
    guard.after(QUESTION, "acknowledged")
    bench.clock.advance_to(5 * SECOND)
    guard.before(QUESTION, FRAME)
    guard.after(QUESTION, "acknowledged")
    bench.clock.advance_to(7 * SECOND + 1)
    assert "identity-stale" == rule_of_write(guard)


def test_after_an_unknown_outcome_nothing_more_of_the_set_is_sent(bench: Bench) -> None:
    """A second set to 23:59 that arrives after midnight would make a fault of ours look like the device's."""
    guard = bench.make_guard()
    guard.before(QUESTION, FRAME)
    guard.after(QUESTION, "unknown")
    assert "write-unknown" == rule_of_write(guard)
    assert "identity-unconfirmed" == bench.refusal()


def test_a_write_whose_outcome_was_never_told_counts_as_unknown(bench: Bench) -> None:
    guard = bench.make_guard()
    guard.before(QUESTION, FRAME)
    assert "write-unknown" == rule_of_write(guard)


def test_an_intent_that_is_not_on_disk_is_no_licence(bench: Bench) -> None:
    guard = bench.make_guard()
    bench.log.fails_at = "intent"
    with pytest.raises(JournalError):
        guard.before(QUESTION, FRAME)


def test_an_outcome_needs_an_announced_write(bench: Bench) -> None:
    with pytest.raises(ValueError, match="no Command was announced"):
        bench.make_guard().after(Command(text="SYST:TIME 0,0,0"), "acknowledged")


def test_an_outcome_is_one_of_three_words(bench: Bench) -> None:
    guard = bench.make_guard()
    guard.before(QUESTION, FRAME)
    with pytest.raises(ValueError, match="'fine' is none of acknowledged, refused, unknown"):
        guard.after(QUESTION, "fine")


def test_a_read_back_after_the_last_write_discharges(bench: Bench) -> None:
    guard = bench.make_guard("restore")
    guard.before(QUESTION, FRAME)
    guard.after(QUESTION, "acknowledged")
    bench.safety.discharge(6)
    assert ("discharged", {"device": "pump", "reading": 6}, True) == bench.log.records[-1]
    assert not bench.safety.obligation_open
    assert "arming-spent" == rule_of_write(guard)


def test_a_reading_older_than_the_last_write_discharges_nothing(bench: Bench) -> None:
    guard = bench.make_guard("restore")
    guard.before(QUESTION, FRAME)
    with pytest.raises(SafetyRefusal) as refused:
        bench.safety.discharge(4)
    assert "reading-before-write" == refused.value.rule
    assert bench.safety.obligation_open


def test_nothing_owed_cannot_be_discharged() -> None:
    with pytest.raises(SafetyRefusal) as refused:
        Bench().safety.discharge(1)
    assert "obligation-missing" == refused.value.rule


def test_a_discharge_that_is_not_on_disk_leaves_the_promise_open(bench: Bench) -> None:
    bench.log.fails_at = "discharged"
    with pytest.raises(JournalError):
        bench.safety.discharge(9)
    assert bench.safety.obligation_open


def test_a_recovery_takes_the_promise_over_and_wants_the_same_device() -> None:
    bench = Bench()
    bench.safety.adopt(offset_ns=3_600 * SECOND, identity=PUMP)
    with pytest.raises(SafetyRefusal) as refused:
        bench.safety.confirm(NAMELESS, 1)
    assert "identity-changed" == refused.value.rule
    bench.safety.confirm(PUMP, 1)
    bench.safety.confirm(PUMP, 1)
    assert 3_600 == bench.safety.offset_seconds
    bench.make_guard("restore")


def test_a_dry_run_shows_the_frame_and_sends_nothing() -> None:
    guard = DryRunGuard()
    with pytest.raises(SafetyRefusal, match="WriteRegister would send 03 06 00 63 00 63") as refused:
        guard.before(QUESTION, FRAME)
    guard.after(QUESTION, "acknowledged")
    assert "dry-run" == refused.value.rule
    assert [("WriteRegister", FRAME)] == guard.frames
