"""Looking at a device without a run: identify it and read its clock, with no way to write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from devices.workshop import Workshop
from harness.bench.model import Bench, BenchDevice
from harness.calendar.form import Impossible
from harness.calendar.gregorian import iso
from harness.clock import MonotonicClock
from harness.device.driver import ClockSample, DeviceIdentity, Driver
from harness.errors import DeviceRefused, LinkError
from harness.link.base import Finished, StepRunner, run_blocking
from harness.link.opening import make_bus
from harness.records import WireRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen of one device; ``fault`` says why when something was not."""

    device: str
    identity: str = ""
    clock: str = ""
    fields: str = ""
    fault: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return it for JSON."""
        return asdict(self)


class Eyes:
    """One device, connected, to be looked at as often as wanted. In observe mode there are no write methods at all."""

    def __init__(self, driver: Driver, ask: Callable[[Any], Finished[Any]]) -> None:
        self.driver = driver
        self._ask = ask

    def identify(self) -> DeviceIdentity:
        """Read who it says it is."""
        identity: DeviceIdentity = self._ask(self.driver.identify()).value
        return identity

    def read(self) -> ClockSample:
        """Read its clock once."""
        sample: ClockSample = self._ask(self.driver.read_clock()).value
        return sample

    def spell(self, sample: ClockSample) -> str:
        """Spell a sample for a person: an instant, or the fields and why they are none."""
        if sample.unreadable is not None:
            return f"{sample.raw.hex(' ')} ({sample.unreadable})"
        shown = self.driver.facts.form.resolve(sample.fields)
        text = f"{sample.fields.text()} ({shown.reason})" if isinstance(shown, Impossible) else iso(shown)
        raised = [name for name, is_raised in sample.flags.items() if is_raised]
        return f"{text} [{', '.join(raised)}]" if raised else text


@contextmanager
def eyes_on(bench: Bench, device: BenchDevice, workshop: Workshop) -> Iterator[Eyes]:
    """Connect to one device of a bench, to look only."""
    clock = MonotonicClock()
    numbers = iter(range(1, 1 << 62))

    def sink(record: WireRecord) -> int:
        del record
        return next(numbers)

    with workshop.serve(bench, clock) as served:
        link = device.link if device.link is not None else served.links[device.name]
        bus = make_bus(link, sink=sink, clock=clock)
        bus.open()
        try:
            driver = workshop.make_driver(device.model, device.options, bench.path.parent)
            yield Eyes(driver, lambda steps: run_blocking(StepRunner(steps, bus, link.station, clock)))
        finally:
            bus.close()


def look_at(bench: Bench, device: BenchDevice, workshop: Workshop) -> Look:
    """Identify a device and read its clock once."""
    try:
        with eyes_on(bench, device, workshop) as eyes:
            identity = eyes.identify()
            sample = eyes.read()
            said = ", ".join(f"{name} {text}" for name, text in identity.entries)
            return Look(device=device.name, identity=said, clock=eyes.spell(sample), fields=sample.fields.text())
    except (LinkError, DeviceRefused) as error:
        return Look(device=device.name, fault=str(error))
