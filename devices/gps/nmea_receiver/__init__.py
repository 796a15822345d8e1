"""Facts of a satellite receiver that speaks NMEA 0183. Its sentences stand in the driver."""

from devices.options import century_window_option, with_century_window
from harness.calendar.form import ClockForm
from harness.device.facts import MS_NS, Certainty, DeviceFacts, Hazard, IdentityMeans, Option

_DEFAULT_WINDOW = 1969

FACTS = with_century_window(
    DeviceFacts(
        id="gps/nmea-receiver",
        maker="any",
        model="NMEA 0183 receiver (RMC or ZDA sentences)",
        form=ClockForm(),
        first="1969-01-01 00:00:00",
        last="2068-12-31 23:59:59",
        identity=IdentityMeans.OPERATOR,
        links=("serial", "tcp"),
        certainty=Certainty.OBSERVED,
        sources=(
            "gpsd, driver_nmea0183.c (sentences; two digits of the year are 1969 to 2068)",
            "logs of real receivers across the week rollover of 2019-04-06 (gp-320fw, Telit HE910)",
        ),
        reply_ns=2_500 * MS_NS,
        boot_ns=60_000 * MS_NS,
        can_be_set=False,
        lost_flags=("no-fix",),
        hazards=(Hazard.TIME_MASTER,),  # what it is there for
        options=(
            Option(
                name="sentence",
                kind="choice",
                default="RMC",
                choices=("RMC", "ZDA"),
                says="which sentence is read: RMC has two digits of the year, ZDA has four",
            ),
            century_window_option(_DEFAULT_WINDOW),
        ),
        limits=(
            ("read-only", "a receiver takes its time from the satellites; nothing here sets it"),
            ("week-is-10-bits", "an old receiver may show a date 1024 weeks early: 1999 in place of 2019"),
        ),
    ),
    _DEFAULT_WINDOW,
)
