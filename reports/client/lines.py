"""Lines of the report that need words of a language and more than one value: advice, and the rules of PD2000-1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harness.records import Verdict
from reports.client.crossings import CrossingPage
from reports.client.words import Words


@dataclass(frozen=True)
class AdviceLine:
    """A finding that asks for something to be done, and where it was met."""

    verdict: Verdict
    words: Words
    severity: str
    crossings: tuple[CrossingPage, ...]  # one for each date and way: repeats say the same


@dataclass(frozen=True)
class Meanwhile:
    """What helps until a device is mended, and over which dates."""

    edges: str
    says: str


@dataclass(frozen=True)
class DeviceAdvice:
    """What to do about one device."""

    device: str
    lines: list[AdviceLine]
    meanwhile: list[Meanwhile]


@dataclass(frozen=True)
class RuleLine:
    """One PD2000-1 rule on one device."""

    number: str
    text: str
    verdict: Verdict
    why: str
    crossings: tuple[int, ...]


@dataclass(frozen=True)
class RuleGroup:
    """The rules on one device."""

    name: str
    rules: tuple[RuleLine, ...]


def once_a_way(crossings: Iterable[CrossingPage]) -> tuple[CrossingPage, ...]:
    """Return one crossing for each date and way, the first: its repeats say the same."""
    by_way: dict[tuple[str, str], CrossingPage] = {}
    for page in crossings:
        by_way.setdefault((page.evidence.edge, page.evidence.variant), page)
    return tuple(by_way.values())
