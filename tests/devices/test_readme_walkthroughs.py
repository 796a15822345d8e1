"""The README's walk-throughs, done as written."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import devices
from devices.registry import Registry
from devices.simulation.setup import SimulatorSetup
from devices.trait_table import README, trait_markdown, with_table
from harness.clock import VirtualClock
from harness.link.base import StepRunner, run_blocking
from harness.link.config import MemoryConfig
from harness.link.opening import make_bus

ROOT = Path(devices.__file__).parent
TESTS = Path(__file__).parent
SECOND_NS = 1_000_000_000
AT_2026_09_16_09_30_22 = 1_789_551_022
AT_1999_12_31_23_59_00 = 946_684_740


class AllowWrites:
    """Stands in for the safety kernel: there is nothing on this bench to be kept safe."""

    def before(self, question: object, frame: bytes) -> None:
        """Allow."""

    def after(self, question: object, outcome: str) -> None:
        """Note nothing."""


def files_of_readme() -> dict[str, str]:
    """Return the fenced blocks that begin with a file's name."""
    found = re.findall(r"```(?:yaml|python)\n# (\S+)\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    return dict(found)


def test_the_readme_has_the_files_that_are_walked_through() -> None:
    assert list(files_of_readme()) == [
        "my-dryer.yaml",
        "devices/rtc/my_chip/__init__.py",
        "devices/rtc/my_chip/driver.py",
        "devices/rtc/my_chip/golden.yaml",
    ]


def test_a_modbus_clock_is_one_yaml_file(tmp_path: Path) -> None:
    """Read, set to the last minute of 1999, watched into 2000, and put back; no Python was written for it."""
    (tmp_path / "my-dryer.yaml").write_text(files_of_readme()["my-dryer.yaml"], encoding="utf-8")
    clock, registry = VirtualClock(0), Registry()
    setup = SimulatorSetup(clock=clock, initial_seconds=AT_2026_09_16_09_30_22)
    simulator = registry.make_simulator("agri/my-dryer", setup, tmp_path)
    config = MemoryConfig(name="dryer", receive=simulator.receive, protocol="modbus", address=simulator.station)
    bus = make_bus(config, sink=lambda record: record.sent_ns, clock=clock)
    bus.open()
    driver = registry.make_driver("agri/my-dryer", {}, tmp_path)
    form = driver.facts.form

    def read() -> str:
        runner = StepRunner(driver.read_clock(), bus, simulator.station, clock)
        return run_blocking(runner).value.fields.text()

    def set_to(seconds: int) -> None:
        steps = driver.set_clock(form.express(seconds))
        run_blocking(StepRunner(steps, bus, simulator.station, clock, AllowWrites()))

    assert read() == "26-09-16 09:30:22"
    set_to(AT_1999_12_31_23_59_00)
    assert read() == "99-12-31 23:59:00"
    clock.advance_to(clock.now_ns() + 60 * SECOND_NS)
    assert read() == "00-01-01 00:00:00"
    assert form.resolve(run_blocking(StepRunner(driver.read_clock(), bus, simulator.station, clock)).value.fields) == (
        AT_1999_12_31_23_59_00 + 60
    )
    set_to(AT_2026_09_16_09_30_22)
    assert read() == "26-09-16 09:30:22"


@pytest.mark.wire
def test_a_chip_is_one_folder_and_is_held_to_every_rule(tmp_path: Path) -> None:
    """The folder is put into a copy of the devices, where the registry and the rules must find it by themselves."""
    shutil.copytree(ROOT, tmp_path / "devices", ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in files_of_readme().items():
        if name.startswith("devices/"):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for name in ("conftest.py", "test_contract.py", "test_golden.py"):
        shutil.copy(TESTS / name, tmp_path / name)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n", encoding="utf-8")
    options = ["-q", "-p", "no:cacheprovider", "-k", "my-chip or my_chip"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    passed = re.search(r"(\d+) passed", run.stdout)
    assert passed is not None
    assert int(passed[1]) >= 20, run.stdout


def test_the_readmes_table_is_the_models() -> None:
    """``python -m devices.trait_table`` writes it."""
    text = README.read_text(encoding="utf-8")
    assert text == with_table(text, trait_markdown(Registry()))


def test_every_room_of_the_readme_exists() -> None:
    named = re.findall(r"^\| ([a-z_]+(?:\.py|/)) \|", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_a_readme_without_a_place_for_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        with_table("# Devices\n", "| model |\n")
