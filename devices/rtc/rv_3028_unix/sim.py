"""An RV-3028 behind an SC18IM700, met by its Unix counter; the calendar beside it goes its own way."""

from __future__ import annotations

from devices.options import century_window_option
from devices.rtc.rv_3028.sim import ADDRESS, UNIX_BUGS, Rv3028
from devices.simulation.device import SimulatedDevice
from devices.simulation.sc18im700 import Sc18im700
from devices.simulation.setup import SimulatorSetup

__all__ = ["ADDRESS", "BUGS", "OPTIONS", "make_simulator"]

BUGS = UNIX_BUGS
OPTIONS = (century_window_option(1970),)  # of the calendar beside the counter


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return an RV-3028 behind its bridge, met by its Unix counter."""
    recorder = setup.make_recorder()
    return Sc18im700(setup, Rv3028(setup, recorder, counts_unix=True), recorder)
