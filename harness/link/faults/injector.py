"""One fault on one wire: which exchanges it strikes, and what becomes of their bytes.

Pure but for what it is given: where in the run the device stands, and a hold of the device itself for the classes that
are the device's own. It relies on a request and a reply each coming in one piece, as simulated devices send them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from harness.link.faults import modbus_spoil as modbus
from harness.link.faults.events import Event, Gone, Spoken
from harness.link.faults.named import NamedFault, Phase

MS_NS = 1_000_000
SECOND_NS = 1_000_000_000

LATE_NS = 1_100 * MS_NS
"""Beyond the deadline of a second that most exchanges have, and within every device's own latency beyond that."""
SLOW_BYTE_NS = 50 * MS_NS
REPLUGGED_NS = 3 * SECOND_NS
FOR_GOOD_NS = 1 << 62
REBOOT_NS = 2 * SECOND_NS
BURST_NS = 16 * MS_NS
BURST_BYTES = 8
JITTER_NS = 200 * MS_NS
NOISE = b"\xff\xfe\xfd"
FAST_BABBLE = Spoken(b"\x55" * 4096, after_ns=MS_NS, repeats=64)
SLOW_BABBLE = Spoken(b"\x55", after_ns=20 * MS_NS, repeats=400)


class Whereabouts(Protocol):
    """Where the run stands, for one device."""

    def phase(self) -> Phase:
        """Return the phase as of now."""
        ...

    def is_acknowledging(self) -> bool:
        """Tell whether a set has taken effect that no reply has followed yet, and take note that one follows now."""
        ...


class HeldDevice(Protocol):
    """The device at the far end, as far as a fault may lay hands on it."""

    def now_ns(self) -> int:
        """Return the device's own monotonic time."""
        ...

    def power(self, on: bool) -> None:
        """Give or take away its supply."""
        ...

    def swap(self) -> None:
        """Put another device in its place, for good."""
        ...


