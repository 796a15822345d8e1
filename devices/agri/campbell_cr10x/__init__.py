"""Facts of the Campbell CR10X clock by its telecommunications commands. Their text stands in the driver."""

from devices.options import century_window_option, with_century_window
from harness.calendar.form import ClockForm, LeapRule
from harness.device.facts import MS_NS, Certainty, DeviceFacts, Hazard, IdentityMeans

_DEFAULT_WINDOW = 1970

FACTS = with_century_window(
    DeviceFacts(
        id="agri/campbell-cr10x",
        maker="Campbell Scientific",
        model="CR10, CR10X, CR510 and CR23X",
        form=ClockForm(leap=LeapRule.EVERY_FOURTH, day_of_year=True),
        first="1970-01-01 00:00:00",
        last="2069-12-31 23:59:59",
        identity=IdentityMeans.OPERATOR,
        links=("serial",),
        certainty=Certainty.EXPERIMENTAL,
        sources=(
            "Campbell CR510, CR10 and CR23X manuals, 5-2 and 5-3 (the C command, its reply and checksum)",
            "that year 99 is followed by 00, and that day 366 is there every fourth year, is believed",
        ),
        reply_ns=2_000 * MS_NS,
        boot_ns=10_000 * MS_NS,
        set_disturbs=("final-storage",),  # records stored meanwhile carry the date that was set
        hazards=(Hazard.OUTPUTS, Hazard.DATALOG),  # instruction 92 acts when a time comes; final storage is stamped
        options=(century_window_option(_DEFAULT_WINDOW),),
        limits=(
            ("no-century", "the logger keeps two digits of the year"),
            ("day-of-year", "it counts the days of the year, 1 to 366, and keeps no month"),
            ("hangs-up", "it hangs up after some 40 seconds of silence and is woken by carriage returns"),
        ),
    ),
    _DEFAULT_WINDOW,
)
