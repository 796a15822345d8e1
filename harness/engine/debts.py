"""No run starts while its bench owes a restore: the clock would be found at a test date and put back to it."""

from __future__ import annotations

from pathlib import Path

from harness.errors import SafetyRefusal
from harness.journal.obligations import scan_runs


def refuse_while_owed(runs: Path, bench: str) -> None:
    """Refuse when an earlier run of the bench of this name left a clock that is not back.

    Raises:
        SafetyRefusal: ``obligation-open``, naming the devices and the run folder.
    """
    debts = scan_runs(runs, bench)
    if not debts:
        return
    devices = ", ".join(sorted({owed.device for debt in debts for owed in debt.obligations})) or "any device"
    folders = ", ".join(str(debt.folder) for debt in debts)
    raise SafetyRefusal("obligation-open", f"the clock of {devices} is not back yet; first: rollover recover {folders}")
