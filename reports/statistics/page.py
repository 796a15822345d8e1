"""The statistics as a page in one language, and as a CSV of sector by size."""

from __future__ import annotations

from harness.records import Verdict
from reports.client import phrases
from reports.client.language import language_of
from reports.client.words import title_of
from reports.exports.csv_file import csv_bytes
from reports.exports.rows import Cell as TableCell
from reports.exports.rows import Table
from reports.page import paper_margins, render_page, style_sheet
from reports.statistics.counts import SECTORS, SIZES, UNSTATED, Cell, Statistics


def _n(source: str) -> str:
    """Mark a source string for the catalogue."""
    return source


_ORDER = (Verdict.DOES_NOT_CONFORM, Verdict.NOT_DETERMINED, Verdict.CONFORMS, Verdict.NOT_APPLICABLE)
_SECTOR_NAMES = {
    "agriculture": _n("agriculture"),
    "food": _n("food"),
    "industry": _n("industry"),
    "energy": _n("energy"),
    "water": _n("water"),
    "health": _n("health"),
    "building": _n("building"),
    "transport": _n("transport"),
    "trade": _n("trade"),
    "public": _n("public service"),
    "other": _n("other"),
    UNSTATED: _n("not stated"),
}


def render_statistics(statistics: Statistics, code: str) -> str:
    """Render the statistics in one language.

    Raises:
        KeyError: there is no such language.
    """
    language = language_of(code)
    text = language.text
    style = (
        f"{style_sheet('report.css', 'statistics.css')}\n{paper_margins('', '', text(_n('Page ')), text(_n(' of ')))}"
    )
    values = {
        "gettext": language.gettext,
        "ngettext": language.ngettext,
        "lang": code,
        "id": "",
        "found": statistics,
        "order": _ORDER,
        "verdicts": {verdict: text(word) for verdict, word in phrases.VERDICTS.items()},
        "sector_names": {sector: text(name) for sector, name in _SECTOR_NAMES.items()},
        "sectors": [sector for sector in SECTORS if statistics.row(sector).runs],
        "sizes": SIZES,
        "size_names": {size: text(_n("not stated")) if size == UNSTATED else size for size in SIZES},
        "cell": lambda sector, size: statistics.cells.get((sector, size), Cell()),
        "percent": lambda share: f"{language.number(share, 1)}\u00a0%",
        "number": language.number,
        "titled": lambda defect: text(title_of(defect)),
        "captions": {
            "shares": text(_n("Clients by sector, against the share each should have")),
            "cells": text(_n("Clients (devices tested) by sector and size of the client")),
            "verdicts": text(_n("Devices by sector and verdict")),
            "defects": text(_n("Devices by defect")),
            "models": text(_n("Devices by model and verdict")),
        },
    }
    return render_page("statistics.html.j2", style, values)


def statistics_csv(statistics: Statistics, *, separator: str = ",", with_bom: bool = False) -> bytes:
    """Return one row a sector and size, with the sector's target and what it lacks."""
    shares = {share.sector: share for share in statistics.shares}
    rows: list[tuple[TableCell, ...]] = []
    for sector in SECTORS:
        share = shares.get(sector)
        target: TableCell = "" if share is None or share.target is None else share.target
        missing: TableCell = "" if share is None else share.missing
        sizes = [size for size in SIZES if (sector, size) in statistics.cells]
        for size in sizes or ([""] if share is not None else []):
            cell = statistics.cells.get((sector, size), Cell())
            verdicts = [cell.verdicts[verdict] for verdict in _ORDER]
            rows.append((sector, size, cell.clients, cell.runs, cell.devices, *verdicts, target, missing))
    heads = ("sector", "size", "clients", "runs", "devices", *(v.value for v in _ORDER), "target_percent", "missing")
    return csv_bytes(Table("statistics", heads, tuple(rows)), separator=separator, with_bom=with_bom)
