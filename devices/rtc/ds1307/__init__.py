"""Facts of the Dallas/Maxim DS1307 real-time clock. Its registers stand in the driver, and again in the simulator."""

from devices.options import century_window_option, with_century_window
from harness.calendar.form import SUNDAY_1, ClockForm, LeapRule
from harness.device.facts import MS_NS, Certainty, DeviceFacts, IdentityMeans

_DEFAULT_WINDOW = 1970  # so that 99 is 1999 and 00 is 2000, as U-Boot's ds1307.c reads it

FACTS = with_century_window(
    DeviceFacts(
        id="rtc/ds1307",
        maker="Dallas / Maxim",
        model="DS1307",
        form=ClockForm(weekday=SUNDAY_1, leap=LeapRule.EVERY_FOURTH),
        first="1970-01-01 00:00:00",
        last="2069-12-31 23:59:59",
        identity=IdentityMeans.FINGERPRINT,
        links=("i2c",),
        certainty=Certainty.VERIFIED,
        sources=(
            "DS1307 datasheet: table 2 (registers), p. 8 (reads are buffered; writing seconds resets the divider)",
            "sigrok-dumps i2c/rtc_dallas_ds1307 (reads of real silicon, Sunday is 1)",
        ),
        divider_resets=True,
        boot_ns=500 * MS_NS,
        default_date="2000-01-01 00:00:00",
        keeps_time_unpowered=True,
        lost_flags=("halted",),
        set_disturbs=("oscillator-started",),
        can_go_back=True,
        options=(century_window_option(_DEFAULT_WINDOW),),
        limits=(
            ("no-century", "the chip keeps two digits of the year and nothing else: the host supplies the century"),
            ("weekday-is-free", "the weekday is whatever the host wrote, and counts on at midnight"),
            ("2100-is-leap", "digits 00 are taken for a leap year; the maker claims leap years up to 2100 only"),
            ("illogical-dates-undefined", "the maker leaves the counting of dates that do not exist undefined"),
        ),
    ),
    _DEFAULT_WINDOW,
)
