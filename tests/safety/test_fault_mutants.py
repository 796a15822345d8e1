"""Each class of fault makes a harness with one check taken out fail the matrix's own assertion: so it can fail.

A mutant is a harness patched in one place. The same cell with the harness as it is has nothing to complain of.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import pytest

from harness.engine.bus_worker import BusWorker
from harness.errors import DeviceRefused, LinkError
from harness.judge.observed import Observed
from harness.kernel.device_safety import DeviceSafety
from harness.link import modbus_frames
from harness.link.base import StepRunner
from harness.link.faults.catalogue import CATALOGUE, Place
from harness.link.line import RECEIVE_LIMIT, Line
from harness.link.modbus import ModbusBus
from harness.link.modbus_frames import MbapReply, RtuReply
from harness.procedure import session
from tests.safety.fault_runs import Combination, complaints, run_with

Patch = Callable[[pytest.MonkeyPatch], None]
MODICON, SCPI = "plc/modicon", "instrument/scpi-clock"


def resends_writes(patch: pytest.MonkeyPatch) -> None:
    """A write nobody acknowledged is sent again, as a Modbus library does by default."""
    guarded = StepRunner._guarded

    def twice(runner: StepRunner[Any], question: Any) -> Any:
        try:
            return guarded(runner, question)
        except (LinkError, DeviceRefused):
            return runner.bus.answer(runner.station, question)

    patch.setattr(StepRunner, "_guarded", twice)


def never_drains(patch: pytest.MonkeyPatch) -> None:
    """Whatever lies in the buffer is taken for the next reply."""
    patch.setattr(Line, "_settle", lambda _line, _station: None)
    patch.setattr(Line, "_purge", lambda _line, _station: None)


def keeps_the_rest(patch: pytest.MonkeyPatch) -> None:
    """What comes beyond a reply is kept as the beginning of the next one."""
    never_drains(patch)
    inner = Line._transact
    kept: dict[int, bytes] = {}

    def transact(line: Line, frame: bytes, shape: Any, give_up_ns: int) -> Any:
        rest = kept.pop(id(line), b"")
        length = shape.length(rest) if rest else None
        if length is not None:
            line._transport.write(frame)
            kept[id(line)] = rest[length:] + line._transport.read(0)
            return rest[:length], length, None
        received, length, error = inner(line, frame, shape, give_up_ns)
        if error is None and length is not None and len(received) > length:
            kept[id(line)] = received[length:]
            received = received[:length]
        return received, length, error

    patch.setattr(RtuReply, "_end", lambda _reply, _received, end: end)
    patch.setattr(Line, "_transact", transact)


def takes_any_unit(patch: pytest.MonkeyPatch) -> None:
    """The first sound frame is the reply, whosever it is."""

    def length(reply: RtuReply, received: bytes) -> int | None:
        end = modbus_frames.rtu_length(received)
        if end is None or len(received) < end:
            return None
        reply.frame = received[:end]
        return len(received)

    patch.setattr(RtuReply, "length", length)


def takes_any_function(patch: pytest.MonkeyPatch) -> None:
    """A register is a register, whatever was asked."""
    inner = modbus_frames.decode_reply

    def decode(question: Any, asked: bytes, pdu: bytes) -> Any:
        return inner(question, asked, pdu if pdu[0] & 0x80 else asked[:1] + pdu[1:])

    patch.setattr("harness.link.modbus.decode_reply", decode)


def takes_any_count(patch: pytest.MonkeyPatch) -> None:
    """As many registers as were asked for are taken from the front."""
    patch.setattr(modbus_frames, "_expect_count", lambda _pdu, _count: None)


def takes_any_echo(patch: pytest.MonkeyPatch) -> None:
    """Any acknowledgement is ours."""
    patch.setattr(modbus_frames, "_expect_echo", lambda _echo, _pdu: None)


def takes_any_sum(patch: pytest.MonkeyPatch) -> None:
    """No checksum is looked at."""
    takes_any_unit(patch)


def has_no_deadline(patch: pytest.MonkeyPatch) -> None:
    """Each byte begins the wait anew, and no reply is too long."""

    def transact(line: Line, frame: bytes, shape: Any, give_up_ns: int) -> Any:
        del give_up_ns
        line._transport.write(frame)
        received = b""
        while chunk := line._transport.read(1_000_000_000):
            received += chunk
            try:
                length = shape.length(received) if len(received) < RECEIVE_LIMIT else None
            except (ValueError, LinkError):
                length = None
            if length is not None:
                return received, length, None
        return received, None, LinkError("no-reply", "in the end")

    patch.setattr(Line, "_transact", transact)


def takes_later_for_never(patch: pytest.MonkeyPatch) -> None:
    """An exception that says "later" is taken for a refusal."""
    inner = modbus_frames._refusal
    patch.setattr(
        modbus_frames,
        "_refusal",
        lambda question, pdu: DeviceRefused(pdu[1], "no", raw=pdu) if len(pdu) == 2 else inner(question, pdu),
    )


def takes_a_refused_read_for_a_refused_set(patch: pytest.MonkeyPatch) -> None:
    """A refusal anywhere within a set is the set's."""
    inner = StepRunner._answer

    def answer(runner: StepRunner[Any], question: Any) -> Any:
        resume = inner(runner, question)
        runner.refused_read = None
        return resume

    patch.setattr(StepRunner, "_answer", answer)


