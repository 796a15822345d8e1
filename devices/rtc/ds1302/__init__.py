"""Facts of the Dallas/Maxim DS1302 clock chip. Its registers stand in the driver, and again in the simulator."""

from devices.options import century_window_option, with_century_window
from devices.rtc.limits import LEAP_2100, NO_CENTURY, WEEKDAY_IS_FREE
from harness.calendar.form import SUNDAY_1, ClockForm, LeapRule
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans

_DEFAULT_WINDOW = 1970  # so that 99 is 1999 and 00 is 2000, as Linux rtc-ds1302.c reads it

FACTS = with_century_window(
    DeviceFacts(
        id="rtc/ds1302",
        maker="Dallas / Maxim",
        model="DS1302",
        form=ClockForm(weekday=SUNDAY_1, leap=LeapRule.EVERY_FOURTH),
        first="1970-01-01 00:00:00",
        last="2069-12-31 23:59:59",
        identity=IdentityMeans.FINGERPRINT,
        links=("three-wire",),
        certainty=Certainty.VERIFIED,
        sources=(
            "DS1302 data sheet: command byte, clock burst mode, clock halt flag, write-protect bit, 12/24-hour mode",
            "DS1302 data sheet, features (leap-year compensation valid up to 2100)",
            "Makuna/Rtc RtcDS1302.h (register addresses, write protect)",
        ),
        divider_resets=None,
        keeps_time_unpowered=True,
        lost_flags=("halted",),
        set_disturbs=("oscillator-started",),
        can_go_back=True,
        options=(century_window_option(_DEFAULT_WINDOW),),
        limits=(
            NO_CENTURY,
            WEEKDAY_IS_FREE,
            LEAP_2100,
            ("start-not-defined", "what the chip holds after it has lost both supplies is not defined"),
            ("write-protect-lifted", "the write protection is lifted for a set and put back by the same burst"),
        ),
    ),
    _DEFAULT_WINDOW,
)
