"""Check a run folder: the journal's chain, the manifest, the frozen copies, and who signed it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from harness.cli import exit_codes
from harness.cli.terminal import say
from harness.errors import SigningError
from harness.journal.verify import Verification, verify_run
from harness.journal.verify_signature import SignatureCheck, read_public_key, shown_id, verify_signature

LANGUAGES = ("en", "fr")
SIGNATURE_NAME = "manifest.json.minisig"  # its own, like all of the verifier: nothing is shared with the writer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("run", type=Path, help="the run folder")
    parser.add_argument("--key", help="the public key that must have signed: a file, or the key itself (RW...)")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of what is said of a signature")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")


def run(options: argparse.Namespace) -> int:
    """Verify; 0 when all agrees, 1 when something was altered or is not signed as asked, 3 after a crash."""
    result = verify_run(options.run)
    given = "" if options.key is None else _public_key(options.key)
    key = given or result.signing_key
    signature = verify_signature(options.run, key) if key else None
    is_good = result.is_sound and (signature is None or signature.is_sound)
    is_spoilt = signature is not None and not signature.is_sound and (options.run / SIGNATURE_NAME).is_file()
    is_unfinished = result.is_unfinished and not is_spoilt
    if options.json:
        print(json.dumps(_object(options.run, result, signature, is_good=is_good, is_unfinished=is_unfinished)))
    else:
        for fault in result.faults:
            say(f"{fault.file}:{fault.line}: {fault.code}: {fault.says}")
        for each in () if signature is None else signature.faults:
            say(f"{each.file}:0: {each.code}: {each.says}")
        word = "sound" if is_good else "UNFINISHED" if is_unfinished else "NOT SOUND"
        say(f"{word}: {result.records} records, head {result.head}")
        if is_unfinished:
            _tell_unfinished(options.run, result)
        _tell_signature(options.run, signature, given=given, key=key, language=options.language)
    if is_unfinished:
        return exit_codes.NOT_DETERMINED
    return exit_codes.CONFORMS if is_good else exit_codes.DOES_NOT_CONFORM


def _tell_unfinished(folder: Path, result: Verification) -> None:
    """Say that a crash, not a hand, left the folder as it is, and which verb ends the work."""
    if result.records:
        needs_report = all(fault.code == "report-unlisted" for fault in result.faults)
        verb = "report" if needs_report else "recover"
        say(f"nothing was altered; the run was stopped: rollover {verb} {folder}")


def _public_key(text: str) -> str:
    """Return the key's base64, from the option itself or from the file it names."""
    path = Path(text)
    try:
        spelled = path.read_text("ascii") if path.is_file() else text
        read_public_key(spelled)
    except (OSError, ValueError) as error:
        raise SigningError(f"{text}: no public key: {error}") from error
    return spelled


def _tell_signature(folder: Path, signature: SignatureCheck | None, *, given: str, key: str, language: str) -> None:
    """Say who signed, and what that proves and does not prove."""
    from reports.client import signing_words as words

    translated = _translator(language)
    if signature is None:
        has_one = (folder / SIGNATURE_NAME).is_file()
        say(translated(words.KEY_UNKNOWN if has_one else words.NOT_SIGNED))
    elif signature.is_sound:  # what is wrong with another stands among the faults
        comment = signature.trusted_comment.replace("\t", "  ")
        say(translated(words.SIGNED) % {"key": signature.key_id, "comment": comment})
        say(translated(words.KEY_GIVEN) if given else translated(words.KEY_OF_THE_RUN) % {"key": key})
        if signature.has_attestation:
            say(translated(words.ATTESTED))
        say("\n".join(translated(sentence) for sentence in words.PROVES))


def _translator(language: str) -> Callable[[str], str]:
    """Return what translates; English needs no catalogue, and so none is loaded."""
    if language == "en":
        return str
    from reports.client.language import language_of

    return language_of(language).text


def _object(
    folder: Path, result: Verification, signature: SignatureCheck | None, *, is_good: bool, is_unfinished: bool
) -> dict[str, object]:
    faults = [
        {"file": fault.file, "line": fault.line, "kind": fault.code, "says": fault.says} for fault in result.faults
    ]
    if signature is not None:
        faults += [{"file": each.file, "line": 0, "kind": each.code, "says": each.says} for each in signature.faults]
    return {
        "run": str(folder),
        "sound": is_good,
        "unfinished": is_unfinished,
        "head": result.head,
        "faults": faults,
        "signed": signature is not None and signature.is_sound,
        "signing_key": shown_id(read_public_key(result.signing_key)[0]) if _is_key(result.signing_key) else None,
    }


def _is_key(text: str) -> bool:
    try:
        read_public_key(text)
    except ValueError:
        return False
    return True
