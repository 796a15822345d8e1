"""Faults named on the command line, put on the wires of a bench's simulated devices."""

from __future__ import annotations

from dataclasses import replace

from harness.bench.model import Bench
from harness.errors import BenchError, Mistake
from harness.link.faults.named import parse_fault


def with_faults(bench: Bench, faults: tuple[str, ...]) -> Bench:
    """Return the bench with these faults on every simulated device, beside those its file names.

    Raises:
        BenchError: a fault is not known, or the bench has a real device, on whose wire nothing is ever put.
    """
    if not faults:
        return bench
    says = [str(mistake) for mistake in map(_mistake_in, faults) if mistake]
    says += [f"'{device.name}' is no simulated device" for device in bench.devices if device.simulate is None]
    if says:
        raise BenchError([Mistake(str(bench.path), 1, 1, f"--fault: {what}") for what in says])
    devices = tuple(
        replace(device, simulate=replace(device.simulate, faults=(*device.simulate.faults, *faults)))
        if device.simulate is not None
        else device
        for device in bench.devices
    )
    return replace(bench, devices=devices)


def has_faults(bench: Bench) -> bool:
    """Tell whether any wire of the bench is spoilt on purpose."""
    return any(device.simulate is not None and device.simulate.faults for device in bench.devices)


def _mistake_in(fault: str) -> str:
    try:
        parse_fault(fault)
    except ValueError as error:
        return str(error)
    return ""
