"""A judged run as flat tables: readings, findings, and what is said beyond the verdicts. What CSV and XLSX write.

A cell is a text or a number of ours. Device dates stay texts: they may not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.calendar.form import Impossible
from harness.calendar.gregorian import iso
from harness.clock import SECOND_NS
from harness.device.facts import MS_NS, DeviceFacts
from harness.judge.advice import MECHANISMS, severity_of
from harness.judge.claims import Flake
from harness.judge.tolerance import expect
from harness.records import CrossingEvidence, Judgement, Reading, SetRecord, Verdict
from reports.client.outlook import Outlook, outlook
from reports.client.spans import spans
from reports.client.view import RunReport
from reports.printable import printable

Cell = str | int | float


@dataclass(frozen=True, slots=True)
class Table:
    """A named table: its heads, and its rows as they come."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


READING_HEADS = (
    "run",
    "device",
    "model",
    "edge",
    "edge_iso",
    "variant",
    "repeat",
    "crossing",
    "verdict",
    "role",
    "utc",
    "read",
    "read_iso",
    "expected",
    "difference_s",
    "behind_s",
    "ahead_s",
    "round_trip_ms",
    "flags",
    "unreadable",
    "raw_hex",
    "records",
)
FINDING_HEADS = (
    "run",
    "device",
    "model",
    "edge",
    "edge_iso",
    "variant",
    "repeat",
    "crossing",
    "verdict",
    "question",
    "rule",
    "code",
    "finding_verdict",
    "expected",
    "read",
    "tolerance_s",
    "says",
    "records",
    "severity",
    "likely_mechanism",
)
EDGE_HEADS = (
    "run",
    "device",
    "model",
    "edge",
    "edge_iso",
    "result_code",
    "severity",
    "codes",
    "likely_mechanisms",
    "settable_after",
    "equivalent_years",
)
GAP_HEADS = ("run", "device", "kind", "variant", "reason")
REPEAT_HEADS = ("run", "device", "edge", "variant", "done", "failed", "intermittent")
SWITCH_HEADS = ("run", "device", "edge", "variant", "repeat", "crossing", "utc", "what", "kind", "state")
_YES, _NO = "yes", "no"
_SETTABLE = {True: _YES, False: _NO, None: "not settled"}


def tables(report: RunReport) -> tuple[Table, ...]:
    """Return the tables of a run: readings and findings in the order of the journal first."""
    beyond = outlook(report.judgements, report.facts)
    repeats = [flake for flakes in beyond.repeats.values() for flake in flakes]
    return (
        Table("readings", READING_HEADS, tuple(_readings(report))),
        Table("findings", FINDING_HEADS, tuple(_findings(report))),
        Table("edges", EDGE_HEADS, tuple(_edges(report, beyond))),
        Table(
            "claim_gaps",
            GAP_HEADS,
            tuple(
                _shown((report.evidence.run, lack.device, lack.kind, variant.value, lack.reason))
                for lack in beyond.lacks
                for variant in lack.variants
            ),
        ),
        Table(
            "repeats",
            REPEAT_HEADS,
            tuple(_shown((report.evidence.run, *_repeat(each))) for each in repeats),
        ),
        Table("switches", SWITCH_HEADS, tuple(_switches(report))),
    )


def _repeat(each: Flake) -> tuple[Cell, ...]:
    is_intermittent = _YES if each.is_intermittent else _NO
    return each.device, each.edge, each.variant.value, each.done, each.failed, is_intermittent


def _edges(report: RunReport, beyond: Outlook) -> Iterator[tuple[Cell, ...]]:
    """Yield one row for each device and edge; the columns of advice are filled where the device failed."""
    models = {device.name: device.model for device in report.evidence.devices}
    instants = {(crossing.device, crossing.edge): crossing.edge_seconds for crossing in report.evidence.crossings}
    for (device, edge), code in beyond.codes.items():
        advice = beyond.advice.get((device, edge))
        own: tuple[Cell, ...] = ("", "", "", "", "")
        if advice is not None:
            own = (
                advice.severity.value,
                " ".join(advice.codes),
                "; ".join(advice.mechanisms),
                _SETTABLE[advice.settable_after],
                " ".join(map(str, advice.equivalent_years)),
            )
        yield _shown(
            (report.evidence.run, device, models.get(device, ""), edge, iso(instants[device, edge]), code, *own)
        )


