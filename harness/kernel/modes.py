"""How far a run may go with a device."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """Observe is the default; nothing is written unless a person armed the run."""

    OBSERVE = "observe"  # reads only
    DRY_RUN = "dry-run"  # frames are shown, none is sent
    ARMED = "armed"  # the plan asks for it, and the operator said so
