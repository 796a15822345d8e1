"""Facts of the Campbell CR200 and CR1000 clock over PakBus. Its packets stand in the driver."""

from harness.calendar.counters import Counter
from harness.calendar.form import ClockForm
from harness.device.facts import MS_NS, Certainty, DeviceFacts, Hazard, IdentityMeans, Option

FACTS = DeviceFacts(
    id="agri/campbell-pakbus",
    maker="Campbell Scientific",
    model="CR200, CR1000 and relatives (PakBus)",
    form=ClockForm(counter=Counter(epoch="1990-01-01", bits=32, signed=True)),
    first="1990-01-01 00:00:00",
    last="2058-01-19 03:14:07",
    identity=IdentityMeans.OPERATOR,
    links=("serial", "tcp"),
    certainty=Certainty.VERIFIED,
    sources=(
        "Campbell BMP5 transparent commands manual, 2.3.2, 3.5 and 4.5 (packets, signature, clock transaction)",
        "a published test suite (a live reply of 2012-07-26)",
    ),
    reply_ns=2_000 * MS_NS,
    boot_ns=15_000 * MS_NS,
    divider_resets=False,
    set_disturbs=("data-tables",),  # records stored meanwhile carry the date that was set
    hazards=(Hazard.OUTPUTS, Hazard.DATALOG),  # its program may switch ports by the time; its tables are stamped
    options=(
        Option(name="logger", kind="int", default=1, says="the logger's PakBus address, 1 to 4094"),
        Option(name="host", kind="int", default=0xFFE, says="the address this bench uses, 1 to 4094"),
        Option(name="security-code", kind="int", default=0, says="the logger's security code, 0 for none"),
    ),
    limits=(
        ("relative-set", "the logger is told by how much to move: a set sent twice would move it twice"),
        ("signed-since-1990", "signed seconds since 1990 run out at 2058-01-19 03:14:08"),
    ),
)
