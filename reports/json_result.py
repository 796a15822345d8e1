"""A run as one JSON object, for programs: the shape is fixed, and what is added later is added, never renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.records import Finding, Judgement

if TYPE_CHECKING:
    from reports.client.view import RunReport


def result_object(report: RunReport, run_path: str, open_obligations: list[str]) -> dict[str, Any]:
    """Return the run's result; ``open_obligations`` are the clocks that are still owed their time."""
    return {
        "run": run_path,
        "verdict": report.run_verdict.value,
        "open_obligations": list(open_obligations),
        "results": [_result(judgement) for judgement in report.judgements],
    }


def _result(judgement: Judgement) -> dict[str, Any]:
    return {
        "device": judgement.device,
        "edge": judgement.edge,
        "variant": judgement.variant.value,
        "verdict": judgement.verdict.value,
        "findings": [_finding(finding) for finding in judgement.findings],
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "rule": finding.rule,
        "verdict": finding.verdict.value,
        "expected": finding.expected,
        "read": finding.read,
        "says": finding.says,
    }
