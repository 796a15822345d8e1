"""One owner a bus: a thread that does one job at a time, so a blocking library holds up nobody else.

A job is one driver's method (a ``StepRunner``) or a plain call. A method that pauses keeps the bus; the engine wakes it.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.errors import RolloverError
from harness.link.base import Bus, Finished, Paused

Done = Callable[["Outcome"], None]
"""Called on the engine's own thread with what a job brought."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job brought: a value or an error, never both."""

    finished: Finished[Any] | None
    error: BaseException | None


@dataclass(slots=True)
class Job:
    """One piece of work for a bus; ``advance`` is called until it no longer pauses."""

    advance: Callable[[], Finished[Any] | Paused]
    done: Done
    is_begun: bool = False


@dataclass(frozen=True, slots=True)
class Completion:
    """A worker's word to the engine: ``job`` has ended, or paused."""

    worker: BusWorker
    job: Job
    outcome: Outcome | Paused


class BusWorker:
    """The owner of one bus.

    Args:
        bus: opened before each job that finds it closed, so a lost connection is made anew; closed by ``close``.
        completions: where the engine listens.
        inline: do jobs on the engine's thread (a simulated device in memory never blocks).
    """

    def __init__(self, bus: Bus, completions: queue.SimpleQueue[Any], *, inline: bool) -> None:
        self.bus = bus
        self._completions = completions
        self._inline = inline
        self._waiting: deque[Job] = deque()
        self._current: Job | None = None
        self._inbox: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._is_stale = False

    def open_anew(self) -> None:
        """Close the bus before the next job, which then opens it: its far end is known to have gone meanwhile."""
        self._is_stale = True

    @property
    def is_working(self) -> bool:
        """Whether a job is on the wire or waits for it (a paused job is neither)."""
        return self._on_wire

    _on_wire = False

    def submit(self, job: Job) -> None:
        """Queue a job; it starts at once when the bus is free."""
        if self._current is not None:
            self._waiting.append(job)
            return
        self._start(job)

    def resume(self) -> None:
        """Go on with the paused job."""
        if self._current is not None:
            self._start(self._current)

    def settle(self, completion: Completion) -> Outcome | None:
        """Take note of a completion on the engine's thread; return its outcome unless the job merely paused."""
        self._on_wire = False
        if isinstance(completion.outcome, Paused):
            return None
        self._current = None
        if self._waiting:
            self._start(self._waiting.popleft())
        return completion.outcome

    def _start(self, job: Job) -> None:
        self._current = job
        self._on_wire = True
        if self._inline:
            self._completions.put(Completion(self, job, self._perform(job)))
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name=f"bus {self.bus.name}", daemon=True)
            self._thread.start()
        self._inbox.put(job)

    def _serve(self) -> None:
        while (job := self._inbox.get()) is not None:
            self._completions.put(Completion(self, job, self._perform(job)))

    def _perform(self, job: Job) -> Outcome | Paused:
        try:
            if not job.is_begun:
                # Only between jobs: a method half done must not go on upon another opening.
                if self._is_stale:
                    self._is_stale = False
                    self.bus.close()
                self.bus.open()
                job.is_begun = True
            step = job.advance()
        except RolloverError as error:
            return Outcome(None, error)
        except Exception as error:  # noqa: BLE001 - the engine's edge: a bug must not hang the run, the restore comes first
            return Outcome(None, error)
        return step if isinstance(step, Paused) else Outcome(step, None)

    def close(self) -> None:
        """End the thread and close the bus."""
        if self._thread is not None:
            self._inbox.put(None)
            self._thread.join()
        self.bus.close()
