"""Ways of crossing that reset the device, cut its power at a chosen moment, many times, or for long.

What the bench's hardware can do is done by it; a reset button, a battery and a STOP switch are the operator's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harness.clock import SECOND_NS
from harness.procedure.approach import (
    CUT_PHASES_NS,
    Crossing,
    cross_read_after,
    set_before,
    start_and_read,
    switch,
    switch_on_and_read,
)
from harness.procedure.asks import Operate, Procedure, WaitUntil, ask
from harness.procedure.subject import SETTLED_READINGS, Subject, confirm_identity, pause, read_times
from harness.records import Role, Variant

COLD_OFF_NS = 2 * SECOND_NS
"""How long a cold reset keeps the power off: enough for a supply to discharge, too short to be a power cut."""
CYCLE_OFF_NS = 3 * SECOND_NS


def long_lead_ns(subject: Subject) -> int:
    """Return the lead of ``silent-long``, in whole seconds.

    The power goes half-way through it: so early that a clock which started from a default date at that moment is told
    from a sound one by more than both can have drifted when the power is back.
    """
    drift_ns = subject.pace.long_off_ns * subject.facts.drift_ppm // 1_000_000
    apart_ns = 4 * drift_ns + 4 * subject.facts.resolution_ns
    return max(subject.pace.lead_ns, -(-2 * apart_ns // SECOND_NS) * SECOND_NS)


def silent_long(subject: Subject, crossing: Crossing) -> Procedure[None]:
    """Switch off before the edge, and on again only after the plan's long off-time."""
    lead_ns = long_lead_ns(subject)
    due_ns = yield from set_before(subject, crossing, lead_ns=lead_ns)
    if due_ns is None:
        return
    before_ns = lead_ns // 2
    yield from ask(WaitUntil(deadline_ns=due_ns - subject.facts.resolution_ns - before_ns, says="power off"))
    yield from switch(crossing, on=False)
    yield from ask(WaitUntil(deadline_ns=due_ns + subject.pace.long_off_ns, says="a long time without power"))
    yield from switch_on_and_read(subject, crossing)


def cold_reset(subject: Subject, crossing: Crossing) -> Procedure[None]:
    """Cross under power, then switch off and on at once."""
    due_ns = yield from set_before(subject, crossing)
    if due_ns is None:
        return
    yield from cross_read_after(subject, due_ns)
    yield from switch(crossing, on=False)
    yield from pause(COLD_OFF_NS, "power off")
    yield from switch_on_and_read(subject, crossing)


def warm_reset(subject: Subject, crossing: Crossing) -> Procedure[None]:
    """Cross under power, then have the operator press the reset."""
    due_ns = yield from set_before(subject, crossing)
    if due_ns is None:
        return
    yield from cross_read_after(subject, due_ns)
    yield from ask(Operate(what="reset", on=False))
    yield from ask(Operate(what="reset", on=True))
    yield from start_and_read(subject)


def cut_at_the_second(subject: Subject, crossing: Crossing) -> Procedure[None]:
    """Cut the power in the very second of the edge, at the phase this repeat stands for."""
    due_ns = yield from set_before(subject, crossing)
    if due_ns is None:
        return
    phase_ns = CUT_PHASES_NS[(crossing.repeat - 1) % len(CUT_PHASES_NS)]
    yield from ask(WaitUntil(deadline_ns=due_ns + phase_ns, says="power off at the edge"))
    yield from switch(crossing, on=False)
    yield from pause(subject.pace.off_ns, "power off")
    yield from switch_on_and_read(subject, crossing)


def battery_removed(subject: Subject, crossing: Crossing) -> Procedure[None]:
    """Cross under power, switch off, have the battery taken out and put back, switch on: the default date shows."""
    due_ns = yield from set_before(subject, crossing)
    if due_ns is None:
        return
    yield from cross_read_after(subject, due_ns)
    yield from switch(crossing, on=False)
    yield from ask(Operate(what="battery", on=False))
    yield from pause(subject.pace.off_ns, "power and battery out")
    yield from ask(Operate(what="battery", on=True))
    yield from switch_on_and_read(subject, crossing)


def repeated_power_cycles(subject: Subject, crossing: Crossing) -> Procedure[None]:
    """Cross under power, then switch off and on as often as the plan says, reading after each start."""
    due_ns = yield from set_before(subject, crossing)
    if due_ns is None:
        return
    yield from cross_read_after(subject, due_ns)
    for cycle in range(subject.pace.cycles):
        yield from switch(crossing, on=False, cycle=cycle)
        yield from pause(CYCLE_OFF_NS, "power off")
        yield from switch_on_and_read(subject, crossing, cycle=cycle)


def stopped_program(subject: Subject, crossing: Crossing) -> Procedure[None]:
    """Have the controller put into STOP before the edge and back into RUN after it; read only then."""
    due_ns = yield from set_before(subject, crossing)
    if due_ns is None:
        return
    yield from ask(Operate(what="program", on=False))
    yield from ask(WaitUntil(deadline_ns=due_ns + subject.observe_ns, says="edge, program stopped"))
    yield from ask(Operate(what="program", on=True))
    yield from confirm_identity(subject)
    yield from read_times(subject, Role.AFTER, SETTLED_READINGS, subject.spread_ns)


WAYS: Mapping[Variant, Callable[[Subject, Crossing], Procedure[None]]] = {
    Variant.SILENT_LONG: silent_long,
    Variant.COLD_RESET: cold_reset,
    Variant.WARM_RESET: warm_reset,
    Variant.CUT_AT_THE_SECOND: cut_at_the_second,
    Variant.BATTERY_REMOVED: battery_removed,
    Variant.REPEATED_POWER_CYCLES: repeated_power_cycles,
    Variant.STOPPED_PROGRAM: stopped_program,
}
