"""Facts of the Davis Vantage weather stations. Their serial protocol stands in the driver, and again in the simulator."""

from harness.calendar.century import CenturyRule
from harness.calendar.form import ClockForm
from harness.device.facts import MS_NS, SECOND_NS, Certainty, DeviceFacts, Hazard, IdentityMeans, LogFacts

FACTS = DeviceFacts(
    id="agri/davis-vantage",
    maker="Davis Instruments",
    model="Vantage Pro, Pro2 and Vue",
    form=ClockForm(century=CenturyRule.fixed(1900, 256)),
    first="1900-01-01 00:00:00",
    last="2155-12-31 23:59:59",
    identity=IdentityMeans.MODEL,
    links=("serial",),
    certainty=Certainty.VERIFIED,
    sources=(
        "Davis Vantage serial communication reference (commands, CRC, GETTIME and SETTIME)",
        "weewx, drivers/vantage.py (wake-up; NAK is 15h although the reference prints 21h)",
        "PyVantagePro (the year is an unsigned byte; a GETTIME reply of real hardware)",
        "the same reference and weewx on the archive: DMPAFT, pages, records, seven bits of year from 2000",
    ),
    reply_ns=1_200 * MS_NS,
    boot_ns=10_000 * MS_NS,
    set_disturbs=("archive-records",),
    hazards=(Hazard.DATALOG,),  # the archive is a ring in order of time; records written meanwhile keep the date set
    limits=(
        ("year-is-a-byte", "years since 1900 in one byte; hosts that take it as signed fail from 2028"),
        ("sleeps", "the console sleeps two minutes after the last character and is woken by a line feed"),
        ("archive-from-2000", "an archive record has seven bits of year from 2000: it cannot bear a date of 1999"),
        ("archive-interval-kept", "setting the archive interval clears the archive, so the bench never sets it"),
    ),
    log=LogFacts(
        form=ClockForm(century=CenturyRule.fixed(2000, 128), has_seconds=False),
        first="2000-01-01 00:00:00",
        last="2127-12-31 23:59:00",
        longest_interval_seconds=7_200,
        capacity=2_560,
        late_ns=60 * SECOND_NS,
    ),
)
