"""Where a run stands with each device, told by what the engine lets a listener see and by what the device itself did.

The set, and the instant of the edge, are taken from the simulated device alone: no word of the harness is needed for
them, so a fault strikes there even when the harness is wrong about it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from devices.simulation.device import SimulatedDevice
from harness.link.faults.named import Phase
from harness.records import Incident, Reading

_AT_THE_EDGE_SECONDS = 1


class Listening(Protocol):
    """What the engine tells of a run; the same calls as the engine's own listeners."""

    def crossing_begun(self, device: str, edge: str, variant: str) -> None:
        """A device starts on an edge."""
        ...

    def waiting(self, device: str, until_ns: int, says: str) -> None:
        """A device waits."""
        ...

    def reading(self, device: str, reading: Reading) -> None:
        """A clock was read."""
        ...

    def incident(self, device: str, incident: Incident) -> None:
        """Something happened."""
        ...

    def state(self, device: str, word: str) -> None:
        """A device comes to another state."""
        ...

    def tick(self, now_ns: int) -> None:
        """Time has passed."""
        ...


@dataclass(slots=True)
class PhaseWatch:
    """A listener that keeps each device's stage, and passes on what it hears.

    Attributes:
        seconds_of: the first civil second after an edge, by the edge's id.
        audience: who else listens.
        crossings: how many crossings each device has begun; it is at its restore once it is in ``restoring``.
    """

    seconds_of: Callable[[str], int]
    audience: Listening | None = None
    crossings: dict[str, int] = field(default_factory=dict)
    edges: dict[str, int] = field(default_factory=dict)
    restoring: set[str] = field(default_factory=set)

    def crossing_begun(self, device: str, edge: str, variant: str) -> None:
        """Note the edge."""
        self.crossings[device] = self.crossings.get(device, 0) + 1
        self.edges[device] = self.seconds_of(edge)
        if self.audience is not None:
            self.audience.crossing_begun(device, edge, variant)

    def state(self, device: str, word: str) -> None:
        """Note the restore."""
        if word == "restoring":
            self.restoring.add(device)
        if self.audience is not None:
            self.audience.state(device, word)

    def waiting(self, device: str, until_ns: int, says: str) -> None:
        """Pass on."""
        if self.audience is not None:
            self.audience.waiting(device, until_ns, says)

    def reading(self, device: str, reading: Reading) -> None:
        """Pass on."""
        if self.audience is not None:
            self.audience.reading(device, reading)

    def incident(self, device: str, incident: Incident) -> None:
        """Pass on."""
        if self.audience is not None:
            self.audience.incident(device, incident)

    def tick(self, now_ns: int) -> None:
        """Pass on."""
        if self.audience is not None:
            self.audience.tick(now_ns)


class DevicePlace:
    """Where the run stands with one simulated device."""

    def __init__(self, watch: PhaseWatch, name: str, simulator: SimulatedDevice) -> None:
        self._watch = watch
        self._name = name
        self._simulator = simulator
        self._acknowledged = 0
        self._crossing = 0
        self._sets_before = 0

    def phase(self) -> Phase:
        """Return the phase as of now."""
        if self._name in self._watch.restoring:
            return Phase.RESTORE
        crossing = self._watch.crossings.get(self._name, 0)
        if not crossing:
            return Phase.IDENTIFY
        if crossing != self._crossing:
            self._crossing, self._sets_before = crossing, len(self._simulator.recorder.sets)
        if len(self._simulator.recorder.sets) == self._sets_before:
            return Phase.BEFORE_SET
        return Phase.ROLLOVER if self._is_at_the_edge() else Phase.POLLING

    def is_acknowledging(self) -> bool:
        """Tell whether a set has taken effect since the last call."""
        sets = len(self._simulator.recorder.sets)
        has_set, self._acknowledged = sets > self._acknowledged, sets
        return has_set

    def _is_at_the_edge(self) -> bool:
        shown = self._simulator.device_seconds()
        return shown is not None and abs(shown - self._watch.edges[self._name]) <= _AT_THE_EDGE_SECONDS


@dataclass(slots=True)
class HeldSimulator:
    """A simulated device a fault may lay hands on, and the one that may be put in its place.

    Attributes:
        twin: another unit, for a swap.
        answering: which of the two is on the wire.
    """

    own: SimulatedDevice
    twin: SimulatedDevice | None = None
    is_swapped: bool = False

    @property
    def answering(self) -> SimulatedDevice:
        """The device on the wire."""
        return self.twin if self.is_swapped and self.twin is not None else self.own

    def now_ns(self) -> int:
        """Return the device's monotonic time."""
        return self.own.setup.clock.now_ns()

    def power(self, on: bool) -> None:
        """Give or take away the supply."""
        self.answering.power(on)

    def swap(self) -> None:
        """Put the twin in the device's place, for good."""
        self.is_swapped = True
