"""Facts of the Xicor/Intersil X1205 real-time clock. Its registers stand in the driver, and again in the simulator."""

from devices.rtc.limits import LEAP_2100, WEEKDAY_IS_FREE
from harness.calendar.century import CenturyRule
from harness.calendar.form import SUNDAY_0, ClockForm, LeapRule
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans

FACTS = DeviceFacts(
    id="rtc/x1205",
    maker="Xicor / Intersil",
    model="X1205",
    form=ClockForm(century=CenturyRule.byte(), weekday=SUNDAY_0, leap=LeapRule.EVERY_FOURTH),
    first="1900-01-01 00:00:00",
    last="2099-12-31 23:59:59",
    identity=IdentityMeans.FINGERPRINT,
    links=("i2c",),
    certainty=Certainty.EXPERIMENTAL,
    sources=(
        "Linux rtc-x1205.c (registers, two-byte pointer, unlock, single bytes; RTCF)",
        "X1203 data sheet, p. 3, believed to hold for the X1205 (latched reads; the second runs on through a set)",
        "X1203 data sheet, p. 5, believed likewise (the century byte holds 19 or 20 and follows the year; leap years)",
    ),
    divider_resets=False,
    keeps_time_unpowered=True,
    lost_flags=("clock-failed",),
    set_disturbs=("clock-fail-flag",),
    can_go_back=True,
    limits=(
        ("century-19-or-20", "the century byte holds 19 or 20 and nothing else"),
        WEEKDAY_IS_FREE,
        LEAP_2100,
        ("set-byte-by-byte", "the time is written in eight accesses while it runs; a set is best begun mid-second"),
        ("reset-when-read", "reading the status clears the owner's two alarm flags"),
    ),
)
