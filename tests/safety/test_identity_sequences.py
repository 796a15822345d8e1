"""No order of events lets a write reach a device whose serial number is not the one first confirmed.

Kernel, line, framing, drivers and simulators are the real ones, in memory and virtual time; the devices' own recorders,
not the harness, are the account. CI runs 150 sequences a protocol; ``ROLLOVER_LONG=1`` 50,000 each (an hour on one core),
``ROLLOVER_SEQUENCES=N`` as many as asked.

What is assumed: a device is changed for another behind an open port in no less than 2.5 s, and an adapter holds bytes
back for less than the line's latency. A device may answer as late as it likes.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import hypothesis.strategies as st
import pytest
import yaml
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from devices import profiles
from devices.instrument.scpi_clock.sim import make_simulator as make_scpi
from devices.plc.modbus_profile.sim import ProfiledDevice
from devices.profiles.driver import make_profile_driver
from devices.registry import Registry
from devices.simulation.device import SimulatedDevice
from devices.simulation.modbus_server import ModbusSimulator
from devices.simulation.setup import SimulatorSetup
from harness.clock import VirtualClock
from harness.device.asks import Command, Pause, Steps, ask
from harness.device.driver import Driver
from harness.engine.same_opening import SameOpening
from harness.errors import DeviceRefused, LinkError, SafetyRefusal
from harness.kernel.device_safety import DeviceSafety
from harness.kernel.modes import Mode
from harness.link.base import Paused, StepRunner, run_blocking
from harness.link.line import Line, LineBus
from harness.link.modbus import ModbusBus
from harness.link.scpi import ScpiBus
from harness.records import Reading, Role, WireRecord
from tests.safety.wandering_wire import IN_THE_ADAPTER, LATENCY, MS, SECOND, Wire

SERIALS = ("S-1", "S-2", "S-3")
IS_LONG = os.environ.get("ROLLOVER_LONG") == "1"
SEQUENCES = int(os.environ.get("ROLLOVER_SEQUENCES", "50000" if IS_LONG else "150"))
IS_FRESH = SEQUENCES > 1_000
pytestmark = pytest.mark.timeout(0 if IS_FRESH else 120)
SPANS = (1, 50 * MS, LATENCY, SECOND, 2 * SECOND - 1, 2 * SECOND, 2 * SECOND + 1, 3 * SECOND, 121 * SECOND)
ORIGINAL = Reading(role=Role.ORIGINAL, fields=None, flags={}, raw=b"", unreadable=None, sent_ns=0, received_ns=0)  # type: ignore[arg-type]
SCPI, FEEDER = "instrument/scpi-clock", "agri/my-feeder"
EXAMPLE = Path(profiles.__file__).parent / "example.yaml"  # two writes, some time apart, and a serial number
DECLARED = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
DRIVERS: dict[str, Driver] = {
    SCPI: Registry().make_driver(SCPI),
    FEEDER: make_profile_driver(EXAMPLE),
}
FIELDS = {name: driver.facts.form.express(951_782_340) for name, driver in DRIVERS.items()}
_SERIALS = st.sampled_from(SERIALS)
_SPANS = st.sampled_from(SPANS)


class Log:
    """A journal that takes everything; the disk's own failures are another test's."""

    def __init__(self) -> None:
        self.count = 0

    def append(self, kind: str, body: Mapping[str, object], *, durable: bool = False) -> int:
        self.count += 1
        return self.count


def ignore(record: WireRecord) -> int:
    return 1


class Sequence(RuleBasedStateMachine):
    """A technician with three devices of one model, and a harness that wants to set one of them."""

    model = SCPI

    def __init__(self) -> None:
        super().__init__()
        self.clock = VirtualClock(utc_ns=1_795_466_700 * SECOND)
        self.devices = {serial: self.make_device(serial) for serial in SERIALS}
        self.wire = Wire(self.clock, self.devices, "S-1")
        self.safety = DeviceSafety("pump", Log(), self.clock, mode=Mode.ARMED)
        self.driver: Driver = DRIVERS[self.model]
        line = Line(
            name="wire", transport=self.wire, sink=ignore, clock=self.clock, latency_ns=LATENCY, waits_by=self.clock
        )
        self.bus = self.make_bus(line)
        self.wanted = ""

    def make_device(self, serial: str) -> SimulatedDevice:
        return make_scpi(SimulatorSetup(clock=self.clock, serial_number=serial, initial_seconds=946_000_000))

    def make_bus(self, line: Line) -> LineBus:
        return ScpiBus(line)

    @staticmethod
    def is_write(arrived: bytes) -> bool:
        """Tell a write by the manual's own word: every query of SCPI ends in a question mark."""
        return b"?" not in arrived

    # --- what the harness does, as the engine has it ------------------------------------------------------------

    def do(self, runner: StepRunner[object]) -> bool:
        """Run one job of the bus; a fault of the line costs the identity."""
        try:
            self.bus.open()
            run_blocking(runner)
        except LinkError as error:
            self.safety.void_identity(error.kind)
            return False
        except (DeviceRefused, SafetyRefusal):
            return False
        return True

    @rule()
    def identify(self) -> None:
        runner = StepRunner(self.driver.identify(), self.bus, 1, self.clock)
        found: list[object] = []
        try:
            self.bus.open()
            found.append(run_blocking(runner).value)
            self.safety.confirm(found[0], self.bus.generation)  # type: ignore[arg-type]
        except LinkError as error:
            self.safety.void_identity(error.kind)
        except (DeviceRefused, SafetyRefusal):
            pass
        else:
            self.wanted = self.wanted or next(serial for serial in SERIALS if serial in str(found[0]))

    def do_for_a_neighbour(self) -> None:
        """Read something twice on the same line; a connection that is lost is made anew, and nobody here is told."""
        for _ in range(2):
            with contextlib.suppress(LinkError, DeviceRefused):
                self.bus.open()
                run_blocking(StepRunner(self.driver.read_clock(), self.bus, 1, self.clock))

    @rule()
    def read(self) -> None:
        self.do(StepRunner(self.driver.read_clock(), self.bus, 1, self.clock))

    @initialize()
    def promise(self) -> None:
        self.identify()
        self.safety.adopt(offset_ns=0, identity=None if not self.wanted else self.safety._first_identity)

    @rule(between_ns=st.sampled_from((0, 0, 0, *SPANS)), neighbour=st.booleans())
    def set(self, between_ns: int, *, neighbour: bool = False) -> None:
        """Arm, and write when the bus is free; a neighbour's job may come between, and open the port anew."""
        try:
            guard = self.safety.arm("set", target=0, crossing=None, generation=self.bus.generation)
        except SafetyRefusal:
            return
        held = SameOpening(guard, self.bus)
        self.wire.pass_time(self.clock.now_ns() + between_ns)
        if neighbour:
            self.do_for_a_neighbour()
        self.do(StepRunner(self.driver.set_clock(FIELDS[self.model]), self.bus, 1, self.clock, held))

    @rule(between_ns=st.sampled_from((0, 0, 0, *SPANS)))
    def identify_twice_and_set(self, between_ns: int) -> None:
        self.identify()
        self.identify()
        self.set(between_ns)

    @rule(
        serial=_SERIALS,
        after_ns=_SPANS,
        between_ns=st.sampled_from((0, *SPANS)),
        by_hand=st.booleans(),
        neighbour=st.booleans(),
    )
    def change_the_device_while_it_is_set(
        self, serial: str, after_ns: int, between_ns: int, *, by_hand: bool, neighbour: bool
    ) -> None:
        """Do at once what chance alone would seldom bring together."""
        self.identify()
        self.identify()
        act = self.wire.plug if by_hand else self.wire.move_the_adapter
        self.wire.later(after_ns, lambda: act(serial))
        self.set(between_ns, neighbour=neighbour)

    # --- what happens -------------------------------------------------------------------------------------------

    @rule(span_ns=_SPANS)
    def wait(self, span_ns: int) -> None:
        self.wire.pass_time(self.clock.now_ns() + span_ns)

    @rule(serial=_SERIALS, after_ns=_SPANS)
    def change_the_device_by_hand(self, serial: str, after_ns: int) -> None:
        self.wire.later(after_ns, lambda: self.wire.plug(serial))

    @rule(serial=_SERIALS, after_ns=_SPANS)
    def move_the_adapter(self, serial: str, after_ns: int) -> None:
        self.wire.later(after_ns, lambda: self.wire.move_the_adapter(serial))

    @rule(after_ns=_SPANS)
    def unplug(self, after_ns: int) -> None:
        self.wire.later(after_ns, self.wire.unplug)

    @rule()
    def close_the_port(self) -> None:
        self.bus.close()

    @rule(delay_ns=st.sampled_from((0, 0, 100 * MS, 999 * MS, SECOND, 1_300 * MS, 2_100 * MS, 5 * SECOND)))
    def answer_late(self, delay_ns: int) -> None:
        self.wire.delay_ns = delay_ns

    @rule(lag_ns=st.sampled_from((0, 16 * MS, IN_THE_ADAPTER)))
    def lag_in_the_adapter(self, lag_ns: int) -> None:
        self.wire.lag_ns = lag_ns

    @rule(count=st.integers(1, 3))
    def lose_replies(self, count: int) -> None:
        self.wire.loses = count

    @rule()
    def double_a_reply(self) -> None:
        self.wire.doubles = True

    @invariant()
    def only_the_device_first_confirmed_was_written_to(self) -> None:
        for serial, device in self.devices.items():
            if serial != self.wanted:
                written = [entry.arrived for entry in device.recorder.exchanges if self.is_write(entry.arrived)]
                assert [] == written, f"{serial} was written to, {self.wanted or 'nobody'} was confirmed"


