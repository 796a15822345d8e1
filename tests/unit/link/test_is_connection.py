"""Which links go with the power of the device behind them."""

from __future__ import annotations

import pytest

from harness.link.config import (
    I2cConfig,
    LinkConfig,
    MemoryConfig,
    ModbusRtuConfig,
    ModbusTcpConfig,
    OperatorConfig,
    ScpiConfig,
    SerialConfig,
    SerialPort,
    SocketConfig,
    is_connection,
)

PORT = SerialPort(url="COM7")


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (SocketConfig(host="h", port=102), True),
        (SocketConfig(host="h", port=9600, is_udp=True), False),
        (ModbusTcpConfig(host="h", tcp_port=502, unit=1), True),
        (ModbusRtuConfig(port=PORT, unit=1), False),
        (SerialConfig(port=PORT), False),
        (SerialConfig(port=SerialPort(url="socket://h:4001")), False),  # a serial server, with a supply of its own
        (I2cConfig(port=PORT, address=0x68), False),
        (ScpiConfig(resource="TCPIP::h::5025::SOCKET"), True),
        (ScpiConfig(resource="ASRL/dev/ttyUSB0::INSTR"), False),
        (MemoryConfig(name="m", receive=bytes, protocol="serial"), False),
        (MemoryConfig(name="m", receive=bytes, protocol="serial", is_connection=True), True),
        (OperatorConfig(), False),
    ],
)
def test_a_link_goes_with_the_power_when_its_far_end_is_the_device(link: LinkConfig, expected: bool) -> None:
    assert expected is is_connection(link)
