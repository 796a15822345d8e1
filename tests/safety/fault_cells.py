"""The cells of the matrix: fault classes, phases and transports, less those in which a fault means nothing.

What is left out is left out here, each with its reason, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.link.faults.catalogue import CATALOGUE, FaultClass, Place
from harness.link.faults.named import Phase
from tests.safety.fault_runs import Combination

MODELS = ("plc/modicon", "agri/davis-vantage", "instrument/scpi-clock", "rtc/ds1307")
LINE_CLASSES = tuple(row for row in CATALOGUE.values() if row.place is Place.LINE)
PLACES = (*Phase, "restore+2", "restore+3", "polling*always")
"""The six phases; deeper into the restore, where its own set and read-back are; and a fault that does not pass."""
LOST_ON_A_STREAM = ("before-set+9", "before-set+10")
"""Where the two writes of a weather console's set go out: after a reading, two identities, and a wake-up before each."""
LOST_IN_HALVES = ("polling+1",)
"""Where an instrument's second command goes out: its date has taken effect, and so has the question for its errors."""

_FRAMINGS = {"agri/davis-vantage": "stream", "instrument/scpi-clock": "lines", "rtc/ds1307": "i2c"}
_REAL_TIME = {"unplugged"}
_SLOW = {"babble", "device-reboots"}


def framing_of(model: str, on: str) -> str:
    """Return how frames lie on a model's wire."""
    return _FRAMINGS.get(model) or ("mbap" if on == "tcp" else "rtu")


def why_not(row: FaultClass, variant: str, place: str, model: str, on: str) -> str:
    """Return why a cell is not run, or nothing."""
    framing = framing_of(model, on)
    if framing not in row.framings:
        return "the wire cannot show it"
    if row.name == "wrong-echo" and place not in {"set-to-ack", "restore"}:
        return "only a write is echoed"
    if row.name == "other-device":
        if model != "instrument/scpi-clock":
            return "two units of this model look alike: its identity is the operator's"
        if place not in {"identify", "before-set", "rollover", "restore"}:
            return "a swap between a confirmed identity and the write within 2 s shows nowhere"
    if (row.name == "device-reboots" or variant == "request-lost") and place == "set-to-ack" and framing == "stream":
        return (
            "a write on a plain stream is known by its effect, and a lost one has none: counted out in LOST_ON_A_STREAM"
        )
    if row.name == "connection-lost" and on == "pty":
        return "a serial line has no connection to lose; what it has is an adapter, which is unplugged"
    if variant == "half-open" and framing != "mbap":
        return "only a connection can be half open"
    return ""


def cells(on: str, models: tuple[str, ...] = MODELS, *, defective: bool) -> Iterator[Combination]:
    """Yield every cell of one transport that means something."""
    for model in models:
        for row in LINE_CLASSES:
            for variant in row.variants:
                for place in (*PLACES, *_places_of_writes(row, variant, framing_of(model, on))):
                    if why_not(row, variant, place, model, on) or _is_too_slow(row, variant, place, on):
                        continue
                    fault = f"{row.name}:{variant}@{place}"
                    yield Combination(model=model, on=on, fault=fault)
                    if defective:
                        yield Combination(model=model, on=on, fault=fault, is_sound=False)


def _places_of_writes(row: FaultClass, variant: str, framing: str) -> tuple[str, ...]:
    """Return where else a write can be lost whole, on wires whose writes the injector cannot tell by their bytes."""
    if row.name != "device-reboots" and variant != "request-lost":
        return ()
    return {"stream": LOST_ON_A_STREAM, "lines": LOST_IN_HALVES}.get(framing, ())


def _is_too_slow(row: FaultClass, variant: str, place: str, on: str) -> bool:
    """Tell whether a cell waits for real time that a virtual run on a real wire does not give it.

    Those are run in memory in every phase, and on real wires in real time by a test of their own.
    """
    if on == "memory":
        return False
    if row.name in _REAL_TIME or (row.name == "device-reboots" and "*" in place):
        return True
    return row.name == "babble" and variant == "slow" and place != "polling"


def slice_of_memory() -> Iterator[Combination]:
    """Yield every class in every phase on a sound Modbus device, and every class on every wire in the two gravest."""
    seen = {one for one in cells("memory", defective=True) if _is_in_the_slice(one)}
    return iter(sorted(seen, key=str))


def _is_in_the_slice(one: Combination) -> bool:
    fault, place = one.named, one.fault.partition("@")[2]
    if fault.variant != fault.row.variants[0]:
        return place == "polling" and fault.name in {"exception-reply", "connection-lost", "duplicate-reply"}
    return (one.model == "plc/modicon" and one.is_sound) or place in {"set-to-ack", "rollover"}


def slice_of_wires() -> Iterator[Combination]:
    """Yield every class once on a pty and once on TCP, at the set or at the edge by turns."""
    for on, model in (("pty", "plc/modicon"), ("tcp", "plc/modicon"), ("tcp", "instrument/scpi-clock")):
        chosen: dict[str, Combination] = {}
        for one in cells(on, (model,), defective=False):
            place = one.fault.partition("@")[2]
            if place == ("set-to-ack" if one.named.row.number % 2 else "rollover") and one.named.name not in _SLOW:
                chosen.setdefault(one.named.name, one)
        yield from chosen.values()
