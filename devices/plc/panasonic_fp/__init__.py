"""Facts of the Panasonic FP clock over MEWTOCOL. Its registers stand in the driver, and again in the simulator."""

from devices.options import century_window_option, with_century_window
from harness.calendar.form import ClockForm, LeapRule
from harness.device.facts import MS_NS, Certainty, DeviceFacts, Hazard, IdentityMeans, Option

_DEFAULT_WINDOW = 1970

FACTS = with_century_window(
    DeviceFacts(
        id="plc/panasonic-fp",
        maker="Panasonic",
        model="FP0, FP-e, FP-X and FP2",
        form=ClockForm(leap=LeapRule.EVERY_FOURTH),
        first="1970-01-01 00:00:00",
        last="2069-12-31 23:59:59",
        identity=IdentityMeans.OPERATOR,
        links=("serial",),
        certainty=Certainty.EXPERIMENTAL,
        sources=(
            "Panasonic infohub (DT9054 to DT9056, or DT90054 to DT90056; 8000h to DT9058 or DT90058 commits)",
            "MEWTOCOL frames as published with several clients; the meaning of its error codes is believed",
        ),
        reply_ns=1_000 * MS_NS,
        boot_ns=5_000 * MS_NS,
        hazards=(Hazard.OUTPUTS,),  # whatever its program switches by the clock
        options=(
            Option(name="station", kind="int", default=1, says="the unit's MEWTOCOL station, 1 to 99"),
            Option(
                name="first-register",
                kind="int",
                default=9054,
                says="data register of minute and second: 9054 for FP0 and FP-e, 90054 for FP-X and FP2",
            ),
            century_window_option(_DEFAULT_WINDOW),
        ),
        limits=(
            ("no-century", "the register keeps two digits of the year"),
            ("dates-unchecked", "the maker's own example sets 31 June"),
        ),
    ),
    _DEFAULT_WINDOW,
)
