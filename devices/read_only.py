"""What is said when a clock that can only be read is to be set."""

from __future__ import annotations

from harness.device.facts import DeviceFacts
from harness.errors import SafetyRefusal


def refuse_set(facts: DeviceFacts) -> SafetyRefusal:
    """Return the refusal to set a clock that has no command for it, or none that the bench was told of."""
    return SafetyRefusal("read-only-device", f"{facts.id}: nothing is known here that sets this clock; it is only read")
