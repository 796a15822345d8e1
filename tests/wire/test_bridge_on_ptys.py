"""Every serial bridge to I2C on a real pty, opened by its configuration."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from devices.simulation.serve import WireServer
from harness.clock import SECOND_NS, MonotonicClock
from harness.device.asks import I2cRead, I2cWrite
from harness.errors import DeviceRefused, LinkError
from harness.link.base import Bus
from harness.link.config import I2cConfig, SerialPort
from harness.link.i2c_bridge import BAUDS
from harness.link.opening import make_bus
from tests.unit.link.bridge_rig import ADDRESS, FAR_SIDES, NOBODY, Notebook, Rows, far_side

pytestmark = pytest.mark.wire

LATENCY_NS = SECOND_NS // 20

every_serial_bridge = pytest.mark.parametrize("bridge", FAR_SIDES)


@contextlib.contextmanager
def opened(bridge: str, chip: Rows, *, latency_ns: int = 0) -> Iterator[Bus]:
    far = far_side(bridge, chip, MonotonicClock())
    with WireServer() as wires:
        port = SerialPort(url=wires.serve_pty(far.receive, latency_ns=latency_ns), baud=BAUDS[bridge])
        config = I2cConfig(port=port, address=ADDRESS, bridge=bridge)
        bus = make_bus(config, sink=Notebook(), clock=MonotonicClock(), latency_ns=LATENCY_NS)
        with contextlib.closing(bus):
            bus.open()
            yield bus


@every_serial_bridge
def test_a_chip_is_read_written_and_missed_on_a_pty(bridge: str) -> None:
    chip = Rows()
    with opened(bridge, chip) as bus:
        assert bus.answer(ADDRESS, I2cRead(pointer=b"\x10", count=7)).value == bytes.fromhex("10 11 12 13 14 15 16")
        assert bus.answer(ADDRESS, I2cRead(pointer=None, count=2)).value == b"\x17\x18"
        bus.answer(ADDRESS, I2cWrite(pointer=b"\x30", data=b"\xa1\xa2\xa3"))
        with pytest.raises(DeviceRefused):
            bus.answer(NOBODY, I2cRead(pointer=b"\x00", count=1))
        assert bus.answer(ADDRESS, I2cRead(pointer=b"\x2f", count=5)).value == bytes.fromhex("2F A1 A2 A3 33")


@every_serial_bridge
def test_a_write_cut_short_is_unknown_on_a_pty(bridge: str) -> None:
    with opened(bridge, Rows(2)) as bus:
        with pytest.raises(LinkError) as caught:
            bus.answer(ADDRESS, I2cWrite(pointer=b"\x00", data=b"\xa1\xa2\xa3"))
        assert caught.value.kind == "write-cut-short"
        assert bus.answer(ADDRESS, I2cRead(pointer=None, count=1)).value == b"\x01"


@every_serial_bridge
def test_a_bridge_that_lags_is_opened_and_read(bridge: str) -> None:
    """20 ms are more than any of these takes over USB."""
    with opened(bridge, Rows(), latency_ns=SECOND_NS // 50) as bus:
        assert bus.answer(ADDRESS, I2cRead(pointer=b"\x10", count=2)).value == b"\x10\x11"


@every_serial_bridge
def test_a_port_with_nothing_behind_it_does_not_open(bridge: str) -> None:
    with WireServer() as wires:
        port = SerialPort(url=wires.serve_pty(lambda _: b""), baud=BAUDS[bridge])
        config = I2cConfig(port=port, address=ADDRESS, bridge=bridge)
        bus = make_bus(config, sink=Notebook(), clock=MonotonicClock(), latency_ns=LATENCY_NS)
        with pytest.raises(LinkError) as caught:
            bus.open()
    assert caught.value.kind == "no-reply"
