"""The 28 classes of faults a run must survive, each with what injects it and the tests that hold the harness to it.

A class of another place than the line cannot be put on a wire; its row names the layer where it is injected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

MATRIX = "tests/safety/test_fault_matrix.py"
MUTANTS = "tests/safety/test_fault_mutants.py"
OTHERS = "tests/safety/test_fault_off_the_line.py"

ALL_FRAMINGS = ("rtu", "mbap", "stream", "lines", "i2c")
"""Modbus RTU and TCP, plain bytes, lines of text, an I2C bridge on a serial line."""
MODBUS = ("rtu", "mbap")


class Place(StrEnum):
    """Where a fault is injected."""

    LINE = "line"  # the wire, or the simulated device at its end
    DEVICE = "device"  # the simulator, as a named bug
    HOST = "host"  # the clock handed to the engine
    DISK = "disk"  # the file layer under the journal
    PROCESS = "process"  # signals and kills of a child process
    PERSON = "person"  # the answers to prompts
    FILES = "files"  # what lies in a bench's or a run's folder


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultClass:
    """One class.

    Attributes:
        number: its place in the catalogue, 1 to 28.
        injector: ``module:name`` of what injects it.
        tests: files that run it.
        variants: the forms it takes; the first stands when none is named.
        framings: where on the line it means anything.
    """

    number: int
    name: str
    says: str
    place: Place
    injector: str
    tests: tuple[str, ...]
    variants: tuple[str, ...] = ("plain",)
    framings: tuple[str, ...] = ALL_FRAMINGS


def _line(
    number: int, name: str, says: str, variants: tuple[str, ...] = ("plain",), framings: tuple[str, ...] = ALL_FRAMINGS
) -> FaultClass:
    return FaultClass(
        number=number,
        name=name,
        says=says,
        place=Place.LINE,
        injector="harness.link.faults.injector:Injector",
        tests=(MATRIX, MUTANTS),
        variants=variants,
        framings=framings,
    )


def _off(number: int, name: str, says: str, place: Place, injector: str, *tests: str) -> FaultClass:
    return FaultClass(number=number, name=name, says=says, place=place, injector=injector, tests=tests)


_EXCEPTIONS = ("1", "2", "3", "4", "5", "6", "8", "10", "11", "66")
_TRANSACTIONS = ("zero", "other", "reused", "protocol", "length-0", "length-65535")

_ROWS = (
    _line(1, "no-reply", "the device stays silent; or never had the request", ("reply-lost", "request-lost")),
    _line(2, "late-reply", "the reply comes after the deadline, on its way into the next exchange"),
    _line(3, "duplicate-reply", "the reply comes twice", ("together", "apart")),
    _line(4, "other-unit", "another unit's reply comes before ours, or in its place", ("before", "instead"), MODBUS),
    _line(5, "wrong-function", "a sound frame with another function code", framings=MODBUS),
    _line(6, "wrong-count", "too few, an odd number, or too many bytes", ("long", "short", "odd"), MODBUS),
    _line(7, "wrong-echo", "an acknowledgement of another address or count", ("address", "count"), MODBUS),
    _line(8, "bad-checksum", "a bit of the reply is flipped", framings=("rtu", "stream")),
    _line(
        9,
        "line-noise",
        "bytes of noise before, inside or after the reply",
        ("inside", "before", "after"),
        ("rtu", "stream", "lines", "i2c"),
    ),
    _line(10, "babble", "the line never falls quiet", ("fast", "slow")),
    _line(11, "partial-reply", "half a reply and then silence; or a byte every 50 ms", ("cut", "slow")),
    _line(12, "exception-reply", "a Modbus exception", _EXCEPTIONS, MODBUS),
    _line(13, "wrong-transaction", "a header that is not our transaction's", _TRANSACTIONS, ("mbap",)),
    _line(14, "connection-lost", "reset, closed in mid-frame, or gone silent for good", ("reset", "fin", "half-open")),
    _line(15, "unplugged", "the adapter goes, and comes back after three seconds or never", ("replugged", "for-good")),
    _line(16, "port-shared", "another program's reply is on the line too"),
    _line(17, "other-device", "another device answers on this wire from here on"),
    _line(18, "device-reboots", "the device starts anew, with its clock or without it", ("keeps-clock", "loses-clock")),
    _off(
        19,
        "device-clock-wrong",
        "the device's clock itself is wrong: stops, jumps, goes back, goes to 1900",
        Place.DEVICE,
        "devices.simulation.bugs:CATALOGUE",
        "tests/engine/test_must_catch.py",
        MATRIX,
        MUTANTS,
    ),
    _line(20, "burst-latency", "bytes held back and let go in bursts; replies that jitter", ("bursts", "jitter")),
    _off(
        21,
        "host-clock-steps",
        "the host's wall clock steps",
        Place.HOST,
        "devices.simulation.host_time:HostTime",
        OTHERS,
    ),
    _off(22, "host-suspends", "the host sleeps", Place.HOST, "devices.simulation.host_time:HostTime", OTHERS),
    _off(
        23,
        "disk-fails",
        "full, read-only, broken or slow",
        Place.DISK,
        "harness.journal.files:Files",
        "tests/safety/test_journal_disk_faults.py",
        OTHERS,
    ),
    _off(
        24,
        "process-stopped",
        "a signal, a kill, a power cut",
        Place.PROCESS,
        "harness.engine.signals:stop_on_signals",
        "tests/safety/test_signals.py",
        "tests/safety/test_crash_points.py",
        OTHERS,
    ),
    _off(
        25,
        "operator-absent",
        "nobody answers, or the answer is no answer",
        Place.PERSON,
        "harness.engine.campaign:nobody_there",
        OTHERS,
    ),
    _off(
        26,
        "bench-contended",
        "a second run on a bench that is taken, or that owes a restore",
        Place.PROCESS,
        "harness.engine.locks:hold",
        "tests/safety/test_locks.py",
        OTHERS,
    ),
    _off(
        27,
        "hostile-text",
        "a device names itself in control characters, markup, or without end",
        Place.DEVICE,
        "devices.simulation.setup:SimulatorSetup",
        OTHERS,
    ),
    _off(
        28,
        "files-changed",
        "plan and bench are edited between the crash and the recovery",
        Place.FILES,
        "harness.engine.recover:recover_run",
        OTHERS,
    ),
)

CATALOGUE: Mapping[str, FaultClass] = MappingProxyType({row.name: row for row in _ROWS})
