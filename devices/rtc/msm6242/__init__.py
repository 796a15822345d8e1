"""Facts of the OKI MSM6242 and the Epson RTC-72421. Their registers stand in the driver, and again in the simulator."""

from devices.options import century_window_option, with_century_window
from devices.rtc.limits import LEAP_2100, NO_CENTURY, ON_A_BOARD, READ_TWICE, SET_ONLY_A_CLOCK
from harness.calendar.form import SUNDAY_0, ClockForm, LeapRule
from harness.device.facts import MS_NS, SECOND_NS, Certainty, DeviceFacts, Hazard, IdentityMeans

_DEFAULT_WINDOW = 1970  # Linux rtc-msm6242.c: 00-69 are 2000-2069

FACTS = with_century_window(
    DeviceFacts(
        id="rtc/msm6242",
        maker="OKI, Epson",
        model="MSM6242, RTC-72421",
        form=ClockForm(weekday=SUNDAY_0, leap=LeapRule.EVERY_FOURTH),
        first="1970-01-01 00:00:00",
        last="2069-12-31 23:59:59",
        identity=IdentityMeans.FINGERPRINT,
        links=("parallel",),
        certainty=Certainty.EXPERIMENTAL,
        sources=(
            "MSM6242B data sheet: register table, CD register (HOLD, BUSY, IRQ flag, 30 s), figure 10 (reading twice)",
            "Linux rtc-msm6242.c (registers, HOLD around a set, window)",
            "years that four divides are leap, 00 included: believed; the sheet only claims leap years",
            "that a carry is over when a board's shell writes its first digit after HOLD is believed",
            "how a board's shell reaches its memory is believed",
        ),
        reply_ns=2 * SECOND_NS,
        boot_ns=60 * SECOND_NS,
        poll_ns=500 * MS_NS,
        divider_resets=False,
        keeps_time_unpowered=True,
        lost_flags=("halted",),
        set_disturbs=("oscillator-started",),
        can_go_back=True,
        hazards=(Hazard.OUTPUTS, Hazard.DATALOG),
        options=(century_window_option(_DEFAULT_WINDOW),),
        limits=(
            NO_CENTURY,
            LEAP_2100,
            READ_TWICE,
            ON_A_BOARD,
            SET_ONLY_A_CLOCK,
            ("held-for-a-set", "a set holds the seconds while it lasts; held for over a second the chip loses time"),
        ),
    ),
    _DEFAULT_WINDOW,
)
