"""Faults by name, and what each does to the bytes of an exchange."""

from __future__ import annotations

import pytest

from harness.clock import VirtualClock
from harness.errors import LinkError
from harness.link.faults.events import Gone, Spoken
from harness.link.faults.injector import Injector
from harness.link.faults.named import ALWAYS, Phase, parse_fault
from harness.link.faults.schedule import Schedule
from harness.link.faults.transport import FaultyTransport
from harness.link.loopback import MemoryTransport

ASKED = bytes.fromhex("01 03 00 63 00 01 74 14")
REPLY = bytes.fromhex("01 03 02 00 2A 39 9B")
"""One register read. The checksums in this file are those pymodbus 3.16 computes."""
MS = 1_000_000


class Standing:
    """A run that stands still in one phase, and a device that only notes what is done to it."""

    def __init__(self, phase: Phase = Phase.POLLING) -> None:
        self.at = phase
        self.is_set = False
        self.done: list[str] = []
        self.time_ns = 0

    def phase(self) -> Phase:
        return self.at

    def is_acknowledging(self) -> bool:
        was_set, self.is_set = self.is_set, False
        return was_set

    def now_ns(self) -> int:
        return self.time_ns

    def power(self, on: bool) -> None:
        self.done.append("on" if on else "off")

    def swap(self) -> None:
        self.done.append("swapped")


def injector(text: str, standing: Standing | None = None, framing: str = "rtu") -> Injector:
    standing = standing or Standing()
    return Injector(parse_fault(text), framing=framing, where=standing, device=standing)


def struck(text: str) -> list[object]:
    one = injector(text)
    let_through, events = one.request(ASKED)
    return [*events, *(one.reply(REPLY) if let_through else ())]


def test_a_fault_is_named_by_class_variant_phase_and_count() -> None:
    """The whole form, and what stands when a part is left out."""
    fault = parse_fault("exception-reply:6@restore+2*3")
    assert ("exception-reply", "6", Phase.RESTORE, 2, 3) == (
        fault.name,
        fault.variant,
        fault.phase,
        fault.skip,
        fault.times,
    )
    plain = parse_fault("late-reply")
    assert ("plain", None, 0, 1) == (plain.variant, plain.phase, plain.skip, plain.times)
    assert ALWAYS == parse_fault("no-reply*always").times


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("late", "there is no fault 'late'"),
        ("late-reply@dawn", "there is no phase 'dawn'"),
        ("babble:loud", "has no variant 'loud'"),
        ("host-suspends", "no fault of a line"),
        ("no reply", "is no fault; the form is"),
    ],
)
def test_what_is_no_fault_of_a_line_is_refused_with_the_reason(text: str, says: str) -> None:
    """The author of a bench file reads this."""
    with pytest.raises(ValueError, match=says):
        parse_fault(text)


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("no-reply", []),
        ("no-reply:request-lost", []),
        ("late-reply", [Spoken(REPLY, 1_100 * MS)]),
        ("duplicate-reply", [Spoken(REPLY + REPLY)]),
        ("wrong-function", [Spoken(bytes.fromhex("01 04 02 00 01 78 F0"))]),
        ("wrong-count:long", [Spoken(bytes.fromhex("01 03 04 00 01 00 2A 2A 2C"))]),
        ("wrong-count:short", [Spoken(bytes.fromhex("01 03 00 20 F0"))]),
        ("bad-checksum", [Spoken(bytes.fromhex("01 03 02 00 2B 39 9B"))]),
        ("line-noise:before", [Spoken(b"\xff\xfe\xfd" + REPLY)]),
        ("line-noise:after", [Spoken(REPLY + b"\xff\xfe\xfd")]),
        ("partial-reply", [Spoken(bytes.fromhex("01 03 02"))]),
        ("exception-reply:6", [Spoken(bytes.fromhex("01 83 06 C1 32"))]),
        ("connection-lost", [Gone("reset")]),
        ("unplugged", [Gone("unplugged", 3_000 * MS)]),
    ],
)
def test_each_fault_says_what_the_host_hears(text: str, events: list[object]) -> None:
    """Every spoilt frame is sound but for the one thing that is wrong with it."""
    assert events == struck(text)


def test_a_fault_strikes_only_in_its_phase_and_so_often() -> None:
    """The count is of exchanges, and those before the count are let pass."""
    standing = Standing(Phase.IDENTIFY)
    one = injector("no-reply@polling+1*2", standing)

    def is_heard() -> bool:
        let_through, _ = one.request(ASKED)
        return bool(let_through and one.reply(REPLY))

    assert is_heard()
    standing.at = Phase.POLLING
    assert [True, False, False, True] == [is_heard() for _ in range(4)]
    assert 2 == one.struck


def test_the_reply_after_a_set_took_effect_is_its_acknowledgement() -> None:
    """On a stream of bytes nothing but the device's own account tells a set."""
    standing = Standing(Phase.POLLING)
    one = injector("no-reply@set-to-ack", standing, framing="stream")
    one.request(b"block")
    standing.is_set = True
    assert [] == list(one.reply(b"\x06"))
    assert 1 == one.struck


def test_a_rebooting_device_hears_nothing_and_comes_back_two_seconds_later() -> None:
    """By its own time."""
    standing = Standing()
    one = injector("device-reboots", standing)
    assert (b"", ()) == one.request(ASKED)
    assert ["off"] == standing.done
    standing.time_ns = 2_000 * MS
    one.request(ASKED)
    assert ["off", "on"] == standing.done


def test_a_fault_that_means_nothing_on_a_wire_is_refused() -> None:
    """A transaction number is a thing of Modbus TCP."""
    with pytest.raises(ValueError, match="means nothing on a wire of rtu"):
        injector("wrong-transaction")


def test_a_late_reply_is_late_by_the_runs_own_clock() -> None:
    """In memory a wait costs no real time, and yet a second is a second."""
    clock = VirtualClock(0)
    transport = FaultyTransport(MemoryTransport(lambda _frame: REPLY), injector("late-reply"), clock)
    transport.open()
    transport.write(ASKED)
    assert b"" == transport.read(1_000 * MS)
    assert 1_000 * MS == clock.now_ns()
    assert REPLY == transport.read(1_000 * MS)
    assert 1_100 * MS == clock.now_ns()


def test_an_adapter_that_was_pulled_out_opens_again_three_seconds_later() -> None:
    """Until then there is no such port."""
    clock = VirtualClock(0)
    transport = FaultyTransport(MemoryTransport(lambda _frame: REPLY), injector("unplugged"), clock)
    transport.open()
    transport.write(ASKED)
    with pytest.raises(LinkError, match="gone"):
        transport.read(1_000 * MS)
    with pytest.raises(LinkError, match="unplugged"):
        transport.open()
    clock.advance_to(3_000 * MS)
    transport.open()
    transport.write(ASKED)
    assert REPLY == transport.read(0)


def test_events_come_in_the_order_they_fall_due_and_babble_repeats_itself() -> None:
    """Exchanges overlap: what one left for later comes between the bytes of the next."""
    schedule = Schedule()
    schedule.add((Spoken(b"late", 5),), 0)
    schedule.add((Spoken(b"b", 2, repeats=2),), 0)
    heard = [event.octets for event in iter(lambda: schedule.take(10), None) if isinstance(event, Spoken)]
    assert [b"b", b"b", b"late", b"b"] == heard
