"""Facts of the Allen-Bradley SLC 500 clock in the status file. Its words stand in the driver."""

from devices.plc.df1 import OPTIONS
from harness.calendar.century import CenturyRule
from harness.calendar.form import ClockForm
from harness.device.facts import MS_NS, Certainty, DeviceFacts, Hazard, IdentityMeans

FACTS = DeviceFacts(
    id="plc/allen-bradley-slc",
    maker="Allen-Bradley",
    model="SLC 5/03, 5/04 and 5/05 over DF1 full duplex",
    form=ClockForm(century=CenturyRule.digits()),
    first="1970-01-01 00:00:00",
    last="2099-12-31 23:59:59",
    identity=IdentityMeans.OPERATOR,
    links=("serial",),
    certainty=Certainty.EXPERIMENTAL,
    sources=(
        "Allen-Bradley 1747-RM001G, B-54 (S:37 to S:42; six zeros disable the clock; the second may not count evenly)",
        "Allen-Bradley 1770-RM516 (DF1 frames, typed logical read and write)",
        "that the year has four digits and which years it takes is believed; one page gives it two",
    ),
    reply_ns=1_500 * MS_NS,
    boot_ns=5_000 * MS_NS,
    lost_flags=("all-zero",),
    hazards=(Hazard.OUTPUTS,),  # whatever its program switches by the clock
    options=OPTIONS,
    limits=(
        ("zeros-stop-the-clock", "six words of zero disable the clock; they are never written"),
        ("uneven-seconds", "the second may not increment every second"),
    ),
)
