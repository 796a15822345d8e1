"""Facts of the Unix counter of the Micro Crystal RV-3028, a clock beside the chip's calendar.

Its registers stand in the driver, and again in the simulator. The calendar is the model ``rtc/rv-3028``.
"""

from harness.calendar.century import CenturyRule
from harness.calendar.counters import Counter
from harness.calendar.form import ClockForm, LeapRule
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans, SecondClockFacts

CALENDAR_WINDOW = 1970

FACTS = DeviceFacts(
    id="rtc/rv-3028-unix",
    maker="Micro Crystal",
    model="RV-3028, Unix counter",
    form=ClockForm(counter=Counter()),
    first="1970-01-01 00:00:00",
    last="2106-02-07 06:28:15",
    identity=IdentityMeans.FINGERPRINT,
    links=("i2c",),
    certainty=Certainty.VERIFIED,
    sources=(
        "constiko/RV-3028_C7-Arduino_Library (1Bh-1Eh, low byte first, independent of the calendar)",
        "U-Boot rv3028.c and Linux rtc-rv3028.c (status and PORF)",
    ),
    divider_resets=None,
    keeps_time_unpowered=None,  # only once the backup switch-over is enabled in its EEPROM, the owner's setting
    lost_flags=("power-on-reset",),
    set_disturbs=("power-on-reset-flag",),
    can_go_back=True,
    limits=(
        ("calendar-apart", "the calendar counts on by itself: setting the counter does not set it"),
        ("counter-not-frozen", "a read does not hold the counter, so the driver reads until two readings agree"),
    ),
    second_clock=SecondClockFacts(
        name="calendar",
        form=ClockForm(century=CenturyRule.window(CALENDAR_WINDOW), leap=LeapRule.EVERY_FOURTH),
        is_set_along=False,
        lost_flags=("power-on-reset",),
    ),
)
