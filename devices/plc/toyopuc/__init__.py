"""Facts of the JTEKT Toyopuc clock over Ethernet. Its frames stand in the driver, and again in the simulator."""

from devices.options import century_window_option, with_century_window
from harness.calendar.form import SUNDAY_0, ClockForm, LeapRule
from harness.device.facts import MS_NS, Certainty, DeviceFacts, Hazard, IdentityMeans

_DEFAULT_WINDOW = 1970

FACTS = with_century_window(
    DeviceFacts(
        id="plc/toyopuc",
        maker="JTEKT",
        model="Toyopuc Plus and PC10 (computer link)",
        form=ClockForm(weekday=SUNDAY_0, leap=LeapRule.EVERY_FOURTH),
        first="1970-01-01 00:00:00",
        last="2069-12-31 23:59:59",
        identity=IdentityMeans.OPERATOR,
        links=("tcp", "udp", "serial"),
        certainty=Certainty.VERIFIED,
        sources=(
            "fa-yoshinobu/pytoyopuc-computerlink, protocol notes (frames, error codes, and a clock without a date)",
        ),
        reply_ns=1_000 * MS_NS,
        boot_ns=5_000 * MS_NS,
        lost_flags=("no-date",),
        hazards=(Hazard.OUTPUTS,),  # whatever its program switches by the clock
        options=(century_window_option(_DEFAULT_WINDOW),),
        limits=(
            ("no-century", "the clock gives the last two digits of the year"),
            ("no-date", "a CPU was seen that keeps the time of day with month and year 00"),
        ),
    ),
    _DEFAULT_WINDOW,
)
