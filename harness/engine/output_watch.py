"""What a device switches, watched while its clock stands elsewhere: an output that fires is an accident, not a finding."""

from __future__ import annotations

from collections.abc import Mapping


class OutputWatch:
    """Remembers how a device's outputs were found.

    Attributes:
        is_new: the last look was the first since the start, since the power came back, or in this crossing.
    """

    def __init__(self) -> None:
        self._found: Mapping[str, bool] | None = None
        self._crossing: int | None = None
        self.is_new = False

    def note(
        self, shown: Mapping[str, bool], crossing: int | None = None, ours: frozenset[str] = frozenset()
    ) -> tuple[str, ...]:
        """Take a look; return the names of outputs that are not as they were in the look before.

        Args:
            shown: every output by its name.
            crossing: the crossing that is open.
            ours: outputs that this run has armed to switch; they may, and are looked at anew afterwards.
        """
        before, watched = self._found, {name: is_on for name, is_on in shown.items() if name not in ours}
        self.is_new = before is None or crossing != self._crossing
        self._found, self._crossing = watched, crossing
        if before is None:
            return ()
        # An output that was ours until now has no look before to be compared with.
        return tuple(sorted(name for name in watched.keys() & before.keys() if watched[name] != before[name]))

    def forget(self) -> None:
        """The power was switched: what the outputs do next is a new beginning."""
        self._found = None
