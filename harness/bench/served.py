"""A bench file in which served simulators stand as if they were real, for another terminal to run plans on."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from harness.bench.hazards import QUESTIONS
from harness.bench.model import Bench, BenchDevice
from harness.link.config import (
    I2cConfig,
    LinkConfig,
    ModbusRtuConfig,
    ModbusTcpConfig,
    ParallelConfig,
    ScpiConfig,
    SerialConfig,
    SerialPort,
    SocketConfig,
    ThreeWireConfig,
)


def served_bench_text(bench: Bench, links: Mapping[str, LinkConfig]) -> str:
    """Return the bench file's text; devices served in memory cannot be reached from outside and are left out."""
    devices = {
        device.name: _device(device, links[device.name])
        for device in bench.devices
        if device.name in links and _link(links[device.name])
    }
    client = bench.client
    content = {
        "bench": f"{bench.name}-served",
        "client": {"name": client.name, "sector": client.sector, "size": client.size, "language": client.language},
        "devices": devices,
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def _device(device: BenchDevice, link: LinkConfig) -> dict[str, object]:
    lines: dict[str, object] = {"model": device.model, "link": _link(link)}
    if device.options:
        lines["options"] = dict(device.options)
    # Nothing real hangs on a simulated device: whatever its model's hazards are, they are answered.
    lines |= {name: question.answers[0] for name, question in QUESTIONS.items()}
    if device.simulate is not None and device.simulate.serial_number:
        lines["serial_number"] = device.simulate.serial_number
    return lines


def _link(link: LinkConfig) -> dict[str, object]:
    """Return a link as a bench file spells it, or nothing for one without a wire."""
    if isinstance(link, SerialConfig):
        return _port(link.port, "serial")
    if isinstance(link, I2cConfig):
        bridge: dict[str, object] = {"bridge": link.bridge, "serial": link.port.url, "baud": link.port.baud}
        return {"i2c": bridge, "address": link.address}
    if isinstance(link, ThreeWireConfig):
        return {"three-wire": {"bridge": "bus-pirate", "serial": link.port.url, "baud": link.port.baud}}
    if isinstance(link, ParallelConfig):
        window = {"device": link.window.device, "base": link.window.base, "stride": link.window.stride}
        return {"parallel": {"console": link.port.url, "baud": link.port.baud, **window, "user": link.user}}
    if isinstance(link, ModbusRtuConfig):
        return {"modbus": _port(link.port, "rtu"), "unit": link.unit}
    if isinstance(link, ModbusTcpConfig):
        return {"modbus": {"tcp": f"{link.host}:{link.tcp_port}"}, "unit": link.unit}
    if isinstance(link, SocketConfig):
        return {"udp" if link.is_udp else "tcp": f"{link.host}:{link.port}"}
    if isinstance(link, ScpiConfig):
        return {"scpi": link.resource}
    return {}


def _port(port: SerialPort, key: str) -> dict[str, object]:
    return {key: port.url, "baud": port.baud, "parity": port.parity}
