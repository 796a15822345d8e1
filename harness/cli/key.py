"""Make or show a bench's signing key, or sign a run folder.

The secret key lies in a file that only its owner may read, outside every run folder; with --password it is encrypted
besides. Both files are minisign's: its own tool signs with the secret one and verifies with the public one.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from harness.cli import exit_codes
from harness.cli.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    verbs = parser.add_subparsers(dest="what", required=True, metavar="new|show|sign")
    new = verbs.add_parser("new", help="make a key; one that is there is never written over")
    show = verbs.add_parser("show", help="print the public key, to be handed out on paper")
    for each in (new, show):
        each.add_argument("bench", help="the bench's name")
        each.add_argument(
            "--file", type=Path, help="the secret key's file (default: the bench's, in your configuration)"
        )
    new.add_argument("--password", action="store_true", help="protect the secret key by a password")
    sign = verbs.add_parser("sign", help="sign a run folder as it is now")
    sign.add_argument("run", type=Path, help="the run folder")
    sign.add_argument("--sign-with", type=Path, metavar="FILE", help="the secret key (default: the bench's)")


def run(options: argparse.Namespace) -> int:
    """Do what was asked; 0 when it was done."""
    if options.what == "new":
        return _new(options)
    return _show(options) if options.what == "show" else _sign(options)


def _new(options: argparse.Namespace) -> int:
    from harness.cli.signing import ask_password
    from harness.errors import SigningError
    from harness.journal.key_files import default_key, make_key

    path = options.file or default_key(options.bench)
    password = ""
    if options.password:
        password = ask_password("Password: ")
        if not password or ask_password("The same again: ") != password:
            raise SigningError("no password, or not twice the same; no key was made")
    key = make_key(path, password=password)
    say(f"secret key: {path} (keep a copy where only you can reach it; it cannot be made again)")
    say(f"public key: {path.with_suffix('.pub')}")
    say(f"{key.public}")
    return exit_codes.CONFORMS


def _show(options: argparse.Namespace) -> int:
    """Print the public key from its own file: the secret one is not touched."""
    from harness.errors import SigningError
    from harness.journal.key_files import default_key, find_key

    path = (find_key(options.bench, option=options.file) or default_key(options.bench)).with_suffix(".pub")
    try:
        lines = path.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SigningError(f"{path}: there is no public key; make one: rollover key new {options.bench}") from error
    say("\n".join(lines))
    return exit_codes.CONFORMS


def _sign(options: argparse.Namespace) -> int:
    """Sign a folder that is sound; to sign one that is not would lend it credit."""
    from harness.cli.signing import key_of, sign_report
    from harness.errors import SigningError
    from harness.journal.evidence import read_run
    from harness.journal.verify import verify_run
    from reports.client.view import build

    found = verify_run(options.run)
    if not found.is_sound:
        raise SigningError(f"{options.run}: not sound, and so not signed; see: rollover verify {options.run}")
    report = build(read_run(options.run))
    key = key_of(str(report.evidence.bench_body.get("name", "")), option=options.sign_with)
    if key is None:
        raise SigningError("there is no key; make one: rollover key new BENCH")
    sign_report(options.run, key, report)
    say(f"signed by key {key.shown_id}")
    return exit_codes.CONFORMS
