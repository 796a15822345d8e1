"""What every exchange with a Davis console begins with and is answered by. Nothing here knows a clock or an archive."""

from __future__ import annotations

from harness.device.asks import Drain, Exchange, FrameLength, Steps, ask, until_terminator
from harness.device.facts import MS_NS
from harness.errors import DeviceRefused, LinkError

ACK = 0x06
REFUSALS = {
    0x15: "NAK: the console does not take this",
    0x18: "CAN: the console found the block's checksum wrong",
    0x21: "21h, which the reference prints for NAK",
}
SUM_COUNT = 2
AWAKE = b"\n\r"
_WAKE_TRIES = 3
_WAKE_NS = 1_200 * MS_NS
_QUIET_NS = 500 * MS_NS  # weewx flushes after the same pause
_HALF_AWAKE = {"no-reply", "short-reply", "extra-bytes", "bad-frame"}


def until_block(count: int) -> FrameLength:
    """Return the rule of a reply that is ACK and so many bytes with their sum, or a refusal of one byte.

    The rule raises ValueError when the reply starts with anything else.
    """
    whole = 1 + count + SUM_COUNT

    def length(received: bytes) -> int | None:
        if not received:
            return None
        if received[0] in REFUSALS:
            return 1
        if received[0] != ACK:
            raise ValueError(f"the reply starts with {received[0]:02X}h, neither ACK nor a refusal")
        return whole if len(received) >= whole else None

    return length


def wake() -> Steps[None]:
    """Send line feeds until the console answers LF CR. This sets nothing, so it may be tried again."""
    for tries_left in reversed(range(_WAKE_TRIES)):
        try:
            yield from ask(Exchange(data=b"\n", until=until_terminator(AWAKE), timing=False, deadline_ns=_WAKE_NS))
        except LinkError as error:
            if not tries_left or error.kind not in _HALF_AWAKE:
                raise
            yield from ask(Drain(quiet_ns=_QUIET_NS))
        else:
            return


def expect_ack(reply: bytes) -> None:
    """Go on after an ACK.

    Raises:
        DeviceRefused: the console refused.
        LinkError: ``bad-frame``: it answered something else.
    """
    if reply[0] == ACK:
        return
    if reply[0] in REFUSALS:
        raise DeviceRefused(reply[0], f"the console answered {REFUSALS[reply[0]]}", raw=reply)
    raise LinkError("bad-frame", f"the console answered {reply[0]:02X}h, neither ACK nor a refusal", raw=reply)
