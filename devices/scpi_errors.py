"""The SCPI error queue, as every instrument of the standard keeps it; what an error means is the instrument's."""

from __future__ import annotations

import re

from harness.device.asks import Query, Steps, ask
from harness.errors import DeviceRefused, LinkError

_ERROR = re.compile(r"\s*([+-]?\d+)\s*(?:,\s*(.*))?")
_LONGEST_QUEUE = 30


def read_error() -> Steps[tuple[int, str]]:
    """Take the oldest error off the queue; number 0 when it is empty."""
    reply = yield from ask(Query(text="SYST:ERR?", timing=False))
    match = _ERROR.fullmatch(reply)
    if match is None:
        raise LinkError("bad-frame", f"'{reply}' is no reply to SYST:ERR?", raw=reply.encode("ascii"))
    return int(match[1]), (match[2] or "").strip().strip('"')


def empty_errors() -> Steps[None]:
    """Take old errors off the queue, so that the next one is ours.

    Raises:
        LinkError: the queue never gets empty.
    """
    for _ in range(_LONGEST_QUEUE):
        number, _ = yield from read_error()
        if not number:
            return
    raise LinkError("errors-without-end", f"SYST:ERR? still gives errors after {_LONGEST_QUEUE}")


def expect_no_error(after: str) -> Steps[None]:
    """Check that the command just sent was taken.

    Raises:
        DeviceRefused: the queue holds an error.
    """
    number, says = yield from read_error()
    if number:
        raise DeviceRefused(number, f"{after}: {says or 'refused'}", raw=f"{number},{says}".encode("ascii", "replace"))
