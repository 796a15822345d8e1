"""A method of several exchanges is believed only when nothing lay on the line between them."""

from __future__ import annotations

import pytest

from harness.clock import VirtualClock
from harness.device.asks import Query, Steps, ask
from harness.errors import LinkError
from harness.link.base import StepRunner
from harness.link.line import Line
from harness.link.scpi import ScpiBus
from harness.records import WireRecord


class Shifted:
    """A peer whose reply to the first question comes twice: the copy is heard as the reply to the second."""

    def __init__(self, *replies: bytes) -> None:
        self.replies = list(replies)
        self.waiting: list[bytes] = []

    def open(self) -> None: ...

    def close(self) -> None: ...

    def write(self, frame: bytes) -> None:
        del frame
        self.waiting.append(self.replies.pop(0))

    def read(self, wait_ns: int) -> bytes:
        if not wait_ns and len(self.waiting) > 0:
            return self.waiting.pop(0)
        return self.waiting.pop(0) if self.waiting else b""


def date_and_time() -> Steps[tuple[str, str]]:
    date = yield from ask(Query(text="DATE?"))
    time_of_day = yield from ask(Query(text="TIME?"))
    return date, time_of_day


def runner_over(transport: Shifted) -> StepRunner[tuple[str, str]]:
    records: list[WireRecord] = []

    def sink(record: WireRecord) -> int:
        records.append(record)
        return len(records)

    clock = VirtualClock(0)
    line = Line(name="meter", transport=transport, sink=sink, clock=clock, latency_ns=0, waits_by=clock)
    line.open()
    return StepRunner(steps=date_and_time(), bus=ScpiBus(line), station=None, clock=clock)


def test_bytes_between_two_exchanges_of_one_method_make_it_no_answer() -> None:
    """They may be the true reply to the first question, which then had another's."""
    transport = Shifted(b"1999,12,31\n", b"23,59,50\n")
    runner = runner_over(transport)
    inner = transport.write

    def write(frame: bytes) -> None:
        inner(frame)
        if frame == b"DATE?\n":
            transport.waiting.append(b"1999,12,31\n")

    transport.write = write  # type: ignore[method-assign]
    with pytest.raises(LinkError) as caught:
        runner.advance()
    assert "out-of-step" == caught.value.kind


def test_a_quiet_line_between_them_is_believed() -> None:
    """So that the test above can fail."""
    finished = runner_over(Shifted(b"1999,12,31\n", b"23,59,50\n")).advance()
    assert ("1999,12,31", "23,59,50") == getattr(finished, "value", None)
