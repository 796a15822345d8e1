"""A plan as a file, a crossing as an item, and the one run behind all items of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.bench.model import Bench, BenchDevice
from harness.engine.campaign import RunOutcome, pace_of
from harness.engine.schedule import concerns
from harness.errors import FileError, RolloverError
from harness.plan.loader import load_plan
from harness.plan.model import Plan
from harness.plan.ways import repeats_of, ways, with_derived
from harness.procedure.crossing import Crossing
from harness.procedure.subject import Subject
from harness.pytest_plugin.crossings import bench_of, facts_of, run_selected
from harness.records import Finding, Judgement, Variant, Verdict
from reports.client.view import RunReport

Key = tuple[str, str, Variant, int]
Judged = tuple[RunOutcome, RunReport]


class PlanFile(pytest.File):
    """One plan on the bench; run once, when its first item is.

    Under xdist each worker runs the items of one group at a time: the devices that share a wire or a supply.
    """

    plan: Plan
    bench: Bench
    _judged: dict[str, Judged | RolloverError]

    def collect(self) -> Iterator[CrossingItem]:
        """Yield an item for each device, edge, variant and repeat."""
        self._judged = {}
        try:
            self.plan = load_plan(self.path)
        except FileError as error:
            raise self.CollectError(str(error)) from error
        self.bench = bench_of(self.config)
        facts = {device.name: facts_of(self.bench, device) for device in self.bench.devices}
        # Whole here, so that every worker of xdist lists and runs the same, whichever devices fall to it.
        self.plan = with_derived(self.plan, facts.values())
        pace = pace_of(self.plan)
        for device in self.bench.devices:
            subject = Subject(name=device.name, facts=facts[device.name], pace=pace, has_power=True)
            for edge, variant, repeat in ways(self.plan):
                if not concerns(self.plan, subject, edge, variant):
                    continue
                again = f"-{repeat}" if repeats_of(self.plan, variant) > 1 else ""
                yield CrossingItem.from_parent(
                    self,
                    name=f"{device.name}::{edge.id}::{variant.value}{again}",
                    key=(device.name, edge.id, variant, repeat),
                    group=group_of(device),
                )

    def judged(self, group: str) -> Judged:
        """Run the selected crossings if they have not been, and return what came of them.

        Raises:
            RolloverError: the run could not be made; every item of the plan then says so.
        """
        name = group if hasattr(self.config, "workerinput") else ""
        if name not in self._judged:
            try:
                self._judged[name] = self._run(name)
            except RolloverError as error:
                self._judged[name] = error
        known = self._judged[name]
        if isinstance(known, RolloverError):
            raise known
        return known

    def _run(self, group: str) -> Judged:
        ours = [item for item in self.session.items if isinstance(item, CrossingItem) and item.parent is self]
        selected = {item.key for item in ours if group in {"", item.group}}

        def selects(device: str, crossing: Crossing) -> bool:
            return (device, crossing.edge.id, crossing.variant, crossing.repeat) in selected

        bench = _part_of(self.bench, group, {key[0] for key in selected}) if group else self.bench
        return run_selected(self.config, bench, self.plan, selects)


def group_of(device: BenchDevice) -> str:
    """Return the name under which a device's items must stay on one worker: its supply, its wire, or itself."""
    if device.power and device.power != "operator":
        return device.power.partition(".")[0]
    if device.simulate is not None:
        return device.simulate.line or device.name
    return device.link.bus if device.link is not None else device.name


def _part_of(bench: Bench, group: str, names: set[str]) -> Bench:
    """Return the part of a bench that one worker has to itself, as a bench of its own name."""
    devices = tuple(device for device in bench.devices if device.name in names)
    return replace(bench, name=f"{bench.name} {group}", devices=devices)


class CrossingFailed(Exception):  # noqa: N818 - a verdict, not an error
    """A crossing does not conform, or nothing could be determined; the text is what pytest shows."""


class CrossingItem(pytest.Item):
    """One device over one edge, one way."""

    def __init__(self, *, key: Key, group: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.key = key
        self.group = group
        self.judgement: Judgement | None = None
        self.folder: Path | None = None
        device, edge, variant, _ = key
        self.add_marker(pytest.mark.rollover(device, edge, variant.value))

    def runtest(self) -> None:
        """Say what the judge said of this crossing."""
        assert isinstance(self.parent, PlanFile)
        outcome, report = self.parent.judged(self.group)
        self.folder = outcome.folder
        self.judgement = judgement = self._find(report)
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
            pytest.skip(f"not applicable: {'; '.join(map(why, judgement.findings))}")
        if judgement.verdict is not Verdict.CONFORMS:
            raise CrossingFailed(spell(judgement))

    def _find(self, report: RunReport) -> Judgement:
        for judgement in report.judgements:
            if (judgement.device, judgement.edge, judgement.variant, judgement.repeat) == self.key:
                return judgement
        raise CrossingFailed("NOT DETERMINED: the run ended before this crossing")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show verdicts and refusals as text; only a bug of ours deserves a traceback."""
        if isinstance(excinfo.value, CrossingFailed | RolloverError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return what pytest prints at the head of a failure."""
        return self.path, None, self.name


def why(finding: Finding) -> str:
    """Return why a crossing was not made: the judge's words, and the reason's own code."""
    reason = finding.details.get("reason", "")
    return f"{finding.says} ({reason})" if reason else finding.says


def spell(judgement: Judgement) -> str:
    """Return a judgement as the lines pytest shows."""
    lines = [judgement.verdict.value.replace("-", " ").upper()]
    lines += [
        f"  {finding.rule} {finding.code}: {finding.says}"
        for finding in judgement.findings
        if finding.verdict in {Verdict.DOES_NOT_CONFORM, Verdict.NOT_DETERMINED}
    ]
    return "\n".join(lines)
