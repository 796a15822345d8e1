"""Starts the firmware once for all tests and plan items; whoever has an emulator starts it here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from firmware import started


@pytest.fixture(scope="session", autouse=True)
def running_firmware() -> Iterator[None]:
    """Have the firmware listen while anything runs."""
    with started():
        yield
