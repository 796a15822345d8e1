"""An MC146818 in a PC-like board, from the maker's register map. A century in its RAM is nothing to it."""

from __future__ import annotations

from devices.simulation.almanac import two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.cmos_chip import PC_PORTS, CmosChip
from devices.simulation.device import SimulatedDevice
from devices.simulation.parallel_board import ParallelBoard
from devices.simulation.setup import SimulatorSetup

_TRAITS = ClockTraits(years=two_digits(1970), has_weekday=True, is_chip=True)
BUGS = bugs_possible_on(_TRAITS)


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return the chip in its board; the firmware's century byte stands at 20, where there is one."""
    recorder = setup.make_recorder()
    chip = CmosChip(setup, recorder, _TRAITS, two_digits(setup.century_window()))
    century = setup.choice("century-register", ("none", "left-alone", "0x32", "0x37"))
    if century != "none":
        chip.registers[0x37 if century == "0x37" else 0x32] = 0x20
    return ParallelBoard(setup, chip, recorder, PC_PORTS)
