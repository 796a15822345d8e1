"""The live view of a run: a countdown per device on a terminal, plain lines anywhere else.

A view must never stop a run: when the screen goes away, the run goes on unseen.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from harness.cli.terminal import printable
from harness.clock import SECOND_NS
from harness.engine.task import Listener
from harness.records import Incident, Reading


@dataclass(slots=True)
class _Row:
    doing: str = ""
    until_ns: int | None = None
    waits_for: str = ""
    clock: str = ""
    state: str = ""
    incidents: int = 0


@dataclass(slots=True)
class PlainLines:
    """A line for each thing worth knowing; for pipes, logs and CI."""

    is_gone: bool = False

    def _line(self, text: str) -> None:
        if self.is_gone:
            return
        try:
            sys.stderr.write(printable(text) + "\n")
            sys.stderr.flush()
        except OSError:
            self.is_gone = True

    def crossing_begun(self, device: str, edge: str, variant: str) -> None:
        """Say which edge a device starts on."""
        self._line(f"{device}: {edge} {variant}")

    def waiting(self, device: str, until_ns: int, says: str) -> None:
        """Stay silent: a log needs no countdown."""

    def reading(self, device: str, reading: Reading) -> None:
        """Stay silent: every reading is in the journal."""

    def incident(self, device: str, incident: Incident) -> None:
        """Say what happened."""
        self._line(f"{device}: {incident.code}: {incident.says}")

    def state(self, device: str, word: str) -> None:
        """Say where a device stands."""
        self._line(f"{device}: {word}")

    def tick(self, now_ns: int) -> None:
        """Stay silent."""


@dataclass(slots=True)
class Countdown:
    """A table on the terminal: what each device does, what it waits for, what its clock showed last."""

    rows: dict[str, _Row] = field(default_factory=dict)
    now_ns: int = 0
    redraw: object = None
    is_gone: bool = False

    def _row(self, device: str) -> _Row:
        return self.rows.setdefault(device, _Row())

    def crossing_begun(self, device: str, edge: str, variant: str) -> None:
        """Show the edge and the way it is crossed."""
        row = self._row(device)
        row.doing, row.until_ns, row.waits_for = f"{edge} {variant}", None, ""

    def waiting(self, device: str, until_ns: int, says: str) -> None:
        """Show a countdown."""
        row = self._row(device)
        row.until_ns, row.waits_for = until_ns, says

    def reading(self, device: str, reading: Reading) -> None:
        """Show the clock."""
        self._row(device).clock = reading.unreadable or reading.fields.text()

    def incident(self, device: str, incident: Incident) -> None:
        """Count it, and show the newest."""
        row = self._row(device)
        row.incidents += 1
        row.state = incident.code

    def state(self, device: str, word: str) -> None:
        """Show where the device stands."""
        row = self._row(device)
        row.state, row.until_ns, row.waits_for = word, None, ""

    def tick(self, now_ns: int) -> None:
        """Draw again."""
        self.now_ns = now_ns
        if self.is_gone or not callable(self.redraw):
            return
        try:
            self.redraw()
        except OSError:
            self.is_gone = True

    def table(self) -> object:
        """Return the table as rich draws it; device text goes in as text, never as markup."""
        from rich.table import Table
        from rich.text import Text

        table = Table(title=None, expand=False)
        for heading in ("device", "edge", "next", "in", "clock shows", "state"):
            table.add_column(heading)
        for name, row in self.rows.items():
            left = "" if row.until_ns is None else f"{max(0, row.until_ns - self.now_ns) / SECOND_NS:.0f} s"
            cells = (name, row.doing, row.waits_for, left, row.clock, row.state)
            table.add_row(*(Text(printable(cell)) for cell in cells))
        return table


@contextmanager
def live_view(*, quiet: bool) -> Iterator[Listener | None]:
    """Show a run while the context lasts: a table on a terminal, lines elsewhere, nothing when ``quiet``."""
    if quiet:
        yield None
        return
    if not sys.stderr.isatty():
        yield PlainLines()
        return
    from rich.console import Console
    from rich.live import Live

    view = Countdown()
    with Live(get_renderable=view.table, console=Console(stderr=True), auto_refresh=False) as live:  # type: ignore[arg-type]
        view.redraw = live.refresh
        yield view
