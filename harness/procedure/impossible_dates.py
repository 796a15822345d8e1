"""Dates that do not exist are offered to a clock: each is to be refused, or mended as documented, and harm nothing."""

from __future__ import annotations

from harness.calendar.impossible import impossible_dates
from harness.procedure.approach import BEYOND_SECONDS, Crossing
from harness.procedure.asks import Procedure
from harness.procedure.subject import SETTLED_READINGS, Subject, pause, read_times, report, set_clock
from harness.records import Role

NOON_SECONDS = 12 * 3600
"""The clock stands at noon of the day after the edge meanwhile: far from every carry."""


def offer_impossible_dates(subject: Subject, crossing: Crossing) -> Procedure[None]:
    """Set a good date, offer each impossible one and read what came of it, then set the good date again and watch."""
    target = crossing.edge.seconds + BEYOND_SECONDS + NOON_SECONDS
    record = yield from set_clock(subject, target)
    if record.outcome == "refused":
        return
    for name, fields in impossible_dates(subject.facts.form, target):
        yield from pause(subject.facts.resolution_ns)  # so that no reading falls into the moment of two sets
        try:
            yield from set_clock(subject, target, fields)
        except ValueError as error:
            # The device's own registers have no room for it: there is nothing a driver could send.
            yield from report("cannot-be-sent", f"{name}: {error}")
    yield from pause(subject.facts.resolution_ns)
    yield from set_clock(subject, target)
    yield from pause(subject.spread_ns)
    yield from read_times(subject, Role.AFTER, SETTLED_READINGS, subject.spread_ns)