def _switches(report: RunReport) -> Iterator[tuple[Cell, ...]]:
    """Yield what was switched and what the outputs showed: of an output each look that is on record."""
    for crossing in report.evidence.crossings:
        place = (
            report.evidence.run, crossing.device, crossing.edge, crossing.variant.value, crossing.repeat, crossing.number
        )  # fmt: skip
        seen = [(power.sent_ns, power.what, "switch", power.on) for power in crossing.power]
        seen += [(look.at_ns, name, "output", on) for look in crossing.outputs for name, on in look.shown.items()]
        for at_ns, what, kind, is_on in sorted(seen):
            yield _shown((*place, _utc(report, at_ns), what, kind, "on" if is_on else "off"))


def _utc(report: RunReport, at_ns: int) -> str:
    """Return a monotonic moment of the run by the host's wall clock."""
    evidence = report.evidence
    return iso((evidence.started_utc_ns + at_ns - evidence.started_mono_ns) // SECOND_NS)


def _place(report: RunReport, crossing: CrossingEvidence, judgement: Judgement) -> tuple[Cell, ...]:
    model = next(device.model for device in report.evidence.devices if device.name == crossing.device)
    return (
        report.evidence.run,
        crossing.device,
        model,
        crossing.edge,
        iso(crossing.edge_seconds),
        crossing.variant.value,
        crossing.repeat,
        crossing.number,
        judgement.verdict.value,
    )


def _judged(report: RunReport) -> Iterator[tuple[CrossingEvidence, Judgement]]:
    by_number = {crossing.number: crossing for crossing in report.evidence.crossings}
    for judgement in report.judgements:
        yield by_number[judgement.number], judgement


def _readings(report: RunReport) -> Iterator[tuple[Cell, ...]]:
    for crossing, judgement in _judged(report):
        place = _place(report, crossing, judgement)
        for reading in crossing.readings:
            yield (*_shown(place), *_shown(_reading(report, crossing, reading)))


def _reading(report: RunReport, crossing: CrossingEvidence, reading: Reading) -> tuple[Cell, ...]:
    facts = report.facts[crossing.device]
    found = Impossible(reading.unreadable) if reading.unreadable else facts.form.resolve(reading.fields)
    return (
        reading.role.value,
        _utc(report, reading.sent_ns),
        reading.fields.text() if reading.fields.present() else "",
        "" if isinstance(found, Impossible) else iso(found),
        *_course(crossing, reading, facts, None if isinstance(found, Impossible) else found),
        (reading.received_ns - reading.sent_ns) / MS_NS,
        " ".join(sorted(name for name, is_up in reading.flags.items() if is_up)),
        reading.unreadable or (found.reason if isinstance(found, Impossible) else ""),
        reading.raw.hex(" "),
        spans(reading.exchanges),
    )


def _course(crossing: CrossingEvidence, reading: Reading, facts: DeviceFacts, found: int | None) -> tuple[Cell, ...]:
    """Return expected, difference, behind and ahead; nothing where no set says what to expect."""
    done = _set_before(crossing.sets, reading.sent_ns)
    if done is None:
        return "", "", "", ""
    course = expect(done, reading, facts)
    off = "" if found is None else (found * SECOND_NS - course.middle_ns) / SECOND_NS
    return course.text, off, course.tolerance.behind_ns / SECOND_NS, course.tolerance.ahead_ns / SECOND_NS


def _set_before(sets: tuple[SetRecord, ...], at_ns: int) -> SetRecord | None:
    taken = [done for done in sets if done.outcome != "refused"]
    return next((done for done in reversed(taken) if done.sent_ns <= at_ns), taken[0] if taken else None)


def _findings(report: RunReport) -> Iterator[tuple[Cell, ...]]:
    for crossing, judgement in _judged(report):
        place = _place(report, crossing, judgement)
        for finding in judgement.findings:
            own = (
                finding.question.value,
                finding.rule,
                finding.code,
                finding.verdict.value,
                finding.expected,
                finding.read,
                finding.tolerance_ns / SECOND_NS,
                finding.says,
                spans(finding.evidence),
                severity_of(finding.code, finding.verdict).value,
                MECHANISMS.get(finding.code, "") if finding.verdict is Verdict.DOES_NOT_CONFORM else "",
            )
            yield (*_shown(place), *_shown(own))


def _shown(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    return tuple(printable(cell) if isinstance(cell, str) else cell for cell in cells)
