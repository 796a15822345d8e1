"""Who erred is said by the class; nobody raises the root.

Every error here is meant to be read by a technician: its text says what happened, where, and what was expected.
"""

from __future__ import annotations

from dataclasses import dataclass


class RolloverError(Exception):
    """Root of every error the bench raises on purpose; never raised itself."""


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake in a file a person wrote. Lines and columns count from 1."""

    file: str
    line: int
    column: int
    says: str
    expected: str = ""
    nearest: str = ""

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}:{self.column}: {self.says}"
        if self.expected:
            text += f"; expected {self.expected}"
        if self.nearest:
            text += f"; did you mean '{self.nearest}'?"
        return text


class FileError(RolloverError):
    """A file from a person cannot be used; carries every mistake found in one pass."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = sorted(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class PlanError(FileError):
    """The author of a plan erred."""


class BenchError(FileError):
    """The author of a bench file, or of a device profile beside it, erred."""


class LinkError(RolloverError):
    """The wire between us and the device failed: port missing, no reply, a frame that is not valid.

    Attributes:
        kind: a kebab word of the fault (``no-reply``, ``port-missing``, ``bad-frame``, ``wrong-echo`` ...).
        raw: the bytes that arrived, if any did.
    """

    def __init__(self, kind: str, says: str, *, raw: bytes = b"") -> None:
        self.kind = kind
        self.raw = raw
        super().__init__(says)


class DeviceRefused(RolloverError):  # noqa: N818 - the device refused; that is a fact about it, not an error of ours
    """The device answered, and its answer was no.

    Attributes:
        code: the device's own code (Modbus exception, NAK, SCPI error number).
        raw: the frame that said so.
    """

    def __init__(self, code: int | str, says: str, *, raw: bytes = b"") -> None:
        self.code = code
        self.raw = raw
        super().__init__(says)


class SafetyRefusal(RolloverError):  # noqa: N818 - a refusal by rule is the kernel doing its duty
    """A safety rule forbids what was asked; nothing was sent.

    Attributes:
        rule: a kebab word that names the rule (``observe-only``, ``identity-stale``, ``obligation-open`` ...).
    """

    def __init__(self, rule: str, says: str) -> None:
        self.rule = rule
        super().__init__(says)


class NotRestored(RolloverError):  # noqa: N818 - what is left behind, not only what went wrong
    """A run or a recovery ended by an error while clocks were still owed their time; the error is its cause.

    Attributes:
        folder: the run folder, from which they can be recovered.
        devices: those whose clock is not known to be back.
    """

    def __init__(self, folder: str, devices: tuple[str, ...], says: str) -> None:
        self.folder = folder
        self.devices = devices
        super().__init__(says)


class JournalError(RolloverError):
    """Evidence could not be written durably, or what is on disk is not a sound journal."""


class SigningError(RolloverError):
    """A signing key, or what it is to sign, cannot be used."""
