"""What the judge says of a run beyond its verdicts, arranged for the report: claims, repeats, result codes, what helps.

All of it is the judge's own (``harness.judge.advice``, ``harness.judge.claims``); nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harness.device.facts import DeviceFacts
from harness.judge.advice import Advice, advise, period_code
from harness.judge.claims import Flake, claim_minimum, count_flakes
from harness.records import Judgement, Variant


@dataclass(frozen=True, slots=True)
class Lack:
    """What a device's claim lacks at one kind of edge: the ways of crossing, for one reason."""

    device: str
    kind: str
    reason: str
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """Beyond the verdicts.

    Attributes:
        lacks: what claims of conformity lack of the mandatory minimum; empty when none lacks anything.
        repeats: crossings made more than once, by device.
        advice: what helps meanwhile, by device and edge; only where the device failed.
        codes: the three-digit result code, by device and edge.
    """

    lacks: tuple[Lack, ...]
    repeats: Mapping[str, tuple[Flake, ...]]
    advice: Mapping[tuple[str, str], Advice]
    codes: Mapping[tuple[str, str], str]

    def helps_by_hand(self, device: str, edges: Iterable[str]) -> bool | None:
        """Tell what the direct sets past some edges showed, taken together; None where one was not tried or not settled."""
        shown = {own.settable_after for edge in edges if (own := self.advice.get((device, edge)))}
        return False if False in shown else True if shown == {True} else None


def outlook(judgements: Iterable[Judgement], facts: Mapping[str, DeviceFacts]) -> Outlook:
    """Ask the judge what the crossings of a run, taken together, say; ``facts`` by device name."""
    held = tuple(judgements)
    of_device = {name: [j for j in held if j.device == name] for name in facts}
    return Outlook(
        lacks=_lacks(held),
        repeats={name: count_flakes(own) for name, own in of_device.items()},
        advice={(name, each.edge): each for name, own in of_device.items() for each in advise(own, facts[name])},
        codes={
            (name, edge): period_code(j for j in own if j.edge == edge)
            for name, own in of_device.items()
            for edge in dict.fromkeys(j.edge for j in own)
        },
    )


def _lacks(judgements: tuple[Judgement, ...]) -> tuple[Lack, ...]:
    found: dict[tuple[str, str, str], list[Variant]] = {}
    for gap in claim_minimum(judgements):
        found.setdefault((gap.device, gap.kind, gap.reason), []).append(gap.variant)
    return tuple(Lack(*place, tuple(variants)) for place, variants in found.items())
