"""Facts of the calendar of SCPI instruments (SYSTem:DATE and SYSTem:TIME). The dialogue stands in the driver."""

from harness.calendar.century import CenturyRule
from harness.calendar.form import ClockForm
from harness.device.facts import MS_NS, Certainty, DeviceFacts, IdentityMeans, Option

FACTS = DeviceFacts(
    id="instrument/scpi-clock",
    maker="various",
    model="SCPI instrument with a calendar",
    form=ClockForm(century=CenturyRule.digits()),
    first="1980-01-01 00:00:00",
    last="2079-12-31 23:59:59",
    identity=IdentityMeans.MODEL,  # the third field of *IDN? is a serial number where the maker fills it in
    links=("scpi",),
    certainty=Certainty.EXPERIMENTAL,
    sources=(
        "Agilent 34980A user's guide (SYSTem:DATE, SYSTem:TIME; *RST leaves the clock alone)",
        "Keithley 6517A manual, 3-132 (a date that does not exist is refused and the old one kept)",
        "the texts of the error queue are believed, and the range differs by model: it is an option",
    ),
    reply_ns=1_000 * MS_NS,
    boot_ns=10_000 * MS_NS,
    set_disturbs=("error-queue",),
    options=(
        Option(name="date-command", kind="text", default="SYST:DATE", says="the instrument's word for its date"),
        Option(name="time-command", kind="text", default="SYST:TIME", says="the instrument's word for its time"),
        Option(name="first-year", kind="int", default=1980, says="first year the manual allows"),
        Option(name="last-year", kind="int", default=2079, says="last year the manual allows"),
    ),
    limits=(
        ("two-commands", "date and time are set and read apart, so midnight can fall between the two"),
        ("illogical-dates-refused", "a date that does not exist is refused and the old one kept"),
    ),
)
