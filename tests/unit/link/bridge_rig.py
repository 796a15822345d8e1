"""Every bridge in front of the same chips, for the one contract they all keep."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from devices.simulation.bus_pirate import BusPirate
from devices.simulation.device import Housing
from devices.simulation.i2c_chips import BridgeHousing
from devices.simulation.i2cdriver import I2cDriver
from devices.simulation.recorder import Recorder
from devices.simulation.sc18im700 import I2cChip, Sc18im700
from devices.simulation.setup import SimulatorSetup
from devices.simulation.usb_iss import UsbIss
from harness.clock import Clock, VirtualClock
from harness.link.i2c_bridge import BRIDGES, LINUX
from harness.link.i2c_bridge.bridge import I2cBus
from harness.link.i2c_bridge.linux import LinuxI2cTransport
from harness.link.line import Line
from harness.link.loopback import MemoryTransport
from harness.link.transport import Transport
from harness.records import WireRecord

ADDRESS = 0x68
NOBODY = 0x51

FAR_SIDES: dict[str, Callable[..., Housing]] = {
    "sc18im700": Sc18im700,
    "bus-pirate": BusPirate,
    "i2cdriver": I2cDriver,
    "usb-iss": UsbIss,
}
ALL = (*FAR_SIDES, LINUX)


class Rows:
    """A chip of 256 registers behind a pointer; it acknowledges as many bytes of one write as it is told to."""

    address = ADDRESS

    def __init__(self, acknowledged: int = 999) -> None:
        self.registers = bytearray(range(256))
        self.accesses: list[str] = []
        self.pointer = 0
        self._acknowledged = acknowledged
        self._taken = 0

    def start(self, now_ns: int, *, is_read: bool) -> bool:
        del now_ns
        self.accesses.append("read" if is_read else "write")
        self._taken = 0
        return True

    def write_byte(self, octet: int, now_ns: int) -> bool:
        del now_ns
        if self._taken >= self._acknowledged:
            return False
        if self._taken:
            self.registers[self.pointer] = octet
            self.pointer = (self.pointer + 1) % 256
        else:
            self.pointer = octet
        self._taken += 1
        return True

    def read_byte(self, now_ns: int) -> int:
        del now_ns
        octet = self.registers[self.pointer]
        self.pointer = (self.pointer + 1) % 256
        return octet

    def stop(self, now_ns: int) -> None:
        del now_ns
        self.accesses.append("stop")

    def switch(self, now_ns: int, *, on: bool) -> None:
        del now_ns, on

    def seconds(self, now_ns: int) -> int | None:
        del now_ns
        return None


class _Wires(BridgeHousing):
    def _take(self, data: bytes, now_ns: int) -> bytes:
        raise AssertionError(f"{data!r} at {now_ns}: nothing is on a serial line here")


class Kernel:
    """What Linux makes of a bus: error numbers instead of acknowledgements."""

    def __init__(self, wires: BridgeHousing, clock: Clock, bound: Iterable[int] = ()) -> None:
        self._wires = wires
        self._clock = clock
        self._bound = frozenset(bound)

    def claim(self, address: int) -> None:
        if address in self._bound:
            raise OSError(errno.EBUSY, "Device or resource busy")

    def transfer(self, messages: Sequence[tuple[int, bytes | int]]) -> bytes:
        now_ns = self._clock.now_ns()
        octets = b""
        try:
            for address, content in messages:
                if not self._wires.start(address, now_ns):
                    raise OSError(errno.ENXIO, "No such device or address")
                if isinstance(content, int):
                    octets += bytes(self._wires.read_byte(now_ns) for _ in range(content))
                elif not all(self._wires.write_byte(octet, now_ns) for octet in content):
                    raise OSError(errno.EREMOTEIO, "Remote I/O error")
        finally:
            self._wires.stop(now_ns)
        return octets

    def close(self) -> None:
        return


class Notebook:
    """A sink that keeps what it takes."""

    def __init__(self) -> None:
        self.records: list[WireRecord] = []

    def __call__(self, record: WireRecord) -> int:
        self.records.append(record)
        return len(self.records)


def far_side(bridge: str, chip: I2cChip, clock: Clock, neighbours: tuple[I2cChip, ...] = ()) -> Housing:
    """Return a bridge with a chip behind it."""
    make = FAR_SIDES.get(bridge, _Wires)
    return make(SimulatorSetup(clock=clock), chip, Recorder(), neighbours)


def bus_on(
    bridge: str, far: Housing, clock: Clock | None = None, *, spoil: Callable[[bytes, bytes], bytes] | None = None
) -> tuple[I2cBus, Notebook]:
    """Return the bus of a bridge in memory, not yet open.

    Args:
        bridge: which.
        far: what `far_side` returned.
        clock: stamps the records.
        spoil: takes what was sent and what is answered, returns what is heard of it.
    """
    clock = clock or VirtualClock(0)
    book = Notebook()

    def receive(sent: bytes) -> bytes:
        reply = far.receive(sent)
        return reply if spoil is None else spoil(sent, reply)

    transport: Transport = MemoryTransport(receive)
    if bridge == LINUX:
        assert isinstance(far, BridgeHousing)
        kernel: Any = Kernel(far, clock)
        transport = LinuxI2cTransport("/dev/i2c-1", lambda _: kernel)
    return I2cBus(Line(name=bridge, transport=transport, sink=book, clock=clock), BRIDGES[bridge]()), book


def rehoused(simulator: Any, bridge: str, clock: Clock) -> Housing:
    """Return another bridge in front of the chips of a simulator that comes with an SC18IM700."""
    chip = simulator._chip
    others = tuple(other for other in simulator._chips.values() if other is not chip)
    return far_side(bridge, chip, clock, others)
