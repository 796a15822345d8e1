"""The loop: a heap of deadlines and a queue of completions, nothing cleverer.

Virtual time jumps to the next deadline only when no exchange is in flight; in real time the same loop waits. How each
ask is answered stands in ``answers.py``.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import queue
from collections.abc import Callable, Sequence
from typing import Any

from harness.clock import Clock, Stamp, VirtualClock
from harness.engine.answers import Answers
from harness.engine.audience import Audience
from harness.engine.bus_worker import BusWorker, Completion, Job, Outcome
from harness.engine.task import Listener, Task
from harness.errors import JournalError, RolloverError
from harness.journal.bodies import incident_body
from harness.journal.log import Journal
from harness.kernel.host_time import HostTimeWatch
from harness.link.base import Finished, Paused
from harness.procedure.asks import ProcedureAsk, RunStopped
from harness.procedure.session import restore
from harness.records import Incident

THIS_HOST = "this host"  # told of as a device is; no device can have a name with a space in it
TICK_NS = 200_000_000
"""How often a listener is told that time passes, and the host's clocks are compared."""


class Stop:
    """The word that ends a run; put into the completions by a signal handler."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


class Engine:
    """Runs every task to its end. One instance, one run."""

    def __init__(self, clock: Clock, journal: Journal, listener: Listener | None = None) -> None:
        self.clock = clock
        self.journal = journal
        self.listener: Listener = Audience(listener)
        self.completions: queue.SimpleQueue[Completion | Stop] = queue.SimpleQueue()
        self.stop_reason = ""
        self.tasks: dict[str, Task] = {}
        self._heap: list[tuple[int, int, list[Callable[[], None]]]] = []
        self._order = itertools.count()
        self._workers: list[BusWorker] = []
        self._answers = Answers(self)
        self._host_time = HostTimeWatch()

    def stop(self, reason: str) -> None:
        """Ask for the run to end and every clock to be put back; safe inside a signal handler."""
        self.completions.put(Stop(reason))

    def add_worker(self, worker: BusWorker) -> None:
        """Take charge of a bus."""
        self._workers.append(worker)

    def run(self, tasks: Sequence[Task]) -> None:
        """Run all sessions to their ends; every obligation is then discharged or journalled as owed."""
        self.tasks = {task.name: task for task in tasks}
        self._watch_synchronisation(self.clock.now_ns())
        try:
            for task in tasks:
                self.step(task, lambda task=task: next(task.session))  # type: ignore[misc]
            while any(not task.is_done for task in tasks):
                self._turn()
        finally:
            for worker in self._workers:
                worker.close()

    # --- the loop ---------------------------------------------------------------------------------------------

    def _turn(self) -> None:
        """Do the next thing: a due deadline, a completion, or wait for either."""
        deadline_ns = self._next_deadline_ns()
        if deadline_ns is not None and deadline_ns <= self.clock.now_ns():
            self._wake()
            return
        if self.completions.empty() and not any(worker.is_working for worker in self._workers):
            if deadline_ns is None and not self.clock.is_virtual:
                raise AssertionError("every session waits and nothing will wake it")
            if isinstance(self.clock, VirtualClock):
                if deadline_ns is None:
                    raise AssertionError("every session waits and nothing will wake it")
                self.clock.advance_to(deadline_ns)
                return
        self._wait(deadline_ns)

    def _wait(self, deadline_ns: int | None) -> None:
        tick_ns = self.clock.now_ns() + TICK_NS
        completion = self.clock.take(self.completions, tick_ns if deadline_ns is None else min(deadline_ns, tick_ns))
        if not self.clock.is_virtual:
            self._watch_host()
            self.listener.tick(self.clock.now_ns())
        if isinstance(completion, Stop):
            self.halt(completion.reason)
        elif completion is not None:
            self._complete(completion)

    def _watch_host(self) -> Stamp:
        """Read the host's clocks; what they did since the last look is journalled with every device."""
        stamp = self.clock.stamp()
        self._watch_synchronisation(stamp.mono_ns)
        for incident in self._host_time.observe(stamp):
            for task in self.tasks.values():
                if not task.is_done:
                    self._journal_incident(task, incident)
        return stamp

    def _watch_synchronisation(self, at_ns: int) -> None:
        """Journal, for the run as a whole, whether the host's clock is known to follow a reference."""
        for incident in self._host_time.observe_synchronisation(self.clock.is_synchronised(), at_ns):
            body = {"device": None, "crossing": None, **incident_body(incident)}
            try:
                self.journal.append("incident", body)
            except JournalError:
                self.stop("evidence-lost")
            self.listener.incident(THIS_HOST, incident)

    def trusted_stamp(self) -> Stamp:
        """Return the host's clocks now, on the wall-clock scale on which the offsets were measured."""
        stamp = self._watch_host()
        return self._host_time.trusted(stamp)

    def _next_deadline_ns(self) -> int | None:
        while self._heap and not self._heap[0][2]:
            heapq.heappop(self._heap)  # was cancelled
        return self._heap[0][0] if self._heap else None

    def _wake(self) -> None:
        _, _, (action,) = heapq.heappop(self._heap)
        action()

    def at(self, deadline_ns: int, action: Callable[[], None]) -> Callable[[], None]:
        """Call ``action`` at a monotonic time; return what cancels it."""
        slot = [action]
        heapq.heappush(self._heap, (deadline_ns, next(self._order), slot))
        return slot.clear

    # --- jobs -------------------------------------------------------------------------------------------------

    def submit(
        self, worker: BusWorker, advance: Callable[[], Finished[Any] | Paused], done: Callable[[Outcome], None]
    ) -> None:
        """Have a bus do a job; ``done`` is called on this thread."""
        worker.submit(Job(advance, done))

    def _complete(self, completion: Completion) -> None:
        outcome = completion.worker.settle(completion)
        if outcome is None:
            assert isinstance(completion.outcome, Paused)
            self.at(completion.outcome.until_ns, completion.worker.resume)
            return
        completion.job.done(outcome)

    # --- sessions ---------------------------------------------------------------------------------------------

    def send(self, task: Task, answer: Any) -> None:
        """Give a session its answer and run it to its next wait."""
        self._resume(task, lambda: task.session.send(answer))

    def throw(self, task: Task, error: BaseException) -> None:
        """Give a session an error in place of an answer."""
        self._resume(task, lambda: task.session.throw(error))

    def _resume(self, task: Task, move: Callable[[], ProcedureAsk[Any]]) -> None:
        if self.stop_reason and not task.is_stopped and not task.is_restoring:
            task.is_stopped = True
            move = lambda: task.session.throw(RunStopped(self.stop_reason))  # noqa: E731
        self.step(task, move)

    def step(self, task: Task, move: Callable[[], ProcedureAsk[Any]]) -> None:
        """Run a session until it waits for something that takes time."""
        task.cancel = None
        while True:
            try:
                question = move()
            except StopIteration:
                self._end(task)
                return
            except RolloverError as error:
                self._broken(task, error)
                return
            except Exception as error:  # noqa: BLE001 - the engine's edge: a bug of ours must not leave a clock moved
                self._broken(task, error)
                return
            try:
                immediate = self._answers.answer(task, question)
            except (RolloverError, ValueError) as error:
                move = lambda error=error: task.session.throw(error)  # type: ignore[misc]  # noqa: E731
                continue
            if immediate is None:
                return
            move = lambda answer=immediate[0]: task.session.send(answer)  # type: ignore[misc]  # noqa: E731

    def _journal_incident(self, task: Task, incident: Incident) -> None:
        """Record what no session asked for; when the journal does not take it, the run ends: its evidence has a hole."""
        try:
            self._answers.journal_incident(task, incident)
        except JournalError:
            self.stop("evidence-lost")

    def master_failed(self, name: str) -> Callable[[BaseException], None]:
        """Return what notes that a device's time master fell silent: what its clock does then proves nothing."""

        def note(error: BaseException) -> None:
            says = f"{name}: its time master fell silent: {error}"
            incident = Incident(code="master-silent", at_ns=self.clock.now_ns(), says=says, spoils=True)
            self._journal_incident(self.tasks[name], incident)

        return note

    def _broken(self, task: Task, error: BaseException) -> None:
        """A session ended by an error nobody expected: say so, and put the clock back all the same."""
        says = f"{type(error).__name__}: {error}"
        code = "evidence-lost" if isinstance(error, JournalError) else "harness-error"
        self._journal_incident(task, Incident(code=code, at_ns=self.clock.now_ns(), says=says, spoils=True))
        if task.is_restoring or not task.safety.obligation_open:
            self._end(task)
            return
        task.is_restoring = True
        task.session = restore(task.subject)
        self.step(task, lambda: next(task.session))

    def _end(self, task: Task) -> None:
        task.is_done = True
        if task.master is not None:
            task.master.stop()
        self.listener.state(task.name, "owed" if task.safety.obligation_open else "done")
        if task.power is not None:
            self._answers.release(task.power.leave(task.name))

    def halt(self, reason: str) -> None:
        """Interrupt every session that is not already on its way out; a job on the wire is let finish."""
        if self.stop_reason:
            return
        self.stop_reason = reason
        # Without that record the run looks like one that was killed: nothing is concluded from it either way.
        with contextlib.suppress(JournalError):
            self.journal.append("stop", {"reason": reason}, durable=True)
        for task in list(self.tasks.values()):
            if not task.is_done and not task.is_restoring and task.cancel is not None:
                task.cancel()
                self.send(task, None)
