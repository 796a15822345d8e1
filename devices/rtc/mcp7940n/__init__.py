"""Facts of the Microchip MCP7940N real-time clock. Its registers stand in the driver, and again in the simulator."""

from devices.options import century_window_option, with_century_window
from devices.rtc.limits import LEAP_2100, NO_CENTURY, WEEKDAY_IS_FREE
from harness.calendar.form import SUNDAY_1, ClockForm, LeapRule
from harness.device.alarm import AlarmFacts
from harness.device.facts import Certainty, DeviceFacts, IdentityMeans

_DEFAULT_WINDOW = 1970  # so that 99 is 1999 and 00 is 2000

ALARM = AlarmFacts(name="alarm 0", parts=("second", "minute", "hour", "weekday", "day", "month"))
"""It compares all but the year, so it comes once a year. Whether unpowered is the owner's setting of VBATEN."""

FACTS = with_century_window(
    DeviceFacts(
        id="rtc/mcp7940n",
        maker="Microchip",
        model="MCP7940N",
        form=ClockForm(weekday=SUNDAY_1, leap=LeapRule.EVERY_FOURTH),
        first="1970-01-01 00:00:00",
        last="2069-12-31 23:59:59",
        identity=IdentityMeans.FINGERPRINT,
        links=("i2c",),
        certainty=Certainty.VERIFIED,
        sources=(
            "MCP7940N data sheet DS20005010, 5.4 (alarms: ALM0EN, ALM0MSK 111b compares all, ALM0IF is cleared by a write)",
            "MCP7940N data sheet DS20005010: registers 00h-06h and their reset states, p. 15 (99 to 00 has no carry)",
            "MCP7940N data sheet, 5.7 (VBATEN enables the cell; clearing PWRFAIL clears the time-stamps)",
            "NuttX mcp794xx.c (a set stops the oscillator, waits for OSCRUN, writes, and starts it)",
            "Zephyr PR 69772 (the two digits alone decide what is a leap year), Linux rtc-ds1307.c (RAM from 20h)",
        ),
        divider_resets=None,
        default_date="2001-01-01 00:00:00",
        keeps_time_unpowered=None,  # only while VBATEN is set, which is the owner's setting
        lost_flags=("halted", "oscillator-stopped"),
        set_disturbs=("oscillator-started",),
        can_go_back=True,
        options=(century_window_option(_DEFAULT_WINDOW),),
        alarm=ALARM,
        limits=(
            NO_CENTURY,
            WEEKDAY_IS_FREE,
            LEAP_2100,
            (
                "alarm-drives-its-pin",
                "an alarm that is enabled drives the MFP pin; a test that arms one moves that pin",
            ),
            ("battery-must-be-enabled", "with VBATEN clear the chip forgets its time when its supply goes"),
        ),
    ),
    _DEFAULT_WINDOW,
)