def takes_any_transaction(patch: pytest.MonkeyPatch) -> None:
    """The transaction number is not looked at, nor is the protocol's."""

    def length(reply: MbapReply, received: bytes) -> int | None:
        if len(received) < 8:
            return None
        end = 6 + struct.unpack_from(">H", received, 4)[0]
        if len(received) < end:
            return None
        reply.frame = received[:end]
        return len(received)

    patch.setattr(MbapReply, "length", length)
    # Only our own codec: pymodbus behind it would refuse the number a second time.
    patch.setattr("harness.link.opening._pymodbus", _without_pymodbus)


def _without_pymodbus(line: Line, *, is_tcp: bool) -> Any:
    return ModbusBus(line, is_tcp=is_tcp)


def never_reopens(patch: pytest.MonkeyPatch) -> None:
    """A bus is opened by its first job and never again."""
    inner = BusWorker._perform

    def perform(worker: BusWorker, job: Any) -> Any:
        job.is_begun = worker.bus.generation > 0
        return inner(worker, job)

    patch.setattr(BusWorker, "_perform", perform)


def believes_any_name(patch: pytest.MonkeyPatch) -> None:
    """Whoever answers is the device."""
    patch.setattr(DeviceSafety, "_find_wrong", lambda _safety, _identity: "")


def repeats_the_last_reading(patch: pytest.MonkeyPatch) -> None:
    """Where nothing came, the last good reply stands in, as many gateways do."""
    inner = Line._transact
    last: dict[bytes, tuple[bytes, int]] = {}

    def transact(line: Line, frame: bytes, shape: Any, give_up_ns: int) -> Any:
        received, length, error = inner(line, frame, shape, give_up_ns)
        if error is None:
            last[frame] = (received, length or 0)
        elif frame in last:
            received, length = last[frame]
            shape.length(received)
            return received, length, None
        return received, length, error

    patch.setattr(Line, "_transact", transact)


def looks_at_no_date(patch: pytest.MonkeyPatch) -> None:
    """Every reading is right."""
    patch.setattr(Observed, "is_right", property(lambda _one: True))
    patch.setattr("harness.judge.views._elapsed", lambda _right, _facts: iter(()))


def forgets_how_long_it_took(patch: pytest.MonkeyPatch) -> None:
    """An exchange has one time, the one at which its reply was had."""
    inner = StepRunner._finished

    def finished(runner: StepRunner[Any], result: Any) -> Any:
        outcome = inner(runner, result)
        outcome.sent_ns = outcome.received_ns
        return outcome

    patch.setattr(StepRunner, "_finished", finished)


def takes_any_acknowledgement(patch: pytest.MonkeyPatch) -> None:
    """A set that went out without an error and is not shown was ignored, whoever said that it was taken."""
    patch.setattr("harness.judge.setting.is_ignored", lambda *_: True)


