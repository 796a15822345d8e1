"""The bus of a Linux machine through smbus2 itself, where that extra is installed; only the kernel is a stand-in."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.simulation.i2c_chips import BridgeHousing
from harness.clock import VirtualClock
from harness.device.asks import I2cRead, I2cWrite
from harness.errors import DeviceRefused, LinkError
from harness.link.base import Bus
from harness.link.config import I2cConfig, SerialPort
from harness.link.opening import make_bus
from tests.unit.link.bridge_rig import ADDRESS, NOBODY, Rows, far_side

smbus2 = pytest.importorskip("smbus2", reason="the extra 'i2c' is not installed: pip install 'rollover-bench[i2c]'")
fcntl = pytest.importorskip("fcntl", reason="a bus of the machine itself needs Linux")

I2C_SLAVE, I2C_FUNCS, I2C_RDWR = 0x0703, 0x0705, 0x0707  # kernel, include/uapi/linux/i2c-dev.h
I2C_M_RD = 0x0001


class Kernel:
    """The driver behind ``/dev/i2c-N``, with the one chip on its wires; it reads the structures that smbus2 builds."""

    def __init__(self, chip: Rows) -> None:
        wires = far_side("linux", chip, VirtualClock(0))
        assert isinstance(wires, BridgeHousing)
        self._wires = wires
        self.taken_by_a_driver: set[int] = set()

    def ioctl(self, fd: int, request: int, argument: Any) -> int:
        assert fd >= 0
        if request == I2C_SLAVE:
            if argument in self.taken_by_a_driver:
                raise OSError(errno.EBUSY, "Device or resource busy")
        elif request == I2C_RDWR:
            self._transfer([argument.msgs[at] for at in range(argument.nmsgs)])
        else:
            assert request == I2C_FUNCS
        return 0

    def _transfer(self, messages: list[Any]) -> None:
        try:
            for message in messages:
                is_read = bool(message.flags & I2C_M_RD)
                if not self._wires.start(message.addr << 1 | is_read, 0):
                    raise OSError(errno.ENXIO, "No such device or address")
                for at in range(message.len):
                    if is_read:
                        message.buf[at] = bytes((self._wires.read_byte(0),))
                    elif not self._wires.write_byte(message.buf[at][0], 0):
                        raise OSError(errno.EREMOTEIO, "Remote I/O error")
        finally:
            self._wires.stop(0)


@pytest.fixture
def chip() -> Rows:
    return Rows()


@pytest.fixture
def kernel(chip: Rows, monkeypatch: pytest.MonkeyPatch) -> Kernel:
    stand_in = Kernel(chip)
    monkeypatch.setattr("smbus2.smbus2.ioctl", stand_in.ioctl)
    monkeypatch.setattr(fcntl, "ioctl", stand_in.ioctl)
    return stand_in


@pytest.fixture
def bus(kernel: Kernel, tmp_path: Path) -> Iterator[Bus]:
    del kernel
    (tmp_path / "i2c-1").touch()
    config = I2cConfig(port=SerialPort(url=str(tmp_path / "i2c-1")), address=ADDRESS, bridge="linux")
    opened = make_bus(config, sink=lambda _: 1, clock=VirtualClock(0))
    opened.open()
    yield opened
    opened.close()


def test_a_chip_is_read_and_written_through_smbus2(bus: Bus, chip: Rows) -> None:
    assert bus.answer(ADDRESS, I2cRead(pointer=b"\x10", count=7)).value == bytes.fromhex("10 11 12 13 14 15 16")
    assert bus.answer(ADDRESS, I2cRead(pointer=None, count=2)).value == b"\x17\x18"
    bus.answer(ADDRESS, I2cWrite(pointer=b"\x30", data=b"\x00\xa2\xff"))
    assert chip.registers[0x2F:0x34] == bytes.fromhex("2F 00 A2 FF 33")


def test_nobody_at_an_address_is_a_refusal_through_smbus2(bus: Bus) -> None:
    with pytest.raises(DeviceRefused, match="ENXIO"):
        bus.answer(NOBODY, I2cWrite(pointer=b"\x00", data=b"\x01"))


def test_a_chip_that_the_kernel_has_is_left_alone_through_smbus2(bus: Bus, kernel: Kernel, chip: Rows) -> None:
    kernel.taken_by_a_driver.add(ADDRESS)
    with pytest.raises(LinkError) as caught:
        bus.answer(ADDRESS, I2cWrite(pointer=b"\x00", data=b"\x99"))
    assert caught.value.kind == "kernel-refuses"
    assert chip.registers[0] == 0
