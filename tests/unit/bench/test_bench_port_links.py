"""How a bench file names a chip on three wires or in a board, what it gets wrong, and how it is spelt again."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from devices.registry import Registry
from harness.bench.loader import load_bench
from harness.bench.model import Bench, BenchDevice, Client, Simulation
from harness.bench.served import served_bench_text
from harness.errors import BenchError
from harness.link.config import LinkConfig, ParallelConfig, RegisterWindow, SerialPort, ThreeWireConfig

BENCH = """\
bench: b
client: {{name: Test, sector: other, size: 1-9, language: en}}
devices:
  clock:
    model: {model}
    link: {link}
    in-service: no
    outputs: isolated
    log: backed-up
"""


def link_of(folder: Path, model: str, link: str) -> LinkConfig | None:
    (folder / "bench.yaml").write_text(BENCH.format(model=model, link=link), encoding="utf-8")
    return load_bench(folder / "bench.yaml", Registry()).devices[0].link


PC = RegisterWindow(device="/dev/port", base=0x70, stride=0)
AMIGA = RegisterWindow(device="/dev/mem", base=0xDC0000, stride=4)
LINKS = [
    (
        "rtc/ds1302",
        "{three-wire: {bridge: bus-pirate, serial: COM7}}",
        ThreeWireConfig(port=SerialPort(url="COM7", baud=115_200)),
    ),
    (
        "rtc/mc146818",
        "{parallel: {console: /dev/ttyUSB0, device: /dev/port, base: 0x70, stride: 0}}",
        ParallelConfig(port=SerialPort(url="/dev/ttyUSB0", baud=115_200), window=PC),
    ),
    (
        "rtc/msm6242",
        "{parallel: {console: COM3, baud: 9600, device: /dev/mem, base: 0xDC0000, stride: 4, user: admin}}",
        ParallelConfig(port=SerialPort(url="COM3", baud=9600), window=AMIGA, user="admin"),
    ),
]


@pytest.mark.parametrize(("model", "link", "config"), LINKS, ids=[model for model, _, _ in LINKS])
def test_a_chip_without_i2c_is_reached_as_its_bench_says(
    model: str, link: str, config: LinkConfig, tmp_path: Path
) -> None:
    assert link_of(tmp_path, model, link) == config


@pytest.mark.parametrize(
    ("model", "link", "says"),
    [
        ("rtc/ds1302", "{three-wire: {bridge: sc18im700, serial: COM7}}", "'sc18im700' is no three-wire bridge"),
        ("rtc/ds1302", "{three-wire: {bridge: bus-pirate}}", "'serial' is missing"),
        ("rtc/ds1302", "{serial: COM7}", "three-wire"),
        (
            "rtc/mc146818",
            "{parallel: {console: COM7, device: /dev/port, base: 0x71, stride: 0}}",
            "0x71 is odd; expected the even address of an index, data above it",
        ),
        ("rtc/mc146818", "{parallel: {console: COM7, device: /dev/sda, base: 0x70, stride: 0}}", "'/dev/sda' is no"),
        ("rtc/mc146818", "{parallel: {console: COM7, device: /dev/port, stride: 0}}", "'base' is missing"),
        (
            "rtc/mc146818",
            "{parallel: {console: COM7, device: /dev/port, base: 0x70, stride: 0, user: a b}}",
            "expected one plain word",
        ),
    ],
)
def test_a_chip_that_cannot_be_reached_so_is_refused(model: str, link: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"bench\.yaml") as caught:
        link_of(tmp_path, model, link)
    assert says in str(caught.value)


@pytest.mark.parametrize(("model", "link", "config"), LINKS, ids=[model for model, _, _ in LINKS])
def test_a_served_chip_is_spelt_as_a_bench_file_reads_it(
    model: str, link: str, config: LinkConfig, tmp_path: Path
) -> None:
    del link
    device = BenchDevice(name="clock", model=model, simulate=Simulation(on="pty"))
    bench = Bench(name="b", client=Client(), location="", devices=(device,), path=Path("bench.yaml"), text="")
    spelt = yaml.safe_load(served_bench_text(bench, {"clock": config}))["devices"]["clock"]["link"]
    assert link_of(tmp_path, model, yaml.safe_dump(spelt, default_flow_style=True).strip()) == config
