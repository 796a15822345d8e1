"""How a bench file names a bridge, and what it gets wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.registry import Registry
from harness.bench.loader import load_bench
from harness.errors import BenchError
from harness.link.config import I2cConfig, LinkConfig, SerialPort

HEAD = "bench: b\nclient: {name: Test, sector: other, size: 1-9, language: en}\ndevices:\n  clock:\n    model: rtc/ds1307\n"


def link_of(folder: Path, i2c: str) -> LinkConfig | None:
    (folder / "bench.yaml").write_text(f"{HEAD}    link: {{i2c: {i2c}, address: 0x68}}\n", encoding="utf-8")
    return load_bench(folder / "bench.yaml", Registry()).devices[0].link


@pytest.mark.parametrize(
    ("i2c", "bridge", "port"),
    [
        ("{bridge: sc18im700, serial: COM7}", "sc18im700", SerialPort(url="COM7", baud=9600)),
        ("{bridge: bus-pirate, serial: COM7}", "bus-pirate", SerialPort(url="COM7", baud=115_200)),
        ("{bridge: i2cdriver, serial: /dev/ttyUSB0}", "i2cdriver", SerialPort(url="/dev/ttyUSB0", baud=1_000_000)),
        ("{bridge: usb-iss, serial: /dev/ttyACM0}", "usb-iss", SerialPort(url="/dev/ttyACM0", baud=9600)),
        ("{bridge: bus-pirate, serial: COM7, baud: 9600}", "bus-pirate", SerialPort(url="COM7", baud=9600)),
        ("{bridge: linux, device: /dev/i2c-1}", "linux", SerialPort(url="/dev/i2c-1")),
    ],
)
def test_each_bridge_is_named_and_comes_with_its_usual_speed(
    i2c: str, bridge: str, port: SerialPort, tmp_path: Path
) -> None:
    assert link_of(tmp_path, i2c) == I2cConfig(port=port, address=0x68, bridge=bridge)


@pytest.mark.parametrize(
    ("i2c", "says"),
    [
        ("{bridge: linux, serial: COM7}", "'serial' does not belong to bridge 'linux'"),
        ("{bridge: linux}", "bridge 'linux' without 'device'"),
        ("{bridge: linux, device: /dev/i2c-1, baud: 9600}", "'baud' does not belong to bridge 'linux'"),
        ("{bridge: linux, device: i2c-1}", "i2c-1"),
        ("{bridge: usb-iss, device: /dev/i2c-1, serial: COM7}", "'device' does not belong to bridge 'usb-iss'"),
        ("{bridge: usb-iss}", "bridge 'usb-iss' without 'serial'"),
        ("{bridge: buspirate, serial: COM7}", "bus-pirate"),
    ],
)
def test_a_bridge_that_cannot_be_reached_so_is_refused(i2c: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"bench\.yaml") as caught:
        link_of(tmp_path, i2c)
    assert says in str(caught.value)
