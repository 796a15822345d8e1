"""Hooks and options. Everything heavy is imported only once a plan is collected with ``--bench``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from harness.pytest_plugin.items import PlanFile

PLAN_SUFFIXES = {".yaml", ".yml"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the bench's options."""
    group = parser.getgroup("rollover", "rollover bench")
    group.addoption("--bench", metavar="FILE", help="bench file; plan files given to pytest are then collected")
    group.addoption("--rollover-runs", metavar="DIR", default="runs", help="where run folders are made (default: runs)")
    group.addoption("--rollover-yes", action="store_true", help="the clocks of real devices on the bench may be set")
    group.addoption("--rollover-real-time", action="store_true", help="wait in real time although all is simulated")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks that the items carry."""
    config.addinivalue_line("markers", "rollover(device, edge, variant): one crossing of one device")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> PlanFile | None:
    """Collect a plan when a bench is named; any other YAML file is left alone."""
    if parent.config.getoption("--bench") is None or file_path.suffix not in PLAN_SUFFIXES:
        return None
    if not parent.session.isinitpath(file_path):
        return None  # only plans named on the command line: a folder of YAML is not a folder of plans
    from harness.pytest_plugin.items import PlanFile  # noqa: PLC0415 - heavy, and of no use without --bench

    collected: PlanFile = PlanFile.from_parent(parent, path=file_path)
    return collected