class Injector:
    """Strikes the exchanges of one wire.

    Args:
        fault: what is asked for.
        framing: one of ``catalogue.ALL_FRAMINGS``.
        where: where the run stands.
        device: the device, for the faults that are its own.

    Attributes:
        struck: how many exchanges were struck.
    """

    def __init__(self, fault: NamedFault, *, framing: str, where: Whereabouts, device: HeldDevice) -> None:
        if framing not in fault.row.framings:
            raise ValueError(f"'{fault.name}' means nothing on a wire of {framing}")
        self.fault = fault
        self.framing = framing
        self.struck = 0
        self._where = where
        self._device = device
        self._passed = 0
        self._asked = b""
        self._is_striking = False
        self._off_until_ns: int | None = None

    # --- from the host ------------------------------------------------------------------------------------------

    def request(self, frame: bytes) -> tuple[bytes, Sequence[Event]]:
        """Take a request; return what of it reaches the device, and what the host hears in the device's stead."""
        self._asked = frame
        self._boot_when_due()
        is_write = self._is_write(frame)
        self._is_striking = self._is_due(self._phase_of_request(is_write=is_write))
        if not self._is_striking:
            return frame, ()
        match self.fault.name:
            case "no-reply" if self.fault.variant == "request-lost":
                return self._swallow(())
            case "wrong-echo":
                return self._acknowledge_falsely(frame) if is_write else self._let_pass(frame)
            case "exception-reply" if not (is_write and self.fault.variant == "5"):
                asked = modbus.take_apart(frame, self.framing)
                return self._swallow((self._answer(asked, self._exception(asked)),))
            case "other-device":
                self._device.swap()
                self.struck += 1
            case "device-reboots":
                self._reboot()
                return self._swallow(())
        return frame, ()

    def _phase_of_request(self, *, is_write: bool) -> Phase:
        phase = self._where.phase()
        return Phase.SET_TO_ACK if is_write and phase is Phase.BEFORE_SET else phase

    def _is_write(self, frame: bytes) -> bool:
        match self.framing:
            case "rtu" | "mbap":
                return modbus.is_write(frame, self.framing)
            case "lines":
                return b"?" not in frame and not frame.startswith(b"*")
            case "i2c":
                # A bridge's read is a start inside the message; a write has one start and more than a pointer.
                return frame[:1] == b"S" and frame[2:3] > b"\x01" and len(frame) == frame[2] + 4
        return False  # a plain stream's writes are known by their effect only

    def _is_due(self, phase: Phase) -> bool:
        """Count an exchange; tell whether it is to be struck."""
        if self.fault.phase is not None and phase is not self.fault.phase:
            return False
        self._passed += 1
        return self.fault.skip < self._passed and self.struck < self.fault.times

    def _swallow(self, events: Sequence[Event]) -> tuple[bytes, Sequence[Event]]:
        self.struck += 1
        self._is_striking = False
        return b"", events

    def _let_pass(self, frame: bytes) -> tuple[bytes, Sequence[Event]]:
        self._is_striking = False
        self._passed -= 1
        return frame, ()

    def _acknowledge_falsely(self, frame: bytes) -> tuple[bytes, Sequence[Event]]:
        asked = modbus.take_apart(frame, self.framing)
        return self._swallow((self._answer(asked, modbus.wrong_echo(asked.pdu, self.fault.variant)),))

    def _answer(self, asked: modbus.Frame, pdu: bytes) -> Spoken:
        return Spoken(modbus.Frame(asked.unit, pdu, asked.transaction).join())

    def _exception(self, frame: modbus.Frame) -> bytes:
        return modbus.exception(frame.pdu[0], int(self.fault.variant))

    def _reboot(self) -> None:
        self._device.power(on=False)
        self._off_until_ns = self._device.now_ns() + REBOOT_NS

    def _boot_when_due(self) -> None:
        if self._off_until_ns is not None and self._device.now_ns() >= self._off_until_ns:
            self._off_until_ns = None
            self._device.power(on=True)

    # --- from the device ----------------------------------------------------------------------------------------

    def reply(self, octets: bytes) -> Sequence[Event]:
        """Take what the device said; return what the host hears of it, and when."""
        is_striking, self._is_striking = self._is_striking, False
        if self._where.is_acknowledging() and not is_striking and self._where.phase() is not Phase.RESTORE:
            # Where writes cannot be told by their bytes, the set is known by what it did to the device.
            is_striking = self.fault.phase is Phase.SET_TO_ACK and self._is_due(Phase.SET_TO_ACK)
        if not is_striking or self.fault.name not in _SPOILS:
            return (Spoken(octets),)
        self.struck += 1
        return _SPOILS[self.fault.name](self, octets)

    def spoken(self, pdu: bytes, octets: bytes) -> bytes:
        """Return the reply's frame with another body."""
        frame = modbus.take_apart(octets, self.framing)
        return modbus.Frame(frame.unit, pdu, frame.transaction).join()


def _silence(injector: Injector, octets: bytes) -> Sequence[Event]:
    del injector, octets
    return ()


def _late(injector: Injector, octets: bytes) -> Sequence[Event]:
    del injector
    return (Spoken(octets, LATE_NS),)


def _twice(injector: Injector, octets: bytes) -> Sequence[Event]:
    if injector.fault.variant == "together":
        return (Spoken(octets + octets),)
    return (Spoken(octets), Spoken(octets, 5 * MS_NS))


def _other_unit(injector: Injector, octets: bytes) -> Sequence[Event]:
    frame = modbus.take_apart(octets, injector.framing)
    stranger = modbus.Frame(frame.unit % 247 + 1, modbus.other_content(frame.pdu), frame.transaction).join()
    return (Spoken(stranger + octets if injector.fault.variant == "before" else stranger),)


def _other_function(injector: Injector, octets: bytes) -> Sequence[Event]:
    pdu = modbus.take_apart(octets, injector.framing).pdu
    return (Spoken(injector.spoken(modbus.other_function(pdu), octets)),)


def _wrong_count(injector: Injector, octets: bytes) -> Sequence[Event]:
    pdu = modbus.take_apart(octets, injector.framing).pdu
    return (Spoken(injector.spoken(modbus.wrong_count(pdu, injector.fault.variant), octets)),)


def _flipped(injector: Injector, octets: bytes) -> Sequence[Event]:
    """Flip the lowest bit of the last byte before the checksum: the least significant thing the reply says."""
    del injector
    at = max(0, len(octets) - 3)
    return (Spoken(octets[:at] + bytes((octets[at] ^ 1,)) + octets[at + 1 :]),)


