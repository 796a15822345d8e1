"""One leaflet in one language, from a judged run: same run, same bytes."""

from __future__ import annotations

from dataclasses import dataclass

from harness.records import Verdict
from reports.brochure.sectors import AFTER, BEFORE, ON_THE_DAY, SECTORS
from reports.client import phrases
from reports.client.language import language_of
from reports.client.outlook import Outlook
from reports.client.pages import DevicePage, edge_titles, prepare, text_of
from reports.client.particulars import laboratory_of
from reports.client.view import RunReport
from reports.client.words import words_for
from reports.page import render_page, style_sheet

MOST_DEVICES = 6  # the leaflet is one page; the report names them all
MOST_EDGES = 6
_WORST_FIRST = (Verdict.DOES_NOT_CONFORM, Verdict.NOT_DETERMINED, Verdict.CONFORMS, Verdict.NOT_APPLICABLE)


def _n(source: str) -> str:
    """Mark a source string for the catalogue."""
    return source


_IS_WELL = _n("Nothing needs to be done for the dates tested.")
_IS_OPEN = _n("Not settled: look at it by hand around these dates.")


@dataclass(frozen=True, slots=True)
class Line:
    """One device on the leaflet: its verdict, and what to do about it in one sentence."""

    name: str
    model: str
    verdict: Verdict
    do: str


def render_leaflet(report: RunReport, code: str) -> str:
    """Render the leaflet of a run's client.

    Raises:
        KeyError: there is no such language.
    """
    language = language_of(code)
    text = language.text
    bench = report.evidence.bench_body
    sector = SECTORS.get(text_of(bench, "client", "sector"), SECTORS["other"])
    doc = prepare(report)
    found = (_line(device, doc.outlook) for device in doc.devices)
    lines = sorted(found, key=lambda line: _WORST_FIRST.index(line.verdict))
    edges = [titles.get(code) or titles.get("en") or edge for edge, (titles, _) in _tested(report).items()]
    values = {
        "gettext": language.gettext,
        "ngettext": language.ngettext,
        "lang": code,
        "id": report.id,
        "client": text_of(bench, "client", "name"),
        "laboratory": laboratory_of(bench),
        "simulated": doc.simulated,
        "heading": text(sector.heading),
        "risks": [text(risk) for risk in sector.risks],
        "lines": [Line(x.name, x.model, x.verdict, text(x.do)) for x in lines[:MOST_DEVICES]],
        "devices_left": max(0, len(lines) - MOST_DEVICES),
        "edges": edges[:MOST_EDGES],
        "edges_left": max(0, len(edges) - MOST_EDGES),
        "verdicts": {verdict: text(word) for verdict, word in phrases.VERDICTS.items()},
        "before": [text(step) for step in BEFORE],
        "on_the_day": [text(step) for step in (*ON_THE_DAY, sector.on_the_day)],
        "after": [text(step) for step in AFTER],
        "when": language.moment(report.evidence.started_utc_ns),
    }
    return render_page("brochure.html.j2", style_sheet("report.css", "brochure.css"), values)


def _tested(report: RunReport) -> dict[str, tuple[dict[str, str], str]]:
    titles = edge_titles(report.evidence.plan_body)
    met = dict.fromkeys(judgement.edge for judgement in report.judgements)
    return {edge: titles.get(edge, ({}, "")) for edge in met}


def _line(device: DevicePage, beyond: Outlook) -> Line:
    """Return the device's worst news and the advice that goes with it."""
    name, model = device.evidence.name, f"{device.facts.maker} {device.facts.model}"
    for advice in device.advice:
        first = advice.crossings[0]
        found = next(f for f in (*first.wrong, *first.open_) if (f.code, f.verdict) == (advice.code, advice.verdict))
        edges = (page.evidence.edge for page in advice.crossings)
        words = words_for(found, helps_by_hand=beyond.helps_by_hand(name, edges))
        return Line(name, model, device.verdict, words.advice or words.title)
    return Line(name, model, device.verdict, _IS_OPEN if device.verdict is Verdict.NOT_DETERMINED else _IS_WELL)
