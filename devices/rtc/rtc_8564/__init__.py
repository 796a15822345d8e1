"""Facts of the Epson RTC-8564 real-time clock. Its registers stand in the driver, and again in the simulator."""

from devices.rtc.century_bit import SET_IS_2000S, century_bit_option, with_century_bit
from devices.rtc.limits import CENTURY_IS_CONVENTION, LEAP_2100
from devices.rtc.pcf8563 import ALARM
from harness.calendar.form import SUNDAY_0, ClockForm, LeapRule
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans

FACTS = with_century_bit(
    DeviceFacts(
        id="rtc/rtc-8564",
        maker="Epson",
        model="RTC-8564",
        form=ClockForm(weekday=SUNDAY_0, leap=LeapRule.EVERY_FOURTH),
        first="1900-01-01 00:00:00",
        last="2099-12-31 23:59:59",
        identity=IdentityMeans.FINGERPRINT,
        links=("i2c",),
        certainty=Certainty.VERIFIED,
        sources=(
            "sigrok-dumps i2c/rtc_epson_8564je, alarm captures (AF is raised at the tick; alarm registers store all bits)",
            "RX-8564LC application manual, p. 15 (leap when four divides the digits; the century bit is set from 99 to 00)",
            "sigrok-dumps i2c/rtc_epson_8564je (reads of real silicon: Sunday is 0, unused bits mirror the seconds)",
            "RX-8564LC application manual, p. 14 (set with the stop bit; VL says that the time is lost)",
            "NXP UM10301, table 1 (the stop bit is bit 5 of 00h in the PCF8563, which Linux rtc-pcf8563.c drives alike)",
        ),
        divider_resets=None,  # without the stop bit it does not (captures: 0.27 s and 0.68 s to the first tick)
        keeps_time_unpowered=None,  # the chip has one supply pin; a cell behind it is the board's affair
        lost_flags=("voltage-low",),
        set_disturbs=("voltage-low-flag",),
        can_go_back=True,
        options=(century_bit_option(SET_IS_2000S),),
        alarm=ALARM,
        limits=(
            CENTURY_IS_CONVENTION,
            LEAP_2100,
            (
                "century-bit-is-never-cleared",
                "from 99 to 00 the bit is set, and so it stays: the next century is not told",
            ),
            ("unused-bits-mirror-seconds", "unused bits of the time read back as the same bits of the seconds"),
            ("first-address-not-acknowledged", "the captures show a chip that at first does not answer its address"),
        ),
    ),
    SET_IS_2000S,
)
