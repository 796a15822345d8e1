"""An Allen-Bradley MicroLogix 1200 or 1500 on its DF1 port; the clock module knows the years 1998 to 2097.

From 1762-RM001C, 3-3, which has the range. That the module keeps two digits behind it, so that 2097 is followed by
1998, and that the clock stands in S:37 to S:42 and can be written there from the port, are believed: one owner of a
hundred such controllers read zeros there (ruscito/pycomm issue 69), and no source says how the port reaches RTC:0.
"""

from __future__ import annotations

from devices.simulation.almanac import two_digits
from devices.simulation.bugs import ClockTraits, bugs_possible_on
from devices.simulation.device import SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup
from devices.simulation.status_file import StatusFile, serve_status_file

_FIRST_YEAR, _LAST_YEAR = 1998, 2097
_YEARS = two_digits(_FIRST_YEAR)
_TRAITS = ClockTraits(years=_YEARS, has_weekday=True)
BUGS = bugs_possible_on(_TRAITS)


def _make_file(setup: SimulatorSetup, recorder: Recorder) -> StatusFile:
    return StatusFile(
        setup,
        recorder,
        _TRAITS,
        years=_YEARS,
        leap="every-fourth",
        first_year=_FIRST_YEAR,
        last_year=_LAST_YEAR,
        name=b"1762-LEC",
    )


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a controller on a line of its own."""
    return serve_status_file(setup, _make_file)