class ModbusSequence(Sequence):
    """The same with frames that have a checksum, and a set of two writes."""

    model = FEEDER

    def make_device(self, serial: str) -> SimulatedDevice:
        setup = SimulatorSetup(clock=self.clock, serial_number=serial, initial_seconds=951_000_000)
        recorder = setup.make_recorder()
        return ModbusSimulator(setup, ProfiledDevice(DECLARED, setup, recorder), recorder)

    def make_bus(self, line: Line) -> LineBus:
        return ModbusBus(line, is_tcp=False)

    @staticmethod
    def is_write(arrived: bytes) -> bool:
        """Function codes 5, 6, 15, 16, 22 and 23 write (application protocol 1.1b3, section 6)."""
        return arrived[1:2] in {b"\x05", b"\x06", b"\x0f", b"\x10", b"\x16", b"\x17"}


AS_MANY = settings(
    max_examples=SEQUENCES,
    stateful_step_count=12,
    deadline=None,
    derandomize=not IS_FRESH,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
Sequence.TestCase.settings = AS_MANY
ModbusSequence.TestCase.settings = AS_MANY
TestNoTextReachesAnotherInstrument = Sequence.TestCase
TestNoFrameReachesAnotherFeeder = ModbusSequence.TestCase


# --- single sequences that let a write through once, or would without one of the guards --------------------------


def ready(kind: type[Sequence]) -> Sequence:
    found = kind()
    found.promise()
    found.identify()
    found.identify()
    return found


@pytest.mark.parametrize("kind", [Sequence, ModbusSequence])
def test_without_any_change_the_write_arrives(kind: type[Sequence]) -> None:
    """What follows would prove nothing if no write ever arrived."""
    found = ready(kind)
    found.set(0)
    assert any(found.is_write(entry.arrived) for entry in found.devices["S-1"].recorder.exchanges)


@pytest.mark.parametrize("kind", [Sequence, ModbusSequence])
def test_a_set_that_waits_for_the_bus_while_the_device_is_changed_is_refused(kind: type[Sequence]) -> None:
    """The identity was fresh when it was armed; it must be so when it is written."""
    found = ready(kind)
    found.wire.later(1, lambda: found.wire.plug("S-2"))
    found.set(3 * SECOND)
    found.only_the_device_first_confirmed_was_written_to()


@pytest.mark.parametrize("kind", [Sequence, ModbusSequence])
def test_a_port_opened_anew_by_a_neighbour_is_another_port(kind: type[Sequence]) -> None:
    found = ready(kind)
    found.wire.later(1, lambda: found.wire.move_the_adapter("S-2"))
    found.set(50 * MS, neighbour=True)
    assert found.bus.generation > 1
    found.only_the_device_first_confirmed_was_written_to()


def test_a_command_that_nobody_answered_keeps_no_identity_alive() -> None:
    """The date went out, nobody was there; the device that is there when the time would follow is another."""
    found = ready(Sequence)
    steps = (ask(Command(text="SYSTem:DATE 2000,2,28")), ask(Pause(duration_ns=1_900 * MS)), ask(Command(text="X 1")))
    guard = found.safety.arm("set", target=0, crossing=None, generation=found.bus.generation)
    found.wire.later(1, lambda: found.wire.plug("S-2"))
    found.wire.pass_time(found.clock.now_ns() + 1_900 * MS)
    runner = StepRunner(chained(steps), found.bus, 1, found.clock, SameOpening(guard, found.bus))
    paused = runner.advance()
    assert isinstance(paused, Paused)
    found.wire.pass_time(paused.until_ns)
    with pytest.raises(SafetyRefusal, match="identity was last read"):
        runner.advance()
    found.only_the_device_first_confirmed_was_written_to()


def chained(all_steps: Iterable[Steps[None]]) -> Steps[None]:
    for steps in all_steps:
        yield from steps
