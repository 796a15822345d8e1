"""An Epson RTC-8564 behind an SC18IM700: the PCF8563's registers, and a century bit that is set and never cleared.

It refuses its address for a while after power-on, as one capture shows, where the option ``deaf-ms`` asks for it.
"""

from __future__ import annotations

from devices.rtc.pcf8563.sim import ADDRESS, BUGS, RTC_8564, Pcf8563
from devices.rtc.pcf8563.sim import OPTIONS as UNUSED_BITS
from devices.simulation.device import SimulatedDevice
from devices.simulation.recorder import Recorder
from devices.simulation.sc18im700 import Sc18im700
from devices.simulation.setup import SimulatorSetup
from harness.clock import SECOND_NS
from harness.device.facts import Option

__all__ = ["ADDRESS", "BUGS", "OPTIONS", "Rtc8564", "make_simulator"]

OPTIONS = (
    *UNUSED_BITS,
    Option(name="deaf-ms", kind="int", default=0, says="for how long after power-on it acknowledges nothing"),
)


class Rtc8564(Pcf8563):
    """The chip, deaf at first if the bench wants it so."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._deaf_ns = setup.number("deaf-ms", 0) * SECOND_NS // 1000
        self._hears_from_ns = setup.clock.now_ns() + self._deaf_ns
        super().__init__(setup, recorder, RTC_8564)

    def acknowledges(self, now_ns: int) -> bool:
        """Refuse the address until the chip has come up."""
        return now_ns >= self._hears_from_ns

    def supply_came(self, now_ns: int, *, was_lost: bool) -> None:
        """Come up anew."""
        super().supply_came(now_ns, was_lost=was_lost)
        self._hears_from_ns = now_ns + self._deaf_ns


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return an RTC-8564 behind its bridge."""
    recorder = setup.make_recorder()
    return Sc18im700(setup, Rtc8564(setup, recorder), recorder)
