"""Looks at a device's outputs after every reading and every set; one that switches ends the run.

It is looked at once more before the run ends, so that an output that only flickers is told from one that stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from harness.clock import SECOND_NS
from harness.device.driver import HasOutputs
from harness.engine.bus_worker import Outcome
from harness.engine.jobs import Jobs
from harness.engine.task import Task
from harness.link.base import NoWrites, StepRunner
from harness.records import Incident

if TYPE_CHECKING:
    from harness.engine.engine import Engine

SECOND_LOOK_NS = SECOND_NS
"""How long after a change the outputs are looked at again."""


class OutputAnswers:
    """Watches outputs for one engine."""

    def __init__(self, engine: Engine, jobs: Jobs) -> None:
        self._engine = engine
        self._jobs = jobs

    def after_reading(self, task: Task, resume: Callable[[], None]) -> None:
        """Look, then go on; a fault of this look is a fault of the reading it belongs to."""
        self._look(task, resume, lambda error: self._jobs.fault(task, error))

    def after_set(self, task: Task, resume: Callable[[], None]) -> None:
        """Look, then go on; a fault of this look takes nothing from the set, which is on record."""

        def note(error: BaseException | None) -> None:
            says = f"{task.name}: outputs not read after a set: {error}"
            self._incident(
                task, Incident(code="outputs-not-read", at_ns=self._engine.clock.now_ns(), says=says, spoils=False)
            )
            self._jobs.void_identity(task, "outputs not read")
            resume()

        self._look(task, resume, note)

    def _look(self, task: Task, resume: Callable[[], None], failed: Callable[[BaseException | None], None]) -> None:
        if not isinstance(task.driver, HasOutputs):
            resume()
            return

        def done(outcome: Outcome) -> None:
            if outcome.finished is None:
                failed(outcome.error)
            elif changed := self._note(task, outcome.finished.value):
                self._changed(task, changed, resume)
            else:
                resume()

        self._read(task, done)

    def _read(self, task: Task, done: Callable[[Outcome], None]) -> None:
        assert isinstance(task.driver, HasOutputs)
        steps = task.driver.read_outputs()
        self._jobs.job(task, StepRunner(steps, task.worker.bus, task.station, self._engine.clock, NoWrites()), done)

    def _note(self, task: Task, shown: Mapping[str, bool]) -> tuple[str, ...]:
        """Compare with the look before, and journal what is new."""
        changed = task.outputs.note(shown, task.crossing, _armed_by_us(task))
        if changed or task.outputs.is_new:
            body = {
                "device": task.name,
                "crossing": task.crossing,
                "outputs": dict(shown),
                "changed": list(changed),
            }
            self._engine.journal.append("outputs", body, durable=True)
        return changed

    def _changed(self, task: Task, changed: tuple[str, ...], resume: Callable[[], None]) -> None:
        """Say so, look once more, and end the run, whatever it was doing."""
        says = f"outputs switched while the clock was led: {', '.join(changed)}"
        self._incident(task, Incident(code="output-changed", at_ns=self._engine.clock.now_ns(), says=says, spoils=True))

        def looked_again(outcome: Outcome) -> None:
            if outcome.finished is not None:
                self._note(task, outcome.finished.value)
            self._engine.halt("output-changed")
            resume()

        due_ns = self._engine.clock.now_ns() + SECOND_LOOK_NS
        task.cancel = self._engine.at(due_ns, lambda: self._again(task, looked_again))

    def _again(self, task: Task, done: Callable[[Outcome], None]) -> None:
        task.cancel = None
        self._read(task, done)

    def _incident(self, task: Task, incident: Incident) -> None:
        self._jobs.journal_incident(task, incident)


def _armed_by_us(task: Task) -> frozenset[str]:
    """Return the output that an alarm of this run switches, as long as that alarm is not back."""
    alarm = task.driver.facts.alarm
    if alarm is None or not alarm.output or not task.safety.settings.names:
        return frozenset()
    return frozenset({alarm.output})
