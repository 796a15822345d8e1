"""A DS12C887 in a PC-like board: an MC146818 that counts its century in register 32h (believed)."""

from __future__ import annotations

from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.century_bits import century_years
from devices.simulation.cmos_chip import PC_PORTS, CenturyCmosChip
from devices.simulation.device import SimulatedDevice
from devices.simulation.parallel_board import ParallelBoard
from devices.simulation.setup import SimulatorSetup

_TRAITS = ClockTraits(years=century_years(1900), has_weekday=True, is_chip=True)
BUGS = bugs_possible_on(_TRAITS)


class Ds12c887(CenturyCmosChip):
    """The chip."""

    CENTURY = 0x32


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return the chip in its board."""
    recorder = setup.make_recorder()
    return ParallelBoard(setup, Ds12c887(setup, recorder, _TRAITS), recorder, PC_PORTS)
