"""What the host says of its own clock: yes, no, or nothing; never a guess."""

from __future__ import annotations

import ctypes
import sys
from types import SimpleNamespace

import pytest

from harness.clock import MonotonicClock, VirtualClock


def answering(monkeypatch: pytest.MonkeyPatch, state: int, platform: str = "linux") -> None:
    """Have adjtimex answer with this state."""
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: SimpleNamespace(adjtimex=lambda _buffer: state))


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (0, True),  # TIME_OK
        (1, True),  # TIME_INS: a leap second is announced
        (4, True),  # TIME_WAIT
        (5, False),  # TIME_ERROR
        (-1, None),  # the system does not let us ask
    ],
)
def test_the_kernels_state_is_what_is_told(state: int, told: bool | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """States as linux/timex.h numbers them."""
    answering(monkeypatch, state)
    assert told is MonotonicClock().is_synchronised()


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_a_system_that_is_not_asked_is_unknown(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, 0, platform)
    assert MonotonicClock().is_synchronised() is None


def test_a_library_without_the_call_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: SimpleNamespace())
    assert MonotonicClock().is_synchronised() is None


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux")
def test_this_host_says_one_or_the_other_or_nothing() -> None:
    assert MonotonicClock().is_synchronised() in {True, False, None}


def test_virtual_time_is_its_own_reference() -> None:
    assert VirtualClock(utc_ns=0).is_synchronised() is True
