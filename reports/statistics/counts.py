"""Counts over judged runs, and how they stand against the share each sector should have.

No personal data leaves this module: a client's name serves to count it once and is then forgotten; names of devices,
serial numbers, places, contacts and run ids are never kept. A client without a name counts once for each run.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from harness.records import Verdict
from reports.client.pages import text_of
from reports.client.view import RunReport

UNSTATED = "unstated"
SIZES = ("0", "1-9", "10-49", "50-249", "250+", UNSTATED)
SECTORS = (
    "agriculture",
    "food",
    "industry",
    "energy",
    "water",
    "health",
    "building",
    "transport",
    "trade",
    "public",
    "other",
    UNSTATED,
)


@dataclass(slots=True)
class Cell:
    """One sector in one size: how many clients, runs and devices, and what became of the devices."""

    clients: int = 0
    runs: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)

    @property
    def devices(self) -> int:
        """How many devices were tested."""
        return self.verdicts.total()


@dataclass(frozen=True, slots=True)
class Share:
    """One sector against its target, in whole clients and per cent; ``target`` is None when the file names none."""

    sector: str
    clients: int
    percent: float
    target: float | None
    missing: int

    @property
    def is_under(self) -> bool:
        """Tell whether the sector has fewer clients than its share of those there are."""
        return self.missing > 0


@dataclass(frozen=True, slots=True)
class Statistics:
    """All that is counted; ``left_out`` are simulated runs, ``unreadable`` folders whose journal is not sound."""

    cells: Mapping[tuple[str, str], Cell]
    defects: Mapping[str, int]
    models: Mapping[str, Mapping[Verdict, int]]
    shares: tuple[Share, ...]
    left_out: int
    unreadable: int

    @property
    def clients(self) -> int:
        """How many clients there are in all."""
        return sum(cell.clients for cell in self.cells.values())

    def row(self, sector: str) -> Cell:
        """Return a sector over all sizes."""
        own = [cell for (code, _), cell in self.cells.items() if code == sector]
        verdicts: Counter[Verdict] = Counter()
        for cell in own:
            verdicts.update(cell.verdicts)
        return Cell(sum(cell.clients for cell in own), sum(cell.runs for cell in own), verdicts)


def count(
    reports: Iterable[RunReport],
    targets: Mapping[str, float],
    *,
    with_simulated: bool = False,
    unreadable: int = 0,
) -> Statistics:
    """Count judged runs.

    Args:
        reports: the runs; the order does not matter.
        targets: per cent of all clients that each sector should have.
        with_simulated: count simulated devices too (for training and tests).
        unreadable: run folders that could not be read, to be told with the rest.
    """
    cells: dict[tuple[str, str], Cell] = {}
    seen: set[tuple[str, str, str]] = set()
    defects: Counter[str] = Counter()
    models: dict[str, Counter[Verdict]] = {}
    left_out = 0
    for number, report in enumerate(reports):
        own = [device for device in report.evidence.devices if with_simulated or not device.simulated]
        if not own:
            left_out += 1
            continue
        key = _code(report, "sector", SECTORS), _code(report, "size", SIZES)
        cell = cells.setdefault(key, Cell())
        who = (*key, text_of(report.evidence.bench_body, "client", "name") or f"\0{number}")
        cell.clients += who not in seen
        seen.add(who)
        cell.runs += 1
        for device in own:
            verdict = report.device_verdicts[device.name]
            cell.verdicts[verdict] += 1
            models.setdefault(device.model, Counter())[verdict] += 1
            defects.update(_defects(report, device.name))
    statistics = Statistics(
        cells=dict(sorted(cells.items())),
        defects=dict(sorted(defects.items(), key=lambda entry: (-entry[1], entry[0]))),
        models=dict(sorted(models.items())),
        shares=(),
        left_out=left_out,
        unreadable=unreadable,
    )
    return _with_shares(statistics, targets)


def _code(report: RunReport, key: str, known: tuple[str, ...]) -> str:
    """Return a client's sector or size; what is no code of ours is nobody's business and counts as unstated."""
    code = text_of(report.evidence.bench_body, "client", key)
    return code if code in known else UNSTATED


def _defects(report: RunReport, device: str) -> set[str]:
    """Return the codes of one device's defects, each once: devices are counted, not readings."""
    return {
        finding.code
        for judgement in report.judgements
        if judgement.device == device
        for finding in judgement.findings
        if finding.verdict is Verdict.DOES_NOT_CONFORM
    }


def _with_shares(statistics: Statistics, targets: Mapping[str, float]) -> Statistics:
    total = statistics.clients
    shares = []
    for sector in SECTORS:
        clients, target = statistics.row(sector).clients, targets.get(sector)
        if not clients and target is None:
            continue
        missing = 0 if target is None else max(0, math.ceil(target * total / 100 - clients - 1e-9))
        shares.append(Share(sector, clients, 100 * clients / total if total else 0.0, target, missing))
    return Statistics(
        statistics.cells,
        statistics.defects,
        statistics.models,
        tuple(shares),
        statistics.left_out,
        statistics.unreadable,
    )
