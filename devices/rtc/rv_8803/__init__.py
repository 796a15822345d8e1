"""Facts of the Micro Crystal RV-8803 real-time clock. Its registers stand in the driver, and again in the simulator."""

from devices.options import century_window_option, with_century_window
from devices.rtc.limits import LEAP_2100, NO_CENTURY
from harness.calendar.form import SUNDAY_0, ClockForm, LeapRule
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans

_DEFAULT_WINDOW = 1970  # so that 99 is 1999 and 00 is 2000; Linux rtc-rv8803.c means 2000-2099

FACTS = with_century_window(
    DeviceFacts(
        id="rtc/rv-8803",
        maker="Micro Crystal",
        model="RV-8803",
        form=ClockForm(weekday=SUNDAY_0, leap=LeapRule.EVERY_FOURTH),
        first="1970-01-01 00:00:00",
        last="2069-12-31 23:59:59",
        identity=IdentityMeans.FINGERPRINT,
        links=("i2c",),
        certainty=Certainty.VERIFIED,
        sources=(
            "U-Boot rv8803.c (registers; the weekday is one bit of seven; V1F, V2F, RESET)",
            "Linux rtc-rv8803.c (a second reading at 59; 61 us without an answer; RESET around a set)",
        ),
        divider_resets=None,
        keeps_time_unpowered=None,  # the chip has one supply pin; a cell behind it is the board's affair
        lost_flags=("data-lost",),
        set_disturbs=("voltage-flags",),
        can_go_back=True,
        options=(century_window_option(_DEFAULT_WINDOW),),
        limits=(
            NO_CENTURY,
            LEAP_2100,
            (
                "not-acknowledged-for-61-us",
                "now and then the chip answers nothing for 61 us; a read is then asked again",
            ),
            ("read-not-coherent", "a reading that shows second 59 may be torn, and is checked by another"),
        ),
    ),
    _DEFAULT_WINDOW,
)