CASES: tuple[tuple[str, Patch, Combination], ...] = (
    ("no-reply", resends_writes, Combination(model=MODICON, on="memory", fault="no-reply@set-to-ack")),
    (
        "no-reply",
        takes_any_acknowledgement,
        Combination(model=SCPI, on="memory", fault="no-reply:request-lost@set-to-ack"),
    ),
    (
        "device-reboots",
        takes_any_acknowledgement,
        Combination(model="rtc/ds1307", on="memory", fault="device-reboots@set-to-ack"),
    ),
    ("late-reply", never_drains, Combination(model=MODICON, on="memory", fault="late-reply@polling*6")),
    ("duplicate-reply", keeps_the_rest, Combination(model=MODICON, on="memory", fault="duplicate-reply@polling*9")),
    ("other-unit", takes_any_unit, Combination(model=MODICON, on="memory", fault="other-unit@polling+3*9")),
    ("wrong-function", takes_any_function, Combination(model=MODICON, on="memory", fault="wrong-function@polling+3*9")),
    ("wrong-count", takes_any_count, Combination(model=MODICON, on="memory", fault="wrong-count@polling+3*9")),
    ("wrong-echo", takes_any_echo, Combination(model=MODICON, on="memory", fault="wrong-echo@set-to-ack")),
    ("bad-checksum", takes_any_sum, Combination(model=MODICON, on="memory", fault="bad-checksum@polling+3*9")),
    ("line-noise", takes_any_sum, Combination(model=MODICON, on="memory", fault="line-noise:inside@polling+3*9")),
    ("babble", has_no_deadline, Combination(model=MODICON, on="memory", fault="babble:slow@polling")),
    ("partial-reply", has_no_deadline, Combination(model=MODICON, on="memory", fault="partial-reply:slow@identify")),
    (
        "exception-reply",
        takes_later_for_never,
        Combination(model=MODICON, on="memory", fault="exception-reply:6@set-to-ack"),
    ),
    (
        "exception-reply",
        takes_a_refused_read_for_a_refused_set,
        Combination(model=MODICON, on="memory", fault="exception-reply:6@polling"),
    ),
    (
        "wrong-transaction",
        takes_any_transaction,
        Combination(model=MODICON, on="tcp", fault="wrong-transaction:other@polling+3*9"),
    ),
    ("connection-lost", never_reopens, Combination(model=MODICON, on="memory", fault="connection-lost@polling")),
    ("unplugged", never_reopens, Combination(model=MODICON, on="memory", fault="unplugged@polling+6")),
    ("port-shared", keeps_the_rest, Combination(model=MODICON, on="memory", fault="port-shared@polling+3*9")),
    ("other-device", believes_any_name, Combination(model=SCPI, on="memory", fault="other-device@before-set")),
    (
        "device-reboots",
        repeats_the_last_reading,
        Combination(model=MODICON, on="memory", fault="device-reboots@polling+3"),
    ),
    (
        "device-clock-wrong",
        looks_at_no_date,
        Combination(model=MODICON, on="memory", fault="no-reply@identify", is_sound=False),
    ),
    (
        "burst-latency",
        forgets_how_long_it_took,
        Combination(model=MODICON, on="memory", fault="burst-latency:jitter*always"),
    ),
)


@pytest.mark.parametrize(("name", "mutate", "one"), CASES, ids=[f"{case[0]}-{case[1].__name__}" for case in CASES])
def test_a_harness_without_the_check_is_caught(
    name: str, mutate: Patch, one: Combination, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sound harness: nothing to say. Mutant: the same assertion fails."""
    del name
    assert [] == complaints(one, run_with(one))
    with monkeypatch.context() as patch:
        mutate(patch)
        assert complaints(one, run_with(one))


def test_an_adapter_pulled_out_at_the_restore_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first duty: three seconds later it is back, and so is the clock. Without the wait the clock is owed."""
    one = Combination(model=MODICON, on="memory", fault="unplugged@restore")
    assert () == run_with(one).owed
    with monkeypatch.context() as patch:
        patch.setattr(session, "REPLUG_NS", 0)
        assert ("one",) == run_with(one).owed


def test_every_class_of_the_line_has_a_mutant() -> None:
    """A class whose tests no mutant can fail proves nothing."""
    due = {row.name for row in CATALOGUE.values() if row.place is Place.LINE} | {"device-clock-wrong"}
    assert due == {name for name, _, _ in CASES}
