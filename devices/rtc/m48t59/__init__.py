"""Facts of the ST M48T59 and its kin. Their registers stand in the driver, and again in the simulator."""

from devices.options import century_window_option, with_century_window
from devices.rtc.limits import LEAP_2100, ON_A_BOARD, READ_TWICE, SET_ONLY_A_CLOCK, WEEKDAY_IS_FREE
from harness.calendar.form import SUNDAY_1, ClockForm, LeapRule
from harness.device.facts import MS_NS, SECOND_NS, Certainty, DeviceFacts, Hazard, IdentityMeans, Option

_DEFAULT_WINDOW = 1970
CENTURY = "century"
TWO_DIGITS, CENTURY_BIT = "two-digits", "century-bit"

FACTS = with_century_window(
    DeviceFacts(
        id="rtc/m48t59",
        maker="STMicroelectronics",
        model="M48T59 (M48T02, M48T08, M48T18, M48T35, M48T58)",
        form=ClockForm(weekday=SUNDAY_1, leap=LeapRule.EVERY_FOURTH),
        first="1970-01-01 00:00:00",
        last="2069-12-31 23:59:59",
        identity=IdentityMeans.FINGERPRINT,
        links=("parallel",),
        certainty=Certainty.EXPERIMENTAL,
        sources=(
            "M48T35 and M48T08 data sheets, clock operations (R, W and ST bits; all registers change together)",
            "M48T59 data sheet, register map (CEB, CB, calibration); Linux rtc-m48t59.c (CB set is the 2000s)",
            "MAME timekpr.cpp (CB turns over from 99 to 00 where CEB is set; every fourth year is leap)",
            "how a board's shell reaches its memory is believed",
        ),
        reply_ns=2 * SECOND_NS,
        boot_ns=60 * SECOND_NS,
        poll_ns=500 * MS_NS,
        divider_resets=None,  # "within one second" for most of the family, "one second later" for one of it
        keeps_time_unpowered=True,
        lost_flags=("halted",),
        set_disturbs=("oscillator-started",),
        can_go_back=True,
        hazards=(Hazard.OUTPUTS, Hazard.DATALOG),
        options=(
            century_window_option(_DEFAULT_WINDOW),
            Option(
                name=CENTURY,
                kind="choice",
                default=TWO_DIGITS,
                says="whether the board counts centuries by the bit CB; the bit CEB of the chip must agree",
                choices=(TWO_DIGITS, CENTURY_BIT),
            ),
        ),
        limits=(
            WEEKDAY_IS_FREE,
            LEAP_2100,
            READ_TWICE,
            ON_A_BOARD,
            SET_ONLY_A_CLOCK,
            ("century-bit-as-found", "a chip whose CEB bit and the option 'century' disagree is not read and not set"),
        ),
    ),
    _DEFAULT_WINDOW,
)
