"""Five mixes of verdicts, and one of each kind of document: what a look at reports must go through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from harness.records import Judgement, Verdict
from reports.brochure.leaflet import render_leaflet
from reports.client import render
from reports.client.comparison import compare
from reports.client.diff import render_diff
from reports.client.view import RunReport
from reports.statistics.counts import count
from reports.statistics.page import render_statistics
from tests.reports.conftest import make_run
from tests.reports.test_report_outlook import with_outputs


def all_of(verdict: Verdict) -> RunReport:
    """Return the sample with one and the same verdict everywhere."""
    report = make_run(edges=1, bugs=False)

    def turned(judgement: Judgement) -> Judgement:
        findings = tuple(replace(finding, verdict=verdict) for finding in judgement.findings)
        return replace(
            judgement, verdict=verdict, findings=findings, questions=dict.fromkeys(judgement.questions, verdict)
        )

    return replace(
        report,
        judgements=tuple(map(turned, report.judgements)),
        device_verdicts=dict.fromkeys(report.device_verdicts, verdict),
        run_verdict=verdict,
    )


def interrupted() -> RunReport:
    """Return the sample as a run that was stopped with a clock still owed."""
    report = make_run(edges=1)
    pump = replace(report.evidence.devices[1], restore="owed", restore_reading=None)
    devices = (report.evidence.devices[0], pump, report.evidence.devices[2])
    return replace(report, evidence=replace(report.evidence, devices=devices, ended="interrupted"))


def repeated(report: RunReport) -> RunReport:
    """Return the run with every crossing judged twice, the second time without a defect."""
    again = tuple(replace(judgement, repeat=2, verdict=Verdict.CONFORMS) for judgement in report.judgements)
    return replace(report, judgements=report.judgements + again)


MIXES: dict[str, Callable[[], RunReport]] = {
    "all four verdicts, outputs, repeats": lambda: repeated(with_outputs(make_run(edges=2))),
    "all conform": lambda: all_of(Verdict.CONFORMS),
    "all fail": lambda: all_of(Verdict.DOES_NOT_CONFORM),
    "all open, simulated": lambda: replace(all_of(Verdict.NOT_DETERMINED), photos={}),
    "interrupted, a clock owed": interrupted,
}


def fleet() -> RunReport:
    """Return a run of ten devices."""
    return make_run(devices=10, edges=1)


def documents(language: str) -> dict[str, str]:
    """Return one of each of the other documents."""
    report = make_run(edges=1)
    return {
        "fleet": render(fleet(), language),
        "diff": render_diff(compare(make_run(edges=1, bugs=False), report), language),
        "brochure": render_leaflet(report, language),
        "statistics": render_statistics(count([report], {"agriculture": 30, "health": 10}), language),
    }
