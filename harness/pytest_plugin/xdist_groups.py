"""Keeps devices that share a wire or a supply on one xdist worker (``--dist loadgroup``).

xdist's own group marks reach it through an attribute that pytest 9 no longer has (xdist 3.8), so the scheduler is told
here. Registered only where xdist is installed and a bench is named.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from harness.pytest_plugin.crossings import bench_of
from harness.pytest_plugin.items import group_of


class BySharedWire(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Hands out whole groups."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        self._groups = {device.name: group_of(device) for device in bench_of(config).devices}

    def _split_scope(self, nodeid: str) -> str:
        """Return the group of a crossing (``plan.yaml::device::edge::variant``); any other test is its own."""
        plan, _, rest = nodeid.partition("::")
        group = self._groups.get(rest.partition("::")[0])
        return nodeid if group is None else f"{plan}::{group}"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> BySharedWire | None:
    """Take over from ``--dist loadgroup`` only."""
    return BySharedWire(config, log) if config.getvalue("dist") == "loadgroup" else None
