"""What a report is given: evidence, and what the judge said of it. A report renders; it never judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.device.facts import DeviceFacts
from harness.records import Judgement, RunEvidence, Verdict
from reports.client.report_id import report_id

if TYPE_CHECKING:
    from harness.judge.pd2000 import RuleVerdict
    from reports.client.photos import Photo


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """A run, judged.

    Attributes:
        evidence: all that the journal tells.
        judgements: one a crossing.
        facts: by the device's name on the bench.
        device_verdicts: by the device's name.
        run_verdict: the verdict on the whole run.
        rules: the four PD2000-1 rules, by the device's name.
        photos: photographs from the run folder, by the device's name.
    """

    evidence: RunEvidence
    judgements: tuple[Judgement, ...]
    facts: Mapping[str, DeviceFacts]
    device_verdicts: Mapping[str, Verdict]
    run_verdict: Verdict
    rules: Mapping[str, tuple[RuleVerdict, ...]] = field(default_factory=dict)
    photos: Mapping[str, tuple[Photo, ...]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The report's id, the same in every language."""
        return report_id(self.evidence.run, self.evidence.head)


def build(evidence: RunEvidence) -> RunReport:
    """Have a run judged, from its evidence alone."""
    from harness.journal.bodies import facts_from  # noqa: PLC0415 - whoever brings judgements of his own needs no judge
    from harness.judge.crossing import judge_run  # noqa: PLC0415
    from harness.judge.pd2000 import rule_verdicts  # noqa: PLC0415
    from harness.judge.rollup import device_verdict, run_verdict  # noqa: PLC0415

    facts = {device.name: facts_from(device.facts_body) for device in evidence.devices}
    judgements = judge_run(evidence.crossings, facts)
    of_device = {name: tuple(j for j in judgements if j.device == name) for name in facts}
    return RunReport(
        evidence=evidence,
        judgements=judgements,
        facts=facts,
        device_verdicts={name: device_verdict(own) for name, own in of_device.items()},
        run_verdict=run_verdict(judgements, evidence.devices),
        rules={name: rule_verdicts(own, facts[name]) for name, own in of_device.items()},
    )
