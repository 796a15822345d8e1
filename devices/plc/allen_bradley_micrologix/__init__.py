"""Facts of the Allen-Bradley MicroLogix clock in the function file RTC:0. Its words stand in the driver."""

from devices.plc.df1 import OPTIONS
from harness.calendar.century import CenturyRule
from harness.calendar.form import SUNDAY_0, ClockForm
from harness.device.facts import MS_NS, Certainty, DeviceFacts, Hazard, IdentityMeans

FACTS = DeviceFacts(
    id="plc/allen-bradley-micrologix",
    maker="Allen-Bradley",
    model="MicroLogix 1200, 1400 and 1500 over DF1 full duplex",
    form=ClockForm(century=CenturyRule.digits(1998, 2097), weekday=SUNDAY_0),
    first="1998-01-01 00:00:00",
    last="2097-12-31 23:59:59",
    identity=IdentityMeans.OPERATOR,
    links=("serial",),
    certainty=Certainty.EXPERIMENTAL,
    sources=(
        "Allen-Bradley 1762-RM001C, 3-3 (RTC:0 and the ranges of its words; drift)",
        "Wireshark, packet-cip.h (E4h is the type of the RTC function file)",
        "Allen-Bradley 1770-RM516 (DF1 frames, typed logical read and write)",
        "that the words follow one another as the manual lists them, take a typed write, and count Sunday as 0, is believed",
    ),
    reply_ns=1_500 * MS_NS,
    boot_ns=5_000 * MS_NS,
    lost_flags=("all-zero",),
    hazards=(Hazard.OUTPUTS,),  # whatever its program switches by the clock
    options=OPTIONS,
    limits=(
        ("1998-to-2097", "the year word is refused outside 1998 to 2097"),
        ("drifts-when-hot", "up to four minutes a month are lost in heat"),
    ),
)
