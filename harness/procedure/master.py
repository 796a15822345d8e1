"""An edge that comes by way of a time master: the bench tells the time before it, goes on telling it, and the device follows.

Then the master says dates that are none, as real ones did at week rollovers: the device must not take them.
"""

from __future__ import annotations

from harness.calendar.form import Impossible
from harness.clock import SECOND_NS
from harness.procedure.approach import Crossing, edge_due_ns, watch_across
from harness.procedure.asks import Procedure, SayMalformed, SetClock, ask
from harness.procedure.subject import (
    SETTLED_READINGS,
    Subject,
    confirm_identity,
    pause,
    read_before_set,
    read_surely,
    read_times,
    set_clock,
)
from harness.records import Role

AWAY_SECONDS = 3600
"""A clock that can be set is first set that much early: it shows then that it follows, and knows its own century."""
KINDS_AT_MOST = 5
"""How many kinds of what is no time a master says in turn, one a second."""
POLLS_BEFORE = 4
"""How many readings must fit between following the master and the edge."""


def master_lead_ns(subject: Subject) -> int:
    """Return how long before the edge the master begins, in whole seconds: time to follow it, and to be seen doing so."""
    needed_ns = subject.master_settle_ns + POLLS_BEFORE * subject.spread_ns
    return max(subject.pace.lead_ns, -(-needed_ns // SECOND_NS) * SECOND_NS)


def malformed_ns(subject: Subject) -> int:
    """Return how long what is no time is said: each kind at least once, and long enough to read the clock meanwhile."""
    return max((KINDS_AT_MOST + 1) * SECOND_NS, SETTLED_READINGS * subject.spread_ns)


def set_by_master(subject: Subject, crossing: Crossing) -> Procedure[None]:
    """Tell the time before the edge, watch the device follow and cross, then say dates that are none."""
    target = crossing.edge.seconds - master_lead_ns(subject) // SECOND_NS
    if subject.facts.can_be_set:
        by_hand = yield from set_clock(subject, target - AWAY_SECONDS)
        if by_hand.outcome == "refused":
            return
        yield from pause(subject.facts.resolution_ns)  # so that no reading falls into the moment of two sets
    yield from read_before_set(subject)
    yield from confirm_identity(subject)
    record = yield from ask(SetClock(target=target, by_master=True))
    yield from pause(max(subject.facts.reply_ns, subject.master_settle_ns), "the device follows its master")
    reading = yield from read_surely(subject, Role.READ_BACK)
    shown = subject.facts.form.resolve(reading.fields)
    if isinstance(shown, Impossible):
        return
    due_ns = edge_due_ns(record, crossing.edge.seconds)
    yield from watch_across(subject, crossing, due_ns)
    yield from ask(SayMalformed())
    yield from pause(malformed_ns(subject), "dates that are none")
    yield from read_times(subject, Role.AFTER, SETTLED_READINGS, subject.spread_ns)
