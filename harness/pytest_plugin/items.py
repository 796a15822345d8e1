"""A plan as a file, a crossing as an item, and the one run behind all items of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.workshop import Workshop
from harness.bench.loader import load_bench
from harness.bench.model import Bench
from harness.engine.campaign import RunOutcome, RunRequest, run
from harness.engine.debts import refuse_while_owed
from harness.errors import FileError, RolloverError, SafetyRefusal
from harness.journal.evidence import read_run
from harness.journal.run_folder import RunFolder
from harness.plan.loader import load_plan
from harness.plan.model import Plan
from harness.procedure.crossing import Crossing
from harness.records import Judgement, Variant, Verdict
from reports.client import write_reports
from reports.client.view import RunReport, build
from reports.junit import write_junit


class PlanFile(pytest.File):
    """One plan on the bench; run once, when its first item is."""

    plan: Plan
    bench: Bench
    _workshop: Workshop
    _outcome: tuple[RunOutcome, RunReport] | None = None
    _failure: RolloverError | None = None

    def collect(self) -> Iterator[CrossingItem]:
        """Yield an item for each device, edge, variant and repeat."""
        self._workshop = Workshop()
        try:
            self.plan = load_plan(self.path)
            self.bench = load_bench(Path(self.config.getoption("--bench")), self._workshop)
        except FileError as error:
            raise self.CollectError(str(error)) from error
        for device in self.bench.devices:
            for edge in self.plan.edges:
                for variant in self.plan.variants:
                    for repeat in range(1, self.plan.repeats + 1):
                        again = f"-{repeat}" if self.plan.repeats > 1 else ""
                        yield CrossingItem.from_parent(
                            self,
                            name=f"{device.name}::{edge.id}::{variant.value}{again}",
                            key=(device.name, edge.id, variant, repeat),
                        )

    def judged(self) -> tuple[RunOutcome, RunReport]:
        """Run the selected crossings if they have not been, and return what came of them.

        Raises:
            RolloverError: the run could not be made; every item of the plan then says so.
        """
        if self._failure is not None:
            raise self._failure
        if self._outcome is None:
            try:
                self._outcome = self._run()
            except RolloverError as error:
                self._failure = error
                raise
        return self._outcome

    def _run(self) -> tuple[RunOutcome, RunReport]:
        runs = Path(self.config.getoption("--rollover-runs"))
        real = [device.name for device in self.bench.devices if device.simulate is None]
        if real and not self.config.getoption("--rollover-yes"):
            raise SafetyRefusal("no-consent", f"{', '.join(real)}: real clocks are set only with --rollover-yes")
        refuse_while_owed(runs, self.bench)
        selected = {item.key for item in self.session.items if isinstance(item, CrossingItem) and item.parent is self}
        outcome = run(
            RunRequest(
                bench=self.bench,
                plan=self.plan,
                workshop=self._workshop,
                runs=runs,
                real_time=self.config.getoption("--rollover-real-time"),
                selects=lambda device, crossing: _key(device, crossing) in selected,
            )
        )
        report = build(read_run(outcome.folder))
        write_reports(outcome.folder, report=report)
        write_junit(report, outcome.folder / "junit.xml")
        RunFolder(outcome.folder).write_manifest(head=report.evidence.head, records=report.evidence.records)
        return outcome, report


Key = tuple[str, str, Variant, int]


def _key(device: str, crossing: Crossing) -> Key:
    return (device, crossing.edge.id, crossing.variant, crossing.repeat)


class CrossingFailed(Exception):  # noqa: N818 - a verdict, not an error
    """A crossing does not conform, or nothing could be determined; the text is what pytest shows."""


class CrossingItem(pytest.Item):
    """One device over one edge, one way."""

    def __init__(self, *, key: Key, **rest: Any) -> None:
        super().__init__(**rest)
        self.key = key
        device, edge, variant, _ = key
        self.add_marker(pytest.mark.rollover(device, edge, variant.value))

    def runtest(self) -> None:
        """Say what the judge said of this crossing."""
        assert isinstance(self.parent, PlanFile)
        outcome, report = self.parent.judged()
        judgement = self._judgement(report)
        self.user_properties += [
            ("verdict", judgement.verdict.value),
            ("run", str(outcome.folder)),
            ("device", self.key[0]),
            ("edge", self.key[1]),
            ("variant", self.key[2].value),
        ]
        if self.key[0] in outcome.owed:
            raise CrossingFailed(f"the clock of {self.key[0]} is NOT PUT BACK: rollover recover {outcome.folder}")
        if judgement.verdict is Verdict.NOT_APPLICABLE:
            pytest.skip(f"not applicable: {'; '.join(finding.says for finding in judgement.findings)}")
        if judgement.verdict is not Verdict.CONFORMS:
            raise CrossingFailed(_spell(judgement))

    def _judgement(self, report: RunReport) -> Judgement:
        for judgement in report.judgements:
            if (judgement.device, judgement.edge, judgement.variant, judgement.repeat) == self.key:
                return judgement
        raise CrossingFailed("not determined: the run ended before this crossing")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show verdicts and refusals as text; only a bug of ours deserves a traceback."""
        if isinstance(excinfo.value, CrossingFailed | RolloverError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return what pytest prints at the head of a failure."""
        return self.path, None, self.name


def _spell(judgement: Judgement) -> str:
    lines = [judgement.verdict.value.replace("-", " ").upper()]
    lines += [
        f"  {finding.rule} {finding.code}: {finding.says}\n    expected {finding.expected}, read {finding.read}"
        for finding in judgement.findings
        if finding.verdict in {Verdict.DOES_NOT_CONFORM, Verdict.NOT_DETERMINED}
    ]
    return "\n".join(lines)
