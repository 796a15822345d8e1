"""From a judged run to the plain rows a template shows; nothing here knows a language, and nothing judges.

Expected times and tolerances are the judge's own arithmetic (``harness.judge.tolerance``), shown beside each reading; no
verdict is drawn from them here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harness.calendar.form import Impossible
from harness.calendar.gregorian import iso
from harness.clock import SECOND_NS
from harness.device.facts import MS_NS, DeviceFacts
from harness.judge.tolerance import base_of, expect
from harness.records import (
    CrossingEvidence,
    DeviceEvidence,
    Finding,
    Incident,
    Judgement,
    PowerRecord,
    Question,
    Reading,
    SetRecord,
    Verdict,
)
from reports.client.timeline import Drawing, Mark, Zone
from reports.client.view import RunReport
from reports.printable import shortened

MOST_ROWS = 16
MOST_OPEN = 40
FEW_CROSSINGS = 60
_TENTH_NS = SECOND_NS // 10
_HOST_STEPS = frozenset({"host-clock-stepped", "host-slept"})
_NOT_SHOWN_AS_RED = (Verdict.CONFORMS, Verdict.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Row:
    """One reading in a crossing's table; ``off_s`` is device minus expected, None when no instant was read."""

    role: str
    at_s: float
    read: str
    expected: str
    off_s: float | None
    behind_s: float
    ahead_s: float
    round_trip_ms: float
    why_not: str
    flags: str
    records: str
    is_flagged: bool


@dataclass(frozen=True, slots=True)
class CrossingPage:
    """One crossing as its section shows it."""

    evidence: CrossingEvidence
    judgement: Judgement
    wrong: tuple[Finding, ...]
    open_: tuple[Finding, ...]
    met: tuple[tuple[str, int], ...]
    rows: tuple[Row, ...]
    rows_left_off: int
    drawing: Drawing | None
    starts_open: bool

    @property
    def questions(self) -> list[tuple[Question, Verdict]]:
        """The three questions in their order, those that were asked."""
        answers = self.judgement.questions
        return [(question, answers[question]) for question in Question if question in answers]

    @property
    def anchor(self) -> str:
        """The section's id in the document."""
        return f"x{self.judgement.number}"


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

    def crossing(self, edge: EdgePage, variant: str) -> tuple[CrossingPage, ...]:
        """Return the crossings of one cell of the matrix: one for each repeat."""
        return tuple(page for page in edge.crossings if page.evidence.variant == variant)


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
        page = _crossing_page(
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
    )


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
    )


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


def _crossing_page(
    evidence: CrossingEvidence, judgement: Judgement, facts: DeviceFacts, *, starts_open: bool
) -> CrossingPage:
    wrong = tuple(f for f in judgement.findings if f.verdict is Verdict.DOES_NOT_CONFORM)
    unsettled = tuple(f for f in judgement.findings if f.verdict is Verdict.NOT_DETERMINED)
    met = Counter(f.rule for f in judgement.findings if f.verdict is Verdict.CONFORMS)
    flagged = frozenset(number for finding in wrong for number in finding.evidence)
    placed = (_row(reading, evidence, facts, flagged) for reading in evidence.readings)
    every = [row for row in placed if row is not None]
    rows = tuple(_chosen(every))
    return CrossingPage(
        evidence,
        judgement,
        wrong,
        unsettled,
        tuple(met.items()),
        rows,
        len(evidence.readings) - len(rows),
        _drawing(judgement.number, evidence, every, facts) if every else None,
        starts_open,
    )


def _set_before(crossing: CrossingEvidence, at_ns: int) -> SetRecord | None:
    """Return the set that a reading taken at ``at_ns`` follows; one that was refused changed nothing."""
    taken = [done for done in crossing.sets if done.outcome != "refused"]
    earlier = [done for done in taken if done.sent_ns <= at_ns]
    return earlier[-1] if earlier else next(iter(taken), None)


