"""Facts of the Intersil ISL1208 real-time clock. Its registers stand in the driver, and again in the simulator."""

from devices.options import century_window_option, with_century_window
from devices.rtc.limits import LEAP_2100, NO_CENTURY, WEEKDAY_IS_FREE
from harness.calendar.form import SUNDAY_0, ClockForm, LeapRule
from harness.device.alarm import AlarmFacts
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans

_DEFAULT_WINDOW = 1970  # so that 99 is 1999 and 00 is 2000; Linux rtc-isl1208.c reads 2000-2099 and refuses 1999

ALARM = AlarmFacts(name="the alarm", parts=("second", "minute", "hour", "day", "month"))
"""It can compare all but the year; the weekday is left out. Whether it fires on its cell, the sheet does not say."""

FACTS = with_century_window(
    DeviceFacts(
        id="rtc/isl1208",
        maker="Intersil / Renesas",
        model="ISL1208",
        form=ClockForm(weekday=SUNDAY_0, leap=LeapRule.EVERY_FOURTH),
        first="1970-01-01 00:00:00",
        last="2069-12-31 23:59:59",
        identity=IdentityMeans.FINGERPRINT,
        links=("i2c",),
        certainty=Certainty.EXPERIMENTAL,
        sources=(
            "ISL1208 data sheet FN8085: alarm registers 0Ch-11h (bit 7 enables a part), ALME in 08h, ALM in 07h",
            "Linux rtc-isl1208.c (registers; a set is ignored unless WRTC is set)",
            "ISL1208 data sheet FN8085, p. 1 (leap years through 2099; a cell keeps the clock)",
            "believed: RTCF comes up after a total loss and is cleared by the next set, as on the ISL12023 (FN6682, p. 14)",
        ),
        divider_resets=None,
        keeps_time_unpowered=True,
        lost_flags=("clock-failed",),
        set_disturbs=("clock-fail-flag",),
        can_go_back=True,
        options=(century_window_option(_DEFAULT_WINDOW),),
        alarm=ALARM,
        limits=(
            NO_CENTURY,
            WEEKDAY_IS_FREE,
            LEAP_2100,
            ("starts-with-a-set", "after a total loss the clock is believed to stand until it is first set"),
            ("reset-when-read", "with ARST set, reading the status clears the owner's alarm and battery flags"),
        ),
    ),
    _DEFAULT_WINDOW,
)
