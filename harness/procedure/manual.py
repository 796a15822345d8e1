"""A single action outside a plan: set one clock, recorded like everything else."""

from __future__ import annotations

from harness.errors import DeviceRefused, LinkError, SafetyRefusal
from harness.procedure.asks import Procedure, RunStopped, SetClock, ask
from harness.procedure.session import take_over
from harness.procedure.subject import Subject, confirm_identity, fault_code, read_surely, report
from harness.records import Role


def set_and_leave(subject: Subject, target: int) -> Procedure[None]:
    """Set a clock to civil seconds and leave it there; the promise to put it back stays open, and is listed."""
    try:
        yield from take_over(subject)
        yield from confirm_identity(subject)
        yield from ask(SetClock(target=target))
        yield from read_surely(subject, Role.READ_BACK)
    except (LinkError, DeviceRefused, SafetyRefusal) as error:
        code = error.rule if isinstance(error, SafetyRefusal) else fault_code(error)
        yield from report(code, str(error), spoils=True)
    except RunStopped:
        return
