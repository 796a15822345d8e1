"""What the crossings of a run, taken together, allow to be claimed: the least a client's claim needs, and repeats.

No verdict is made here. A conforming run with less than the minimum conforms in what was tested; a claim built on it
must say what was not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harness.records import Judgement, Variant, Verdict

MINIMUM_WAYS = (Variant.RUNNING, Variant.SILENT, Variant.UNPOWERED, Variant.RETAINED)
"""A client's claim needs each of its edges crossed in these ways (powered and read, unread, off, off afterwards)."""
MINIMUM_EDGES: tuple[tuple[str, frozenset[str]], ...] = (
    ("century", frozenset({"2000-01-01", "2100-01-01"})),
    ("leap-day", frozenset({"2000-02-29", "2004-02-29", "2024-02-29", "2028-02-29"})),
    ("day-366", frozenset({"1996-12-31", "2000-12-31", "2008-12-31", "2024-12-31", "2028-12-31"})),
)
"""The kinds of edge a claim needs, each with the days that are of that kind; the first second after the edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimGap:
    """One thing a device's claim lacks: a way of crossing, at a kind of edge."""

    device: str
    kind: str
    variant: Variant
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flake:
    """How often one crossing of one device failed, of how many times it was done."""

    device: str
    edge: str
    variant: Variant
    done: int
    failed: int

    @property
    def is_intermittent(self) -> bool:
        """Whether it failed at some times and not at others."""
        return 0 < self.failed < self.done


def claim_minimum(judgements: Iterable[Judgement]) -> tuple[ClaimGap, ...]:
    """Return what each device's claim lacks of the mandatory minimum; empty when every claim has it.

    ``reason`` is ``not-crossed`` (no such edge in the run), ``not-done`` (the way is missing or not applicable) or
    ``not-determined``. A kind of edge that lies outside a device's range is no gap where the device says so itself.
    """
    held = tuple(judgements)
    devices = dict.fromkeys(judgement.device for judgement in held)
    return tuple(gap for device in devices for gap in _gaps(device, [j for j in held if j.device == device]))


def _gaps(device: str, judgements: list[Judgement]) -> Iterable[ClaimGap]:
    for kind, days in MINIMUM_EDGES:
        of_kind = [j for j in judgements if edge_day(j) in days]
        by_edge = {edge: [j for j in of_kind if j.edge == edge] for edge in dict.fromkeys(j.edge for j in of_kind)}
        within = {edge: group for edge, group in by_edge.items() if not _is_outside(group)}
        if of_kind and not within:
            continue  # every such edge lies outside the device's range, which the report says
        for variant in MINIMUM_WAYS:
            reason = _why_missing(variant, list(within.values()))
            if reason:
                yield ClaimGap(device=device, kind=kind, variant=variant, reason=reason)


def _is_outside(group: list[Judgement]) -> bool:
    """Tell whether an edge lies outside the device's range in every way it could be approached."""
    approached = [j for j in group if j.variant in MINIMUM_WAYS]
    reasons = {f.details.get("reason") for j in approached for f in j.findings if f.code == "not-applicable"}
    return bool(approached) and reasons == {"outside-range"}


def _why_missing(variant: Variant, groups: list[list[Judgement]]) -> str:
    """Return why no edge of a kind was crossed in one way with a verdict, or an empty text when one was."""
    if not groups:
        return "not-crossed"
    verdicts = {j.verdict for group in groups for j in group if j.variant is variant}
    if verdicts & {Verdict.CONFORMS, Verdict.DOES_NOT_CONFORM}:
        return ""
    return "not-determined" if Verdict.NOT_DETERMINED in verdicts else "not-done"


def edge_day(judgement: Judgement) -> str:
    """Return the ISO date of the first second after the edge, which every finding carries; empty when none does."""
    return next((f.details["edge"][:10] for f in judgement.findings if "edge" in f.details), "")


def count_flakes(judgements: Iterable[Judgement]) -> tuple[Flake, ...]:
    """Return, for each crossing that was made more than once, how often it failed.

    Only a verdict counts as done: what was not determined is no repeat.
    """
    groups: dict[tuple[str, str, Variant], list[Judgement]] = {}
    for judgement in judgements:
        groups.setdefault((judgement.device, judgement.edge, judgement.variant), []).append(judgement)
    flakes = []
    for (device, edge, variant), group in groups.items():
        told = [j for j in group if j.verdict in {Verdict.CONFORMS, Verdict.DOES_NOT_CONFORM}]
        if len(group) > 1:
            failed = sum(j.verdict is Verdict.DOES_NOT_CONFORM for j in told)
            flakes.append(Flake(device=device, edge=edge, variant=variant, done=len(told), failed=failed))
    return tuple(flakes)
