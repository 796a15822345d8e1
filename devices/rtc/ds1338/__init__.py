"""Facts of the Dallas/Maxim DS1338 real-time clock. Its registers stand in the driver, and again in the simulator."""

from devices.options import century_window_option, with_century_window
from devices.rtc.limits import ILLOGICAL_DATES, LEAP_2100, NO_CENTURY, WEEKDAY_IS_FREE
from harness.calendar.form import SUNDAY_1, ClockForm, LeapRule
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans

_DEFAULT_WINDOW = 1970  # so that 99 is 1999 and 00 is 2000; Linux rtc-ds1307.c reads 2000-2099 and refuses 1999

FACTS = with_century_window(
    DeviceFacts(
        id="rtc/ds1338",
        maker="Dallas / Maxim",
        model="DS1338",
        form=ClockForm(weekday=SUNDAY_1, leap=LeapRule.EVERY_FOURTH),
        first="1970-01-01 00:00:00",
        last="2069-12-31 23:59:59",
        identity=IdentityMeans.FINGERPRINT,
        links=("i2c",),
        certainty=Certainty.VERIFIED,
        sources=(
            "DS1338 data sheet: table 3 (registers), p. 10 (buffered reads; writing seconds resets the countdown chain)",
            "Linux rtc-ds1307.c (CH and OSF both make the time invalid; a set clears OSF)",
            "QEMU ds1338.c (OSF is cleared by writing 0, and cannot be written to 1)",
        ),
        divider_resets=True,
        keeps_time_unpowered=True,
        lost_flags=("halted", "oscillator-stopped"),
        set_disturbs=("oscillator-started", "oscillator-stop-flag"),
        can_go_back=True,
        options=(century_window_option(_DEFAULT_WINDOW),),
        limits=(NO_CENTURY, WEEKDAY_IS_FREE, LEAP_2100, ILLOGICAL_DATES),
    ),
    _DEFAULT_WINDOW,
)
