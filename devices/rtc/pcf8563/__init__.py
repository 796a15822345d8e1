"""Facts of the NXP PCF8563 real-time clock. Its registers stand in the driver, and again in the simulator."""

from devices.rtc.century_bit import SET_IS_1900S, century_bit_option, with_century_bit
from devices.rtc.limits import CENTURY_IS_CONVENTION, FIRST_SECOND_IS_HALF, LEAP_2100
from harness.calendar.form import SUNDAY_0, ClockForm, LeapRule
from harness.device.alarm import AlarmFacts
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans

ALARM = AlarmFacts(name="the alarm", parts=("minute", "hour", "day"), step_seconds=60)
"""It has no seconds and no month; the weekday's register is left out. Whether it fires unpowered is the board's affair."""

FACTS = with_century_bit(
    DeviceFacts(
        id="rtc/pcf8563",
        maker="NXP",
        model="PCF8563",
        form=ClockForm(weekday=SUNDAY_0, leap=LeapRule.EVERY_FOURTH),
        first="1900-01-01 00:00:00",
        last="2099-12-31 23:59:59",
        identity=IdentityMeans.FINGERPRINT,
        links=("i2c",),
        certainty=Certainty.VERIFIED,
        sources=(
            "PCF8563 data sheet: 8.5 (alarm registers, bit 7 disables a part), 8.3.2 (AF and TF: a 1 leaves them as they are)",
            "PCF8563 data sheet: 8.4 (registers; leap years every fourth, 00 included; VL), 8.10 (the stop bit)",
            "Linux rtc-pcf8563.c, quoting the data sheet: the century bit is toggled from 99 to 00, 1 is the 1900s",
            "cvmanjoo/RTC issue 30, sigrok-dumps i2c/rtc_epson_8564je (unused bits read as those of the seconds)",
        ),
        divider_resets=True,
        first_second_ns=507_813_000,  # after the stop bit, 0.507813 s to 0.507935 s (data sheet, 8.10)
        keeps_time_unpowered=None,  # the chip has one supply pin; a cell behind it is the board's affair
        lost_flags=("voltage-low",),
        set_disturbs=("voltage-low-flag",),
        can_go_back=True,
        options=(century_bit_option(SET_IS_1900S),),
        alarm=ALARM,
        limits=(
            CENTURY_IS_CONVENTION,
            LEAP_2100,
            FIRST_SECOND_IS_HALF,
            ("unused-bits-mirror-seconds", "unused bits of the time read back as the same bits of the seconds"),
        ),
    ),
    SET_IS_1900S,
)
