"""A judged run as two flat tables, readings and findings: what CSV and XLSX write.

A cell is a text or a number of ours. Device dates stay texts: they may not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.calendar.form import Impossible
from harness.calendar.gregorian import iso
from harness.clock import SECOND_NS
from harness.device.facts import MS_NS, DeviceFacts
from harness.judge.tolerance import expect
from harness.records import CrossingEvidence, Judgement, Reading, SetRecord
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
)


def tables(report: RunReport) -> tuple[Table, Table]:
    """Return the readings and the findings of a run, in the order of the journal."""
    return (
        Table("readings", READING_HEADS, tuple(_readings(report))),
        Table("findings", FINDING_HEADS, tuple(_findings(report))),
    )


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
    evidence = report.evidence
    utc_s = (evidence.started_utc_ns + reading.sent_ns - evidence.started_mono_ns) // SECOND_NS
    found = Impossible(reading.unreadable) if reading.unreadable else facts.form.resolve(reading.fields)
    return (
        reading.role.value,
        iso(utc_s),
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
            )
            yield (*_shown(place), *_shown(own))


def _shown(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    return tuple(printable(cell) if isinstance(cell, str) else cell for cell in cells)
