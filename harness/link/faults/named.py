"""How a fault is named: ``NAME[:VARIANT][@PHASE][+SKIP][*TIMES]``, in a bench file and on the command line.

``late-reply@polling`` strikes the first exchange of that phase; ``no-reply@restore+2*3`` lets two pass and strikes three;
``*always`` strikes as long as the phase lasts. Without a phase a fault strikes anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from harness.link.faults.catalogue import CATALOGUE, FaultClass, Place

ALWAYS = 1 << 30
_FORM = re.compile(
    r"(?P<name>[a-z0-9-]+)(?::(?P<variant>[a-z0-9-]+))?(?:@(?P<phase>[a-z-]+))?"
    r"(?:\+(?P<skip>\d{1,4}))?(?:\*(?P<times>\d{1,6}|always))?"
)


class Phase(StrEnum):
    """Where in a run a fault strikes."""

    IDENTIFY = "identify"  # until the first crossing begins
    BEFORE_SET = "before-set"  # from there to the set
    SET_TO_ACK = "set-to-ack"  # the set's own exchange
    POLLING = "polling"  # from there to the end of the crossings
    ROLLOVER = "rollover"  # of that, while the device is within a second of the edge
    RESTORE = "restore"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFault:
    """One fault as somebody asked for it.

    Attributes:
        phase: None for anywhere.
        skip: exchanges of the phase that are let pass first.
        times: exchanges that are struck.
    """

    row: FaultClass
    variant: str
    phase: Phase | None = None
    skip: int = 0
    times: int = 1

    @property
    def name(self) -> str:
        """The class's name."""
        return self.row.name


def parse_fault(text: str) -> NamedFault:
    """Return the fault a text names.

    Raises:
        ValueError: it names none that a line or a simulated device can be given; the text says why.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"'{text}' is no fault; the form is NAME[:VARIANT][@PHASE][+SKIP][*TIMES]")
    row = CATALOGUE.get(found["name"])
    if row is None:
        raise ValueError(f"there is no fault '{found['name']}'")
    if row.place is not Place.LINE:
        raise ValueError(f"'{row.name}' is no fault of a line; it is injected by {row.injector}")
    variant = found["variant"] or row.variants[0]
    if variant not in row.variants:
        raise ValueError(f"'{row.name}' has no variant '{variant}', only {', '.join(row.variants)}")
    try:
        phase = Phase(found["phase"]) if found["phase"] else None
    except ValueError:
        raise ValueError(f"there is no phase '{found['phase']}', only {', '.join(Phase)}") from None
    times = found["times"] or "1"
    return NamedFault(
        row=row,
        variant=variant,
        phase=phase,
        skip=int(found["skip"] or 0),
        times=ALWAYS if times == "always" else int(times),
    )
