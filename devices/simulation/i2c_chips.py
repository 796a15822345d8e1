"""The two wires behind any bridge: who acknowledges, who is spoken to. What a bridge makes of it is the bridge's own.

The bridges hang on the technician's side: they keep their supply when the chip under test loses its own, and then
report that nobody acknowledged.
"""

from __future__ import annotations

from devices.simulation.device import Housing
from devices.simulation.recorder import Recorder
from devices.simulation.sc18im700 import I2cChip
from devices.simulation.setup import SimulatorSetup


class BridgeHousing(Housing):
    """A bridge and the one chip behind it that the bench tests.

    Args:
        neighbours: further chips on the same bus; they keep their supply.
    """

    def __init__(
        self, setup: SimulatorSetup, chip: I2cChip, recorder: Recorder, neighbours: tuple[I2cChip, ...] = ()
    ) -> None:
        super().__init__(setup, chip, recorder)
        self.station = chip.address
        self._chip = chip
        self._chips = {other.address: other for other in (*neighbours, chip)}
        self._spoken_to: I2cChip | None = None

    def start(self, address_octet: int, now_ns: int) -> bool:
        """Send a start, or a repeated one, and an address; return whether anybody acknowledges."""
        chip = self._chips.get(address_octet >> 1)
        if chip is self._chip and not self.is_on:
            chip = None
        heard = chip is not None and chip.start(now_ns, is_read=bool(address_octet & 1))
        self._spoken_to = chip if heard else None
        return heard

    def write_byte(self, octet: int, now_ns: int) -> bool:
        """Send one byte; return whether it is acknowledged."""
        return self._spoken_to is not None and self._spoken_to.write_byte(octet, now_ns)

    def read_byte(self, now_ns: int) -> int:
        """Return the next byte; a bus that nobody pulls down reads ones."""
        return 0xFF if self._spoken_to is None else self._spoken_to.read_byte(now_ns)

    def stop(self, now_ns: int) -> None:
        """Send a stop."""
        if self._spoken_to is not None:
            self._spoken_to.stop(now_ns)
            self._spoken_to = None
