"""Steps and suspends of the host's clocks, told apart."""

from __future__ import annotations

import pytest

from harness.clock import Stamp
from harness.kernel.host_time import HostTimeWatch

SECOND = 1_000_000_000
MS = 1_000_000
START = Stamp(mono_ns=100 * SECOND, utc_ns=1_795_466_700 * SECOND, boot_ns=300 * SECOND)


def make_later(mono_ns: int, *, utc_ns: int | None = None, boot_ns: int | None = None) -> Stamp:
    return Stamp(
        START.mono_ns + mono_ns,
        START.utc_ns + (mono_ns if utc_ns is None else utc_ns),
        300 * SECOND + (mono_ns if boot_ns is None else boot_ns),
    )


def test_clocks_that_go_together_tell_nothing() -> None:
    watch = HostTimeWatch()
    assert () == watch.observe(START)
    assert () == watch.observe(make_later(3 * SECOND))


@pytest.mark.parametrize("step_ms", [50, -50])
def test_fifty_milliseconds_are_still_slewing(step_ms: int) -> None:
    watch = HostTimeWatch()
    watch.observe(START)
    assert () == watch.observe(make_later(SECOND, utc_ns=SECOND + step_ms * MS))


@pytest.mark.parametrize("step_ns", [50 * MS + 1, -50 * MS - 1])
def test_more_is_a_step_that_spoils_no_verdict(step_ns: int) -> None:
    watch = HostTimeWatch()
    watch.observe(START)
    (incident,) = watch.observe(make_later(SECOND, utc_ns=SECOND + step_ns))
    assert ("host-clock-stepped", 101 * SECOND, False) == (incident.code, incident.at_ns, incident.spoils)
    assert f"{step_ns:+d} ns" in incident.says


def test_a_suspend_spoils_and_is_not_taken_for_a_step() -> None:
    watch = HostTimeWatch()
    watch.observe(START)
    (incident,) = watch.observe(make_later(SECOND, utc_ns=61 * SECOND, boot_ns=61 * SECOND))
    assert ("host-slept", True) == (incident.code, incident.spoils)
    assert 0 == watch.stepped_ns


def test_half_a_second_lost_between_two_reads_of_the_clocks_is_no_suspend() -> None:
    watch = HostTimeWatch()
    watch.observe(START)
    assert () == watch.observe(make_later(SECOND, utc_ns=1_500 * MS, boot_ns=1_500 * MS))


def test_a_host_without_boot_time_sees_the_wall_clock_jump() -> None:
    watch = HostTimeWatch()
    watch.observe(Stamp(0, 0, None))
    (incident,) = watch.observe(Stamp(SECOND, 61 * SECOND, 5 * SECOND))
    assert "host-clock-stepped" == incident.code
    assert ("host-clock-stepped",) == tuple(i.code for i in watch.observe(Stamp(2 * SECOND, 2 * SECOND, None)))


def test_the_trusted_scale_is_the_one_the_run_began_in() -> None:
    watch = HostTimeWatch()
    watch.observe(START)
    watch.observe(make_later(SECOND, utc_ns=3_601 * SECOND))
    now = make_later(2 * SECOND, utc_ns=3_602 * SECOND)
    assert make_later(2 * SECOND) == watch.trusted(now)


@pytest.mark.parametrize(
    ("synchronised", "code", "says"),
    [
        (False, "host-clock-unsynchronised", "the host's clock is not known to be synchronised: "),
        (None, "host-clock-sync-unknown", "this system does not say whether its clock is synchronised: "),
    ],
)
def test_a_clock_that_follows_no_reference_is_told_once(synchronised: bool | None, code: str, says: str) -> None:
    watch = HostTimeWatch()
    (incident,) = watch.observe_synchronisation(synchronised, 7)
    assert (code, 7, False) == (incident.code, incident.at_ns, incident.spoils)
    limited = "a clock is put back only as exactly as this host keeps time; verdicts rest on monotonic time"
    assert says + limited == incident.says
    assert () == watch.observe_synchronisation(synchronised, 8)
    (again,) = watch.observe_synchronisation(True, 9)
    assert ("host-clock-synchronised", 9, False) == (again.code, again.at_ns, again.spoils)
    assert "the host's clock is known to be synchronised from here on" == again.says


def test_a_clock_that_follows_its_reference_is_not_spoken_of() -> None:
    assert () == HostTimeWatch().observe_synchronisation(True, 7)
