"""A plan, typed: which edges are crossed, how, with what lead, and how long is watched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from harness.calendar.edges import Edge
from harness.clock import SECOND_NS
from harness.records import Variant


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be done to every device of a bench.

    Attributes:
        name: the file's stem.
        titles, descriptions: text by language code (``en``, ``fr``).
        edges: in the order they are crossed.
        variants: the ways each is crossed, in order.
        lead_ns: how long before the edge the clock is set; default 60 s, so 23:59:00 before midnight.
        observe_ns: how long after the edge is watched.
        off_ns: how long the power stays off (``unpowered``: around the edge; ``retained``: after it).
        poll_ns: time between reads away from the edge.
        edge_poll_ns: time between reads while the edge is due.
        repeats: how many times each crossing is done.
        only: ids of edges that are crossed in ways of their own, with those ways; ``derived`` stands for the derived ones.
        derived: each device also crosses the edges its own representation implies (``with_derived`` adds them).
        long_off_ns: how long ``silent-long`` leaves the power off after the edge.
        cycles: how often ``repeated-power-cycles`` switches off and on.
        soak_ns: how long ``drift-within-the-day`` watches.
        budget_ns: the time the plan's author means it to take on a real bench; None when not stated.
        restore: ``aligned`` measures the clock's phase before and waits for the second when putting it back;
            ``nearest`` writes the nearest whole second at once.
        path: the file.
        text: its exact content, frozen into the run folder.
    """

    name: str
    titles: tuple[tuple[str, str], ...]
    descriptions: tuple[tuple[str, str], ...] = ()
    edges: tuple[Edge, ...]
    variants: tuple[Variant, ...]
    lead_ns: int = 60 * SECOND_NS
    observe_ns: int = 10 * SECOND_NS
    off_ns: int = 20 * SECOND_NS
    poll_ns: int = SECOND_NS
    edge_poll_ns: int = 100_000_000
    repeats: int = 1
    only: tuple[tuple[str, tuple[Variant, ...]], ...] = ()
    derived: bool = False
    long_off_ns: int = 6 * 3600 * SECOND_NS
    cycles: int = 20
    soak_ns: int = 1800 * SECOND_NS
    budget_ns: int | None = None
    restore: Literal["aligned", "nearest"] = "aligned"
    path: Path
    text: str
