"""A run as JUnit XML for CI servers: a suite a device, a case a crossing, the verdict's own word in every case."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from harness.calendar.gregorian import iso
from harness.clock import SECOND_NS
from harness.records import CrossingEvidence, Finding, Judgement, Verdict
from reports.files import write_whole
from reports.printable import printable, xml_text

if TYPE_CHECKING:
    from reports.client.view import RunReport

_FAILURES = (Verdict.DOES_NOT_CONFORM, Verdict.NOT_DETERMINED)


def write_junit(report: RunReport, path: Path) -> None:
    """Write the run as JUnit XML.

    *Does not conform* and *not determined* are failures, told apart by their ``type``; *not applicable* is skipped
    with its reason.
    """
    write_whole(path, junit(report).encode("utf-8"))


def junit(report: RunReport) -> str:
    """Return the run as JUnit XML; characters that XML forbids are spelled out."""
    crossings = {crossing.number: crossing for crossing in report.evidence.crossings}
    names = [device.name for device in report.evidence.devices]
    suites = [_suite(report, name, [j for j in report.judgements if j.device == name], crossings) for name in names]
    counts = _counts(report.judgements)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<testsuites{_attributes(name=report.evidence.run, **counts)}>\n{''.join(suites)}</testsuites>\n"
    )


def _suite(report: RunReport, name: str, own: list[Judgement], crossings: dict[int, CrossingEvidence]) -> str:
    started = iso(report.evidence.started_utc_ns // SECOND_NS).replace(" ", "T")
    device = next(device for device in report.evidence.devices if device.name == name)
    properties = _properties(
        model=device.model,
        serial_number=device.serial_number or "",
        simulated="yes" if device.simulated else "no",
        verdict=report.device_verdicts[name].value,
        restore=device.restore,
        run=report.evidence.run,
        journal_head=report.evidence.head,
    )
    cases = "".join(_case(judgement, crossings[judgement.number]) for judgement in own)
    return f"<testsuite{_attributes(name=name, timestamp=started, **_counts(own))}>\n{properties}{cases}</testsuite>\n"


def _case(judgement: Judgement, crossing: CrossingEvidence) -> str:
    repeat = f" #{judgement.repeat}" if judgement.repeat > 1 else ""
    name = f"{judgement.edge} [{judgement.variant.value}]{repeat}"
    properties = _properties(
        edge=judgement.edge, variant=judgement.variant.value, verdict=judgement.verdict.value, crossing=judgement.number
    )
    attributes = _attributes(classname=judgement.device, name=name, time=f"{_duration_s(crossing):.3f}")
    return f"<testcase{attributes}>\n{properties}{_outcome(judgement, crossing)}</testcase>\n"


def _outcome(judgement: Judgement, crossing: CrossingEvidence) -> str:
    verdict = judgement.verdict
    if verdict is Verdict.NOT_APPLICABLE:
        why = crossing.not_applicable or next((f.code for f in judgement.findings if f.verdict is verdict), "")
        return f"<skipped{_attributes(message=f'{verdict.value}: {why}')}/>\n"
    if verdict not in _FAILURES:
        return ""
    findings = [finding for finding in judgement.findings if finding.verdict is verdict]
    codes = ", ".join(dict.fromkeys(finding.code for finding in findings))
    text = "\n".join(_line(finding) for finding in findings)
    attributes = _attributes(message=f"{verdict.value}: {codes}", type=verdict.value)
    return f"<failure{attributes}>{escape(xml_text(text))}</failure>\n"


def _line(finding: Finding) -> str:
    said = f"{finding.rule} {finding.code}: expected {finding.expected}, read {finding.read}"
    return printable(f"{said}; journal records {', '.join(map(str, finding.evidence)) or 'none'}")


def _duration_s(crossing: CrossingEvidence) -> float:
    times = [done.sent_ns for done in crossing.sets] + [reading.received_ns for reading in crossing.readings]
    return (max(times) - min(times)) / SECOND_NS if times else 0.0


def _counts(judgements: list[Judgement] | tuple[Judgement, ...]) -> dict[str, object]:
    met = Counter(judgement.verdict for judgement in judgements)
    failures = sum(met[verdict] for verdict in _FAILURES)
    return {"tests": len(judgements), "failures": failures, "errors": 0, "skipped": met[Verdict.NOT_APPLICABLE]}


def _properties(**values: object) -> str:
    lines = "".join(f"<property{_attributes(name=name, value=value)}/>\n" for name, value in values.items())
    return f"<properties>\n{lines}</properties>\n"


def _attributes(**values: object) -> str:
    return "".join(f" {name}={quoteattr(xml_text(printable(str(value))))}" for name, value in values.items())
