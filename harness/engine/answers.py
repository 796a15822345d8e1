"""How each ask of a procedure is answered, and what of it goes into the journal.

An ask is answered at once, or later by a wait, a job on a bus, or a meeting at a power channel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from harness.calendar.fields import CalendarFields
from harness.device.driver import ClockSample, DeviceIdentity, HasSecondClock
from harness.engine.beside import log_reading, log_steps, second_reading
from harness.engine.bus_worker import Outcome
from harness.engine.master import told_record
from harness.engine.output_answers import OutputAnswers
from harness.engine.power import PowerChannel, PowerGuard, SimulatedSwitch, by_hand, is_last
from harness.engine.same_opening import SameOpening
from harness.engine.setting_answers import SettingAnswers
from harness.engine.task import Task
from harness.errors import DeviceRefused, JournalError, LinkError, SafetyRefusal
from harness.journal import bodies
from harness.kernel.restore_rule import restore_moment
from harness.link.base import NoWrites, StepRunner, WriteGuard
from harness.procedure import asks
from harness.records import Incident, PowerRecord, Reading, Role, SetRecord

if TYPE_CHECKING:
    from harness.engine.engine import Engine

Immediate = tuple[Any] | None
"""An answer given at once, or None when it will come later."""


class Answers:
    """Answers asks for one engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._clock = engine.clock
        self._journal = engine.journal
        self._outputs = OutputAnswers(engine, self)
        self._table: dict[type, Callable[[Task, Any], Immediate]] = {
            asks.Now: lambda _task, _ask: (self._clock.now_ns(),),
            asks.UtcAt: self._utc_at,
            asks.WaitUntil: self._wait_until,
            asks.Identify: self._identify,
            asks.IsIdentified: lambda task, _ask: (task.identified_in == task.worker.bus.generation,),
            asks.ReadClock: self._read_clock,
            asks.ReadLog: self._read_log,
            asks.SetClock: self._set_clock,
            asks.SayMalformed: self._say_malformed,
            asks.TakeObligation: self._take_obligation,
            asks.RestoreTarget: self._restore_target,
            asks.Discharge: self._discharge,
            asks.RestoreFailed: self._restore_failed,
            asks.BeginCrossing: self._begin_crossing,
            asks.EndCrossing: self._end_crossing,
            asks.Gather: self._gather,
            asks.SwitchPower: self._switch_power,
            asks.EnsurePower: self._ensure_power,
            asks.Operate: self._operate,
            asks.Report: self._report,
            **SettingAnswers(engine, self).table,
        }

    def answer(self, task: Task, question: asks.ProcedureAsk[Any]) -> Immediate:
        """Answer one ask, or set going what will."""
        return self._table[type(question)](task, question)

    # --- time -------------------------------------------------------------------------------------------------

    def _utc_at(self, task: Task, question: asks.UtcAt) -> Immediate:
        del task
        # The offset is measured on the same scale the restore will use: the one the run began in.
        stamp = self._engine.trusted_stamp()
        return (stamp.utc_ns - stamp.mono_ns + question.mono_ns,)

    def _wait_until(self, task: Task, question: asks.WaitUntil) -> Immediate:
        if question.deadline_ns <= self._clock.now_ns():
            return (None,)
        if question.says:
            self._engine.listener.waiting(task.name, question.deadline_ns, question.says)
        task.cancel = self._engine.at(question.deadline_ns, lambda: self._engine.send(task, None))
        return None

    # --- the device -------------------------------------------------------------------------------------------

    def job(self, task: Task, runner: StepRunner[Any], done: Callable[[Outcome], None]) -> None:
        """Have the task's bus run it to its end; ``done`` is called on the engine's thread."""

        def settle(outcome: Outcome) -> None:
            try:
                done(outcome)
            except JournalError as error:
                # What the job brought is not on the disk; the session hears of it, or its clock would not be put back.
                self._engine.throw(task, error)

        self._engine.submit(task.worker, runner.advance, settle)

    def _runner(self, task: Task, steps: Any, guard: WriteGuard | None = None) -> StepRunner[Any]:
        return StepRunner(steps, task.worker.bus, task.station, self._clock, guard or NoWrites())

    def _identify(self, task: Task, question: asks.Identify) -> Immediate:
        del question

        def done(outcome: Outcome) -> None:
            if outcome.finished is None:
                self.fault(task, outcome.error)
                return
            identity: DeviceIdentity = outcome.finished.value
            try:
                task.safety.confirm(identity, task.worker.bus.generation)
            except SafetyRefusal as error:
                self._engine.throw(task, error)
                return
            task.identity = identity
            task.identified_in = task.worker.bus.generation
            self._engine.send(task, identity)

        self.job(task, self._runner(task, task.driver.identify()), done)
        return None

    def fault(self, task: Task, error: BaseException | None) -> None:
        """Hand an error to the session; after any fault of the line the identity must be confirmed again."""
        assert error is not None
        if isinstance(error, LinkError):
            self.void_identity(task, error.kind)
        self._engine.throw(task, error)

    def void_identity(self, task: Task, why: str) -> None:
        """Have the device name itself again before anything is believed or written."""
        task.identified_in = None
        task.safety.void_identity(why)

    def _read_clock(self, task: Task, question: asks.ReadClock) -> Immediate:
        def done(outcome: Outcome) -> None:
            if outcome.finished is None:
                self.fault(task, outcome.error)
                return
            if task.identified_in != task.worker.bus.generation:
                # A neighbour on the line lost the connection meanwhile: who answered this is not known.
                self.fault(task, LinkError("reopened", f"{task.name}: the link was opened anew before this reading"))
                return
            sample: ClockSample = outcome.finished.value
            reading = Reading(
                role=question.role,
                fields=sample.fields,
                flags=dict(sample.flags),
                raw=sample.raw,
                unreadable=sample.unreadable,
                sent_ns=outcome.finished.sent_ns,
                received_ns=outcome.finished.received_ns,
                exchanges=outcome.finished.exchanges,
            )
            if isinstance(task.driver, HasSecondClock):
                second = self._runner(task, task.driver.read_second_clock())
                self.job(task, second, lambda outcome: self._beside_second(task, reading, outcome))
            else:
                self._finish_reading(task, reading)

        self.job(task, self._runner(task, task.driver.read_clock()), done)
        return None

    def _beside_second(self, task: Task, reading: Reading, outcome: Outcome) -> None:
        """Keep a reading together with the device's other clock; without that it is a reading all the same."""
        if outcome.finished is None:
            self._take_reading(task, reading)  # what was had of the clock under test is evidence already
            self.fault(task, outcome.error)
            return
        if task.identified_in != task.worker.bus.generation:
            self.fault(task, LinkError("reopened", f"{task.name}: the link was opened anew between its two clocks"))
            return
        self._finish_reading(task, replace(reading, second=second_reading(outcome.finished)))

    def _finish_reading(self, task: Task, reading: Reading) -> None:
        self._take_reading(task, reading)
        self._outputs.after_reading(task, lambda: self._engine.send(task, reading))

    def _read_log(self, task: Task, question: asks.ReadLog) -> Immediate:
        def done(outcome: Outcome) -> None:
            if outcome.finished is None:
                self.fault(task, outcome.error)
                return
            if task.identified_in != task.worker.bus.generation:
                self.fault(
                    task, LinkError("reopened", f"{task.name}: the link was opened anew before its log was read")
                )
                return
            log = log_reading(outcome.finished, question.role)
            self._journal.append("log", {"device": task.name, "crossing": task.crossing, **bodies.log_body(log)})
            self._engine.send(task, log)

        self.job(task, self._runner(task, log_steps(task.driver, task.name)), done)
        return None

    def _take_reading(self, task: Task, reading: Reading) -> None:
        durable = reading.role in {Role.ORIGINAL, Role.RESTORED}
        body = {"device": task.name, "crossing": task.crossing, **bodies.reading_body(reading)}
        task.last_reading = self._journal.append("reading", body, durable=durable)
        self._engine.listener.reading(task.name, reading)

    def _set_clock(self, task: Task, question: asks.SetClock) -> Immediate:
        try:
            fields = question.fields or task.driver.facts.form.express(question.target)
        except ValueError as error:
            raise SafetyRefusal("not-expressible", str(error)) from error
        purpose: Literal["set", "restore"] = "restore" if task.is_restoring else "set"
        guard = task.safety.arm(
            purpose, target=question.target, crossing=task.crossing, generation=task.worker.bus.generation
        )
        guard = SameOpening(guard, task.worker.bus)
        began_ns = self._clock.now_ns()
        if task.master is not None:
            task.master.stop()  # or it would take back what is set now
            if question.by_master or not task.subject.facts.can_be_set:
                task.master.start(question.target, guard, lambda outcome: self._told(task, question, fields, outcome))
                return None
        runner = self._runner(task, task.driver.set_clock(fields), guard)

        def done(outcome: Outcome) -> None:
            try:
                record = self._set_record(question.target, fields, began_ns, runner, outcome)
            except Exception as error:  # noqa: BLE001 - handed on to the session, which knows what a refusal means
                self._engine.throw(task, error)
                return
            if record.outcome == "unknown":
                self.void_identity(task, "write not acknowledged")
            body = {"device": task.name, "crossing": task.crossing, **bodies.set_body(record)}
            self._journal.append("set", body, durable=True)
            self._outputs.after_set(task, lambda: self._engine.send(task, record))

        self.job(task, runner, done)
        return None

    def _told(self, task: Task, question: asks.SetClock, fields: CalendarFields, outcome: Outcome) -> None:
        """Take what a master told first for a set that nobody acknowledged."""
        if outcome.finished is None:
            self.fault(task, outcome.error)
            return
        record = told_record(question.target, fields, outcome.finished)
        try:
            body = {"device": task.name, "crossing": task.crossing, **bodies.set_body(record)}
            self._journal.append("set", body, durable=True)
        except JournalError as error:
            self._engine.throw(task, error)
            return
        self._outputs.after_set(task, lambda: self._engine.send(task, record))

    def _say_malformed(self, task: Task, question: asks.SayMalformed) -> Immediate:
        del question
        if task.master is None or not task.master.is_playing:
            raise LinkError("master-silent", f"{task.name}: its time master tells no time")
        task.master.say_malformed()
        return (None,)

    def _set_record(
        self, target: int, fields: CalendarFields, began_ns: int, runner: StepRunner[Any], outcome: Outcome
    ) -> SetRecord:
        """Turn what a set's job brought into its record; an error that is neither the line's nor the device's is raised."""
        record = SetRecord(
            target=target,
            fields=fields,
            sent_ns=began_ns,
            received_ns=self._clock.now_ns(),
            outcome="acknowledged",
            exchanges=tuple(runner.exchanges),
        )
        if outcome.finished is not None:
            sent_ns, received_ns = outcome.finished.sent_ns, outcome.finished.received_ns
            return replace(record, sent_ns=sent_ns, received_ns=received_ns, is_answered=runner.is_answered)
        if isinstance(outcome.error, DeviceRefused) and outcome.error is not runner.refused_read:
            return replace(record, outcome="refused", refusal=str(outcome.error))
        if isinstance(outcome.error, (LinkError, DeviceRefused)):
            return replace(record, outcome="unknown", refusal=str(outcome.error))
        assert outcome.error is not None
        raise outcome.error

    # --- the promise ------------------------------------------------------------------------------------------

    def _take_obligation(self, task: Task, question: asks.TakeObligation) -> Immediate:
        task.safety.oblige(original=question.original, reading_seq=task.last_reading, offset_ns=question.offset_ns)
        return (None,)

    def _restore_target(self, task: Task, question: asks.RestoreTarget) -> Immediate:
        target, at_ns = restore_moment(
            self._engine.trusted_stamp(), task.safety.offset_ns, task.subject.facts, aligned=question.aligned
        )
        return (asks.Moment(target, at_ns),)

    def _discharge(self, task: Task, question: asks.Discharge) -> Immediate:
        del question
        task.safety.discharge(task.last_reading)
        self._engine.listener.state(task.name, "restored")
        return (None,)

    def _restore_failed(self, task: Task, question: asks.RestoreFailed) -> Immediate:
        self._journal.append("restore-failed", {"device": task.name, "why": question.why}, durable=True)
        self._engine.listener.state(task.name, "owed")
        return (None,)

    # --- crossings --------------------------------------------------------------------------------------------

    def _begin_crossing(self, task: Task, question: asks.BeginCrossing) -> Immediate:
        body = {
            "number": question.number,
            "device": task.name,
            "edge": question.edge,
            "edge_seconds": question.edge_seconds,
            "variant": question.variant.value,
            "repeat": question.repeat,
        }
        self._journal.append("crossing-begun", body)
        task.crossing = question.number
        self._engine.listener.crossing_begun(task.name, question.edge, question.variant)
        return (None,)

    def _end_crossing(self, task: Task, question: asks.EndCrossing) -> Immediate:
        body = {
            "number": question.number,
            "completed": question.completed,
            "not_applicable": question.not_applicable,
        }
        self._journal.append("crossing-ended", body)
        task.crossing = None
        if task.master is not None and not task.is_restoring:
            task.master.stop()
        return (None,)

    def _report(self, task: Task, question: asks.Report) -> Immediate:
        self.journal_incident(task, question.incident)
        return (None,)

    def journal_incident(self, task: Task, incident: Incident) -> None:
        """Put an incident into the journal, under the crossing that is open."""
        body = {"device": task.name, "crossing": task.crossing, **bodies.incident_body(incident)}
        self._journal.append("incident", body)
        self._engine.listener.incident(task.name, incident)

    # --- power ------------------------------------------------------------------------------------------------

    def _gather(self, task: Task, question: asks.Gather) -> Immediate:
        if is_last(question.point):
            task.is_restoring = True
            self._engine.listener.state(task.name, "restoring")
        if task.power is None:
            return (None,)
        return self._meet(task, task.power, question.point, lambda: self._engine.send(task, None))

    def _meet(
        self, task: Task, channel: PowerChannel, point: asks.MeetingPoint, resume: Callable[[], None]
    ) -> Immediate:
        task.resume = resume
        task.cancel = lambda: channel.withdraw(task.name)
        self.release(channel.arrive(task.name, point))
        return None

    def release(self, names: tuple[str, ...]) -> None:
        """Let the named members of a channel go on, together."""
        going = [self._engine.tasks[name] for name in names]
        resumes = [task.resume for task in going]
        for task in going:
            task.resume = None
        for resume in resumes:
            if resume is not None:
                resume()

    def _switch_power(self, task: Task, question: asks.SwitchPower) -> Immediate:
        channel = task.power
        if channel is None:
            raise LinkError("no-power-on-bench", f"nothing on this bench cuts the power of {task.name}")
        return self._meet(task, channel, question.point, lambda: self._switch_for(task, channel, on=question.on))

    def _switch_for(self, task: Task, channel: PowerChannel, *, on: bool) -> None:
        """Switch for one of the members let go together: the first one switches, the others share what came of it."""
        if channel.is_on == on and channel.record is not None and not channel.sharers:
            self._share(task, channel.record)
            return
        channel.sharers.append(task.name)
        if len(channel.sharers) == 1:
            self._perform_switch(channel, on=on)

    def _perform_switch(self, channel: PowerChannel, *, on: bool) -> None:
        began_ns = self._clock.now_ns()
        switch = channel.switch
        if isinstance(switch, SimulatedSwitch):
            switch.switch(on)
            self._switched(
                channel, PowerRecord(on=on, sent_ns=began_ns, received_ns=began_ns, by=switch.by, confirmed=True)
            )
            return

        def done(outcome: Outcome) -> None:
            if outcome.finished is None:
                assert outcome.error is not None
                self._not_switched(channel, outcome.error)
                return
            read_back = outcome.finished.value
            record = PowerRecord(
                on=on,
                sent_ns=began_ns,
                received_ns=self._clock.now_ns(),
                by=switch.by,
                confirmed=None if read_back is None else read_back == on,
            )
            self._switched(channel, record)

        guard = PowerGuard(self._journal, channel.key, on)
        runner = StepRunner(switch.steps(on=on), switch.worker.bus, switch.station, self._clock, guard)
        self._engine.submit(switch.worker, runner.advance, done)

    def _switched(self, channel: PowerChannel, record: PowerRecord) -> None:
        channel.is_on, channel.record = record.on, record
        sharers, channel.sharers = channel.sharers, []
        for name in sharers:
            self._share(self._engine.tasks[name], record)

    def _not_switched(self, channel: PowerChannel, error: BaseException) -> None:
        """The supply did not do it, or did not say so: every device behind it hears of it."""
        channel.record = None
        sharers, channel.sharers = channel.sharers, []
        for name in sharers:
            self._engine.throw(self._engine.tasks[name], error)

    def _share(self, task: Task, record: PowerRecord) -> None:
        body = {"device": task.name, "crossing": task.crossing, **bodies.power_body(record)}
        try:
            self._journal.append("power", body, durable=True)
            self.void_identity(task, "power switched")
            task.outputs.forget()
            if task.is_connection and record.on and record.what == "supply":
                # The device forgot the connection with its power; ours would only find out by a lost request.
                self._journal.append("link-opened-anew", {"device": task.name, "crossing": task.crossing})
                task.worker.open_anew()
        except JournalError as error:
            self._engine.throw(task, error)
            return
        self._engine.send(task, record)

    def _ensure_power(self, task: Task, question: asks.EnsurePower) -> Immediate:
        del question
        if task.power is None or task.power.is_on:
            return (None,)
        self._switch_for(task, task.power, on=True)
        return None

    def _operate(self, task: Task, question: asks.Operate) -> Immediate:
        """Have the operator do something to the device; who it is must be confirmed again afterwards."""
        if task.operator is None:
            raise LinkError("no-operator", f"nobody is there to operate {task.name}")
        began_ns = self._clock.now_ns()

        def done(outcome: Outcome) -> None:
            if outcome.finished is None:
                assert outcome.error is not None
                self._engine.throw(task, outcome.error)
                return
            record = PowerRecord(
                on=question.on,
                sent_ns=began_ns,
                received_ns=self._clock.now_ns(),
                by="operator",
                confirmed=None if outcome.finished.value else False,
                what=question.what,
            )
            self._share(task, record)

        steps = by_hand(task.name, question.what, on=question.on)
        runner = StepRunner(steps, task.operator.bus, None, self._clock, NoWrites())
        self._engine.submit(task.operator, runner.advance, done)
        return None
