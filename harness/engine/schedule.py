"""Which crossings each device makes, in which order, and why some are not made."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace

from harness.calendar.derived import DERIVED_TAG, can_express
from harness.calendar.edges import Edge
from harness.clock import SECOND_NS
from harness.judge.mechanism import default_dates
from harness.plan.model import Plan
from harness.plan.ways import is_its_own, ways
from harness.procedure.alarms import watched_seconds
from harness.procedure.approach import (
    BEYOND_SECONDS,
    FURTHER_SECONDS,
    POWER_VARIANTS,
    Crossing,
    target_before,
)
from harness.procedure.checks import least_lead_ns
from harness.procedure.impossible_dates import NOON_SECONDS
from harness.procedure.logs import longest_log_lead_ns, longest_log_watch_ns
from harness.procedure.master import AWAY_SECONDS, malformed_ns, master_lead_ns
from harness.procedure.power_ways import CYCLE_OFF_NS, long_lead_ns
from harness.procedure.subject import SETTLED_READINGS, Subject
from harness.records import Variant

OUTSIDE_RANGE = "outside-range"
NO_POWER = "no-power-on-bench"
NO_OPERATOR = "no-operator-on-bench"
NO_MASTER = "no-master-on-bench"
ALONE = "alone-on-its-line"
NO_PROGRAM = "no-program-to-stop"
NO_WEEKDAY = "keeps-no-weekday"
NO_LOG = "keeps-no-log"
NO_FIELDS = "counts-and-has-no-fields"
ONE_WAY = "never-goes-back"
READ_ONLY = "read-only-device"
NO_ALARM = "has-no-alarm"
ALARM_NEEDS_SUPPLY = "alarm-needs-the-supply"
ALARM_UNDOCUMENTED = "unpowered-alarm-not-documented"
DEFAULT_DATE = "edge-is-a-default-date"
NOT_ITS_OWN = "not-implied-by-this-device"
ALARMS = frozenset({Variant.ALARM_ACROSS, Variant.ALARM_UNPOWERED})
BY_HAND = frozenset({Variant.WARM_RESET, Variant.BATTERY_REMOVED, Variant.STOPPED_PROGRAM})
_NEAR_SECONDS = 2
_BEYOND = frozenset({Variant.SET_AFTER, Variant.IMPOSSIBLE_DATES, Variant.DRIFT_WITHIN_THE_DAY})


def schedule(
    plan: Plan,
    subjects: Mapping[str, Subject],
    channels: Mapping[str, str],
    selects: Callable[[str, Crossing], bool],
) -> dict[str, tuple[Crossing, ...]]:
    """Return each device's crossings, edge by edge.

    Args:
        plan: what is crossed, and how.
        subjects: the devices, by name.
        channels: the power channel each device is behind; devices with none are absent.
        selects: which crossings are wanted; an unwanted one still stands by when a neighbour's power is cut.
    """
    numbers = itertools.count(1)
    crossings: dict[str, list[Crossing]] = defaultdict(list)
    for position, (edge, variant, repeat) in enumerate(ways(plan)):
        for name, subject in subjects.items():
            crossing = Crossing(
                number=next(numbers),
                position=position,
                edge=edge,
                variant=variant,
                repeat=repeat,
                not_applicable=why_not(plan, subject, edge, variant),
            )
            crossings[name].append(replace(crossing, probes=_is_probe(crossing, subject)))
    return {
        name: tuple(
            crossing
            for crossing in _with_stand_by(crossings, name, channels, selects)
            if crossing.stands_by or (selects(name, crossing) and crossing.not_applicable != NOT_ITS_OWN)
        )
        for name in subjects
    }


def concerns(plan: Plan, subject: Subject, edge: Edge, variant: Variant) -> bool:
    """Tell whether a crossing is a device's own at all: what only another device's facts imply is not even left out."""
    return why_not(plan, subject, edge, variant) != NOT_ITS_OWN


def _is_probe(crossing: Crossing, subject: Subject) -> bool:
    """Tell whether a refusal is to be tried: only beyond an end that the device's own facts declare, and only once."""
    return (
        crossing.not_applicable == OUTSIDE_RANGE
        and crossing.variant is Variant.SET_AFTER
        and crossing.repeat == 1
        and DERIVED_TAG in crossing.edge.tags
        and can_express(subject.facts.form, crossing.edge.seconds + BEYOND_SECONDS)
    )


