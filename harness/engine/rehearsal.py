"""A dry run: every frame a plan would send to a bench is shown, and none is sent.

Each device is stood in for by its simulated twin in memory, in virtual time; no port is opened. The frames are made by
the device's own driver and rendered by the bus of its own link, so they are the bytes that a run would send - as far as
what a run sends next depends on an answer, it is the twin's answer.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.bench.model import Bench, BenchDevice, Simulation
from harness.calendar.fields import CalendarFields
from harness.clock import SECOND_NS, Clock
from harness.device.alarm import AlarmSample
from harness.device.asks import LinkAsk, Opening, Pause, Steps
from harness.device.driver import ClockSample, DeviceIdentity, Driver, HasAlarm, HasOutputs, OptionValue
from harness.device.facts import DeviceFacts
from harness.engine.campaign import RunRequest, nobody_there, run
from harness.engine.workshop import ServedBench, Workshop
from harness.link.base import Bus
from harness.link.config import OperatorConfig
from harness.link.opening import make_bus
from harness.plan.model import Plan
from harness.records import WireRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame that would be sent.

    Attributes:
        at_ns: time since the run's start.
        ask: what it asks for (``WriteRegisters``).
        writes: whether it changes the device.
    """

    at_ns: int
    device: str
    ask: str
    writes: bool
    sent: bytes

    def __str__(self) -> str:
        mark = "WRITE" if self.writes else "read "
        return f"{self.at_ns / SECOND_NS:10.3f} s  {self.device}  {mark}  {self.ask}  {self.sent.hex(' ')}"


def rehearse(bench: Bench, plan: Plan, workshop: Workshop, show: Callable[[Frame], None]) -> tuple[str, ...]:
    """Show every frame in the order a run would send them; return the devices that cannot be rehearsed.

    A manual device has no frames. Frames to power supplies are not shown: a twin's power is cut by itself.
    """
    twins = tuple(_twin(device) for device in bench.devices if not _is_manual(device))
    if twins:
        with tempfile.TemporaryDirectory(prefix="rollover-dry-run-") as scratch:
            stage = _Stage(workshop, bench, show)
            run(
                RunRequest(
                    bench=replace(bench, devices=twins, power=()),
                    plan=plan,
                    workshop=stage,
                    runs=Path(scratch),
                    ask_operator=nobody_there,
                )
            )
    return tuple(device.name for device in bench.devices if _is_manual(device))


def _is_manual(device: BenchDevice) -> bool:
    return isinstance(device.link, OperatorConfig)


class _OptionsOf(dict[str, OptionValue]):
    """A device's options, by which its driver's maker knows the device."""

    device: str


def _twin(device: BenchDevice) -> BenchDevice:
    options = _OptionsOf(device.options)
    options.device = device.name
    simulation = Simulation(
        on="memory",
        has_power=bool(device.power) or (device.simulate is not None and device.simulate.has_power),
        serial_number=device.serial_number or (device.simulate.serial_number if device.simulate else ""),
        options=device.simulate.options if device.simulate else {},
    )
    return replace(device, link=None, simulate=simulation, power="", options=options)


class _Stage:
    """The real workshop, with an ear at every driver."""

    def __init__(self, workshop: Workshop, bench: Bench, show: Callable[[Frame], None]) -> None:
        self._workshop = workshop
        self._links = {device.name: device.link for device in bench.devices}
        self._show = show
        self._clock: Clock | None = None
        self._buses: dict[str, Bus] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._workshop, name)

    def make_driver(self, model: str, options: Mapping[str, OptionValue], beside: Path | None = None) -> Driver:
        """Make the driver, and hear what it asks."""
        driver = self._workshop.make_driver(model, options, beside)
        if not isinstance(options, _OptionsOf):
            return driver
        return _HEARD[isinstance(driver, HasAlarm), isinstance(driver, HasOutputs)](driver, options.device, self)

    @contextmanager
    def serve(self, bench: Bench, clock: Clock, *, record: Path | None = None) -> Iterator[ServedBench]:
        """Serve the twins."""
        with self._workshop.serve(bench, clock, record=record) as served:
            self._clock = clock
            # A device that is simulated on this bench anyway is rendered as it is served.
            links = {name: link or served.links[name] for name, link in self._links.items() if name in served.links}
            self._buses = {name: make_bus(link, sink=_nobody, clock=clock) for name, link in links.items()}
            self._stations = {name: link.station for name, link in links.items()}
            yield served

    def hear(self, device: str, question: LinkAsk[Any]) -> None:
        """Show the frame of an ask."""
        if isinstance(question, (Opening, Pause)) or self._clock is None:
            return
        sent = self._buses[device].render(self._stations[device], question)
        name = type(question).__name__
        self._show(Frame(at_ns=self._clock.now_ns(), device=device, ask=name, writes=question.writes, sent=sent))


def _nobody(record: WireRecord) -> int:
    raise AssertionError(f"a dry run sent {record.sent.hex(' ')}")


class _Heard:
    """A driver whose asks are heard on their way."""

    def __init__(self, driver: Any, device: str, stage: _Stage) -> None:
        self._driver = driver
        self._device = device
        self._stage = stage

    @property
    def facts(self) -> DeviceFacts:
        facts: DeviceFacts = self._driver.facts
        return facts

    def identify(self) -> Steps[DeviceIdentity]:
        return self._heard(self._driver.identify())

    def read_clock(self) -> Steps[ClockSample]:
        return self._heard(self._driver.read_clock())

    def set_clock(self, fields: CalendarFields) -> Steps[None]:
        return self._heard(self._driver.set_clock(fields))

    def _heard(self, steps: Steps[Any]) -> Steps[Any]:
        move: Callable[[], LinkAsk[Any]] = lambda: next(steps)  # noqa: E731
        while True:
            try:
                question = move()
            except StopIteration as end:
                return end.value
            self._stage.hear(self._device, question)
            try:
                answer = yield question
            except Exception as error:  # noqa: BLE001 - whatever the link raised is the driver's to see
                move = lambda error=error: steps.throw(error)  # type: ignore[misc]  # noqa: E731
            else:
                move = lambda answer=answer: steps.send(answer)  # type: ignore[misc]  # noqa: E731


class _HeardAlarm(_Heard):
    """The same for a driver that has an alarm."""

    def read_alarm(self) -> Steps[AlarmSample]:
        return self._heard(self._driver.read_alarm())

    def arm_alarm(self, moment: CalendarFields) -> Steps[None]:
        return self._heard(self._driver.arm_alarm(moment))

    def clear_alarm(self) -> Steps[None]:
        return self._heard(self._driver.clear_alarm())

    def put_alarm_back(self, setting: bytes) -> Steps[None]:
        return self._heard(self._driver.put_alarm_back(setting))


class _HeardOutputs(_Heard):
    """The same for a driver that can read outputs."""

    def read_outputs(self) -> Steps[Mapping[str, bool]]:
        return self._heard(self._driver.read_outputs())


class _HeardBoth(_HeardAlarm, _HeardOutputs):
    """The same for a driver that can do both."""


_HEARD: Mapping[tuple[bool, bool], type[_Heard]] = {
    (False, False): _Heard,
    (True, False): _HeardAlarm,
    (False, True): _HeardOutputs,
    (True, True): _HeardBoth,
}
"""By whether a driver has an alarm, and outputs: what it lacks, its listener lacks."""
