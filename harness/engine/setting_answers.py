"""How asks about settings beside the clock are answered, and what of it goes into the journal.

Every change goes through the kernel's guard like a set of the clock, and only while its promise is open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast

from harness.calendar.fields import CalendarFields
from harness.device.alarm import AlarmFacts, AlarmSample, moment_at
from harness.device.asks import Steps
from harness.device.driver import HasAlarm
from harness.engine.bus_worker import Outcome
from harness.engine.jobs import Jobs
from harness.engine.same_opening import SameOpening
from harness.engine.task import Task
from harness.errors import DeviceRefused, LinkError, SafetyRefusal
from harness.journal import bodies
from harness.link.base import NoWrites, StepRunner
from harness.procedure import setting_asks as asks
from harness.records import AlarmReading, SettingRecord

if TYPE_CHECKING:
    from harness.engine.engine import Engine

Immediate = tuple[Any] | None
_NO_FIELDS = CalendarFields()
_FIRED = {False: b"\x00", True: b"\x01"}
"""A latched flag is a part of the setting, too: it is found clear, and left clear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """One change of a setting, before it is made."""

    what: str
    steps: Steps[None]
    target: int | None = None
    fields: CalendarFields = _NO_FIELDS


class SettingAnswers:
    """Answers asks about settings for one engine."""

    def __init__(self, engine: Engine, jobs: Jobs) -> None:
        self._engine = engine
        self._clock = engine.clock
        self._journal = engine.journal
        self._jobs = jobs
        self.table: Mapping[type, Callable[[Task, Any], Immediate]] = {
            asks.ReadAlarm: self._read_alarm,
            asks.ArmAlarm: self._arm_alarm,
            asks.ClearAlarm: self._clear_alarm,
            asks.PromiseSetting: self._promise,
            asks.SettingsOwed: lambda task, _ask: (task.safety.settings.names,),
            asks.ReadSetting: self._read_setting,
            asks.PutSettingBack: self._put_back,
            asks.CloseSetting: self._close,
        }

    # --- reading ----------------------------------------------------------------------------------------------

    def _read_alarm(self, task: Task, question: asks.ReadAlarm) -> Immediate:
        del question
        self._look(task, lambda reading: reading)
        return None

    def _read_setting(self, task: Task, question: asks.ReadSetting) -> Immediate:
        _known(question.setting)
        facts = _alarm_facts(task)
        self._look(task, lambda reading: setting_of(reading, facts))
        return None

    def _look(self, task: Task, answer: Callable[[AlarmReading], object]) -> None:
        """Read the alarm, journal what it showed, and answer with what is made of it."""

        def done(outcome: Outcome) -> None:
            if outcome.finished is None:
                self._jobs.fault(task, outcome.error)
                return
            if task.identified_in != task.worker.bus.generation:
                self._jobs.fault(task, LinkError("reopened", f"{task.name}: the link was opened anew before this"))
                return
            sample: AlarmSample = outcome.finished.value
            reading = AlarmReading(
                fields=sample.fields,
                is_armed=sample.is_armed,
                has_fired=sample.has_fired,
                setting=sample.setting,
                raw=sample.raw,
                unreadable=sample.unreadable,
                sent_ns=outcome.finished.sent_ns,
                received_ns=outcome.finished.received_ns,
                exchanges=outcome.finished.exchanges,
            )
            body = {"device": task.name, "crossing": task.crossing, **bodies.alarm_body(reading)}
            task.last_setting = self._journal.append("alarm", body, durable=bool(task.safety.settings.names))
            self._engine.send(task, answer(reading))

        steps = _alarm_driver(task).read_alarm()
        self._jobs.job(task, StepRunner(steps, task.worker.bus, task.station, self._clock, NoWrites()), done)

    # --- changing ---------------------------------------------------------------------------------------------

    def _arm_alarm(self, task: Task, question: asks.ArmAlarm) -> Immediate:
        moment = moment_at(task.driver.facts.form, question.target)
        fields = _alarm_facts(task).compared(moment)
        steps = _alarm_driver(task).arm_alarm(moment)
        return self._change(task, _Change(what="arm", steps=steps, target=question.target, fields=fields))

    def _clear_alarm(self, task: Task, question: asks.ClearAlarm) -> Immediate:
        del question
        return self._change(task, _Change(what="clear", steps=_alarm_driver(task).clear_alarm()))

    def _put_back(self, task: Task, question: asks.PutSettingBack) -> Immediate:
        _known(question.setting)
        as_found = task.safety.settings.as_found(question.setting)
        if _alarm_facts(task).is_latched:
            as_found = as_found[:-1]
        return self._change(task, _Change(what="put-back", steps=_alarm_driver(task).put_alarm_back(as_found)))

    def _change(self, task: Task, change: _Change) -> Immediate:
        purpose: Literal["set", "restore"] = "restore" if change.what == "put-back" else "set"
        kernel = task.safety.arm_setting(
            purpose, asks.ALARM, crossing=task.crossing, generation=task.worker.bus.generation
        )
        guard = SameOpening(kernel, task.worker.bus)
        runner = StepRunner(change.steps, task.worker.bus, task.station, self._clock, guard)
        began_ns = self._clock.now_ns()

        def done(outcome: Outcome) -> None:
            try:
                record = self._record(change, began_ns, runner, outcome)
            except Exception as error:  # noqa: BLE001 - handed on to the session, which knows what a refusal means
                self._engine.throw(task, error)
                return
            if record.outcome == "unknown":
                self._jobs.void_identity(task, "write not acknowledged")
            body = {"device": task.name, "crossing": task.crossing, **bodies.setting_body(record)}
            self._journal.append("setting-changed", body, durable=True)
            self._engine.send(task, record)

        self._jobs.job(task, runner, done)
        return None

    def _record(self, change: _Change, began_ns: int, runner: StepRunner[Any], outcome: Outcome) -> SettingRecord:
        """Turn what a change brought into its record; an error that is neither the line's nor the device's is raised."""
        record = SettingRecord(
            setting=asks.ALARM,
            what=change.what,
            target=change.target,
            fields=change.fields,
            sent_ns=began_ns,
            received_ns=self._clock.now_ns(),
            outcome="acknowledged",
            exchanges=tuple(runner.exchanges),
        )
        if outcome.finished is not None:
            return replace(record, sent_ns=outcome.finished.sent_ns, received_ns=outcome.finished.received_ns)
        if isinstance(outcome.error, DeviceRefused) and outcome.error is not runner.refused_read:
            return replace(record, outcome="refused", refusal=str(outcome.error))
        if isinstance(outcome.error, (LinkError, DeviceRefused)):
            return replace(record, outcome="unknown", refusal=str(outcome.error))
        assert outcome.error is not None
        raise outcome.error

    # --- the promise ------------------------------------------------------------------------------------------

    def _promise(self, task: Task, question: asks.PromiseSetting) -> Immediate:
        _known(question.setting)
        task.safety.oblige_setting(question.setting, question.as_found)
        return (None,)

    def _close(self, task: Task, question: asks.CloseSetting) -> Immediate:
        if question.shown != task.safety.settings.as_found(question.setting):
            return (False,)
        task.safety.discharge_setting(question.setting, question.shown, task.last_setting)
        return (True,)


def setting_of(reading: AlarmReading, facts: AlarmFacts) -> bytes:
    """Return what is promised back of an alarm: its setting, and the flag where one is latched."""
    return reading.setting + (_FIRED[reading.has_fired] if facts.is_latched else b"")


def _known(setting: str) -> None:
    if setting != asks.ALARM:
        raise SafetyRefusal("setting-unknown", f"nothing here knows how to write a setting called '{setting}'")


def _alarm_driver(task: Task) -> HasAlarm:
    if not isinstance(task.driver, HasAlarm):
        raise SafetyRefusal("has-no-alarm", f"{task.name} has no alarm that its driver can arm")
    return cast("HasAlarm", task.driver)


def _alarm_facts(task: Task) -> AlarmFacts:
    facts = task.driver.facts.alarm
    if facts is None:
        raise SafetyRefusal("has-no-alarm", f"{task.name} has no alarm that its driver can arm")
    return facts
