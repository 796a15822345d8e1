"""What is said when a format needs a package that was not installed with the bench."""

from __future__ import annotations

from harness.errors import RolloverError


class ExtraMissingError(RolloverError):
    """A format asks for an optional package; the text names the extra to install."""
