"""Reading a chip on a parallel bus: its registers twice in one go, until both times agree. Nothing is written to read.

That is one of the two ways such makers give (MSM6242, figure 10: "not using HOLD bit"), and the one that a slow console
cannot spoil: a chip that is held for longer than a second loses time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from harness.device.asks import Octets, ParallelRead, Steps, ask
from harness.errors import LinkError

TRIES: Final = 5
_NOBODY: Final = 0xFF


class Twice(NamedTuple):
    """What was read: the registers of the time, those beside them, and whether both times agreed."""

    time: bytes
    beside: bytes
    agrees: bool

    @property
    def raw(self) -> bytes:
        """All of it, as evidence."""
        return self.time + self.beside

    def reason(self, unreadable: str | None) -> str | None:
        """Return why this is no time, ``torn`` before all else."""
        return unreadable if self.agrees else "torn"


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
        LinkError: ``no-reply``: no chip drives the bus, which then reads all ones.
    """
    both = (*time, *beside, *time)
    agrees = False
    for _ in range(TRIES):
        found = yield from ask(ParallelRead(registers=both, before=before, after=after))
        block = bytes(octet & mask for octet in found)
        first, between, last = block[: len(time)], block[len(time) : -len(time)], block[-len(time) :]
        if set(block) == {_NOBODY & mask}:
            raise LinkError("no-reply", "the bus reads all ones: no chip is where the bench file says", raw=found)
        agrees = first == last and not is_moving(between)
        if agrees:
            break
    return Twice(last, between, agrees)
