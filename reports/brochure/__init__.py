"""The leaflet: one page for one client, in the words of the trade. Made from a judged run; nothing here judges."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from reports.files import write_whole

if TYPE_CHECKING:
    from reports.client.view import RunReport


def write_brochures(report: RunReport, folder: Path, languages: Iterable[str] = ("en", "fr")) -> tuple[Path, ...]:
    """Write ``brochure.html`` (English) and ``brochure.<language>.html``; return their paths.

    Raises:
        KeyError: there is no such language.
    """
    from reports.brochure.leaflet import render_leaflet  # noqa: PLC0415 - Jinja2 and Babel load only for a document

    written = []
    for language in languages:
        path = folder / ("brochure.html" if language == "en" else f"brochure.{language}.html")
        write_whole(path, render_leaflet(report, language).encode("utf-8"))
        written.append(path)
    return tuple(written)
