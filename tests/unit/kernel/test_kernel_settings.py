"""A setting beside the clock is promised before it is written, and the device is not back before its settings are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from harness.calendar.fields import CalendarFields
from harness.clock import VirtualClock
from harness.device.asks import I2cWrite
from harness.device.driver import DeviceIdentity
from harness.errors import JournalError, SafetyRefusal
from harness.kernel.device_safety import DeviceSafety
from harness.kernel.modes import Mode
from harness.records import Reading, Role

RTC = DeviceIdentity(entries=(("control", "1c"),))
ORIGINAL = Reading(
    role=Role.ORIGINAL, fields=CalendarFields(second=0), flags={}, raw=b"", unreadable=None, sent_ns=0, received_ns=0
)
FOUND = bytes.fromhex("00 30 06 15 00")
WRITE = I2cWrite(pointer=b"\x07", data=b"\x05\x00\x00\x01")
FRAME = bytes.fromhex("53 D0 05 07 05 00 00 01 50")


class Log:
    def __init__(self) -> None:
        self.records: list[tuple[str, dict[str, object], bool]] = []
        self.fails_at = ""

    def append(self, kind: str, body: Mapping[str, object], *, durable: bool = False) -> int:
        if kind == self.fails_at:
            raise JournalError(f"{kind} is not safe")
        self.records.append((kind, dict(body), durable))
        return len(self.records)


class Waker:
    """A device found, identified twice and promised back."""

    def __init__(self, *, obliged: bool = True, mode: Mode = Mode.ARMED) -> None:
        self.log = Log()
        self.safety = DeviceSafety("waker", self.log, VirtualClock(utc_ns=0), mode=mode)
        self.safety.confirm(RTC, 1)
        self.safety.confirm(RTC, 1)
        if obliged:
            self.safety.oblige(original=ORIGINAL, reading_seq=2, offset_ns=0)

    def arm(self) -> None:
        guard = self.safety.arm_setting("set", "alarm", crossing=4, generation=1)
        guard.before(WRITE, FRAME)
        guard.after(WRITE, "acknowledged")


def rule_of(call: Callable[[], object]) -> str:
    with pytest.raises(SafetyRefusal) as refused:
        call()
    return refused.value.rule


def test_a_setting_is_promised_durably_with_what_it_was_found_as() -> None:
    waker = Waker()
    waker.safety.oblige_setting("alarm", FOUND)
    assert ("setting-owed", {"device": "waker", "setting": "alarm", "as_found": "0030061500"}, True) == (
        waker.log.records[-1]
    )
    assert ("alarm",) == waker.safety.settings.names
    assert waker.safety.settings.as_found("alarm") == FOUND


def test_what_was_promised_first_stands() -> None:
    """The second look is at an alarm that the test itself may have armed."""
    waker = Waker()
    waker.safety.oblige_setting("alarm", FOUND)
    waker.safety.oblige_setting("alarm", b"\x05\x00\x00\x01\x00")
    assert waker.safety.settings.as_found("alarm") == FOUND
    assert 1 == sum(kind == "setting-owed" for kind, _, _ in waker.log.records)


def test_no_setting_is_promised_of_a_device_that_is_not() -> None:
    waker = Waker(obliged=False)
    assert "obligation-missing" == rule_of(lambda: waker.safety.oblige_setting("alarm", FOUND))


def test_a_promise_that_is_not_on_the_disk_is_none() -> None:
    waker = Waker()
    waker.log.fails_at = "setting-owed"
    with pytest.raises(JournalError):
        waker.safety.oblige_setting("alarm", FOUND)
    assert "setting-not-promised" == rule_of(waker.arm)


def test_a_change_without_a_promise_is_refused() -> None:
    assert "setting-not-promised" == rule_of(Waker().arm)


def test_a_change_is_announced_like_a_set_and_names_the_setting() -> None:
    waker = Waker()
    waker.safety.oblige_setting("alarm", FOUND)
    waker.arm()
    expected = {
        "device": "waker",
        "purpose": "set",
        "setting": "alarm",
        "crossing": 4,
        "ask": "I2cWrite",
        "frame": "53d0050705000001" + "50",
    }
    assert ("intent", expected, True) == waker.log.records[-2]


def test_a_change_needs_the_identity_and_the_mode_that_a_set_needs() -> None:
    waker = Waker()
    waker.safety.oblige_setting("alarm", FOUND)
    stranger = lambda: waker.safety.arm_setting("set", "alarm", crossing=4, generation=2)  # noqa: E731
    assert "generation-changed" == rule_of(stranger)
    looking = Waker(mode=Mode.OBSERVE)
    looking.safety.oblige_setting("alarm", FOUND)
    assert "observe-only" == rule_of(looking.arm)


def test_a_device_is_not_back_before_its_settings_are() -> None:
    waker = Waker()
    waker.safety.oblige_setting("alarm", FOUND)
    assert "setting-owed" == rule_of(lambda: waker.safety.discharge(99))
    waker.safety.discharge_setting("alarm", FOUND, 99)
    waker.safety.discharge(99)
    assert not waker.safety.obligation_open


def test_a_setting_is_back_only_by_a_younger_reading_that_equals_it() -> None:
    waker = Waker()
    waker.safety.oblige_setting("alarm", FOUND)
    waker.arm()
    intent = len(waker.log.records) - 1
    assert "reading-before-write" == rule_of(lambda: waker.safety.discharge_setting("alarm", FOUND, intent))
    other = bytes.fromhex("00 30 06 15 01")
    assert "setting-differs" == rule_of(lambda: waker.safety.discharge_setting("alarm", other, intent + 1))
    waker.safety.discharge_setting("alarm", FOUND, intent + 1)
    back = {"device": "waker", "setting": "alarm", "reading": intent + 1}
    assert ("setting-back", back, True) == waker.log.records[-1]
    assert () == waker.safety.settings.names


def test_a_setting_stays_owed_when_its_closing_is_not_on_the_disk() -> None:
    waker = Waker()
    waker.safety.oblige_setting("alarm", FOUND)
    waker.log.fails_at = "setting-back"
    with pytest.raises(JournalError):
        waker.safety.discharge_setting("alarm", FOUND, 99)
    assert ("alarm",) == waker.safety.settings.names


def test_nothing_is_told_of_a_setting_that_is_not_owed() -> None:
    assert "setting-not-promised" == rule_of(lambda: Waker().safety.settings.as_found("alarm"))


def test_an_adopted_promise_lets_the_setting_be_put_back() -> None:
    safety = DeviceSafety("waker", Log(), VirtualClock(utc_ns=0), mode=Mode.ARMED)
    safety.adopt(offset_ns=0, identity=RTC, settings={"alarm": FOUND})
    safety.confirm(RTC, 1)
    safety.confirm(RTC, 1)
    assert safety.settings.as_found("alarm") == FOUND
    safety.arm_setting("restore", "alarm", crossing=None, generation=1)


def test_an_adoption_without_settings_owes_none() -> None:
    safety = DeviceSafety("waker", Log(), VirtualClock(utc_ns=0), mode=Mode.ARMED)
    safety.adopt(offset_ns=0, identity=RTC)
    assert () == safety.settings.names
