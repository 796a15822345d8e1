"""Reading a chip on a parallel bus: its registers twice in one go, until both times agree. Nothing is written to read.

That is one of the two ways such makers give (MSM6242, figure 10: "not using HOLD bit"), and the one that a slow console
cannot spoil: a chip that is held for longer than a second loses time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from harness.device.asks import Octets, ParallelRead, Pause, Steps, ask
from harness.errors import DeviceRefused, LinkError

TRIES: Final = 5
_UPDATE_NS: Final = 5_000_000
"""More than an update takes, its warning included: 2.2 ms on an MC146818, the longest of these."""
_NOBODY: Final = 0xFF


class Twice(NamedTuple):
    """What was read: the registers of the time, and those beside them."""

    time: bytes
    beside: bytes

    @property
    def raw(self) -> bytes:
        """All of it, as evidence."""
        return self.time + self.beside


def read_twice(
    time: tuple[int, ...],
    beside: tuple[int, ...],
    *,
    before: Octets = (),
    after: Octets = (),
    is_moving: Callable[[bytes], bool] = lambda _: False,
    mask: int = 0xFF,
) -> Steps[Twice]:
    """Read the time, what stands beside it, and the time again, five times at most.

    Args:
        time: the registers of the time.
        beside: registers read between the two times.
        before: writes that choose what is seen, as in ``ParallelRead``.
        after: the choice put back.
        is_moving: tells from the registers beside that the chip was just changing its time.
        mask: the bits of a register that the chip drives.

    Raises:
        LinkError: ``no-reply``: no chip drives the bus, which then reads all ones; ``bad-frame``: the two times never
            agreed, so neither is a reading.
    """
    both = (*time, *beside, *time)
    found = b""
    for number in range(TRIES):
        if number:
            yield from ask(Pause(duration_ns=_UPDATE_NS))
        found = yield from ask(ParallelRead(registers=both, before=before, after=after))
        block = bytes(octet & mask for octet in found)
        first, between, last = block[: len(time)], block[len(time) : -len(time)], block[-len(time) :]
        if set(block) == {_NOBODY & mask}:
            raise LinkError("no-reply", "the bus reads all ones: no chip is where the bench file says", raw=found)
        if first == last and not is_moving(between):
            return Twice(last, between)
    raise LinkError("bad-frame", f"the time read twice differed {TRIES} times", raw=found)


def require_clock(unreadable: str | None, found: bytes) -> None:
    """Refuse to write into memory that holds no date: the bench file may name a wrong address.

    Raises:
        DeviceRefused: ``not-a-clock``; nothing has been written.
    """
    if unreadable is not None:
        says = f"what stands at this address is no date ({unreadable}); set the clock by its own board first"
        raise DeviceRefused("not-a-clock", says, raw=found)
