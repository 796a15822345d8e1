"""Passwords that a link sends: where they come from, and how they are kept out of everything that is written down.

A bench file names an environment variable and never the secret. What must not be here: a secret in a file, a log or an
argument of a command.
"""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterable
from functools import cache

from harness.errors import LinkError

SecretSource = Callable[[str], bytes]
"""Returns the secret of a name."""

VEIL = b"[secret]"
"""What stands in the evidence where a secret was."""

SHORTEST = 4
"""A shorter one would be found in ordinary output, which could not be kept then."""


def from_environment(name: str) -> bytes:
    """Return the content of an environment variable, or what is typed at the terminal without being shown.

    Raises:
        LinkError: ``secret-missing``: it is not set and nobody is there; ``secret-unusable``: it is too short to be
            kept out of the evidence, or is no text of one line. Nothing has been sent.
    """
    return check(name, os.environ.get(name) or _typed(name))


@cache  # asked for once, however many lines need it
def _typed(name: str) -> str:
    if sys.stdin is None or not sys.stdin.isatty():
        raise LinkError("secret-missing", f"the environment variable {name} is not set, and nobody is there to type it")
    return getpass.getpass(f"{name} (not shown): ")


def check(name: str, secret: str) -> bytes:
    """Return a secret as bytes; raises as ``from_environment`` does."""
    if len(secret) < SHORTEST or not secret.isprintable():
        says = f"{name} is shorter than {SHORTEST} characters or no text of one line: log in by hand"
        raise LinkError("secret-unusable", says)
    return secret.encode()


def veiled(octets: bytes, secrets: Iterable[bytes]) -> bytes:
    """Return bytes with the veil in every secret's place."""
    for secret in secrets:
        octets = octets.replace(secret, VEIL)
    return octets


def without_echo(received: bytes) -> bytes:
    """Return the reply to a secret with whatever stands before its first line end veiled: an echo, whole or in part."""
    echo, line_end, rest = received.partition(b"\n")
    return VEIL + line_end + rest if echo.strip(b"\r\0 ") else received
