"""Power channels: what cuts a device's power, and the meeting of the devices behind one channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from harness.device.asks import AskOperator, LinkAsk, Steps
from harness.device.asks import ask as ask_link
from harness.device.driver import HasPowerControl
from harness.engine.bus_worker import BusWorker
from harness.journal.log import Journal
from harness.procedure.asks import RESTORE_POINT, MeetingPoint
from harness.records import PowerRecord

YES = frozenset({"y", "yes", "o", "oui"})


@dataclass(slots=True, kw_only=True)
class SupplySwitch:
    """A channel of a bench supply, or a relay."""

    driver: HasPowerControl
    channel: int
    worker: BusWorker
    station: int | None
    by: str = "channel"

    def steps(self, *, on: bool) -> Steps[bool]:
        """Switch once and return what was read back."""
        yield from self.driver.switch_power(self.channel, on=on)
        return (yield from self.driver.read_power(self.channel))


@dataclass(slots=True, kw_only=True)
class SimulatedSwitch:
    """A simulated device's own supply."""

    switch: Callable[[bool], None]
    by: str = "channel"


@dataclass(slots=True, kw_only=True)
class OperatorSwitch:
    """The person at the bench."""

    device: str
    worker: BusWorker
    station: int | None = None
    by: str = "operator"

    def steps(self, *, on: bool) -> Steps[bool]:
        """Ask for the switch to be thrown; only a clear yes counts as done."""
        code = "power-on" if on else "power-off"
        answer = yield from ask_link(AskOperator(code=code, details={"device": self.device}))
        return on if answer.strip().lower() in YES else not on


HAND_QUESTIONS = {
    ("reset", False): "press-reset",
    ("reset", True): "reset-finished",
    ("battery", False): "battery-out",
    ("battery", True): "battery-in",
    ("program", False): "program-stop",
    ("program", True): "program-run",
}
"""The code under which the operator is asked for each thing done to a device by hand."""


def by_hand(device: str, what: str, *, on: bool) -> Steps[bool]:
    """Ask for something to be done to a device; only a clear yes counts as done."""
    answer = yield from ask_link(AskOperator(code=HAND_QUESTIONS[what, on], details={"device": device}))
    return answer.strip().lower() in YES


PowerSwitch = SupplySwitch | SimulatedSwitch | OperatorSwitch


@dataclass(slots=True)
class PowerGuard:
    """Stands before a power write: the journal knows of it before the supply does."""

    journal: Journal
    channel: str
    on: bool

    def before(self, question: LinkAsk[Any], frame: bytes) -> None:
        """Record what will be sent."""
        body = {"channel": self.channel, "on": self.on, "ask": type(question).__name__, "frame": frame.hex()}
        self.journal.append("power-intent", body, durable=True)

    def after(self, question: LinkAsk[Any], outcome: str) -> None:
        """Record what became of it."""
        del question
        self.journal.append("power-outcome", {"channel": self.channel, "on": self.on, "outcome": outcome})


@dataclass(slots=True)
class PowerChannel:
    """One channel, the devices behind it, and who of them waits where.

    Attributes:
        key: ``supply.1``, or the device's own name for a simulated supply.
        members: devices whose sessions are still running.
        waiting: where each waiting member stands.
        is_on: what the channel was last switched to; on when the run begins.
        record: the newest switching, shared by every member; None after one that failed.
        sharers: members that wait for a switching under way.
    """

    key: str
    switch: PowerSwitch
    members: set[str] = field(default_factory=set)
    waiting: dict[str, MeetingPoint] = field(default_factory=dict)
    is_on: bool = True
    record: PowerRecord | None = None
    sharers: list[str] = field(default_factory=list)

    def arrive(self, device: str, point: MeetingPoint) -> tuple[str, ...]:
        """A member waits at a point; return the members that may now go on."""
        self.waiting[device] = point
        return self._release()

    def leave(self, device: str) -> tuple[str, ...]:
        """A member's session has ended; return the members that may now go on."""
        self.members.discard(device)
        self.waiting.pop(device, None)
        return self._release()

    def withdraw(self, device: str) -> None:
        """A member no longer waits (the run was stopped); the others are told by its next arrival."""
        self.waiting.pop(device, None)

    def _release(self) -> tuple[str, ...]:
        """Let go of the members at the earliest point, once no member is under way.

        One whose crossing broke off waits further on and so holds up nobody; the restore point comes last, so no
        device is put back while another still has a power cut before it.
        """
        if not self.waiting or set(self.waiting) != self.members:
            return ()
        first = min(self.waiting.values())
        going = tuple(sorted(device for device, point in self.waiting.items() if point == first))
        for device in going:
            del self.waiting[device]
        return going


def is_last(point: MeetingPoint) -> bool:
    """Tell whether a point is the one after which no power is cut."""
    return point == RESTORE_POINT
