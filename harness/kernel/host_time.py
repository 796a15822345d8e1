"""Watches the host's own clocks, which may step or stand still while a device is observed.

Verdicts rest on monotonic time. A step of the wall clock spoils no verdict, but it would put a device back to a wrong
time; a suspend leaves a hole in the observation, and nothing read across it proves anything.
"""

from __future__ import annotations

from dataclasses import replace

from harness.clock import Stamp
from harness.records import Incident

STEP_NS = 50_000_000
"""The wall clock moved against monotonic time by more than slewing and scheduling explain."""
SUSPEND_NS = 500_000_000
"""Boot time outran monotonic time; a busy host may be torn from the processor between the two reads for a while."""


class HostTimeWatch:
    """Compares each stamp with the one before.

    Attributes:
        stepped_ns: all steps of the wall clock so far, forward positive.
    """

    def __init__(self) -> None:
        self.stepped_ns = 0
        self._before: Stamp | None = None

    def observe(self, stamp: Stamp) -> tuple[Incident, ...]:
        """Take the next stamp; return ``host-slept`` and ``host-clock-stepped`` as they show."""
        before, self._before = self._before, stamp
        if before is None:
            return ()
        incidents = []
        slept_ns = _slept_ns(before, stamp)
        if slept_ns > SUSPEND_NS:
            says = f"the host was suspended for {slept_ns} ns"
            incidents.append(Incident(code="host-slept", at_ns=stamp.mono_ns, says=says, spoils=True))
        # Through a suspend the wall clock goes on and monotonic time does not: that part is no step.
        step_ns = (stamp.utc_ns - stamp.mono_ns) - (before.utc_ns - before.mono_ns) - slept_ns
        if abs(step_ns) > STEP_NS:
            self.stepped_ns += step_ns
            says = f"the host's wall clock stepped by {step_ns:+d} ns"
            incidents.append(Incident(code="host-clock-stepped", at_ns=stamp.mono_ns, says=says, spoils=False))
        return tuple(incidents)

    def trusted(self, stamp: Stamp) -> Stamp:
        """Return the stamp with the wall time of the scale the run began in, steps taken out.

        A device's offset was measured on that scale, so a restore must use it too.
        """
        return replace(stamp, utc_ns=stamp.utc_ns - self.stepped_ns)


def _slept_ns(before: Stamp, after: Stamp) -> int:
    """Return how much more boot time than monotonic time went by; 0 where the host cannot tell."""
    if before.boot_ns is None or after.boot_ns is None:
        return 0
    return (after.boot_ns - before.boot_ns) - (after.mono_ns - before.mono_ns)
