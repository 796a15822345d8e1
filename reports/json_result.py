"""A run as one JSON object, for programs: the shape is fixed, and what is added later is added, never renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.judge.advice import MECHANISMS, Advice, advise, period_code, severity_of
from harness.judge.claims import claim_minimum, count_flakes
from harness.records import Finding, Judgement, Verdict

if TYPE_CHECKING:
    from reports.client.view import RunReport


def result_object(report: RunReport, run_path: str, open_obligations: list[str]) -> dict[str, Any]:
    """Return the run's result; ``open_obligations`` are the clocks that are still owed their time."""
    return {
        "run": run_path,
        "verdict": report.run_verdict.value,
        "open_obligations": list(open_obligations),
        "results": [_result(judgement) for judgement in report.judgements],
        "claim_gaps": [
            {"device": gap.device, "kind": gap.kind, "variant": gap.variant.value, "reason": gap.reason}
            for gap in claim_minimum(report.judgements)
        ],
        "repeats": [
            {
                "device": flake.device,
                "edge": flake.edge,
                "variant": flake.variant.value,
                "done": flake.done,
                "failed": flake.failed,
                "intermittent": flake.is_intermittent,
            }
            for flake in count_flakes(report.judgements)
        ],
        "advice": [_advice(each) for each in _all_advice(report)],
        "result_codes": [
            {
                "device": name,
                "edge": edge,
                "code": period_code(j for j in report.judgements if (j.device, j.edge) == (name, edge)),
            }
            for name, edge in dict.fromkeys((j.device, j.edge) for j in report.judgements)
        ],
    }


def _all_advice(report: RunReport) -> list[Advice]:
    return [
        each
        for name, facts in report.facts.items()
        for each in advise((j for j in report.judgements if j.device == name), facts)
    ]


def _advice(each: Advice) -> dict[str, Any]:
    return {
        "device": each.device,
        "edge": each.edge,
        "severity": each.severity.value,
        "codes": list(each.codes),
        "likely_mechanisms": list(each.mechanisms),
        "settable_after": each.settable_after,
        "equivalent_years": list(each.equivalent_years),
    }


def _result(judgement: Judgement) -> dict[str, Any]:
    return {
        "device": judgement.device,
        "edge": judgement.edge,
        "variant": judgement.variant.value,
        "repeat": judgement.repeat,
        "verdict": judgement.verdict.value,
        "findings": [_finding(finding) for finding in judgement.findings],
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "rule": finding.rule,
        "code": finding.code,
        "severity": severity_of(finding.code, finding.verdict).value,
        "verdict": finding.verdict.value,
        "expected": finding.expected,
        "read": finding.read,
        "says": finding.says,
        "likely_mechanism": MECHANISMS.get(finding.code, "") if finding.verdict is Verdict.DOES_NOT_CONFORM else "",
    }
