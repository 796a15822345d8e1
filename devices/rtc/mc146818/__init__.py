"""Facts of the Motorola MC146818 and the DS12887. Their registers stand in the driver, and again in the simulator."""

from devices.options import century_window_option, with_century_window
from devices.rtc.limits import LEAP_2100, NO_CENTURY, ON_A_BOARD, READ_TWICE
from harness.calendar.form import SUNDAY_1, ClockForm, LeapRule
from harness.device.facts import MS_NS, SECOND_NS, Certainty, DeviceFacts, Hazard, IdentityMeans, Option

_DEFAULT_WINDOW = 1970  # Linux mc146818-lib: 00-69 are 2000-2069
CENTURY_REGISTER = "century-register"
NO_CENTURY_REGISTER, LEFT_ALONE = "none", "left-alone"
CENTURY_REGISTERS = {"0x32": 0x32, "0x37": 0x37}

FACTS = with_century_window(
    DeviceFacts(
        id="rtc/mc146818",
        maker="Motorola, Dallas",
        model="MC146818, DS12887",
        form=ClockForm(weekday=SUNDAY_1, leap=LeapRule.EVERY_FOURTH),
        first="1970-01-01 00:00:00",
        last="2069-12-31 23:59:59",
        identity=IdentityMeans.FINGERPRINT,
        links=("parallel",),
        certainty=Certainty.EXPERIMENTAL,
        sources=(
            "DS12887 data sheet: table 2 (registers, BCD and binary), p. 11 (UIP, SET, VRT, divider)",
            "Linux mc146818-lib.c (safe reading, window, century byte)",
            "mdfs.net HD146818 (weekday 1 is Sunday)",
            "years that four divides are leap, 00 included: believed; the maker claims leap years up to 2100",
            "how a board's shell reaches the ports is believed",
        ),
        reply_ns=2 * SECOND_NS,
        boot_ns=60 * SECOND_NS,
        poll_ns=500 * MS_NS,
        divider_resets=False,
        keeps_time_unpowered=True,
        lost_flags=("clock-failed", "halted"),
        set_disturbs=("oscillator-started",),
        can_go_back=True,
        hazards=(Hazard.OUTPUTS, Hazard.DATALOG),
        options=(
            century_window_option(_DEFAULT_WINDOW),
            Option(
                name=CENTURY_REGISTER,
                kind="choice",
                default=NO_CENTURY_REGISTER,
                says="where a century stands that is to be tested and put back too; left-alone: what stands at 32h or "
                "37h and looks like one is counted by nobody",
                choices=(NO_CENTURY_REGISTER, LEFT_ALONE, *CENTURY_REGISTERS),
            ),
        ),
        limits=(
            NO_CENTURY,
            LEAP_2100,
            READ_TWICE,
            ON_A_BOARD,
            ("century-byte-is-ram", "in this chip a century register is plain RAM: its host must count it"),
            (
                "century-register-said",
                "nothing is read or set where 32h or 37h looks like a century that the bench file does not name",
            ),
            ("reset-when-read", "reading register D sets VRT on an MC146818: its loss is told once"),
        ),
    ),
    _DEFAULT_WINDOW,
)
