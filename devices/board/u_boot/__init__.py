"""Facts of a board that waits in the U-Boot boot loader: its RTC through the ``date`` command."""

from harness.calendar.century import CenturyRule
from harness.calendar.form import SUNDAY_0, ClockForm
from harness.device.facts import SECOND_NS, Certainty, DeviceFacts, IdentityMeans, Option

FACTS = DeviceFacts(
    id="board/u-boot",
    maker="various",
    model="board in the U-Boot boot loader",
    form=ClockForm(century=CenturyRule.digits(), weekday=SUNDAY_0),
    first="1970-01-01 00:00:00",
    last="2069-12-31 23:59:59",
    identity=IdentityMeans.MODEL,
    links=("serial",),
    certainty=Certainty.EXPERIMENTAL,
    sources=(
        "U-Boot cmd/date.c (MMDDhhmmCCYY.ss; the line it prints; its messages)",
        "U-Boot drivers/rtc/ds1307.c (two digits, read as 1970 to 2069); other drivers differ: the years are options",
        "the prompt and the text of version are believed",
    ),
    reply_ns=1 * SECOND_NS,
    boot_ns=10 * SECOND_NS,
    options=(
        Option(name="prompt", kind="text", default="=>", says="the boot loader's prompt, without what follows it"),
        Option(name="first-year", kind="int", default=1970, says="first year the board's RTC driver knows"),
        Option(name="last-year", kind="int", default=2069, says="last year the board's RTC driver knows"),
    ),
    limits=(
        ("autoboot", "it starts the system by itself: let bootdelay be -1 before power is cut"),
        ("return-repeats", "an empty line does the last command again, a set included: none is ever sent"),
    ),
)
