"""What a clock may show, and the tolerance with every term of it, computed for one device and one reading.

Only monotonic times are used. Civil times are nanoseconds here, so that nothing is rounded before it is compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from harness.calendar.form import ClockForm
from harness.calendar.gregorian import iso
from harness.device.facts import SECOND_NS, DeviceFacts
from harness.records import Reading, SetRecord

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How far a reading may lie from the middle of the expectation, term by term, in nanoseconds.

    Attributes:
        resolution_ns: a clock that shows S may be anywhere up to S plus this.
        set_half_trip_ns, read_half_trip_ns: half the bracket of the set and of the reading.
        drift_ns: the worst legal rate error over the time since the set.
        first_second_ns: the set may have left the device's divider running, so its first second may be short.
        settle_ns: the set may have taken effect this much later.
        restart_ns: a clock that starts again may have lost the fraction of its unit, once for each power cut.
    """

    resolution_ns: int
    set_half_trip_ns: int
    read_half_trip_ns: int
    drift_ns: int
    first_second_ns: int
    settle_ns: int
    restart_ns: int = 0

    @property
    def ahead_ns(self) -> int:
        """How far the shown time may be ahead of the middle."""
        return self.set_half_trip_ns + self.read_half_trip_ns + self.drift_ns + self.first_second_ns

    @property
    def behind_ns(self) -> int:
        """How far the shown time may be behind the middle."""
        trips_ns = self.set_half_trip_ns + self.read_half_trip_ns
        return trips_ns + self.drift_ns + self.settle_ns + self.resolution_ns + self.restart_ns

    @property
    def widest_ns(self) -> int:
        """The larger of the two; the single figure where only one is printed."""
        return max(self.ahead_ns, self.behind_ns)

    def as_details(self) -> dict[str, str]:
        """Spell every term for the report, in nanoseconds."""
        return {
            "resolution_ns": str(self.resolution_ns),
            "set_half_trip_ns": str(self.set_half_trip_ns),
            "read_half_trip_ns": str(self.read_half_trip_ns),
            "drift_ns": str(self.drift_ns),
            "first_second_ns": str(self.first_second_ns),
            "settle_ns": str(self.settle_ns),
            **({"restart_ns": str(self.restart_ns)} if self.restart_ns else {}),
            "ahead_ns": str(self.ahead_ns),
            "behind_ns": str(self.behind_ns),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """The civil times, in nanoseconds, at which a sound clock may stand when it is read.

    Attributes:
        earliest_ns, latest_ns: both ends, drift and the effects of the set included, resolution not.
        middle_ns: the middle of the two brackets, without any tolerance.
    """

    earliest_ns: int
    latest_ns: int
    middle_ns: int
    tolerance: Tolerance

    def admits(self, seconds: int) -> bool:
        """Tell whether a sound clock may show civil ``seconds``: it stands then in [S, S + resolution)."""
        shown_ns = seconds * SECOND_NS
        return shown_ns <= self.latest_ns and shown_ns + self.tolerance.resolution_ns > self.earliest_ns

    def offset_seconds(self, seconds: int) -> int:
        """Return how far civil ``seconds`` are from the middle, in whole seconds."""
        return seconds - self.middle_ns // SECOND_NS

    @property
    def text(self) -> str:
        """The middle, ISO order."""
        return iso(self.middle_ns // SECOND_NS)


def base_of(record: SetRecord, facts: DeviceFacts) -> int:
    """Return the civil seconds the device was told: the target, cut to what the form can express."""
    return _told(facts.form, record.target)


@lru_cache(maxsize=1024)  # every reading of a crossing, and every chart of it, asks for the same few targets
def _told(form: ClockForm, target: int) -> int:
    try:
        told = form.resolve(form.express(target))
    except ValueError:
        return target
    return told if isinstance(told, int) else target


def drift_over(elapsed_ns: int, facts: DeviceFacts) -> int:
    """Return the worst legal drift over ``elapsed_ns``, rounded up."""
    return -(-elapsed_ns * facts.drift_ppm // _MILLION)


def expect(record: SetRecord, reading: Reading, facts: DeviceFacts, power_cuts: int = 0) -> Expectation:
    """Return what a sound clock, set by ``record`` and cut off so often since, may show in ``reading``."""
    return expect_between(record, reading.sent_ns, reading.received_ns, facts, power_cuts)


def expect_between(record: SetRecord, from_ns: int, to_ns: int, facts: DeviceFacts, power_cuts: int = 0) -> Expectation:
    """Return where a sound clock, set by ``record``, may stand at some moment between two monotonic times."""
    base_ns = base_of(record, facts) * SECOND_NS
    shortest_ns = from_ns - record.received_ns
    longest_ns = to_ns - record.sent_ns
    resolution_ns = facts.unit_ns
    tolerance = Tolerance(
        resolution_ns=resolution_ns,
        set_half_trip_ns=_half(record.received_ns - record.sent_ns),
        read_half_trip_ns=_half(to_ns - from_ns),
        drift_ns=drift_over(longest_ns, facts),
        first_second_ns=facts.ahead_after_set_ns if facts.divider_resets else resolution_ns,
        settle_ns=facts.settle_ns,
        restart_ns=power_cuts * min(resolution_ns, SECOND_NS),
    )
    return Expectation(
        earliest_ns=base_ns + shortest_ns - tolerance.drift_ns - tolerance.settle_ns - tolerance.restart_ns,
        latest_ns=base_ns + longest_ns + tolerance.drift_ns + tolerance.first_second_ns,
        middle_ns=base_ns + (shortest_ns + longest_ns) // 2,
        tolerance=tolerance,
    )


def _half(bracket_ns: int) -> int:
    return (bracket_ns + 1) // 2
