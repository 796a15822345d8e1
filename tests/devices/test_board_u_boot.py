"""The date command of U-Boot: what it prints, what it refuses, and what must never be sent to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from devices.board.u_boot import FACTS
from devices.board.u_boot.driver import UBoot, make_driver
from devices.board.u_boot.sim import make_simulator
from devices.options import complete_options
from devices.simulation.setup import SimulatorSetup
from harness.calendar.fields import CalendarFields
from harness.calendar.gregorian import parse_iso
from harness.clock import SECOND_NS, VirtualClock
from harness.device.asks import Drain, Exchange, LinkAsk, Steps, WriteExchange
from harness.errors import DeviceRefused, LinkError

Dialogue = Sequence[tuple[LinkAsk[Any], Any]]
Play = Callable[[Steps[Any], Dialogue], Any]

QUIET = (Drain(quiet_ns=20_000_000), b"")
EVE = CalendarFields(year=1999, month=12, day=31, hour=23, minute=59, second=50)
SET = b"date 123123591999.50\r"
SHOWN = b"Date: 1999-12-31 (Friday)    Time: 23:59:50\r\n"


def driver(**options: str | int) -> UBoot:
    return make_driver(
        complete_options(FACTS.options, {name.replace("_", "-"): said for name, said in options.items()})
    )


def reading(said: bytes) -> Dialogue:
    return [QUIET, (Exchange(data=b"date\r", until=len), b"date\r\n" + said + b"=> ")]


def setting(said: bytes) -> Dialogue:
    return [QUIET, (WriteExchange(data=SET, until=len), SET + b"\n" + said + b"=> ")]


def test_hours_below_ten_are_printed_with_a_space(play: Play) -> None:
    sample = play(driver().read_clock(), reading(b"Date: 2000-02-29 (Tuesday)    Time:  9:05:07\r\n"))
    assert sample.fields.text() == "2000-02-29 09:05:07 weekday 2"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"## Get date failed\r\n", "rtc-failed"),
        (b"Unknown command 'date' - try 'help'\r\n", "not-a-date"),
        (SHOWN + SHOWN, "not-a-date"),
    ],
)
def test_what_is_no_date_is_no_time(play: Play, said: bytes, reason: str) -> None:
    sample = play(driver().read_clock(), reading(said))
    assert (sample.fields, sample.unreadable) == (CalendarFields(), reason)


def test_an_impossible_date_is_kept_as_it_is_printed(play: Play) -> None:
    sample = play(driver().read_clock(), reading(b"Date: 2000-02-30 (unknown day)    Time: 23:59:60\r\n"))
    assert (sample.fields.text(), sample.unreadable) == ("2000-02-30 23:59:60", None)


def test_a_bad_date_format_is_a_refusal(play: Play) -> None:
    with pytest.raises(DeviceRefused, match="refuses"):
        play(driver().set_clock(EVE), setting(b"## Bad date format\r\n"))


@pytest.mark.parametrize("said", [b"## Set date failed: err=-5\r\n" + SHOWN, b"## Get date failed\r\n", b""])
def test_an_rtc_that_fails_on_the_way_leaves_the_set_in_doubt(play: Play, said: bytes) -> None:
    with pytest.raises(LinkError) as caught:
        play(driver().set_clock(EVE), setting(said))
    assert caught.value.kind == "set-cut-short"


def test_an_answer_to_something_else_is_not_taken(play: Play) -> None:
    with pytest.raises(LinkError, match="no echo"):
        play(driver().read_clock(), [QUIET, (Exchange(data=b"date\r", until=len), b"version\r\n=> ")])


def test_the_version_is_the_identity(play: Play) -> None:
    asked = Exchange(data=b"version\r", until=len, timing=False)
    said = b"version\r\nU-Boot 2021.01 (Jan 11 2021 - 18:11:43 +0000)\r\n\r\ngcc 10.2.1\r\n=> "
    identity = play(driver().identify(), [QUIET, (asked, said)])
    assert identity.entries == (("version", "U-Boot 2021.01 (Jan 11 2021 - 18:11:43 +0000)"),)


def test_what_is_no_boot_loader_has_no_identity(play: Play) -> None:
    asked = Exchange(data=b"version\r", until=len, timing=False)
    with pytest.raises(LinkError, match="no version of U-Boot"):
        play(driver().identify(), [QUIET, (asked, b"version\r\nsh: version: not found\r\n=> ")])


@pytest.mark.parametrize("steps", [driver().identify, driver().read_clock, lambda: driver().set_clock(EVE)])
def test_an_empty_line_is_never_sent(steps: Callable[[], Steps[Any]]) -> None:
    """U-Boot would do its last command again, which may be a set."""
    running = steps()
    next(running)
    asked = running.send(b"")
    assert isinstance(asked, Exchange)
    assert asked.data.strip()


def test_the_simulator_does_its_last_command_again_for_an_empty_line() -> None:
    """That is why none is sent; here it moves the clock back by the five seconds that have passed."""
    clock = VirtualClock(0)
    simulator = make_simulator(SimulatorSetup(clock=clock, initial_seconds=parse_iso("2009-09-03 09:16:07")))
    assert simulator.receive(SET) == SET + b"\n" + SHOWN + b"=> "
    clock.sleep_until(5 * SECOND_NS)
    assert simulator.receive(b"\r") == b"\r\n" + SHOWN + b"=> "
    assert len(simulator.recorder.sets) == 2


@pytest.mark.parametrize(
    ("options", "says"), [({"first_year": 2001, "last_year": 2000}, "run backwards"), ({"prompt": " "}, "empty")]
)
def test_options_that_cannot_work_are_refused(options: dict[str, str | int], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        driver(**options)


@pytest.mark.parametrize(
    "fields", [CalendarFields(year=99, month=1, day=1, hour=0, minute=0, second=0), CalendarFields()]
)
def test_a_year_without_four_digits_is_not_sent(fields: CalendarFields) -> None:
    with pytest.raises(ValueError, match="four-digit year"):
        next(driver().set_clock(fields))
