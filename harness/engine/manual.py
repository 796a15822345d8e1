"""A single set outside a plan: journalled, promised and guarded like one of a run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from harness.bench.model import Bench, BenchDevice
from harness.calendar.gregorian import iso
from harness.engine.campaign import RunRequest, run
from harness.engine.workshop import Workshop
from harness.journal.evidence import read_run
from harness.plan.model import Plan
from harness.procedure.manual import set_and_leave
from harness.records import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOutcome:
    """What became of a single set."""

    folder: Path
    was_set: bool
    says: str


def set_one(bench: Bench, device: BenchDevice, target: int, workshop: Workshop, runs: Path) -> SetOutcome:
    """Set one device's clock to civil seconds and leave it there; the obligation stays open on purpose."""
    plan = Plan(
        name="manual-set",
        titles=(("en", f"Manual set to {iso(target)}"), ("fr", f"Réglage manuel à {iso(target)}")),
        edges=(),
        variants=(),
        restore="nearest",
        path=bench.path,
        text=f"# manual set of {device.name} to {iso(target)}\n",
    )
    outcome = run(
        RunRequest(
            bench=replace(bench, devices=(device,)),
            plan=plan,
            workshop=workshop,
            runs=runs,
            real_time=True,
            session=lambda subject, _crossings: set_and_leave(subject, target),
        )
    )
    (seen,) = read_run(outcome.folder).devices
    shown = [reading for reading in seen.readings if reading.role is Role.READ_BACK]
    why = "; ".join(incident.says for incident in seen.incidents)
    says = f"now reads {shown[-1].fields.text()}" if shown else f"not set: {why or 'no reading'}"
    return SetOutcome(folder=outcome.folder, was_set=bool(shown), says=says)
