"""What a signed statement says of a run: plain names and words, made from the report and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from harness.journal.signature import RunResult
from harness.records import Judgement, Verdict

if TYPE_CHECKING:
    from reports.client.view import RunReport


def run_result(report: RunReport, owed: Sequence[str]) -> RunResult:
    """Return a run's result; ``owed`` are the devices whose clocks are not shown to be back.

    A crossing that was not determined has not passed. One that does not apply is no test, and is in neither list.
    """
    return RunResult(
        run=report.evidence.run,
        verdict=report.run_verdict.value,
        is_passed=report.run_verdict is Verdict.CONFORMS and not owed,
        passed=[_name(each) for each in report.judgements if each.verdict is Verdict.CONFORMS],
        failed=[
            _name(each)
            for each in report.judgements
            if each.verdict in {Verdict.DOES_NOT_CONFORM, Verdict.NOT_DETERMINED}
        ],
    )


def _name(judgement: Judgement) -> str:
    return f"{judgement.device}/{judgement.edge}/{judgement.variant.value}/{judgement.repeat}"
