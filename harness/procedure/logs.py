"""A device's own log across an edge: read, the edge crossed with entries on both sides of it, read again.

The device files its entries by itself, at its own interval. That interval is read and never changed: on many loggers a
change clears the log. What is filed meanwhile bears the date that was set, and stays; a bench answers for that first
(``Hazard.DATALOG``).
"""

from __future__ import annotations

from harness.clock import SECOND_NS
from harness.device.facts import DeviceFacts
from harness.errors import DeviceRefused, LinkError
from harness.procedure.approach import Crossing, set_before
from harness.procedure.asks import Identify, IsIdentified, Procedure, ReadLog, WaitUntil, ask
from harness.procedure.subject import (
    READ_ATTEMPTS,
    SETTLED_READINGS,
    Subject,
    fault_code,
    pause,
    read,
    read_times,
    report,
)
from harness.records import LogReading, Role

ENTRIES_EACH_SIDE = 2
"""Entries that must fall due before the edge and after it; the one at a full midnight counts as after."""


def log_lead_ns(interval_seconds: int, facts: DeviceFacts) -> int:
    """Return how long before the edge the clock is set, for two entries to fall due before it."""
    settled_seconds = -(-(facts.settle_ns + 2 * facts.resolution_ns) // SECOND_NS)
    return (ENTRIES_EACH_SIDE * interval_seconds + max(settled_seconds, interval_seconds // 2)) * SECOND_NS


def log_watch_ns(interval_seconds: int, facts: DeviceFacts) -> int:
    """Return how long after the edge the log is read, for two entries to be in it."""
    late_ns = 0 if facts.log is None else facts.log.late_ns
    drift_ns = log_lead_ns(interval_seconds, facts) * 4 * facts.drift_ppm // 1_000_000
    return ENTRIES_EACH_SIDE * interval_seconds * SECOND_NS + late_ns + drift_ns + 2 * facts.resolution_ns


def longest_log_lead_ns(facts: DeviceFacts) -> int:
    """Return the longest lead the device's owner can make necessary; 0 without a log."""
    return 0 if facts.log is None else log_lead_ns(facts.log.longest_interval_seconds, facts)


def longest_log_watch_ns(facts: DeviceFacts) -> int:
    """Return the longest watch after the edge the device's owner can make necessary; 0 without a log."""
    return 0 if facts.log is None else log_watch_ns(facts.log.longest_interval_seconds, facts)


def log_across(subject: Subject, crossing: Crossing) -> Procedure[None]:
    """Read the log, cross the edge slowly enough for entries on both sides, and read the log again."""
    # The clock as it stands says which entries may still fall due until the set.
    yield from read(subject, Role.ORIGINAL)
    before = yield from read_log(subject, Role.BEFORE)
    if before is None:
        return
    lead_ns = max(subject.pace.lead_ns, log_lead_ns(before.interval_seconds, subject.facts))
    due_ns = yield from set_before(subject, crossing, lead_ns=lead_ns)
    if due_ns is None:
        return
    yield from ask(WaitUntil(deadline_ns=due_ns + log_watch_ns(before.interval_seconds, subject.facts), says="its log"))
    yield from read_times(subject, Role.AFTER, SETTLED_READINGS, subject.spread_ns)
    yield from read_log(subject, Role.AFTER)


def read_log(subject: Subject, role: Role) -> Procedure[LogReading | None]:
    """Read the whole log; a fault is journalled, and it is read again from the start, three times at most.

    Where reading purges a log it is read once: what a broken reading has lost no second one brings back.
    """
    log = subject.facts.log
    attempts = 1 if log is not None and log.read_purges else READ_ATTEMPTS
    for _ in range(attempts):
        try:
            if not (yield from ask(IsIdentified())):
                yield from ask(Identify())
            return (yield from ask(ReadLog(role=role)))
        except (LinkError, DeviceRefused) as error:
            yield from report(fault_code(error), f"{subject.name}: its log: {error}")
            yield from pause(subject.facts.reply_ns)
    return None
