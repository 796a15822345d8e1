"""Range discovery on one device of a bench: a run of its own, journalled, promised and put back like every other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from harness.bench.model import Bench, BenchDevice
from harness.engine.campaign import RunOutcome, RunRequest, nobody_there, run
from harness.engine.rig import OperatorAnswer
from harness.engine.workshop import Workshop
from harness.errors import DeviceRefused, LinkError, SafetyRefusal
from harness.plan.model import Plan
from harness.procedure.asks import Procedure, RunStopped
from harness.procedure.discovery import MOST_SETS, Discovery, discover
from harness.procedure.session import restore, take_over
from harness.procedure.subject import Subject, fault_code, report


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoverOutcome:
    """What a discovery left: the run, and what was found (None when it was broken off; the journal says why)."""

    outcome: RunOutcome
    found: Discovery | None


def discover_one(
    bench: Bench,
    device: BenchDevice,
    good: int,
    workshop: Workshop,
    runs: Path,
    *,
    most_sets: int = MOST_SETS,
    ask_operator: OperatorAnswer = nobody_there,
) -> DiscoverOutcome:
    """Search what one device's clock can be set to, from civil seconds ``good`` outwards, and put the clock back."""
    found: list[Discovery] = []
    plan = Plan(
        name="range-discovery",
        titles=(("en", "Range discovery"), ("fr", "Recherche de l'intervalle de dates")),
        edges=(),
        variants=(),
        restore="nearest",
        path=bench.path,
        text=f"# range discovery on {device.name}, at most {most_sets} sets\n",
    )
    outcome = run(
        RunRequest(
            bench=replace(bench, devices=(device,)),
            plan=plan,
            workshop=workshop,
            runs=runs,
            ask_operator=ask_operator,
            session=lambda subject, _crossings: discovery_session(subject, good, most_sets, found.append),
        )
    )
    return DiscoverOutcome(outcome=outcome, found=found[0] if found else None)


def discovery_session(
    subject: Subject, good: int, most_sets: int, on_found: Callable[[Discovery], None]
) -> Procedure[None]:
    """Find the device as it is, promise, search, put it back; whatever breaks the search off, the clock is put back."""
    if not subject.facts.can_be_set:
        yield from report("read-only-device", f"{subject.name} has no command to set its clock: nothing can be tried")
        return
    try:
        yield from take_over(subject)
    except (LinkError, DeviceRefused, SafetyRefusal) as error:
        yield from report(_code(error), f"{subject.name} was left alone: {error}", spoils=True)
        return
    except RunStopped:
        return
    try:
        on_found((yield from discover(subject, good, most_sets)))
    except (LinkError, DeviceRefused, SafetyRefusal) as error:
        yield from report(_code(error), f"the search was broken off: {error}", spoils=True)
    except RunStopped:
        pass
    yield from restore(subject)


def _code(error: LinkError | DeviceRefused | SafetyRefusal) -> str:
    return error.rule if isinstance(error, SafetyRefusal) else fault_code(error)
