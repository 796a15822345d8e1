"""One device's session as the engine runs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from harness.device.driver import DeviceIdentity, Driver
from harness.engine.bus_worker import BusWorker
from harness.engine.master import MasterPlayer
from harness.engine.output_watch import OutputWatch
from harness.engine.power import PowerChannel
from harness.kernel.device_safety import DeviceSafety
from harness.procedure.asks import Procedure
from harness.procedure.crossing import Crossing
from harness.procedure.subject import Subject
from harness.records import Incident, Reading


class Listener(Protocol):
    """Somebody who watches a run: a live view, or nobody. Called on the engine's thread; must not block."""

    def crossing_begun(self, device: str, edge: str, variant: str) -> None:
        """A device starts on an edge."""
        ...

    def waiting(self, device: str, until_ns: int, says: str) -> None:
        """A device waits until a monotonic time."""
        ...

    def reading(self, device: str, reading: Reading) -> None:
        """A clock was read."""
        ...

    def incident(self, device: str, incident: Incident) -> None:
        """Something happened that bears on a verdict."""
        ...

    def state(self, device: str, word: str) -> None:
        """A device comes to another state: ``identified``, ``restoring``, ``restored``, ``owed``, ``done``."""
        ...

    def tick(self, now_ns: int) -> None:
        """Time has passed."""
        ...


class Nobody:
    """A listener that does not listen."""

    def crossing_begun(self, device: str, edge: str, variant: str) -> None:
        """Ignore."""

    def waiting(self, device: str, until_ns: int, says: str) -> None:
        """Ignore."""

    def reading(self, device: str, reading: Reading) -> None:
        """Ignore."""

    def incident(self, device: str, incident: Incident) -> None:
        """Ignore."""

    def state(self, device: str, word: str) -> None:
        """Ignore."""

    def tick(self, now_ns: int) -> None:
        """Ignore."""


@dataclass(slots=True, kw_only=True)
class Task:
    """A device, its driver, its bus, its guard, and where its session stands.

    Attributes:
        operator: who is asked to press the device's buttons; None when nobody is there for that.
        is_connection: the device itself is the far end of its link, which goes with its power.
        crossing: number of the open crossing, None between crossings.
        last_reading: journal number of the newest reading.
        last_setting: journal number of the newest look at a setting beside the clock.
        identified_in: the opening of the link in which the device last named itself; None once that no longer counts.
        cancel: takes the task out of whatever it waits for; None while a job is on the wire.
        master: plays a time master to it, where the bench has one.
        outputs: how its outputs were found, where its driver can read them.
        is_stopped: ``RunStopped`` has been thrown into the session; it is thrown once only.
        is_restoring: the session is on its way out and may no longer be interrupted.
    """

    subject: Subject
    driver: Driver
    worker: BusWorker
    station: int | None
    safety: DeviceSafety
    session: Procedure[None]
    crossings: tuple[Crossing, ...]
    power: PowerChannel | None = None
    operator: BusWorker | None = None
    is_connection: bool = False
    master: MasterPlayer | None = None
    crossing: int | None = None
    last_reading: int = 0
    last_setting: int = 0
    identity: DeviceIdentity | None = None
    identified_in: int | None = None
    cancel: Callable[[], None] | None = None
    resume: Callable[[], None] | None = None
    outputs: OutputWatch = field(default_factory=OutputWatch)
    is_stopped: bool = False
    is_restoring: bool = False
    is_done: bool = False
    answers: list[Any] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The device's name on the bench."""
        return self.subject.name