def _seconds_from_edge(crossing: CrossingEvidence, facts: DeviceFacts, at_ns: int) -> float:
    """Return where a monotonic moment lies on the course of a sound clock, in seconds from the edge."""
    done = _set_before(crossing, at_ns)
    if done is None:
        return 0.0
    since_ns = at_ns - (done.sent_ns + done.received_ns) // 2
    return base_of(done, facts) - crossing.edge_seconds + since_ns / SECOND_NS


def _row(reading: Reading, crossing: CrossingEvidence, facts: DeviceFacts, flagged: frozenset[int]) -> Row | None:
    done = _set_before(crossing, reading.sent_ns)
    if done is None:
        return None
    course = expect(done, reading, facts)
    found = Impossible(reading.unreadable) if reading.unreadable else facts.form.resolve(reading.fields)
    text = reading.fields.text() if reading.fields.present() else reading.raw.hex(" ")
    if isinstance(found, Impossible):
        off_s, why_not = None, found.reason
    else:
        off_s, why_not = (found * SECOND_NS - course.middle_ns) / SECOND_NS, ""
        text = f"{text} = {iso(found)}" if facts.form.counter is not None else text
    return Row(
        role=reading.role.value,
        at_s=(course.middle_ns - crossing.edge_seconds * SECOND_NS) / SECOND_NS,
        read=shortened(text, 80),
        expected=f"{course.text}.{course.middle_ns % SECOND_NS // _TENTH_NS}",
        off_s=off_s,
        behind_s=course.tolerance.behind_ns / SECOND_NS,
        ahead_s=course.tolerance.ahead_ns / SECOND_NS,
        round_trip_ms=(reading.received_ns - reading.sent_ns) / MS_NS,
        why_not=why_not,
        flags=shortened(", ".join(name for name, up in reading.flags.items() if up), 80),
        records=_spans(reading.exchanges),
        is_flagged=not flagged.isdisjoint(reading.exchanges),
    )


def _spans(numbers: tuple[int, ...]) -> str:
    """Write journal record numbers: ``12``, ``12-14``."""
    if not numbers:
        return ""
    return f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]}\u2013{numbers[-1]}"


def _chosen(rows: list[Row]) -> list[Row]:
    """Keep the rows that tell the story: both ends, those around the edge, and those a finding rests on."""
    if len(rows) <= MOST_ROWS:
        return rows
    last = len(rows) - 1
    by_weight = sorted(range(len(rows)), key=lambda i: (i not in {0, last}, not rows[i].is_flagged, abs(rows[i].at_s)))
    return [rows[i] for i in sorted(by_weight[:MOST_ROWS])]


def _drawing(number: int, evidence: CrossingEvidence, rows: list[Row], facts: DeviceFacts) -> Drawing:
    marks = tuple(Mark(row.at_s, row.off_s, row.round_trip_ms / 2000, row.read, row.is_flagged) for row in rows)

    def at(ns: int) -> float:
        return _seconds_from_edge(evidence, facts, ns)

    end_ns = max(reading.received_ns for reading in evidence.readings)
    zones = [Zone("power-off", at(off_ns), at(on_ns)) for off_ns, on_ns in _power_off(evidence.power, end_ns)]
    zones += [Zone("host-step", at(i.at_ns), at(i.at_ns)) for i in evidence.incidents if i.code in _HOST_STEPS]
    behind_s, ahead_s = max(row.behind_s for row in rows), max(row.ahead_s for row in rows)
    return Drawing(f"x{number}", marks, tuple(zones), behind_s, ahead_s)


def _power_off(power: tuple[PowerRecord, ...], end_ns: int) -> list[tuple[int, int]]:
    """Return the stretches without power, from the switch-off's answer to the switch-on's sending."""
    found: list[tuple[int, int]] = []
    off_ns: int | None = None
    for switch in power:
        if not switch.on and off_ns is None:
            off_ns = switch.received_ns
        elif switch.on and off_ns is not None:
            found.append((off_ns, switch.sent_ns))
            off_ns = None
    return found if off_ns is None else [*found, (off_ns, max(off_ns, end_ns))]
