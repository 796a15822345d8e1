"""Events in the order they fall due; shared by the wrapper in memory and the proxy on a real wire."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Sequence
from dataclasses import replace

from harness.link.faults.events import Event, Spoken


class Schedule:
    """What the line has still to do."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Event]] = []
        self._order = itertools.count()

    def add(self, events: Sequence[Event], now_ns: int) -> None:
        """Take the events of one exchange, each counted from the one before."""
        due_ns = now_ns
        for event in events:
            due_ns += event.after_ns
            self._push(due_ns, event)

    def next_due_ns(self) -> int | None:
        """Return when the next event falls due."""
        return self._heap[0][0] if self._heap else None

    def take(self, now_ns: int) -> Event | None:
        """Return the next event that is due."""
        if not self._heap or self._heap[0][0] > now_ns:
            return None
        due_ns, _, event = heapq.heappop(self._heap)
        if isinstance(event, Spoken) and event.repeats:
            self._push(due_ns + event.after_ns, replace(event, repeats=event.repeats - 1))
        return event

    def clear(self) -> None:
        """Forget everything."""
        self._heap.clear()

    def _push(self, due_ns: int, event: Event) -> None:
        heapq.heappush(self._heap, (due_ns, next(self._order), event))
