"""Facts of the time-of-day block of Modicon 984, Quantum and M1 controllers. Its registers stand in the driver."""

from devices.options import century_window_option, with_century_window
from harness.calendar.form import SUNDAY_1, ClockForm
from harness.device.facts import MS_NS, Certainty, DeviceFacts, Hazard, IdentityMeans, Option

_DEFAULT_WINDOW = 1970

FACTS = with_century_window(
    DeviceFacts(
        id="plc/modicon",
        maker="Modicon",
        model="984 / Quantum / M1 time-of-day block",
        form=ClockForm(weekday=SUNDAY_1),
        first="1970-01-01 00:00:00",
        last="2069-12-31 23:59:59",
        identity=IdentityMeans.FINGERPRINT,
        links=("modbus",),
        certainty=Certainty.EXPERIMENTAL,
        sources=(
            "Modicon 870 USE 101 10, p. 229 (the block and its control register; the figure survives as text only)",
            "the handshake of the control bits is believed, not read: their masks are options",
        ),
        settle_ns=500 * MS_NS,
        reply_ns=500 * MS_NS,
        boot_ns=5_000 * MS_NS,
        hazards=(Hazard.OUTPUTS,),  # whatever its program switches by the clock
        options=(
            Option(name="base", kind="int", default=0x63, says="wire address of the control register (400100 is 0x63)"),
            Option(name="set-bit", kind="int", default=0x8000, says="mask: the clock is being set"),
            Option(name="read-bit", kind="int", default=0x4000, says="mask: the clock is being read"),
            Option(name="done-bit", kind="int", default=0x2000, says="mask: all values have been set"),
            Option(name="error-bit", kind="int", default=0x1000, says="mask: the controller refused the values"),
            Option(
                name="fingerprint-start",
                kind="int",
                default=0,
                says="wire address of registers that never change, for a controller that cannot name itself",
            ),
            Option(name="fingerprint-count", kind="int", default=0, says="how many of them; 0 for none"),
            Option(
                name="coils-start", kind="int", default=0, says="wire address of the first coil to watch (000001 is 0)"
            ),
            Option(
                name="coils-count",
                kind="int",
                default=0,
                says="how many coils to watch while the clock is led; 0 for none, then outputs are not read",
            ),
            century_window_option(_DEFAULT_WINDOW),
        ),
        limits=(
            ("no-century", "the block keeps the year as 0 to 99: the host supplies the century"),
            ("cpu-must-run", "a set is taken only while the controller's program runs"),
        ),
    ),
    _DEFAULT_WINDOW,
)
