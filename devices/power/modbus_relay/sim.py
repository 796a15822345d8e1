"""A Modbus relay board; letting a coil go takes the supply from the simulated devices wired to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from devices.simulation.modbus_server import ILLEGAL_ADDRESS, ModbusRefusal, ModbusSimulator, RegisterModel
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup

BUGS: tuple[str, ...] = ()

_COILS = 8


class RelayBoard(RegisterModel):
    """Coils from wire address 0. A run finds them pulled in, as the bench was."""

    identification = (b"ROLLOVER BENCH", b"SIMULATED RELAY", b"1.0")

    def __init__(self, setup: SimulatorSetup) -> None:
        self.coils = [True] * setup.number("coils", _COILS)
        self.wired: list[list[Callable[[bool], None]]] = [[] for _ in self.coils]

    def read_coils(self, start: int, count: int, now_ns: int) -> Sequence[bool]:
        """Return coils."""
        del now_ns
        if start + count > len(self.coils):
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        return self.coils[start : start + count]

    def write_coil(self, address: int, now_ns: int, *, on: bool) -> None:
        """Pull a coil in or let it go."""
        del now_ns
        if address >= len(self.coils):
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        self.coils[address] = on
        for power in self.wired[address]:
            power(on)


class RelaySimulator(ModbusSimulator):
    """The board as a Modbus unit, with devices wired to its contacts."""

    def __init__(self, setup: SimulatorSetup, board: RelayBoard, recorder: Recorder) -> None:
        super().__init__(setup, board, recorder)
        self._board = board

    def wire(self, coil: int, power: Callable[[bool], None]) -> None:
        """Wire a device's ``power`` to a coil, counted from 0 as on the wire."""
        self._board.wired[coil].append(power)

    def is_coil_on(self, coil: int) -> bool:
        """Tell whether a coil is pulled in."""
        return self._board.coils[coil]


def make_simulator(setup: SimulatorSetup) -> RelaySimulator:
    """Return a relay board; option ``coils`` says how many it has."""
    return RelaySimulator(setup, RelayBoard(setup), setup.make_recorder())
