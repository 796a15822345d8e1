"""Checks made at an edge that are no way of crossing it: near sets, sets back, wrong weekdays, a long watch, a probe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from harness.calendar.fields import CalendarFields
from harness.clock import SECOND_NS
from harness.device.facts import DeviceFacts
from harness.procedure.approach import (
    BEYOND_SECONDS,
    NEAR_NS,
    Crossing,
    cross_read_after,
    cross_unread,
    set_before,
    target_before,
    watch_across,
)
from harness.procedure.asks import Procedure
from harness.procedure.subject import Subject, pause, read_times, set_clock
from harness.records import Role, Variant

WRONG_BY_DAYS = 3
"""How far the weekday of ``weekday-set-wrong`` is from the date's own."""
WATCHES = 12
"""Readings spread over the long watch inside a day."""


def least_lead_ns(facts: DeviceFacts) -> int:
    """Return the shortest lead that leaves room for a set, its settling and its read-back, in whole seconds."""
    needed_ns = NEAR_NS + facts.settle_ns + facts.resolution_ns
    return -(-needed_ns // SECOND_NS) * SECOND_NS


def set_near_edge(subject: Subject, crossing: Crossing) -> Procedure[None]:
    """Set the clock as shortly before the edge as the device allows, and watch it cross."""
    due_ns = yield from set_before(subject, crossing, lead_ns=least_lead_ns(subject.facts))
    if due_ns is not None:
        yield from watch_across(subject, crossing, due_ns)


def back_and_again(subject: Subject, crossing: Crossing) -> Procedure[None]:
    """Cross, set the clock back before the edge, and cross again."""
    for _ in range(2):
        due_ns = yield from set_before(subject, crossing)
        if due_ns is None:
            return
        yield from cross_read_after(subject, due_ns)
        # The next set must not fall into the moment of the last reading, or that reading would be taken for its own.
        yield from pause(subject.facts.resolution_ns)


def weekday_set_wrong(subject: Subject, crossing: Crossing) -> Procedure[None]:
    """Set the clock with a weekday that is not the date's, and see what the device makes of it across the edge."""
    wrong = _with_wrong_weekday(
        subject.facts, target_before(subject.facts, crossing.edge.seconds, subject.pace.lead_ns)
    )
    due_ns = yield from set_before(subject, crossing, fields=wrong)
    if due_ns is not None:
        yield from cross_unread(subject, due_ns)


def _with_wrong_weekday(facts: DeviceFacts, seconds: int) -> CalendarFields:
    fields, rule = facts.form.express(seconds), facts.form.weekday
    weekday = None if rule is None or fields.weekday is None else rule.weekday_of(fields.weekday)
    if rule is None or weekday is None:
        raise ValueError("the device keeps no weekday")
    return replace(fields, weekday=rule.number_of((weekday + WRONG_BY_DAYS) % 7))


def drift_within_the_day(subject: Subject, crossing: Crossing) -> Procedure[None]:
    """Set the clock just inside the day that follows the edge and watch it there for a long time."""
    record = yield from set_clock(subject, crossing.edge.seconds + BEYOND_SECONDS)
    if record.outcome == "refused":
        return
    every_ns = subject.pace.soak_ns // WATCHES
    yield from pause(every_ns, "inside the day")
    yield from read_times(subject, Role.AFTER, WATCHES, every_ns)


def probe(subject: Subject, crossing: Crossing) -> Procedure[None]:
    """Offer a date outside the declared range once; what the device makes of it is documented, not judged."""
    yield from set_clock(subject, crossing.edge.seconds + BEYOND_SECONDS)


WAYS: Mapping[Variant, Callable[[Subject, Crossing], Procedure[None]]] = {
    Variant.SET_NEAR_EDGE: set_near_edge,
    Variant.BACK_AND_AGAIN: back_and_again,
    Variant.WEEKDAY_SET_WRONG: weekday_set_wrong,
    Variant.DRIFT_WITHIN_THE_DAY: drift_within_the_day,
}
