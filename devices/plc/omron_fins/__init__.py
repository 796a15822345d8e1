"""Facts of the clock of Omron controllers over FINS. Its frames stand in the driver, and again in the simulator."""

from devices.options import century_window_option, with_century_window
from harness.calendar.form import SUNDAY_0, ClockForm, LeapRule
from harness.device.facts import MS_NS, Certainty, DeviceFacts, Hazard, IdentityMeans, Option

_DEFAULT_WINDOW = 1970

FACTS = with_century_window(
    DeviceFacts(
        id="plc/omron-fins",
        maker="Omron",
        model="FINS clock (commands 0701 and 0702)",
        form=ClockForm(weekday=SUNDAY_0, leap=LeapRule.EVERY_FOURTH),
        first="1970-01-01 00:00:00",
        last="2069-12-31 23:59:59",
        identity=IdentityMeans.OPERATOR,
        links=("udp", "serial"),
        certainty=Certainty.VERIFIED,
        sources=(
            "icsnpp-omron-fins (parser of clock read and write, and the frames of its capture)",
            "Omron C200HX/CQM1H command manual, 6-6-12 and 6-6-13 (fields; all of them are to be given)",
        ),
        reply_ns=1_000 * MS_NS,
        boot_ns=5_000 * MS_NS,
        lost_flags=("all-zero",),
        hazards=(Hazard.OUTPUTS,),  # whatever its program switches by the clock
        options=(
            Option(name="destination-node", kind="int", default=0, says="the controller's FINS node, 0 to 254"),
            Option(name="source-node", kind="int", default=0, says="the FINS node this bench stands for, 0 to 254"),
            century_window_option(_DEFAULT_WINDOW),
        ),
        limits=(
            ("no-century", "the clock gives the last two digits of the year"),
            ("weekday-unchecked", "any weekday is taken, whatever the date"),
            ("no-cassette", "a CQM1H without its clock cassette reads zeros and ignores a set"),
        ),
    ),
    _DEFAULT_WINDOW,
)
