"""Starts the firmware for the whole session; whoever has an emulator starts it here.

In hooks and not in a fixture: a plan's items are no functions and ask for none.
"""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from firmware import started

RUNNING = pytest.StashKey[ExitStack]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Have the firmware listen."""
    session.stash[RUNNING] = ExitStack()
    session.stash[RUNNING].enter_context(started())


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop it."""
    session.stash[RUNNING].close()
