"""What a device switches, watched while its clock stands elsewhere: an output that fires is an accident, not a finding."""

from __future__ import annotations

from collections.abc import Mapping


class OutputWatch:
    """Remembers how a device's outputs were found.

    Attributes:
        is_new: the last look was the first since the start, or since the power came back.
    """

    def __init__(self) -> None:
        self._found: Mapping[str, bool] | None = None
        self.is_new = False

    def note(self, shown: Mapping[str, bool]) -> tuple[str, ...]:
        """Take a look; return the names of outputs that are not as they were in the look before."""
        before, self._found = self._found, dict(shown)
        self.is_new = before is None
        if before is None:
            return ()
        return tuple(sorted(name for name in shown.keys() | before.keys() if shown.get(name) != before.get(name)))

    def forget(self) -> None:
        """The power was switched: what the outputs do next is a new beginning."""
        self._found = None
