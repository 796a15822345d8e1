"""Facts of the Dallas/Maxim DS3231 real-time clock. Its registers stand in the driver, and again in the simulator."""

from devices.rtc.century_bit import SET_IS_2000S, century_bit_option, with_century_bit
from devices.rtc.limits import CENTURY_IS_CONVENTION, ILLOGICAL_DATES, LEAP_2100, WEEKDAY_IS_FREE
from harness.calendar.form import SUNDAY_1, ClockForm, LeapRule
from harness.device.alarm import AlarmFacts
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans, Option

ALARM_1 = AlarmFacts(name="alarm 1", parts=("second", "minute", "hour", "day"), fires_unpowered=True)
ALARM_2 = AlarmFacts(name="alarm 2", parts=("minute", "hour", "day"), step_seconds=60, fires_unpowered=True)
"""Neither compares the month: both come again on the same day of every month (DS3231 data sheet, table 2)."""
ALARM_OPTION = Option(
    name="alarm",
    kind="choice",
    default="1",
    says="which of the two alarms a test may arm; the other is left alone",
    choices=("1", "2"),
)
FACTS = with_century_bit(
    DeviceFacts(
        id="rtc/ds3231",
        maker="Dallas / Maxim",
        model="DS3231",
        form=ClockForm(weekday=SUNDAY_1, leap=LeapRule.EVERY_FOURTH),
        first="1900-01-01 00:00:00",
        last="2099-12-31 23:59:59",
        identity=IdentityMeans.FINGERPRINT,
        links=("i2c",),
        certainty=Certainty.VERIFIED,
        sources=(
            "DS3231 data sheet: figure 1 (registers), p. 11 (the century bit is toggled from 99 to 00; buffered reads)",
            "DS3231 data sheet: Alarms, table 2 (masks; no month), status register (A1F, A2F rise whatever is enabled)",
            "DS3231 data sheet: leap-year compensation claimed up to 2100",
            "DS3231M data sheet, p. 12 (writing seconds resets the countdown chain)",
            "DS3231M data sheet, p. 10 (first power: 01/01/00, weekday 01, 00:00:00)",
            "tinygo-org/drivers PR 530, eldruin/ds323x-rs PR 15 (silicon takes 2100 for leap whatever the century bit)",
        ),
        divider_resets=True,
        default_date="2000-01-01 00:00:00",
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
