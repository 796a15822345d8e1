"""What a simulated device is to the rest of the bench, and what all of them share: a supply, a lock, a record."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import Protocol, runtime_checkable

from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup


class SimulatedDevice(Protocol):
    """Bytes in, bytes out, at the time its clock says; served in memory, on a pty, or on TCP."""

    @property
    def recorder(self) -> Recorder:
        """The device's own record of what reached it."""
        ...

    @property
    def setup(self) -> SimulatorSetup:
        """What it was built from."""
        ...

    @property
    def station(self) -> int | None:
        """Its Modbus unit or I2C address; None on a line of its own."""
        ...

    @property
    def is_on(self) -> bool:
        """Whether it has its supply."""
        ...

    def receive(self, data: bytes) -> bytes:
        """Take bytes as they come off the wire; return the reply, empty for silence."""
        ...

    def power(self, on: bool) -> None:
        """Give or take away its supply."""
        ...

    def device_seconds(self) -> int | None:
        """Return civil seconds as the device itself means them now; None when its contents name no moment."""
        ...


@runtime_checkable
class FollowsMaster(Protocol):
    """A device that listens for a time master on a line of its own."""

    def hear(self, data: bytes) -> bytes:
        """Take what the master says; return what is answered, mostly nothing."""
        ...


class DeviceModel(Protocol):
    """The device behind a byte layer."""

    def switch(self, now_ns: int, *, on: bool) -> None:
        """Its supply came or went."""
        ...

    def seconds(self, now_ns: int) -> int | None:
        """Return civil seconds as the device means them."""
        ...


class Housing(ABC):
    """A device model in its case: supply, record, and a lock, as wire and power switch are on different threads."""

    station: int | None = None

    def __init__(self, setup: SimulatorSetup, model: DeviceModel, recorder: Recorder) -> None:
        self.setup = setup
        self.recorder = recorder
        self.is_on = True
        self._model = model
        self._lock = threading.Lock()

    def receive(self, data: bytes) -> bytes:
        """Take bytes off the wire; return the reply, empty for silence."""
        with self._lock:
            now_ns = self.setup.clock.now_ns()
            reply = self._take(data, now_ns)
            self.recorder.note_exchange(now_ns, data, reply)
            return reply

    @abstractmethod
    def _take(self, data: bytes, now_ns: int) -> bytes:
        """Answer bytes; called even without supply, as a bridge in front of the device may have its own."""

    def power(self, on: bool) -> None:
        """Give or take away the supply; telling it what it is already does nothing."""
        with self._lock:
            if on is self.is_on:
                return
            now_ns = self.setup.clock.now_ns()
            self.is_on = on
            self.recorder.note_power(now_ns, on=on)
            self._model.switch(now_ns, on=on)

    def device_seconds(self) -> int | None:
        """Return civil seconds as the device means them now."""
        with self._lock:
            return self._model.seconds(self.setup.clock.now_ns())
