"""An Allen-Bradley SLC 5/04 on its DF1 port; its status file has the clock, the year as a whole word."""

from __future__ import annotations

from devices.simulation.almanac import YearRegister
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.device import SimulatedDevice
from devices.simulation.df1 import DF1_OPTIONS, serve_df1
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup
from devices.simulation.status_file import StatusFile

# 1747-RM001G, B-54: 0 to 65535. The lowest year here is 1: the processor's words for no clock begin with a 0.
_YEARS = YearRegister(modulus=0x10000, offset=0, first_year=0)
# Where the weekday stands is believed, so no bug of it is offered.
_TRAITS = ClockTraits(years=_YEARS, leap="gregorian")
BUGS = bugs_possible_on(_TRAITS)
OPTIONS = DF1_OPTIONS


def _make_file(setup: SimulatorSetup, recorder: Recorder) -> StatusFile:
    return StatusFile(
        setup,
        recorder,
        _TRAITS,
        years=_YEARS,
        leap="gregorian",
        first_year=1,
        last_year=0xFFFF,
        name=b"5/04",
    )


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a processor on a line of its own."""
    return serve_df1(setup, _make_file)
