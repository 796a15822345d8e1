"""Two runs of the same devices, side by side: what changed between them. Nothing is judged again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.records import DeviceEvidence, Judgement, Variant, Verdict
from reports.client.pages import edge_titles
from reports.client.view import RunReport

_BEST_FIRST = (Verdict.CONFORMS, Verdict.NOT_DETERMINED, Verdict.DOES_NOT_CONFORM)
Cell = tuple[str, Variant, int]


@dataclass(frozen=True, slots=True)
class Change:
    """One crossing in both runs.

    Attributes:
        edge, variant, repeat: which crossing.
        before, now: its verdicts; None where a run has no such crossing.
        way: ``better``, ``worse``, ``changed``, ``same``, ``new`` or ``gone``.
        gone, come: codes of findings that only the earlier, only the later run has.
    """

    edge: str
    variant: Variant
    repeat: int
    before: Verdict | None
    now: Verdict | None
    way: str
    gone: tuple[str, ...]
    come: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparedDevice:
    """One device in both runs: its verdicts, what it says of itself, and its crossings that differ."""

    before: DeviceEvidence
    now: DeviceEvidence
    verdict_before: Verdict
    verdict_now: Verdict
    said: tuple[tuple[str, str, str], ...]
    changes: tuple[Change, ...]
    same: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs compared; ``only_before`` and ``only_now`` name devices without a counterpart."""

    before: RunReport
    now: RunReport
    devices: tuple[ComparedDevice, ...]
    only_before: tuple[str, ...]
    only_now: tuple[str, ...]
    titles: Mapping[str, Mapping[str, str]]


def compare(before: RunReport, now: RunReport) -> Comparison:
    """Compare two runs: a device is the same when model and serial number are, or model and name where none is known."""
    left = list(before.evidence.devices)
    pairs = []
    for device in now.evidence.devices:
        twin = next((other for other in left if _is_same(other, device)), None)
        if twin is not None:
            left.remove(twin)
            pairs.append((twin, device))
    met = {device.name for _, device in pairs}
    plans = (edge_titles(before.evidence.plan_body), edge_titles(now.evidence.plan_body))
    return Comparison(
        before=before,
        now=now,
        devices=tuple(_compared(before, now, twin, device) for twin, device in pairs),
        only_before=tuple(device.name for device in left),
        only_now=tuple(device.name for device in now.evidence.devices if device.name not in met),
        titles={edge: titles for plan in plans for edge, (titles, _) in plan.items()},
    )


def _is_same(one: DeviceEvidence, other: DeviceEvidence) -> bool:
    if one.model != other.model:
        return False
    if one.serial_number and other.serial_number:
        return one.serial_number == other.serial_number
    return one.name == other.name


def _compared(before: RunReport, now: RunReport, twin: DeviceEvidence, device: DeviceEvidence) -> ComparedDevice:
    earlier, later = _by_cell(before, twin.name), _by_cell(now, device.name)
    changes = [_change(cell, earlier.get(cell), later.get(cell)) for cell in dict.fromkeys([*later, *earlier])]
    said_before, said_now = dict(twin.identity), dict(device.identity)
    said = tuple(
        (name, said_before.get(name, ""), said_now.get(name, ""))
        for name in dict.fromkeys([*said_before, *said_now])
        if said_before.get(name) != said_now.get(name)
    )
    return ComparedDevice(
        before=twin,
        now=device,
        verdict_before=before.device_verdicts[twin.name],
        verdict_now=now.device_verdicts[device.name],
        said=said,
        changes=tuple(change for change in changes if change.way != "same" or change.gone or change.come),
        same=sum(change.way == "same" and not change.gone and not change.come for change in changes),
    )


def _by_cell(report: RunReport, device: str) -> dict[Cell, Judgement]:
    return {(j.edge, j.variant, j.repeat): j for j in report.judgements if j.device == device}


def _change(cell: Cell, before: Judgement | None, now: Judgement | None) -> Change:
    codes_before, codes_now = _codes(before), _codes(now)
    return Change(
        *cell,
        before=None if before is None else before.verdict,
        now=None if now is None else now.verdict,
        way=_way(None if before is None else before.verdict, None if now is None else now.verdict),
        gone=tuple(code for code in codes_before if code not in codes_now),
        come=tuple(code for code in codes_now if code not in codes_before),
    )


def _codes(judgement: Judgement | None) -> tuple[str, ...]:
    """Return what was found wrong or left open; what is as expected is no news."""
    findings = () if judgement is None else judgement.findings
    is_news = (Verdict.DOES_NOT_CONFORM, Verdict.NOT_DETERMINED)
    return tuple(dict.fromkeys(finding.code for finding in findings if finding.verdict in is_news))


def _way(before: Verdict | None, now: Verdict | None) -> str:
    if before is None or now is None:
        return "new" if before is None else "gone"
    if before is now:
        return "same"
    if before not in _BEST_FIRST or now not in _BEST_FIRST:
        return "changed"
    return "better" if _BEST_FIRST.index(now) < _BEST_FIRST.index(before) else "worse"
