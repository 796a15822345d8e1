"""The diff page: a run against an earlier run of the same devices, as one HTML document."""

from __future__ import annotations

from harness.calendar.gregorian import iso
from harness.clock import SECOND_NS
from reports.client import phrases
from reports.client.comparison import Change, Comparison
from reports.client.language import language_of
from reports.client.words import title_of
from reports.page import paper_margins, render_page, style_sheet


def _n(source: str) -> str:
    """Mark a source string for the catalogue."""
    return source


_WAYS = {
    "better": _n("better"),
    "worse": _n("worse"),
    "changed": _n("changed"),
    "same": _n("same verdict"),
    "new": _n("new"),
    "gone": _n("no longer tested"),
}


def render_diff(comparison: Comparison, code: str) -> str:
    """Render a comparison in one language.

    Raises:
        KeyError: there is no such language.
    """
    language = language_of(code)
    text = language.text
    ids = f"{comparison.before.id} \u2192 {comparison.now.id}"
    style = f"{style_sheet('report.css')}\n{paper_margins(ids, '', text(_n('Page ')), text(_n(' of ')))}"

    def titled(edge: str) -> str:
        titles = comparison.titles.get(edge, {})
        return titles.get(code) or titles.get("en") or edge

    def codes(change: Change) -> list[tuple[str, str]]:
        gone, come = text(_n("no longer seen:")), text(_n("newly seen:"))
        return [(gone, text(title_of(code))) for code in change.gone] + [
            (come, text(title_of(code))) for code in change.come
        ]

    runs = [
        (heading, report, f"{iso(report.evidence.started_utc_ns // SECOND_NS)} UTC")
        for heading, report in (
            (text(_n("Earlier run")), comparison.before),
            (text(_n("This run")), comparison.now),
        )
    ]
    values = {
        "gettext": language.gettext,
        "ngettext": language.ngettext,
        "lang": code,
        "id": comparison.now.id,
        "doc": comparison,
        "runs": runs,
        "verdicts": {verdict: text(word) for verdict, word in phrases.VERDICTS.items()},
        "variants": {variant: text(name) for variant, (name, _) in phrases.VARIANTS.items()},
        "ways": {way: text(word) for way, word in _WAYS.items()},
        "caption": text(_n("Crossings that differ")),
        "titled": titled,
        "codes": codes,
    }
    return render_page("diff.html.j2", style, values)
