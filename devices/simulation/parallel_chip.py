"""Clock chips whose registers stand on a parallel bus: each is read and written by itself, as it is at that moment."""

from __future__ import annotations

from devices.simulation.clockwork import CountingClock
from devices.simulation.recorder import Recorder
from devices.simulation.register_chip import RegisterChip
from devices.simulation.setup import SimulatorSetup

_NO_ADDRESS = 0


class BusRegisterChip(RegisterChip):
    """The digits and the supply of a `RegisterChip`, without an I2C bus."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder, clock: CountingClock) -> None:
        super().__init__(setup, recorder, clock, address=_NO_ADDRESS)

    @property
    def size(self) -> int:
        """How many registers it has."""
        return self.SIZE

    def peek(self, register: int, now_ns: int) -> int:
        """Give a register."""
        self.follow(now_ns)
        return self.show(register) if register in self.FIELDS else self.load(register, now_ns)

    def poke(self, register: int, octet: int, now_ns: int) -> None:
        """Take a register."""
        self.follow(now_ns)
        self.clock.undistort()
        if register in self.FIELDS:
            self.keep(register, octet, now_ns)
        else:
            self.store(register, octet, now_ns)

    def rest(self, now_ns: int) -> None:
        """Note a set once what was done in one go is over."""
        if self.was_set:
            self.was_set = False
            self.recorder.note_set(now_ns, self.seconds(now_ns))
