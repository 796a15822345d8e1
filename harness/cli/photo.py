"""Put a photograph of a device beside a run that has ended: of its type plate, its display, its wiring.

The picture is kept without what the camera adds (place, owner, serial number), and reduced where Pillow is installed. It
is told in the run's journal, so the run's reports get a new number and say which one they replace.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from harness.cli import exit_codes
from harness.cli.outcome import conclude
from harness.cli.terminal import complain, say
from harness.clock import MonotonicClock
from harness.engine.locks import hold_folder
from harness.errors import SafetyRefusal
from harness.journal.evidence import read_run
from harness.journal.log import Journal
from harness.journal.obligations import open_obligations
from harness.journal.run_folder import RunFolder
from harness.journal.verify import verify_run
from harness.records import RunEvidence
from harness.textfile.nearest import nearest_word

LARGEST = 40_000_000  # bytes of a file that is read at all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("run", type=Path, help="the run folder")
    parser.add_argument("device", help="the device's name on the bench")
    parser.add_argument("file", type=Path, help="the photograph, a JPEG or PNG")


def run(options: argparse.Namespace) -> int:
    """Keep the photograph, tell it in the journal, and write the reports again."""
    from reports.client.photos import NotAPictureError, prepare_photo
    from reports.client.report_id import report_id

    with hold_folder(options.run):
        evidence = read_run(options.run)
        names = [device.name for device in evidence.devices]
        if options.device not in names:
            near = nearest_word(options.device, names)
            complain(
                f"rollover: the run has no device '{options.device}'" + (f"; did you mean '{near}'?" if near else "")
            )
            return exit_codes.USAGE
        _refuse_unless_closed(options.run, evidence)
        if options.file.stat().st_size > LARGEST:
            complain(f"rollover: {options.file}: larger than {LARGEST // 1_000_000} MB")
            return exit_codes.USAGE
        original = options.file.read_bytes()
        try:
            photo = prepare_photo(original)
        except NotAPictureError as error:
            complain(f"rollover: {options.file}: {error}")
            return exit_codes.USAGE
        if not photo.is_upright:
            complain("rollover: the picture may lie on its side in the report; pip install 'rollover-bench[photo]'")
        if not photo.is_shown:
            complain("rollover: it is too large to be shown in the report; pip install 'rollover-bench[photo]'")
        file = RunFolder(options.run).attach(options.device, photo.suffix, photo.content)
        body = {
            "device": options.device,
            "file": file,
            "name": options.file.name,
            "sha256": hashlib.sha256(photo.content).hexdigest(),
            "original_sha256": hashlib.sha256(original).hexdigest(),
            "replaces": report_id(evidence.run, evidence.head),
        }
        journal = Journal.reopen(options.run, MonotonicClock())
        try:
            journal.append("photo", body, durable=True)
        finally:
            journal.close()
        say(f"kept: {options.run / file}")
        conclude(options.run, as_json=False, stopped=False)
    return exit_codes.CONFORMS


def _refuse_unless_closed(folder: Path, evidence: RunEvidence) -> None:
    """Add nothing to a run that still goes on or owes a clock, nor to a folder that is not what it was.

    Raises:
        SafetyRefusal: ``run-not-ended``, ``obligation-open`` or ``folder-altered``.
    """
    if owed := open_obligations(folder):
        names = ", ".join(obligation.device for obligation in owed)
        raise SafetyRefusal("obligation-open", f"first put back the clock of {names}: rollover recover {folder}")
    if not evidence.ended:
        raise SafetyRefusal("run-not-ended", f"{folder}: the journal just stops; nothing is added to it")
    found = verify_run(folder)
    if found.is_tampered:
        # A new manifest would cover up what was altered.
        raise SafetyRefusal("folder-altered", f"{folder} does not verify: {found.faults[0]}; nothing is added to it")
