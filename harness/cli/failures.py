"""How an error reaches the person: what happened, where, what to do next. Tracebacks are for us, not for them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from harness.cli import exit_codes
from harness.cli.terminal import complain
from harness.errors import DeviceRefused, FileError, JournalError, LinkError, SafetyRefusal, SigningError

NEXT = {
    "port-missing": "plug the adapter in, or correct the port's name in the bench file",
    "port-busy": "close the program that holds the port",
    "no-connection": "check the address, the cable and that the device is powered",
    "no-reply": "check power, cable, unit number and line settings (baud, parity)",
}
"""What to do next, by the kind of a link's fault."""


def say_failures(verb: Callable[[], int]) -> int:  # noqa: C901 - one case an error, and no more to it
    """Run a verb; turn the errors meant for people into one message and an exit status."""
    try:
        return verb()
    except FileError as error:
        complain(str(error))
        return exit_codes.USAGE
    except FileNotFoundError as error:
        complain(f"rollover: {error.filename}: there is no such file")
        return exit_codes.USAGE
    except SigningError as error:
        complain(f"rollover: signing: {error}")
        return exit_codes.USAGE
    except SafetyRefusal as error:
        complain(f"rollover: refused ({error.rule}): {error}")
        return exit_codes.REFUSED
    except LinkError as error:
        complain(f"rollover: {error.kind}: {error}")
        if error.kind in NEXT:
            complain(f"          {NEXT[error.kind]}")
        return exit_codes.NOT_DETERMINED
    except DeviceRefused as error:
        complain(f"rollover: the device refused ({error.code}): {error}")
        return exit_codes.NOT_DETERMINED
    except JournalError as error:
        complain(f"rollover: evidence cannot be kept: {error}")
        return exit_codes.NOT_DETERMINED
    except BrokenPipeError:
        # The reader of our output has gone; nothing is left to say, and the interpreter must not try at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.NOT_DETERMINED
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
