"""No order of events lets a write through without an open obligation and a confirmed, fresh identity.

The simulated wire, not the kernel, keeps the account: which device was on it, and what the journal held, when a write
arrived. ``ROLLOVER_LONG=1`` runs 100,000 sequences, as a night would.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from harness.calendar.fields import CalendarFields
from harness.clock import VirtualClock
from harness.device.asks import WriteRegister
from harness.device.driver import DeviceIdentity
from harness.errors import JournalError, SafetyRefusal
from harness.kernel.device_safety import DeviceSafety
from harness.kernel.modes import Mode
from harness.link.base import WriteGuard
from harness.records import Reading, Role

SECOND = 1_000_000_000
IS_LONG = os.environ.get("ROLLOVER_LONG") == "1"
pytestmark = pytest.mark.timeout(0 if IS_LONG else 120)  # 0: a night's run is not hurried
ORIGINAL = Reading(
    role=Role.ORIGINAL,
    fields=CalendarFields(second=0),
    flags={},
    raw=b"",
    unreadable=None,
    sent_ns=0,
    received_ns=0,
)


class Disk:
    """What would be found after a power cut: only what was durable, and whatever came before it."""

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.durable_until = 0
        self.fails_next = False

    def append(self, kind: str, body: Mapping[str, object], *, durable: bool = False) -> int:
        if self.fails_next:
            self.fails_next = False
            raise JournalError("the disk failed")
        self.kinds.append(kind)
        if durable:
            self.durable_until = len(self.kinds)
        return len(self.kinds)

    def is_owed(self) -> bool:
        kept = [kind for kind in self.kinds[: self.durable_until] if kind in {"oblige", "discharged"}]
        return bool(kept) and kept[-1] == "oblige"

    def announces(self) -> bool:
        return self.durable_until == len(self.kinds) and self.kinds[-1] == "intent"


class Workbench(RuleBasedStateMachine):
    """A technician who swaps devices, cables and patience at random."""

    def __init__(self) -> None:
        super().__init__()
        self.disk = Disk()
        self.clock = VirtualClock(utc_ns=1_795_466_700 * SECOND)
        self.safety = DeviceSafety("pump", self.disk, self.clock, mode=Mode.ARMED)
        self.on_the_wire = "A"
        self.generation = 1
        self.wanted = ""
        self.seen: list[tuple[int, int, str]] = []  # when, in which generation, who
        self.guards: list[tuple[WriteGuard, int]] = []
        self.dead: set[int] = set()

    @rule(serial=st.sampled_from("AB"))
    def swap_the_device(self, serial: str) -> None:
        """Another unit means another opening of the link: a port event voids what was known."""
        self.on_the_wire = serial
        self.generation += 1
        self.void("port-event")

    @rule()
    def reopen_the_link(self) -> None:
        self.generation += 1

    @rule(span_ns=st.sampled_from([1, SECOND, 2 * SECOND, 2 * SECOND + 1, 120 * SECOND, 121 * SECOND]))
    def wait(self, span_ns: int) -> None:
        self.clock.advance_to(self.clock.now_ns() + span_ns)

    @rule()
    def identify(self) -> None:
        identity = DeviceIdentity(entries=(), serial_number=self.on_the_wire)
        try:
            self.safety.confirm(identity, self.generation)
        except (SafetyRefusal, JournalError):
            return
        self.wanted = self.wanted or self.on_the_wire
        self.seen.append((self.clock.now_ns(), self.generation, self.on_the_wire))

    @rule(obliges=st.booleans())
    def make_ready(self, *, obliges: bool) -> None:
        """Do what a careful technician does, promise or not; chance alone would seldom get as far as a write."""
        self.identify()
        self.identify()
        if obliges:
            self.oblige(0)

    @rule(why=st.just("no-reply"))
    def void(self, why: str) -> None:
        self.disk.fails_next = False
        self.safety.void_identity(why)
        self.seen.clear()
        self.dead.update(range(len(self.guards)))

    @rule(offset_ns=st.sampled_from([None, 0]))
    def oblige(self, offset_ns: int | None) -> None:
        try:
            self.safety.oblige(original=ORIGINAL, reading_seq=len(self.disk.kinds), offset_ns=offset_ns)
        except JournalError:
            return

    @rule()
    def fail_the_next_record(self) -> None:
        self.disk.fails_next = True

    @rule(purpose=st.sampled_from(["set", "restore"]))
    def arm(self, purpose: Literal["set", "restore"]) -> None:
        self.dead.update(range(len(self.guards)))
        try:
            guard = self.safety.arm(purpose, target=0, crossing=None, generation=self.generation)
        except SafetyRefusal:
            return
        last = self.seen[-2:]
        assert 2 == len(last)
        assert all(entry[1:] == (self.generation, self.wanted) for entry in last)
        assert self.clock.now_ns() - last[-1][0] <= 2 * SECOND
        self.guards.append((guard, self.clock.now_ns()))

    @rule(obliges=st.booleans(), span_ns=st.sampled_from([0, 120 * SECOND, 120 * SECOND + 1]))
    def make_ready_and_arm(self, span_ns: int, *, obliges: bool) -> None:
        self.make_ready(obliges=obliges)
        self.arm("set")
        self.wait(span_ns)

    @precondition(lambda self: bool(self.guards))
    @rule(outcome=st.sampled_from(["acknowledged", "unknown", ""]))
    def write_twice(self, outcome: str) -> None:
        self.write(0, outcome)
        self.write(0, outcome)

    @precondition(lambda self: bool(self.guards))
    @rule(back=st.integers(0, 2), outcome=st.sampled_from(["acknowledged", "refused", "unknown", ""]))
    def write(self, back: int, outcome: str) -> None:
        which = max(0, len(self.guards) - 1 - back)
        guard, armed_ns = self.guards[which]
        question = WriteRegister(address=1, word=2)
        try:
            guard.before(question, b"\x01")
        except (SafetyRefusal, JournalError):
            return
        # The byte is on the wire now; everything the rules promise must be true.
        assert which not in self.dead
        assert self.disk.is_owed()
        assert self.disk.announces()
        assert self.on_the_wire == self.wanted
        assert self.clock.now_ns() - armed_ns <= 120 * SECOND
        self.guards[which] = (guard, self.clock.now_ns())
        if outcome in {"", "unknown"}:
            self.dead.add(which)
        if outcome:
            self.disk.fails_next = False
            guard.after(question, outcome)
            if outcome == "unknown":
                self.seen.clear()

    @rule()
    def discharge(self) -> None:
        try:
            self.safety.discharge(len(self.disk.kinds) + 1)
        except (SafetyRefusal, JournalError):
            return
        self.dead.update(range(len(self.guards)))

    @invariant()
    def a_promise_in_memory_is_a_promise_on_disk(self) -> None:
        assert self.safety.obligation_open == self.disk.is_owed()


Workbench.TestCase.settings = settings(
    max_examples=100_000 if IS_LONG else 300,
    stateful_step_count=25,
    deadline=None,
    derandomize=not IS_LONG,
    suppress_health_check=list(HealthCheck),
)
TestNoOrderOfEventsLetsAWriteSlipThrough = Workbench.TestCase
