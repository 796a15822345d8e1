"""From a judged run to the plain rows a template shows; nothing here knows a language, and nothing judges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harness.device.facts import DeviceFacts
from harness.judge.rollup import worst_of
from harness.records import (
    DeviceEvidence,
    Incident,
    Verdict,
)
from reports.client.crossings import CrossingPage, crossing_page
from reports.client.outlook import Outlook, outlook
from reports.client.view import RunReport
from reports.printable import shortened

MOST_OPEN = 40
FEW_CROSSINGS = 60
FEW_DEVICES = 8  # more than these are a fleet, and get a page that shows them all at once
_NOT_SHOWN_AS_RED = (Verdict.CONFORMS, Verdict.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class EdgePage:
    """One edge of one device: its crossings by variant."""

    edge: str
    seconds: int
    titles: Mapping[str, str]
    mechanism: str
    crossings: tuple[CrossingPage, ...]


@dataclass(frozen=True, slots=True)
class DevicePage:
    """One device as its chapter shows it."""

    evidence: DeviceEvidence
    facts: DeviceFacts
    verdict: Verdict
    anchor: str
    edges: tuple[EdgePage, ...]
    variants: tuple[str, ...]
    counts: Mapping[Verdict, int]
    advice: tuple[Advice, ...]
    serial_is_own: bool
    bugs: tuple[str, ...]

    def crossing(self, edge: EdgePage, variant: str) -> tuple[CrossingPage, ...]:
        """Return the crossings of one cell of the matrix: one for each repeat."""
        return tuple(page for page in edge.crossings if page.evidence.variant == variant)


@dataclass(frozen=True, slots=True)
class Fleet:
    """All devices at a glance: the worst verdict of each over each edge, None where nothing was planned."""

    edges: tuple[EdgePage, ...]
    rows: tuple[tuple[DevicePage, tuple[Verdict | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """A finding's code once, with every crossing it was met in."""

    code: str
    verdict: Verdict
    crossings: tuple[CrossingPage, ...]


@dataclass(frozen=True, slots=True)
class Untested:
    """What was not tested, and why, as a code."""

    device: str
    edge: str
    variants: tuple[str, ...]
    why: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Document:
    """Everything the template shows, before any language."""

    report: RunReport
    devices: tuple[DevicePage, ...]
    counts: Mapping[Verdict, int]
    untested: tuple[Untested, ...]
    incidents: tuple[tuple[str, str, Incident], ...]
    simulated: int
    is_small: bool
    fleet: Fleet | None
    outlook: Outlook


def prepare(report: RunReport) -> Document:
    """Arrange a judged run for the template."""
    evidence = report.evidence
    by_number = {crossing.number: crossing for crossing in evidence.crossings}
    edges = edge_titles(evidence.plan_body)
    open_left = MOST_OPEN
    pages: dict[str, list[CrossingPage]] = {device.name: [] for device in evidence.devices}
    for judgement in report.judgements:
        is_red = judgement.verdict not in _NOT_SHOWN_AS_RED
        open_left -= is_red
        page = crossing_page(
            by_number[judgement.number],
            judgement,
            report.facts[judgement.device],
            starts_open=is_red and open_left >= 0,
        )
        pages[judgement.device].append(page)
    devices = tuple(
        _device_page(number, device, report, pages[device.name], edges)
        for number, device in enumerate(evidence.devices, 1)
    )
    return Document(
        report=report,
        devices=devices,
        counts=Counter(judgement.verdict for judgement in report.judgements),
        untested=tuple(untested for device in devices for untested in _untested(device)),
        incidents=_incidents(report),
        simulated=sum(device.simulated for device in evidence.devices),
        is_small=len(report.judgements) <= FEW_CROSSINGS,
        fleet=_fleet(devices) if len(devices) > FEW_DEVICES else None,
        outlook=outlook(report.judgements, report.facts),
    )


def _fleet(devices: tuple[DevicePage, ...]) -> Fleet:
    edges = {edge.edge: edge for device in devices for edge in device.edges}
    rows = []
    for device in devices:
        own = {edge.edge: worst_of(page.judgement.verdict for page in edge.crossings) for edge in device.edges}
        rows.append((device, tuple(own.get(edge) for edge in edges)))
    return Fleet(tuple(edges.values()), tuple(rows))


def text_of(body: Mapping[str, object], *path: str) -> str:
    """Return a string from a frozen plan or bench, shortened; empty when it is not there."""
    found: object = body
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return shortened(str(found)) if found is not None else ""


