"""Facts of the Micro Crystal RV-3028 real-time clock. Its registers stand in the driver, and again in the simulator.

The chip's Unix counter is a clock of its own, and a model of its own: ``rtc/rv-3028-unix``.
"""

from devices.options import century_window_option, with_century_window
from devices.rtc.limits import LEAP_2100, NO_CENTURY, WEEKDAY_IS_FREE
from harness.calendar.counters import Counter
from harness.calendar.form import SUNDAY_0, ClockForm, LeapRule
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans, SecondClockFacts

_DEFAULT_WINDOW = 1970  # so that 99 is 1999 and 00 is 2000; the maker and Linux rtc-rv3028.c mean 2000-2099

FACTS = with_century_window(
    DeviceFacts(
        id="rtc/rv-3028",
        maker="Micro Crystal",
        model="RV-3028",
        form=ClockForm(weekday=SUNDAY_0, leap=LeapRule.EVERY_FOURTH),
        first="1970-01-01 00:00:00",
        last="2069-12-31 23:59:59",
        identity=IdentityMeans.FINGERPRINT,
        links=("i2c",),
        certainty=Certainty.VERIFIED,
        sources=(
            "U-Boot rv3028.c (registers, status, controls; the weekday is 0-6)",
            "Linux rtc-rv3028.c (PORF makes the time invalid; writing seconds acts as RESET; two bytes of RAM at 1Fh)",
            "constiko/RV-3028_C7-Arduino_Library (12-hour mode; the Unix counter is independent)",
        ),
        divider_resets=True,
        keeps_time_unpowered=None,  # only once the backup switch-over is enabled in its EEPROM, the owner's setting
        lost_flags=("power-on-reset",),
        set_disturbs=("power-on-reset-flag", "unix-counter-phase"),
        can_go_back=True,
        options=(century_window_option(_DEFAULT_WINDOW),),
        limits=(
            NO_CENTURY,
            WEEKDAY_IS_FREE,
            LEAP_2100,
            ("unix-counter-apart", "the 32-bit Unix counter counts on by itself: setting the date does not set it"),
            (
                "unix-counter-phase",
                "setting the seconds restarts the second of both: the counter loses a fraction of one",
            ),
        ),
        second_clock=SecondClockFacts(name="unix-counter", form=ClockForm(counter=Counter()), is_set_along=False),
    ),
    _DEFAULT_WINDOW,
)
