"""Watches the host's own clocks, which may step or stand still while a device is observed.

Verdicts rest on monotonic time. A step of the wall clock spoils no verdict, but it would put a device back to a wrong
time; a suspend leaves a hole in the observation, and nothing read across it proves anything. A host whose clock follows
no reference spoils nothing either, but a device can be put back only as exactly as the host keeps time.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from harness.clock import Stamp
from harness.records import Incident

STEP_NS = 50_000_000
"""The wall clock moved against monotonic time by more than slewing and scheduling explain."""
SUSPEND_NS = 500_000_000
"""Boot time outran monotonic time; a busy host may be torn from the processor between the two reads for a while."""


_LIMITED = "a clock is put back only as exactly as this host keeps time; verdicts rest on monotonic time"
_SYNCHRONISATION = MappingProxyType(
    {
        True: ("host-clock-synchronised", "the host's clock is known to be synchronised from here on"),
        False: ("host-clock-unsynchronised", f"the host's clock is not known to be synchronised: {_LIMITED}"),
        None: ("host-clock-sync-unknown", f"this system does not say whether its clock is synchronised: {_LIMITED}"),
    }
)


class HostTimeWatch:
    """Compares each stamp with the one before.

    Attributes:
        stepped_ns: all steps of the wall clock so far, forward positive.
    """

    def __init__(self) -> None:
        self.stepped_ns = 0
        self._before: Stamp | None = None
        self._synchronised: bool | None = True

    def observe_synchronisation(self, synchronised: bool | None, at_ns: int) -> tuple[Incident, ...]:
        """Take whether the host's clock follows a reference (None: the system does not say); return what is new of it.

        Returns:
            ``host-clock-unsynchronised``, ``host-clock-sync-unknown`` or, after one of them, ``host-clock-synchronised``.
        """
        if synchronised is self._synchronised:
            return ()
        self._synchronised = synchronised
        code, says = _SYNCHRONISATION[synchronised]
        return (Incident(code=code, at_ns=at_ns, says=says, spoils=False),)

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
