"""What a clock must be put back to, when to write it, and how near is near enough. Pure arithmetic."""

from __future__ import annotations

from harness.clock import SECOND_NS, Stamp
from harness.device.facts import DeviceFacts
from harness.records import Reading, SetRecord

LONGEST_ALIGNMENT_NS = 60 * SECOND_NS
"""A clock of minutes is worth waiting for; a counter of days is not."""


def restore_moment(stamp: Stamp, offset_ns: int | None, facts: DeviceFacts, *, aligned: bool) -> tuple[int, int]:
    """Return the civil seconds to write, and the monotonic time at which to write them.

    Args:
        stamp: the host's clocks now.
        offset_ns: device civil time less host UTC as found; None puts the device to host UTC.
        facts: of the device.
        aligned: wait for the device's next whole second (minute, for a clock without seconds), so that its phase
            returns too; otherwise write the nearest one at once.
    """
    civil_ns = stamp.utc_ns + (offset_ns or 0)
    unit_ns = _unit_ns(facts)
    if not aligned:
        units = (civil_ns + unit_ns // 2) // unit_ns
        return units * unit_ns // SECOND_NS, stamp.mono_ns
    units = -(-civil_ns // unit_ns)
    wait_ns = units * unit_ns - civil_ns
    if facts.divider_resets is False:
        # A set leaves the second's phase alone here: write in the middle of a unit, far from both of its carries.
        wait_ns += unit_ns // 2
    # A set that begins some way into the second is written so much later: the next tick then falls on the second.
    wait_ns += facts.ahead_after_set_ns
    return units * unit_ns // SECOND_NS, stamp.mono_ns + wait_ns


def restore_tolerance_ns(facts: DeviceFacts, record: SetRecord, reading: Reading) -> int:
    """Return how far a read-back may lie from what was set, in nanoseconds.

    It is one resolution, half of each round trip, and the crystal's drift since; what the set itself is ahead by, where
    the device starts its second anew; and one unit more when it is not known to.
    """
    trips_ns = (record.received_ns - record.sent_ns) + (reading.received_ns - reading.sent_ns)
    elapsed_ns = max(0, reading.received_ns - record.sent_ns)
    drift_ns = elapsed_ns * facts.drift_ppm // 1_000_000
    phase_ns = facts.ahead_after_set_ns if facts.divider_resets else _unit_ns(facts)
    return facts.resolution_ns + trips_ns // 2 + drift_ns + phase_ns


def _unit_ns(facts: DeviceFacts) -> int:
    """Return the smallest whole step worth aligning to: a second, or a minute for a clock that shows no seconds."""
    if SECOND_NS < facts.resolution_ns <= LONGEST_ALIGNMENT_NS:
        return facts.resolution_ns // SECOND_NS * SECOND_NS
    return SECOND_NS
