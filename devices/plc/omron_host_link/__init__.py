"""Facts of the Omron clock in the AR area, over Host Link. Its words stand in the driver, and again in the simulator."""

from devices.options import century_window_option, with_century_window
from harness.calendar.form import SUNDAY_0, ClockForm, LeapRule
from harness.device.facts import MS_NS, Certainty, DeviceFacts, Hazard, IdentityMeans, Option

_DEFAULT_WINDOW = 1970

FACTS = with_century_window(
    DeviceFacts(
        id="plc/omron-host-link",
        maker="Omron",
        model="C200HS, C200HX and relatives, clock in AR18 to AR21",
        form=ClockForm(weekday=SUNDAY_0, leap=LeapRule.EVERY_FOURTH),
        first="1970-01-01 00:00:00",
        last="2069-12-31 23:59:59",
        identity=IdentityMeans.OPERATOR,
        links=("serial",),
        certainty=Certainty.EXPERIMENTAL,
        sources=(
            "Omron C200HS operation manual, 11-3 (Host Link frames, RJ and WJ)",
            "Omron C200HX/HG/HE operation manual, 3-5-9 (AR18 to AR21; bits 13 to 15 of AR21)",
            "that the unit clears the stop and set bits itself, and wants MONITOR mode for a write, is believed",
        ),
        reply_ns=1_000 * MS_NS,
        boot_ns=5_000 * MS_NS,
        lost_flags=("clock-stopped",),
        hazards=(Hazard.OUTPUTS,),  # whatever its program switches by the clock
        options=(
            Option(name="node", kind="int", default=0, says="the unit's Host Link number, 0 to 31"),
            century_window_option(_DEFAULT_WINDOW),
        ),
        limits=(
            ("no-century", "the words keep two digits of the year"),
            ("stopped-while-set", "the clock stands still from the first write of a set to its last"),
            ("not-in-run-mode", "words are written in MONITOR and PROGRAM mode only"),
        ),
    ),
    _DEFAULT_WINDOW,
)
