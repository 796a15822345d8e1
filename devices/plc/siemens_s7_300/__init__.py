"""Facts of the Siemens S7-300 and S7-400 clock. Its PDUs stand in the driver, and again in the simulator."""

from harness.calendar.century import CenturyRule
from harness.calendar.form import SUNDAY_1, ClockForm
from harness.device.facts import MS_NS, Certainty, DeviceFacts, Hazard, IdentityMeans, Option

FACTS = DeviceFacts(
    id="plc/siemens-s7-300",
    maker="Siemens",
    model="SIMATIC S7-300 and S7-400",
    form=ClockForm(century=CenturyRule.window(1990), weekday=SUNDAY_1),
    first="1990-01-01 00:00:00",
    last="2089-12-31 23:59:59",
    identity=IdentityMeans.FINGERPRINT,
    links=("tcp", "serial"),
    certainty=Certainty.VERIFIED,
    sources=(
        "SCADACS/snap7 (connection, clock read and set, window 1990 to 2089)",
        "S7NetPlus, Plc.Clock.cs (the same ten bytes in a set; weekday 1 is Sunday; years outside are refused)",
        "S7NetPlus issue 522 (an S7-1200 answers the read with error 8104h)",
    ),
    reply_ns=2_000 * MS_NS,
    boot_ns=20_000 * MS_NS,
    # Time-of-day interrupts (OB 10 to 17) start its program; set as master, it gives its time to MPI and PROFIBUS.
    hazards=(Hazard.OUTPUTS, Hazard.TIME_MASTER),
    options=(
        Option(name="rack", kind="int", default=0, says="the rack the CPU is in, 0 to 7"),
        Option(name="slot", kind="int", default=2, says="the slot the CPU is in, 0 to 31"),
    ),
    limits=(
        ("window-1990", "90 to 99 are 1990 to 1999 and 00 to 89 are 2000 to 2089, by the maker's own rule"),
        ("not-s7-1200", "an S7-1200 has no such clock service and answers error 8104h"),
    ),
)