def by_language(body: object) -> dict[str, str]:
    """Return texts by language code from a mapping or a list of pairs, as frozen bodies hold them."""
    if isinstance(body, Mapping):
        return {str(code): shortened(str(text)) for code, text in body.items()}
    pairs = body if isinstance(body, (list, tuple)) else ()
    return {str(pair[0]): shortened(str(pair[1])) for pair in pairs}


def edge_titles(plan_body: Mapping[str, object]) -> dict[str, tuple[dict[str, str], str]]:
    """Return each edge's titles by language and its mechanism, from the frozen plan."""
    edges = plan_body.get("edges")
    found = {}
    for edge in edges if isinstance(edges, (list, tuple)) else ():
        if isinstance(edge, Mapping):
            titles = by_language(edge.get("titles") or edge.get("title") or {})
            found[str(edge.get("id"))] = (titles, shortened(str(edge.get("mechanism") or "")))
    return found


def _device_page(
    number: int,
    device: DeviceEvidence,
    report: RunReport,
    pages: list[CrossingPage],
    titles: Mapping[str, tuple[dict[str, str], str]],
) -> DevicePage:
    by_edge: dict[str, list[CrossingPage]] = {}
    for page in pages:
        by_edge.setdefault(page.judgement.edge, []).append(page)
    edges = tuple(
        EdgePage(
            edge,
            own[0].evidence.edge_seconds,
            titles.get(edge, ({}, ""))[0],
            titles.get(edge, ({}, ""))[1],
            tuple(own),
        )
        for edge, own in by_edge.items()
    )
    return DevicePage(
        evidence=device,
        facts=report.facts[device.name],
        verdict=report.device_verdicts[device.name],
        anchor=f"d{number}",
        edges=edges,
        variants=tuple(dict.fromkeys(page.evidence.variant.value for page in pages)),
        counts=Counter(page.judgement.verdict for page in pages),
        advice=_advice(pages),
        serial_is_own=any(text == device.serial_number for _, text in device.identity),
        bugs=_switched_on(report.evidence.bench_body, device.name),
    )


def _switched_on(bench_body: Mapping[str, object], name: str) -> tuple[str, ...]:
    """Return the historical defects switched on in a simulated device, as the frozen bench names them."""
    devices = bench_body.get("devices")
    for device in devices if isinstance(devices, list | tuple) else ():
        if isinstance(device, Mapping) and device.get("name") == name:
            simulate = device.get("simulate")
            bugs = simulate.get("bugs") if isinstance(simulate, Mapping) else None
            return tuple(shortened(str(bug)) for bug in bugs) if isinstance(bugs, list | tuple) else ()
    return ()


def _advice(pages: Iterable[CrossingPage]) -> tuple[Advice, ...]:
    """Gather the findings that ask for something to be done: defects first, then what stays open."""
    met: dict[tuple[Verdict, str], dict[int, CrossingPage]] = {}
    for page in pages:
        for finding in (*page.wrong, *page.open_):
            met.setdefault((finding.verdict, finding.code), {})[page.judgement.number] = page
    order = (Verdict.DOES_NOT_CONFORM, Verdict.NOT_DETERMINED)
    return tuple(
        Advice(code, verdict, tuple(own.values()))
        for wanted in order
        for (verdict, code), own in met.items()
        if verdict is wanted
    )


def _untested(device: DevicePage) -> list[Untested]:
    found: dict[tuple[str, str], list[CrossingPage]] = {}
    for edge in device.edges:
        for page in edge.crossings:
            why = page.evidence.not_applicable or ("" if page.evidence.completed else "not-completed")
            if why:
                found.setdefault((edge.edge, why), []).append(page)
    return [
        Untested(
            device.evidence.name,
            edge,
            tuple(dict.fromkeys(page.evidence.variant.value for page in own)),
            why,
            own[0].anchor,
        )
        for (edge, why), own in found.items()
    ]


def _incidents(report: RunReport) -> tuple[tuple[str, str, Incident], ...]:
    evidence = report.evidence
    every = [("", "", incident) for incident in evidence.incidents]
    every += [(device.name, "", incident) for device in evidence.devices for incident in device.incidents]
    every += [
        (crossing.device, f"x{crossing.number}", incident)
        for crossing in evidence.crossings
        for incident in crossing.incidents
    ]
    return tuple(sorted(every, key=lambda entry: entry[2].at_ns))
