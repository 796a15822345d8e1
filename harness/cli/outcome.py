"""From a run folder to what people see: reports, the lines at the end, and the exit status."""

from __future__ import annotations

import errno
import json
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli import exit_codes
from harness.cli.failures import TRACEBACK
from harness.cli.signing import sign_report, write_manifest_again
from harness.cli.terminal import columns, complain, say
from harness.errors import JournalError, SigningError
from harness.journal.run_folder import SIGNATURE_NAME
from harness.records import Verdict

if TYPE_CHECKING:
    from harness.journal.key_files import SigningKey
    from reports.client.view import RunReport

WORDS = {
    Verdict.CONFORMS: "CONFORMS",
    Verdict.DOES_NOT_CONFORM: "DOES NOT CONFORM",
    Verdict.NOT_DETERMINED: "NOT DETERMINED",
    Verdict.NOT_APPLICABLE: "NOT APPLICABLE",
}
CODES = {
    Verdict.CONFORMS: exit_codes.CONFORMS,
    Verdict.DOES_NOT_CONFORM: exit_codes.DOES_NOT_CONFORM,
    Verdict.NOT_DETERMINED: exit_codes.NOT_DETERMINED,
    Verdict.NOT_APPLICABLE: exit_codes.NOT_DETERMINED,
}


def conclude(folder: Path, *, as_json: bool, stopped: bool, key: SigningKey | None = None) -> int:
    """Judge a run folder, write its reports, tell the person, and return the exit status.

    The verdict is made from the journal alone, so it can be made again by anyone who has the folder. With ``key`` the
    folder is signed; the clocks are back by then, and a signature that fails is told and changes no verdict.
    """
    from harness.journal.evidence import read_run
    from reports.client import write_reports
    from reports.client.view import build
    from reports.json_result import result_object
    from reports.junit import write_junit

    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, "no run folder", str(folder))
    try:
        report = build(read_run(folder))
        pages = write_reports(folder, report=report)
        write_junit(report, folder / "junit.xml")
        write_manifest_again(folder, head=report.evidence.head, records=report.evidence.records, signs=key is None)
    except Exception:  # noqa: BLE001 - the run is over; what fails now is only its telling
        _keep_traceback(folder)
        owed = what_is_owed(folder)
        if owed:
            complain(f"NOT PUT BACK: {', '.join(owed)}; run: rollover recover {folder}")
        return exit_codes.NOT_RESTORED if owed else exit_codes.NOT_DETERMINED
    signed = _sign(folder, key, report)
    owed = [device.name for device in report.evidence.devices if device.is_owed]
    if as_json:
        print(json.dumps(result_object(report, str(folder), owed)))
    else:
        rows = [(name, WORDS[verdict]) for name, verdict in report.device_verdicts.items()]
        say(columns(rows))
        say(f"\n{WORDS[report.run_verdict]}")
        for page in pages:
            say(f"report: {page}")
        say(signed)
        if owed:
            say(f"NOT PUT BACK: {', '.join(owed)}; run: rollover recover {folder}")
    if owed:
        return exit_codes.NOT_RESTORED
    return exit_codes.INTERRUPTED if stopped else CODES[report.run_verdict]


def what_is_owed(folder: Path) -> list[str]:
    """Return the devices whose clock a run still owes; a journal that cannot be believed may owe any of them."""
    from harness.journal.obligations import debt_of

    debt = debt_of(folder)
    return ["any device of this bench"] if debt.unsound else [owed.device for owed in debt.obligations]


def _keep_traceback(folder: Path) -> None:
    """Keep for us why no report could be made, and say where; on a full disk, show it instead."""
    try:
        (folder / TRACEBACK).write_text(traceback.format_exc(), encoding="utf-8")
        complain(f"rollover: the report could not be made. See {folder / TRACEBACK}")
    except OSError:
        complain(f"rollover: the report could not be made:\n{traceback.format_exc()}")


def _sign(folder: Path, key: SigningKey | None, report: RunReport) -> str:
    """Sign with ``key``, if there is one, and return what to tell of the folder's signature."""
    try:
        if key is not None:
            sign_report(folder, key, report)
    except (SigningError, JournalError) as error:
        complain(f"rollover: the run is whole, and could not be signed: {error}")
    if not (folder / SIGNATURE_NAME).is_file():
        return "not signed"
    return "signed" if key is None else f"signed by key {key.shown_id}"
