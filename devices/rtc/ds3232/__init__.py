"""Facts of the Dallas/Maxim DS3232 real-time clock. Its registers stand in the driver, and again in the simulator."""

from devices.rtc.century_bit import SET_IS_2000S, century_bit_option, with_century_bit
from devices.rtc.ds3231 import ALARM_1, ALARM_OPTION
from devices.rtc.limits import CENTURY_IS_CONVENTION, ILLOGICAL_DATES, LEAP_2100, WEEKDAY_IS_FREE
from harness.calendar.form import SUNDAY_1, ClockForm, LeapRule
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans

FACTS = with_century_bit(
    DeviceFacts(
        id="rtc/ds3232",
        maker="Dallas / Maxim",
        model="DS3232",
        form=ClockForm(weekday=SUNDAY_1, leap=LeapRule.EVERY_FOURTH),
        first="1900-01-01 00:00:00",
        last="2099-12-31 23:59:59",
        identity=IdentityMeans.FINGERPRINT,
        links=("i2c",),
        certainty=Certainty.VERIFIED,
        sources=(
            "DS3231 data sheet: figure 1 (registers), p. 11 (the century bit is toggled from 99 to 00; buffered reads)",
            "DS3232 data sheet: leap-year compensation claimed up to 2099",
            "DS3231M data sheet, p. 12 (writing seconds resets the countdown chain)",
            "tinygo-org/drivers PR 530, eldruin/ds323x-rs PR 15 (silicon takes 2100 for leap whatever the century bit)",
        ),
        divider_resets=True,
        keeps_time_unpowered=True,
        lost_flags=("oscillator-stopped",),
        set_disturbs=("oscillator-stop-flag",),
        can_go_back=True,
        options=(century_bit_option(SET_IS_2000S), ALARM_OPTION),
        alarm=ALARM_1,
        limits=(CENTURY_IS_CONVENTION, WEEKDAY_IS_FREE, LEAP_2100, ILLOGICAL_DATES),
    ),
    SET_IS_2000S,
)
