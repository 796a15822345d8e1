"""Facts of the Seiko/ABLIC S-35390A real-time clock. Its registers stand in the driver, and again in the simulator."""

from devices.options import century_window_option, with_century_window
from devices.rtc.limits import LEAP_2100, NO_CENTURY
from harness.calendar.form import SUNDAY_0, ClockForm, LeapRule
from harness.device.facts import SECOND_NS, Certainty, DeviceFacts, IdentityMeans

_DEFAULT_WINDOW = 1970  # so that 99 is 1999 and 00 is 2000; U-Boot s35392a.c and Linux rtc-s35390a.c mean 2000-2099

FACTS = with_century_window(
    DeviceFacts(
        id="rtc/s-35390a",
        maker="Seiko / ABLIC",
        model="S-35390A",
        form=ClockForm(weekday=SUNDAY_0, leap=LeapRule.EVERY_FOURTH),
        first="1970-01-01 00:00:00",
        last="2069-12-31 23:59:59",
        identity=IdentityMeans.OPERATOR,
        links=("i2c",),
        certainty=Certainty.VERIFIED,
        sources=(
            "Linux rtc-s35390a.c and U-Boot s35392a.c (command in the address, reversed bits, POC and BLD)",
            "S-35390A data sheet rev. 2.4, p. 20 (what does not exist is corrected; the AM/PM flag in 24-hour mode)",
        ),
        divider_resets=None,
        boot_ns=SECOND_NS,  # after power-on the chip is left alone for 0.5 s (rtc-s35390a.c)
        keeps_time_unpowered=None,  # the chip has one supply pin; a cell behind it is the board's affair
        lost_flags=("power-on", "low-voltage"),
        set_disturbs=("chip-reset-when-power-was-lost",),
        can_go_back=True,
        options=(century_window_option(_DEFAULT_WINDOW),),
        limits=(
            NO_CENTURY,
            LEAP_2100,
            (
                "flag-clears-when-read",
                "the flags of a power-on or a low voltage clear when read: only one reading has them",
            ),
            (
                "corrects-dates",
                "a day that the month has not becomes the first of the next; other nonsense becomes 0 or 1",
            ),
        ),
    ),
    _DEFAULT_WINDOW,
)
