"""The whole way from evidence to a document, with the real judge and without a hand-made judgement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from harness.records import Verdict
from reports.client import render
from reports.client.view import RunReport, build


def test_evidence_alone_is_judged_and_rendered(sample: RunReport) -> None:
    report = build(sample.evidence)
    verdicts = {(j.device, j.edge, j.variant.value): j.verdict for j in report.judgements}
    assert verdicts["pump", "y2k-rollover", "running"] is Verdict.DOES_NOT_CONFORM
    assert verdicts["feeder", "y2k-rollover", "running"] is Verdict.NOT_APPLICABLE
    assert verdicts["weather", "y2k-rollover", "running"] is Verdict.CONFORMS
    assert report.run_verdict is Verdict.DOES_NOT_CONFORM
    assert "The year became 1900." in render(report, "en")
    assert "devenue 1900." in render(report, "fr")


def test_a_judged_run_without_defects_never_says_that_something_failed(make_report: Callable[..., RunReport]) -> None:
    report = build(make_report(bugs=False).evidence)
    assert Verdict.DOES_NOT_CONFORM not in report.device_verdicts.values()
    assert 'class="finding does-not-conform"' not in render(report, "en")


def test_a_run_stopped_before_its_first_crossing_is_not_determined_and_can_be_shown(sample: RunReport) -> None:
    evidence = replace(sample.evidence, crossings=(), ended="interrupted")
    report = build(evidence)
    assert report.run_verdict is Verdict.NOT_DETERMINED
    html = render(report, "en")
    assert "The run was interrupted before its end." in html
    assert "Nothing needs to be done" not in html
