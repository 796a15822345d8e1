"""A bus of this very machine is opened by its device path, never as a serial port."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from harness.clock import VirtualClock
from harness.errors import LinkError
from harness.link.config import I2cConfig, SerialPort
from harness.link.opening import make_bus


def test_the_linux_bridge_opens_the_bus_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def open_bus(path: str) -> SimpleNamespace:
        opened.append(path)
        return SimpleNamespace(fd=42, close=lambda: None)

    monkeypatch.setitem(sys.modules, "smbus2", SimpleNamespace(SMBus=open_bus))
    config = I2cConfig(port=SerialPort(url="/dev/i2c-1"), address=0x68, bridge="linux")
    bus = make_bus(config, sink=lambda _: 1, clock=VirtualClock(0))
    bus.open()
    bus.close()
    assert opened == ["/dev/i2c-1"]


def test_a_machine_without_that_bus_says_so() -> None:
    config = I2cConfig(port=SerialPort(url="/dev/i2c-none"), address=0x68, bridge="linux")
    with pytest.raises(LinkError) as caught:
        make_bus(config, sink=lambda _: 1, clock=VirtualClock(0)).open()
    assert caught.value.kind == "port-missing"