def _noisy(injector: Injector, octets: bytes) -> Sequence[Event]:
    at = {"before": 0, "inside": len(octets) // 2, "after": len(octets)}[injector.fault.variant]
    return (Spoken(octets[:at] + NOISE + octets[at:]),)


def _babble(injector: Injector, octets: bytes) -> Sequence[Event]:
    # On TCP what comes is what was sent, and the headers tell where: there a peer babbles instead of replying.
    begun = b"" if injector.framing == "mbap" else octets[: len(octets) // 2]
    return (Spoken(begun), FAST_BABBLE if injector.fault.variant == "fast" else SLOW_BABBLE)


def _partial(injector: Injector, octets: bytes) -> Sequence[Event]:
    if injector.fault.variant == "cut":
        return (Spoken(octets[: len(octets) // 2]),)
    return tuple(Spoken(octets[at : at + 1], SLOW_BYTE_NS) for at in range(len(octets)))


def _exception(injector: Injector, octets: bytes) -> Sequence[Event]:
    pdu = modbus.take_apart(octets, injector.framing).pdu
    return (Spoken(injector.spoken(modbus.exception(pdu[0], int(injector.fault.variant)), octets)),)


def _wrong_header(injector: Injector, octets: bytes) -> Sequence[Event]:
    frame = modbus.take_apart(octets, injector.framing)
    pdu, unit, transaction = modbus.other_content(frame.pdu), frame.unit, frame.transaction or 0
    match injector.fault.variant:
        case "zero":
            spoilt = modbus.Frame(unit, pdu, 0)
        case "other":
            spoilt = modbus.Frame(unit, pdu, (transaction + 100) & 0xFFFF)
        case "reused":
            spoilt = modbus.Frame(unit, pdu, (transaction - 1) & 0xFFFF)
        case "protocol":
            spoilt = modbus.Frame(unit, pdu, transaction, protocol=1)
        case "length-0":
            spoilt = modbus.Frame(unit, pdu, transaction, length=0)
        case _:
            spoilt = modbus.Frame(unit, pdu, transaction, length=0xFFFF)
    return (Spoken(spoilt.join()),)


def _lost(injector: Injector, octets: bytes) -> Sequence[Event]:
    match injector.fault.variant:
        case "fin":
            return (Spoken(octets[: len(octets) // 2]), Gone("fin", after_ns=5 * MS_NS))
        case "half-open":
            return (Gone("half-open"),)
        case _:
            return (Gone("reset"),)


def _unplugged(injector: Injector, octets: bytes) -> Sequence[Event]:
    del octets
    return (Gone("unplugged", REPLUGGED_NS if injector.fault.variant == "replugged" else FOR_GOOD_NS),)


def _shared(injector: Injector, octets: bytes) -> Sequence[Event]:
    """Let another program's reply stand before ours: one register read, or an empty error queue."""
    if injector.framing in {"rtu", "mbap"}:
        frame = modbus.take_apart(octets, injector.framing)
        foreign = modbus.Frame(frame.unit, b"\x03\x02\0\x01", frame.transaction).join()
    else:
        foreign = b'+0,"No error"\n' if injector.framing == "lines" else b"\x06\x01\x01"
    return (Spoken(foreign + octets),)


def _in_bursts(injector: Injector, octets: bytes) -> Sequence[Event]:
    if injector.fault.variant == "jitter":
        return (Spoken(octets, JITTER_NS if injector.struck % 2 else 0),)
    return tuple(Spoken(octets[at : at + BURST_BYTES], BURST_NS) for at in range(0, len(octets), BURST_BYTES))


_SPOILS: dict[str, Callable[[Injector, bytes], Sequence[Event]]] = {
    "no-reply": _silence,
    "late-reply": _late,
    "duplicate-reply": _twice,
    "other-unit": _other_unit,
    "wrong-function": _other_function,
    "wrong-count": _wrong_count,
    "bad-checksum": _flipped,
    "line-noise": _noisy,
    "babble": _babble,
    "partial-reply": _partial,
    "exception-reply": _exception,
    "wrong-transaction": _wrong_header,
    "connection-lost": _lost,
    "unplugged": _unplugged,
    "port-shared": _shared,
    "burst-latency": _in_bursts,
}
