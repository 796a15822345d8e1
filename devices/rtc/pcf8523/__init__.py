"""Facts of the NXP PCF8523 real-time clock. Its registers stand in the driver, and again in the simulator."""

from devices.options import century_window_option, with_century_window
from devices.rtc.limits import FIRST_SECOND_IS_HALF, LEAP_2100, NO_CENTURY
from harness.calendar.form import SUNDAY_0, ClockForm, LeapRule
from harness.device.alarm import AlarmFacts
from harness.device.facts import SECOND_NS, Certainty, DeviceFacts, IdentityMeans

_DEFAULT_WINDOW = 1970  # so that 99 is 1999 and 00 is 2000; Linux rtc-pcf8523.c reads 2000-2099 and refuses 1999

ALARM = AlarmFacts(name="the alarm", parts=("minute", "hour", "day"), step_seconds=60)
"""It has no seconds and no month; the weekday's register is left out (PCF8523 data sheet, 8.7)."""

FACTS = with_century_window(
    DeviceFacts(
        id="rtc/pcf8523",
        maker="NXP",
        model="PCF8523",
        form=ClockForm(weekday=SUNDAY_0, leap=LeapRule.EVERY_FOURTH),
        first="1970-01-01 00:00:00",
        last="2069-12-31 23:59:59",
        identity=IdentityMeans.FINGERPRINT,
        links=("i2c",),
        certainty=Certainty.VERIFIED,
        sources=(
            "PCF8523 data sheet: 8.7 (alarm registers, bit 7 disables a part), 8.3 (control 2: AF; a 1 leaves flags as they are)",
            "PCF8523 data sheet: 8.6 (registers, OS flag, leap years), p. 24 (read and set in one access)",
            "Linux rtc-pcf8523.c (stop bit around a set; the time is invalid while OS is set)",
            "Zephyr rtc_pcf8523.c (bits of control 1: STOP is bit 5, 12-hour mode bit 3)",
        ),
        divider_resets=True,
        first_second_ns=499_878_000,  # after the stop bit, 0.499878 s to 0.5 s (RV-8523, the chip with its crystal)
        boot_ns=2 * SECOND_NS,  # crystal start-up, data sheet 8.6.1.1
        keeps_time_unpowered=True,
        lost_flags=("oscillator-stopped",),
        set_disturbs=("oscillator-stop-flag",),
        can_go_back=True,
        options=(century_window_option(_DEFAULT_WINDOW),),
        alarm=ALARM,
        limits=(NO_CENTURY, LEAP_2100, FIRST_SECOND_IS_HALF),
    ),
    _DEFAULT_WINDOW,
)
