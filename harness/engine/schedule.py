"""Which crossings each device makes, in which order, and why some are not made."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace

from harness.calendar.edges import Edge
from harness.clock import SECOND_NS
from harness.plan.model import Plan
from harness.procedure.crossing import BEYOND_SECONDS, Crossing
from harness.procedure.subject import Subject
from harness.records import Variant

OUTSIDE_RANGE = "outside-range"
NO_POWER = "no-power-on-bench"


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
    ways = itertools.product(plan.edges, plan.variants, range(1, plan.repeats + 1))
    for position, (edge, variant, repeat) in enumerate(ways):
        for name, subject in subjects.items():
            crossings[name].append(
                Crossing(
                    number=next(numbers),
                    position=position,
                    edge=edge,
                    variant=variant,
                    repeat=repeat,
                    not_applicable=why_not(plan, subject, edge, variant),
                )
            )
    return {
        name: tuple(
            crossing
            for crossing in _with_stand_by(crossings, name, channels, selects)
            if crossing.stands_by or selects(name, crossing)
        )
        for name in subjects
    }


def why_not(plan: Plan, subject: Subject, edge: Edge, variant: Variant) -> str:
    """Return why a device does not make a crossing, or an empty string when it does."""
    watched = plan.observe_ns + plan.off_ns + subject.facts.boot_ns
    last = edge.seconds + BEYOND_SECONDS + watched // SECOND_NS
    first = edge.seconds if variant is Variant.SET_AFTER else edge.seconds - plan.lead_ns // SECOND_NS
    if not (subject.facts.holds(first) and subject.facts.holds(last)):
        return OUTSIDE_RANGE
    if variant in {Variant.UNPOWERED, Variant.RETAINED} and not subject.has_power:
        return NO_POWER
    return ""


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
