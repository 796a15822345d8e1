"""Facts of the Epson RX-8025 real-time clock. Its registers stand in the driver, and again in the simulator."""

from devices.options import century_window_option, with_century_window
from devices.rtc.limits import LEAP_2100, NO_CENTURY
from harness.calendar.form import SUNDAY_0, ClockForm, LeapRule
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans

_DEFAULT_WINDOW = 1970  # U-Boot rx8025.c reads 1970-2069; Linux rtc-rx8025.c means 2000-2099

FACTS = with_century_window(
    DeviceFacts(
        id="rtc/rx-8025",
        maker="Epson",
        model="RX-8025 SA/NB",
        form=ClockForm(weekday=SUNDAY_0, leap=LeapRule.EVERY_FOURTH),
        first="1970-01-01 00:00:00",
        last="2069-12-31 23:59:59",
        identity=IdentityMeans.FINGERPRINT,
        links=("i2c",),
        certainty=Certainty.VERIFIED,
        sources=(
            "RX-8025SA application manual, p. 7 (12-hour coding; writing seconds resets the counter below them)",
            "Linux rtc-rx8025.c (pointer in the high nibble; PON, XST and VDET; a set clears them)",
        ),
        divider_resets=True,
        keeps_time_unpowered=None,  # the chip has one supply pin; a cell behind it is the board's affair
        lost_flags=("power-on-reset", "crystal-stopped"),
        set_disturbs=("power-flags",),
        can_go_back=True,
        options=(century_window_option(_DEFAULT_WINDOW),),
        limits=(NO_CENTURY, LEAP_2100),
    ),
    _DEFAULT_WINDOW,
)
