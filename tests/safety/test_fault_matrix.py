"""Every class of fault, in every phase of a run, on every transport: right or undetermined, never wrong, never stuck.

The simulated devices' own records are the account. CI runs a fixed slice; ``ROLLOVER_LONG=1`` runs every cell.
"""

from __future__ import annotations

import os

import pytest

from harness.records import Verdict
from tests.safety.fault_cells import (
    LINE_CLASSES,
    LOST_IN_HALVES,
    LOST_ON_A_STREAM,
    cells,
    slice_of_memory,
    slice_of_wires,
)
from tests.safety.fault_runs import Combination, complaints, run_with

IS_LONG = os.environ.get("ROLLOVER_LONG") == "1"
MEMORY = tuple(cells("memory", defective=True) if IS_LONG else slice_of_memory())
WIRES = tuple(
    [
        *cells("pty", ("plc/modicon", "agri/davis-vantage"), defective=False),
        *cells("tcp", ("plc/modicon", "instrument/scpi-clock"), defective=False),
    ]
    if IS_LONG
    else slice_of_wires()
)
REAL_TIME = ("plc/modicon",) if not IS_LONG else ("plc/modicon", "agri/davis-vantage", "rtc/ds1307")


@pytest.mark.parametrize("one", MEMORY, ids=str)
def test_a_fault_in_memory_never_makes_a_wrong_verdict(one: Combination) -> None:
    """Virtual time: a late reply is late by the run's own clock."""
    assert [] == complaints(one, run_with(one))


@pytest.mark.wire
@pytest.mark.parametrize("one", WIRES, ids=str)
def test_a_fault_on_a_real_wire_never_makes_a_wrong_verdict(one: Combination) -> None:
    """Real bytes through a proxy; only the device's time is virtual."""
    assert [] == complaints(one, run_with(one))


@pytest.mark.wire
@pytest.mark.parametrize("model", REAL_TIME)
def test_an_adapter_that_comes_back_is_identified_again_and_the_clock_put_back(model: str) -> None:
    """In real time: the pty is closed, three seconds later another stands under the same stable name."""
    one = Combination(model=model, on="pty", fault="unplugged@polling+6", in_real_time=True)
    seen = run_with(one)
    assert [] == complaints(one, seen)
    assert "connection-lost" in seen.incidents


def test_the_matrix_is_as_large_as_it_must_be() -> None:
    """At least 600 cells, all classes of the line among them, and each of the three transports."""
    every = [
        *cells("memory", defective=True),
        *cells("pty", ("plc/modicon", "agri/davis-vantage"), defective=False),
        *cells("tcp", ("plc/modicon", "instrument/scpi-clock"), defective=False),
    ]
    assert len(every) >= 600
    assert {row.name for row in LINE_CLASSES} == {one.named.name for one in every}
    assert {"memory", "pty", "tcp"} == {one.on for one in every}


@pytest.mark.parametrize(
    ("model", "place", "code"),
    [
        *(("agri/davis-vantage", place, "set-outcome-unknown") for place in LOST_ON_A_STREAM),
        *(("instrument/scpi-clock", place, "set-not-taken") for place in ("set-to-ack", *LOST_IN_HALVES)),
        ("rtc/ds1307", "set-to-ack", "set-not-taken"),
    ],
)
def test_a_write_that_is_lost_is_the_one_that_was_meant(model: str, place: str, code: str) -> None:
    """Where a write is counted out, the count is of this harness: another exchange more, and it strikes a read."""
    seen = run_with(Combination(model=model, on="memory", fault=f"no-reply:request-lost@{place}"))
    assert code in {finding.code for finding in seen.findings}
    assert Verdict.NOT_DETERMINED is seen.verdict


def test_a_run_without_a_fault_conforms_and_a_defective_device_does_not() -> None:
    """The ground the matrix stands on: a fault that never strikes changes nothing."""
    sound = Combination(model="plc/modicon", on="memory", fault="no-reply@identify+999")
    defective = Combination(model="plc/modicon", on="memory", fault="no-reply@identify+999", is_sound=False)
    assert Verdict.CONFORMS is run_with(sound).verdict
    assert Verdict.DOES_NOT_CONFORM is run_with(defective).verdict
