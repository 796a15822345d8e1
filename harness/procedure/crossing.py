"""How a device is led over one edge, one way: the five ways every plan knows, and the table of all of them.

Whatever happens on the way, the crossing is closed in the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harness.clock import SECOND_NS
from harness.errors import DeviceRefused, LinkError, SafetyRefusal
from harness.procedure import alarms, checks, impossible_dates, logs, master, power_ways
from harness.procedure.approach import (
    BEYOND_SECONDS,
    POWER_VARIANTS,
    Crossing,
    cross_read_after,
    cross_unread,
    edge_due_ns,
    gathering,
    set_before,
    switch,
    switch_on_and_read,
    watch_across,
)
from harness.procedure.asks import BeginCrossing, EndCrossing, Gather, Procedure, RunStopped, WaitUntil, ask
from harness.procedure.subject import (
    SETTLED_READINGS,
    Subject,
    fault_code,
    pause,
    read_times,
    report,
    set_clock,
    still_there,
)
from harness.records import Role, Variant

__all__ = ["BEYOND_SECONDS", "POWER_VARIANTS", "Crossing", "cross", "edge_due_ns"]

STAGGERED = frozenset({Variant.RUNNING, Variant.NEIGHBOURS_DIFFER})


def cross(subject: Subject, crossing: Crossing) -> Procedure[None]:
    """Lead the device over one edge; whatever happens, the crossing is closed in the journal.

    A fault of the line ends this crossing, not the session: the next crossing identifies the device afresh.
    """
    yield from ask(
        BeginCrossing(
            number=crossing.number,
            edge=crossing.edge.id,
            edge_seconds=crossing.edge.seconds,
            variant=crossing.variant,
            repeat=crossing.repeat,
        )
    )
    completed = False
    try:
        if crossing.stands_by:
            yield from _stand_by(subject, crossing)
        elif crossing.probes:
            yield from checks.probe(subject, crossing)
            yield from still_there(subject)
        elif not crossing.not_applicable:
            yield from _perform(subject, crossing)
            yield from still_there(subject)
        completed = True
    except (LinkError, DeviceRefused) as error:
        yield from report(fault_code(error), str(error), spoils=True)
    except SafetyRefusal as error:
        yield from report(error.rule, str(error), spoils=True)
        raise
    except RunStopped:
        yield from report("run-stopped", "the run was told to stop", spoils=True)
        raise
    finally:
        yield from ask(EndCrossing(number=crossing.number, completed=completed, not_applicable=crossing.not_applicable))


def _perform(subject: Subject, crossing: Crossing) -> Procedure[None]:
    if crossing.cuts_power:
        yield from ask(Gather(point=gathering(crossing)))
    if subject.stagger_ns and crossing.variant in STAGGERED:
        yield from pause(subject.stagger_ns, "neighbours on the line")
    yield from WAYS[crossing.variant](subject, crossing)


def _stand_by(subject: Subject, crossing: Crossing) -> Procedure[None]:
    """Be cut with the others and come back with them."""
    yield from ask(Gather(point=gathering(crossing)))
    for cycle in range(crossing.cycles(subject.pace)):
        yield from switch(crossing, on=False, cycle=cycle)
        yield from switch(crossing, on=True, cycle=cycle)


def _set_after(subject: Subject, crossing: Crossing) -> Procedure[None]:
    record = yield from set_clock(subject, crossing.beyond)
    if record.outcome != "refused":
        yield from pause(subject.spread_ns)
        yield from read_times(subject, Role.AFTER, SETTLED_READINGS, subject.spread_ns)


def _running(subject: Subject, crossing: Crossing) -> Procedure[None]:
    due_ns = yield from set_before(subject, crossing)
    if due_ns is not None:
        yield from watch_across(subject, crossing, due_ns)


def _silent(subject: Subject, crossing: Crossing) -> Procedure[None]:
    due_ns = yield from set_before(subject, crossing)
    if due_ns is not None:
        yield from cross_unread(subject, due_ns)


def _unpowered(subject: Subject, crossing: Crossing) -> Procedure[None]:
    due_ns = yield from set_before(subject, crossing)
    if due_ns is None:
        return
    before_ns = min(subject.pace.off_ns, subject.pace.lead_ns) // 2
    yield from ask(WaitUntil(deadline_ns=due_ns - subject.facts.resolution_ns - before_ns, says="power off"))
    yield from switch(crossing, on=False)
    yield from ask(
        WaitUntil(deadline_ns=due_ns + max(subject.pace.off_ns - before_ns, SECOND_NS), says="edge, unpowered")
    )
    yield from switch_on_and_read(subject, crossing)


def _retained(subject: Subject, crossing: Crossing) -> Procedure[None]:
    due_ns = yield from set_before(subject, crossing)
    if due_ns is None:
        return
    yield from cross_read_after(subject, due_ns)
    yield from switch(crossing, on=False)
    yield from pause(subject.pace.off_ns, "power off")
    yield from switch_on_and_read(subject, crossing)


WAYS: Mapping[Variant, Callable[[Subject, Crossing], Procedure[None]]] = {
    Variant.SET_AFTER: _set_after,
    Variant.RUNNING: _running,
    Variant.SILENT: _silent,
    Variant.UNPOWERED: _unpowered,
    Variant.RETAINED: _retained,
    Variant.NEIGHBOURS_DIFFER: _running,
    **power_ways.WAYS,
    **checks.WAYS,
    **alarms.WAYS,
    Variant.IMPOSSIBLE_DATES: impossible_dates.offer_impossible_dates,
    Variant.LOG_ACROSS: logs.log_across,
    Variant.SET_BY_MASTER: master.set_by_master,
}
