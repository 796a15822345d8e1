"""Between the engine and whoever watches: a view that fails is not called again, and the run goes on unseen."""

from __future__ import annotations

from collections.abc import Callable

from harness.engine.task import Listener
from harness.records import Incident, Reading


class Audience:
    """A listener that cannot stop a run.

    Args:
        listener: a live view, or None for nobody.
    """

    def __init__(self, listener: Listener | None) -> None:
        self._listener = listener

    def _tell(self, word: Callable[[Listener], None]) -> None:
        if self._listener is None:
            return
        try:
            word(self._listener)
        except Exception:  # noqa: BLE001 - a screen that went away must not keep a clock from being put back
            self._listener = None

    def crossing_begun(self, device: str, edge: str, variant: str) -> None:
        """A device starts on an edge."""
        self._tell(lambda listener: listener.crossing_begun(device, edge, variant))

    def waiting(self, device: str, until_ns: int, says: str) -> None:
        """A device waits until a monotonic time."""
        self._tell(lambda listener: listener.waiting(device, until_ns, says))

    def reading(self, device: str, reading: Reading) -> None:
        """A clock was read."""
        self._tell(lambda listener: listener.reading(device, reading))

    def incident(self, device: str, incident: Incident) -> None:
        """Something happened that bears on a verdict."""
        self._tell(lambda listener: listener.incident(device, incident))

    def state(self, device: str, word: str) -> None:
        """A device comes to another state."""
        self._tell(lambda listener: listener.state(device, word))

    def tick(self, now_ns: int) -> None:
        """Time has passed."""
        self._tell(lambda listener: listener.tick(now_ns))
