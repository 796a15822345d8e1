"""The order in which a plan is worked through: every edge, every way, every repeat; and the edges facts add to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from harness.calendar.derived import DERIVED_TAG, derived_edges
from harness.calendar.edges import Edge
from harness.device.facts import DeviceFacts
from harness.plan.model import Plan
from harness.records import Variant

CUT_PHASES = 6
"""``cut-at-the-second`` is done at this many phases of the second; ``harness.procedure.approach`` says which."""
ONCE_IN_A_PLAN = frozenset({Variant.IMPOSSIBLE_DATES})
"""Checks whose outcome does not depend on the edge: made at the first edge that has them only."""


def ways(plan: Plan) -> Iterator[tuple[Edge, Variant, int]]:
    """Yield edge, variant and repeat of every crossing of a plan, in order."""
    only = dict(plan.only)
    made_once: set[Variant] = set()
    for edge in plan.edges:
        own = only.get(DERIVED_TAG if DERIVED_TAG in edge.tags else edge.id)
        for variant in own or plan.variants:
            if variant in made_once:
                continue
            made_once |= {variant} & ONCE_IN_A_PLAN
            for repeat in range(1, repeats_of(plan, variant) + 1):
                yield edge, variant, repeat


def repeats_of(plan: Plan, variant: Variant) -> int:
    """Return how often a variant is done at each edge."""
    return plan.repeats * CUT_PHASES if variant is Variant.CUT_AT_THE_SECOND else plan.repeats


def with_derived(plan: Plan, devices: Iterable[DeviceFacts]) -> Plan:
    """Return the plan with the edges that its devices' own representations imply, where it asks for them.

    An instant that the plan crosses anyway is not crossed twice.
    """
    if not plan.derived:
        return plan
    taken = {edge.seconds for edge in plan.edges}
    added: dict[str, Edge] = {}
    for facts in devices:
        for each in derived_edges(facts.form, facts.first_seconds, facts.last_seconds):
            if each.edge.seconds not in taken:
                added.setdefault(each.edge.id, each.edge)
    return replace(plan, edges=(*plan.edges, *sorted(added.values(), key=lambda edge: edge.seconds)))


def is_its_own(edge: Edge, facts: DeviceFacts) -> bool:
    """Tell whether an edge concerns a device: any edge of a catalogue or plan, and those its own facts imply."""
    if DERIVED_TAG not in edge.tags:
        return True
    implied = derived_edges(facts.form, facts.first_seconds, facts.last_seconds)
    return any(each.edge.id == edge.id for each in implied)
