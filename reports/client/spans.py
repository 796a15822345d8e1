"""Journal record numbers as a reader wants them: runs of numbers folded, none left out."""

from __future__ import annotations

from collections.abc import Iterable

DASH = "\u2013"


def spans(numbers: Iterable[int]) -> str:
    """Write record numbers: ``12``, ``12-14``, ``12-14, 20``; nothing for none."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{first}" if first == last else f"{first}{DASH}{last}" for first, last in runs)


def reach(numbers: Iterable[int]) -> str:
    """Write the first and the last record number alone: ``12-20``; nothing for none."""
    own = tuple(numbers)
    return "" if not own else f"{min(own)}" if min(own) == max(own) else f"{min(own)}{DASH}{max(own)}"
