"""Facts of a device without a port: a person reads its display and sets it by its keys."""

from harness.calendar.century import CenturyRule
from harness.calendar.form import ClockForm
from harness.device.facts import SECOND_NS, Certainty, DeviceFacts, Hazard, IdentityMeans, Option

WHOLE, TWO_DIGITS = "whole", "two-digits"
SECOND, MINUTE = "second", "minute"

FACTS = DeviceFacts(
    id="manual",
    maker="any",
    model="device with a display and keys",
    form=ClockForm(century=CenturyRule.digits()),
    first="1970-01-01 00:00:00",
    last="2069-12-31 23:59:59",
    identity=IdentityMeans.OPERATOR,
    links=("operator",),
    certainty=Certainty.VERIFIED,
    sources=("the device's own display, as the operator types it", "the device's own manual, for what the options say"),
    reply_ns=120 * SECOND_NS,
    boot_ns=30 * SECOND_NS,
    poll_ns=20 * SECOND_NS,  # a person is not asked more often
    hazards=(Hazard.OUTPUTS,),  # nothing is known of what it switches
    options=(
        Option(name="display", kind="text", default="the device", says="what the operator is told to look at"),
        Option(name="resolution", kind="choice", default=SECOND, says="what it shows", choices=(SECOND, MINUTE)),
        Option(name="year", kind="choice", default=WHOLE, says="how it shows the year", choices=(WHOLE, TWO_DIGITS)),
        Option(name="first-year", kind="int", default=1970, says="first year its manual allows"),
        Option(name="last-year", kind="int", default=2069, says="last year its manual allows"),
    ),
    limits=(
        ("read-by-a-person", "a reading lies between the question and the answer, often several seconds"),
        ("set-by-a-person", "a set lies between the question and the answer"),
    ),
)
