"""A Deep Sea generator controller: page 7 of GenComm begins with the seconds since 1970, unsigned, high word first.

From the GenComm register list in the DSE 5220 manual, p.41. That only functions 3 and 16 are known, and page 3 with
maker, model and serial number, are believed.
"""

from __future__ import annotations

from collections.abc import Sequence

from devices.simulation.bugs import ClockTraits, bugs_possible_on, fit
from devices.simulation.clock_model import ClockModel
from devices.simulation.clockwork import CountingSeconds
from devices.simulation.device import SimulatedDevice
from devices.simulation.modbus_server import ILLEGAL_ADDRESS, ModbusRefusal, ModbusSimulator, RegisterModel
from devices.simulation.recorder import Recorder
from devices.simulation.setup import SimulatorSetup

_TRAITS = ClockTraits(years=None)
BUGS = bugs_possible_on(_TRAITS)

_CLOCK = 0x0700
_MAINTENANCE_SECONDS = (0xFFFF, 0xFF9C)  # a *signed* count beside the unsigned one: maintenance 100 s overdue
_PAGE_3 = 0x0300
_MAKER, _MODEL = 1, 5220


class Controller(ClockModel, RegisterModel):
    """Pages 3 and 7 of GenComm."""

    def __init__(self, setup: SimulatorSetup, recorder: Recorder) -> None:
        self._count = CountingSeconds(
            setup.clock.now_ns(),
            bugs=fit(setup.bugs, _TRAITS),
            has_battery=setup.has_battery,
            drift_ppm=setup.drift_ppm,
            phase_ns=setup.initial_phase_ns,
        )
        self.clock = self._count
        self._recorder = recorder
        serial = int(setup.serial_number) if setup.serial_number.isdecimal() else 0
        self._page_3 = (_MAKER, _MODEL, *divmod(serial % (1 << 32), 0x10000))
        if setup.initial_seconds is not None:
            self._count.turn_to(setup.initial_seconds)

    def read_holding(self, start: int, count: int, now_ns: int) -> Sequence[int]:
        """Return registers of one page."""
        self._count.update(now_ns)
        page_7 = (*divmod(self._count.count, 0x10000), *_MAINTENANCE_SECONDS, 0, 0, 0, 0)
        for first, page in ((_PAGE_3, self._page_3), (_CLOCK, page_7)):
            if first <= start and start + count <= first + len(page):
                return page[start - first : start - first + count]
        raise ModbusRefusal(ILLEGAL_ADDRESS)

    def write_block(self, start: int, words: tuple[int, ...], now_ns: int) -> None:
        """Set the count by both its words at once."""
        if start != _CLOCK or len(words) != 2:  # noqa: PLR2004 - a count of 32 bits
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        self._count.set(now_ns, words[0] << 16 | words[1], reset_divider=True)
        self._recorder.note_set(now_ns, self._count.seconds())


def make_simulator(setup: SimulatorSetup) -> SimulatedDevice:
    """Return a controller as one Modbus unit."""
    recorder = setup.make_recorder()
    return ModbusSimulator(setup, Controller(setup, recorder), recorder)
