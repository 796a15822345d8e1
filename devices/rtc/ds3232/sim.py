"""A DS3232 behind an SC18IM700: the DS3231's registers, then 236 bytes of RAM from 14h to FFh."""

from __future__ import annotations

from devices.rtc.ds3231.sim import ADDRESS, BUGS, DS3232, Ds323x
from devices.simulation.device import SimulatedDevice
from devices.simulation.sc18im700 import Sc18im700
from devices.simulation.setup import SimulatorSetup

__all__ = ["ADDRESS", "BUGS", "make_simulator"]


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a DS3232 behind its bridge."""
    recorder = setup.make_recorder()
    return Sc18im700(setup, Ds323x(setup, recorder, DS3232), recorder)
