"""What every group of answers does with a task's bus, whatever was asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from harness.engine.bus_worker import Outcome
from harness.engine.task import Task
from harness.link.base import StepRunner
from harness.records import Incident


class Jobs(Protocol):
    """What the answers share."""

    def job(self, task: Task, runner: StepRunner[Any], done: Callable[[Outcome], None]) -> None:
        """Have the task's bus run it to its end; ``done`` is called on the engine's thread."""

    def fault(self, task: Task, error: BaseException | None) -> None:
        """Hand an error to the session; after any fault of the line the identity must be confirmed again."""

    def void_identity(self, task: Task, why: str) -> None:
        """Have the device name itself again before anything is believed or written."""

    def journal_incident(self, task: Task, incident: Incident) -> None:
        """Put an incident into the journal, under the crossing that is open."""
