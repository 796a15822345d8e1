"""Facts of the Siemens LOGO! 0BA6 clock through the programming port. Its bytes stand in the driver."""

from harness.calendar.century import CenturyRule
from harness.calendar.form import SUNDAY_0, ClockForm
from harness.device.facts import MS_NS, SECOND_NS, Certainty, DeviceFacts, Hazard, IdentityMeans

FACTS = DeviceFacts(
    id="plc/siemens-logo-0ba6",
    maker="Siemens",
    model="LOGO! 0BA6, programming port",
    form=ClockForm(century=CenturyRule.fixed(2000, 100), weekday=SUNDAY_0, has_seconds=False),
    first="2000-01-01 00:00:00",
    last="2099-12-31 23:59:00",
    identity=IdentityMeans.OPERATOR,
    links=("serial",),
    certainty=Certainty.VERIFIED,
    sources=("brickpool/logo (protocol guide of the programming port, and its library)",),
    resolution_ns=60 * SECOND_NS,
    reply_ns=1_000 * MS_NS,
    boot_ns=10_000 * MS_NS,
    hazards=(Hazard.OUTPUTS,),  # weekly and yearly timers
    limits=(
        ("stop-only", "the clock is read and set in STOP only; this bench does not stop it"),
        ("minutes-only", "the clock has no seconds"),
        ("since-2000", "the byte holds years since 2000, so it has no bytes for 1999"),
    ),
)
