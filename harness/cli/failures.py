"""How an error reaches the person: what happened, where, what to do next. Tracebacks are for us, not for them."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from harness.cli import exit_codes
from harness.cli.terminal import complain
from harness.errors import (
    DeviceRefused,
    FileError,
    JournalError,
    LinkError,
    NotRestored,
    RolloverError,
    SafetyRefusal,
    SigningError,
)

NEXT = {
    "port-missing": "plug the adapter in, or correct the port's name in the bench file",
    "port-busy": "close the program that holds the port",
    "no-connection": "check the address, the cable and that the device is powered",
    "secret-missing": "set the variable for this command alone, or run it at a terminal and type the password there",
    "no-reply": "check power, cable, unit number and line settings (baud, parity)",
}
"""What to do next, by the kind of a link's fault."""
TRACEBACK = "traceback.txt"


def say_failures(verb: Callable[[], int]) -> int:
    """Run a verb; turn the errors meant for people into one message and an exit status."""
    try:
        return verb()
    except NotRestored as error:
        return _say_what_is_owed(error)
    except RolloverError as error:
        return _say(error)
    except FileNotFoundError as error:
        complain(f"rollover: {error.filename}: there is no such file")
        return exit_codes.USAGE
    except BrokenPipeError:
        # The reader of our output has gone; nothing is left to say, and the interpreter must not try at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.NOT_DETERMINED
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except Exception:  # noqa: BLE001 - the door: left alone it ends with 1, which means that a device does not conform
        complain(f"rollover: an error of this program:\n{traceback.format_exc()}")
        return exit_codes.NOT_DETERMINED


def _say(error: RolloverError) -> int:
    """Tell an error that is meant for a person, and return the exit status it stands for."""
    if isinstance(error, FileError):
        complain(str(error))
        return exit_codes.USAGE
    if isinstance(error, SigningError):
        complain(f"rollover: signing: {error}")
        return exit_codes.USAGE
    if isinstance(error, SafetyRefusal):
        complain(f"rollover: refused ({error.rule}): {error}")
        return exit_codes.REFUSED
    if isinstance(error, LinkError):
        complain(f"rollover: {error.kind}: {error}")
        if error.kind in NEXT:
            complain(f"          {NEXT[error.kind]}")
    elif isinstance(error, DeviceRefused):
        complain(f"rollover: the device refused ({error.code}): {error}")
    elif isinstance(error, JournalError):
        complain(f"rollover: evidence cannot be kept: {error}")
    else:
        complain(f"rollover: {error}")
    return exit_codes.NOT_DETERMINED


def _say_what_is_owed(error: NotRestored) -> int:
    """Tell which clocks are not back, why, and what a person does now; the traceback of a bug goes to the run folder."""
    from harness.engine.recover import instruction_sheet
    from harness.journal.obligations import debt_of

    folder = Path(error.folder)
    if not isinstance(error.__cause__, RolloverError):
        with contextlib.suppress(OSError):  # a full disk takes no traceback; the words below are what matters
            (folder / TRACEBACK).write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    complain(f"rollover: the run broke off: {error}")
    for obligation in debt_of(folder).obligations:
        complain(instruction_sheet(obligation))
    complain(f"NOT PUT BACK: {', '.join(error.devices)}; run: rollover recover {folder}")
    return exit_codes.NOT_RESTORED
