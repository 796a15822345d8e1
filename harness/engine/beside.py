"""What is read of a device beside the clock under test: its other clock, its log. How each becomes a record."""

from __future__ import annotations

from typing import Any

from harness.device.asks import Steps
from harness.device.driver import ClockSample, Driver, HasLog, LogSample
from harness.errors import LinkError
from harness.link.base import Finished
from harness.records import LogReading, Role, SecondReading


def log_steps(driver: Driver, name: str) -> Steps[LogSample]:
    """Return the steps that read a device's log.

    Raises:
        LinkError: ``keeps-no-log``: its driver cannot read one.
    """
    if not isinstance(driver, HasLog):
        raise LinkError("keeps-no-log", f"{name}: nothing here reads a log of it")
    return driver.read_log()


def log_reading(finished: Finished[Any], role: Role) -> LogReading:
    """Return the record of a log that was read."""
    sample: LogSample = finished.value
    return LogReading(
        role=role,
        entries=sample.entries,
        interval_seconds=sample.interval_seconds,
        sent_ns=finished.sent_ns,
        received_ns=finished.received_ns,
        exchanges=finished.exchanges,
    )


def second_reading(finished: Finished[Any]) -> SecondReading:
    """Return the record of a second clock that was read."""
    sample: ClockSample = finished.value
    return SecondReading(
        fields=sample.fields,
        flags=dict(sample.flags),
        raw=sample.raw,
        unreadable=sample.unreadable,
        sent_ns=finished.sent_ns,
        received_ns=finished.received_ns,
        exchanges=finished.exchanges,
    )
