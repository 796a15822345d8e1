"""A single set outside a plan: journalled, promised and guarded like one of a run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.bench.model import Bench, BenchDevice
from harness.calendar.gregorian import iso
from harness.engine.campaign import RunRequest, run
from harness.engine.task import Nobody
from harness.engine.workshop import Workshop
from harness.plan.model import Plan
from harness.procedure.manual import set_and_leave
from harness.records import Incident, Reading, Role


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
    ear = _Ear()
    outcome = run(
        RunRequest(
            bench=replace(bench, devices=(device,)),
            plan=plan,
            workshop=workshop,
            runs=runs,
            real_time=True,
            listener=ear,
            session=lambda subject, _crossings: set_and_leave(subject, target),
        )
    )
    says = f"now reads {ear.read_back}" if ear.read_back else f"not set: {'; '.join(ear.incidents) or 'no reading'}"
    return SetOutcome(folder=outcome.folder, was_set=bool(ear.read_back), says=says)


@dataclass(slots=True)
class _Ear(Nobody):
    """Hears what the one set brought."""

    read_back: str = ""
    incidents: list[str] = field(default_factory=list)

    def reading(self, device: str, reading: Reading) -> None:
        """Keep the reading after the set."""
        del device
        if reading.role is Role.READ_BACK:
            self.read_back = reading.unreadable or reading.fields.text()

    def incident(self, device: str, incident: Incident) -> None:
        """Keep what went wrong."""
        del device
        self.incidents.append(incident.says)
