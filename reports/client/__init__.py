"""The report for the client: from a run folder to self-contained HTML files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reports.files import write_whole

if TYPE_CHECKING:
    from reports.client.view import RunReport


def render(report: RunReport, language: str) -> str:
    """Return the report as one HTML document in ``language`` (``en``, ``fr``).

    Raises:
        KeyError: there is no such language.
    """
    from reports.client.document import render_document  # noqa: PLC0415 - Jinja2 and Babel load only for a report
    from reports.client.pages import prepare  # noqa: PLC0415 - as above

    return render_document(prepare(report), language)


def write_reports(
    folder: Path, *, languages: Iterable[str] = ("en", "fr"), report: RunReport | None = None
) -> tuple[Path, ...]:
    """Write ``report.html`` (English) and ``report.<language>.html`` into a run folder; return their paths.

    Args:
        folder: the run folder.
        languages: codes, each once.
        report: the run, judged; None reads the folder's journal and has it judged.

    Raises:
        JournalError: the journal is not sound.
        KeyError: there is no such language.
    """
    from reports.client.document import render_document  # noqa: PLC0415 - as above
    from reports.client.pages import prepare  # noqa: PLC0415 - as above

    judged = report if report is not None else _judged(folder)
    document = prepare(with_photos(judged, folder))
    written = []
    for language in languages:
        path = folder / ("report.html" if language == "en" else f"report.{language}.html")
        write_whole(path, render_document(document, language).encode("utf-8"))
        written.append(path)
    return tuple(written)


def with_photos(report: RunReport, folder: Path) -> RunReport:
    """Return the report with the photographs that lie in its run folder."""
    from reports.client.photos import photos_in  # noqa: PLC0415 - as above

    devices = [device.name for device in report.evidence.devices]
    return replace(report, photos=photos_in(folder, devices, report.evidence.photos))


def _judged(folder: Path) -> RunReport:
    from harness.journal.evidence import read_run  # noqa: PLC0415 - as above
    from reports.client.view import build  # noqa: PLC0415

    return build(read_run(folder))