def why_not(plan: Plan, subject: Subject, edge: Edge, variant: Variant) -> str:
    """Return why a device does not make a crossing, or an empty string when it does."""
    if not subject.facts.can_be_set and not (subject.has_master and variant is Variant.SET_BY_MASTER):
        return READ_ONLY
    if not is_its_own(edge, subject.facts):
        return NOT_ITS_OWN
    first = (
        edge.seconds
        if variant in _BEYOND
        else target_before(subject.facts, edge.seconds, _lead_ns(plan, subject, variant))
    )
    last = edge.seconds + BEYOND_SECONDS + _watched_ns(plan, subject, variant) // SECOND_NS
    if variant is Variant.SET_AFTER and plan.repeats > 1:
        last += FURTHER_SECONDS
    if not (subject.facts.holds(first) and subject.facts.holds(last)):
        is_one_enough = DERIVED_TAG in edge.tags and variant is not Variant.SET_AFTER
        return NOT_ITS_OWN if is_one_enough else OUTSIDE_RANGE
    if variant is Variant.CUT_AT_THE_SECOND and any(
        abs(default - edge.seconds) <= _NEAR_SECONDS for default in default_dates(subject.facts)
    ):
        return DEFAULT_DATE  # a clock lost in that cut would show the very date that a sound one shows
    return _why_not_here(subject, variant)


def _why_not_here(subject: Subject, variant: Variant) -> str:
    """Return what the bench or the device lacks for a variant."""
    form, alarm = subject.facts.form, subject.facts.alarm
    is_cut = variant is Variant.ALARM_UNPOWERED and alarm is not None
    lacks = {
        NO_ALARM: variant in ALARMS and alarm is None,
        ALARM_NEEDS_SUPPLY: is_cut and alarm is not None and alarm.fires_unpowered is False,
        ALARM_UNDOCUMENTED: is_cut and alarm is not None and alarm.fires_unpowered is None,
        NO_POWER: variant in POWER_VARIANTS and not subject.has_power,
        NO_PROGRAM: variant is Variant.STOPPED_PROGRAM and not subject.facts.id.startswith("plc/"),
        NO_OPERATOR: variant in BY_HAND and not subject.has_operator,
        NO_MASTER: variant is Variant.SET_BY_MASTER and not subject.has_master,
        ALONE: variant is Variant.NEIGHBOURS_DIFFER and not subject.has_neighbours,
        NO_WEEKDAY: variant is Variant.WEEKDAY_SET_WRONG and form.weekday is None,
        NO_FIELDS: variant is Variant.IMPOSSIBLE_DATES and form.century is None,
        NO_LOG: variant is Variant.LOG_ACROSS and subject.facts.log is None,
        ONE_WAY: variant is Variant.BACK_AND_AGAIN and subject.facts.can_go_back is False,
    }
    return next((reason for reason, is_lacking in lacks.items() if is_lacking), "")


def _lead_ns(plan: Plan, subject: Subject, variant: Variant) -> int:
    if variant is Variant.SILENT_LONG:
        return long_lead_ns(subject)
    if variant is Variant.SET_BY_MASTER:
        return master_lead_ns(subject) + AWAY_SECONDS * SECOND_NS
    if variant is Variant.LOG_ACROSS:
        return max(plan.lead_ns, longest_log_lead_ns(subject.facts))
    return least_lead_ns(subject.facts) if variant is Variant.SET_NEAR_EDGE else plan.lead_ns


def _watched_ns(plan: Plan, subject: Subject, variant: Variant) -> int:
    """Return how long after the edge the device is still looked at."""
    watched_ns = subject.observe_ns + plan.off_ns + subject.facts.boot_ns
    if variant in ALARMS:
        return watched_ns + watched_seconds(0, subject.facts) * SECOND_NS
    if variant is Variant.SILENT_LONG:
        return watched_ns + plan.long_off_ns
    if variant is Variant.REPEATED_POWER_CYCLES:
        each_ns = CYCLE_OFF_NS + subject.facts.boot_ns + SETTLED_READINGS * subject.spread_ns
        return watched_ns + plan.cycles * each_ns
    if variant is Variant.DRIFT_WITHIN_THE_DAY:
        return watched_ns + plan.soak_ns
    if variant is Variant.SET_BY_MASTER:
        return watched_ns + malformed_ns(subject) + SETTLED_READINGS * subject.spread_ns
    if variant is Variant.LOG_ACROSS:
        return watched_ns + longest_log_watch_ns(subject.facts)
    return watched_ns + (NOON_SECONDS * SECOND_NS if variant is Variant.IMPOSSIBLE_DATES else 0)


def _with_stand_by(
    crossings: Mapping[str, list[Crossing]],
    name: str,
    channels: Mapping[str, str],
    selects: Callable[[str, Crossing], bool],
) -> list[Crossing]:
    """Mark the crossings at which a device is cut off together with a neighbour that makes them."""
    mates = [mate for mate, channel in channels.items() if channel == channels.get(name) and mate != name]

    def is_made(device: str, crossing: Crossing) -> bool:
        return not crossing.not_applicable and selects(device, crossing)

    return [
        replace(crossing, stands_by=True, not_applicable=crossing.not_applicable or "not-selected")
        if crossing.cuts_power
        and not is_made(name, crossing)
        and any(is_made(mate, crossings[mate][crossing.position]) for mate in mates)
        else crossing
        for crossing in crossings[name]
    ]
