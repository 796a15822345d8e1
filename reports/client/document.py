"""The client report rendered: one self-contained HTML file from a prepared document, in one language.

Nothing from the wall clock, the locale or the host enters: same journal, same bytes.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from harness.calendar.gregorian import civil_time, iso
from harness.clock import SECOND_NS
from harness.judge.advice import MECHANISMS, Advice, severity_of
from harness.records import Finding, Incident, SetRecord, Verdict
from reports.client import phrases, signing_words
from reports.client.causes import impossible_words, incident_words, reason_words
from reports.client.crossings import CrossingPage
from reports.client.language import SOURCE_LANGUAGE, Language, language_of
from reports.client.lines import AdviceLine, DeviceAdvice, Meanwhile, RuleGroup, RuleLine, once_a_way
from reports.client.pages import DevicePage, Document, EdgePage, by_language, text_of
from reports.client.particulars import clauses, laboratory_of, particulars
from reports.client.spans import spans
from reports.client.spark import spark
from reports.client.timeline import Wording, draw
from reports.client.wire import wire_rows
from reports.client.words import RULES, Words, title_of, words_for
from reports.page import paper_margins, render_page, style_sheet
from reports.printable import printable, shortened

if TYPE_CHECKING:
    from harness.judge.pd2000 import RuleVerdict

_ORDER = (Verdict.DOES_NOT_CONFORM, Verdict.NOT_DETERMINED, Verdict.CONFORMS, Verdict.NOT_APPLICABLE)


def _n(source: str) -> str:
    """Mark a source string for the catalogue."""
    return source


def render_document(doc: Document, code: str) -> str:
    """Render a prepared document in one language.

    Raises:
        KeyError: there is no such language.
    """
    language = language_of(code)
    return render_page("report.html.j2", _style(doc, language), ReportPhrases(language, doc).values())


def _style(doc: Document, language: Language) -> str:
    """Return the style sheet with this report's page margins: its id, and page n of N."""
    page, of, seal = language.text(_n("Page ")), language.text(_n(" of ")), language.text(_n("Seal"))
    head = "".join(c for c in doc.report.evidence.head if c in "0123456789abcdef")[:16]
    return f"{style_sheet('report.css')}\n{paper_margins(doc.report.id, f'{seal} {head}', page, of)}"


class ReportPhrases:
    """Everything the template says, in one language."""

    def __init__(self, language: Language, doc: Document) -> None:
        self.language = language
        self.doc = doc
        self._titles = {edge.edge: self._edge_title(edge) for device in doc.devices for edge in device.edges}
        self._words: dict[tuple[str, Verdict, bool | None], Words] = {}
        self.roles = {role: escape(text) for role, text in self._all(phrases.ROLES).items()}
        text = language.text
        self.wording: dict[str, Any] = {
            "along": text(_n("seconds from the date, by the test computer")),
            "up": text(_n("device minus expected, s")),
            "edge": text(_n("the date")),
            "no_date": text(_n("no date")),
            "power_off": text(_n("power off")),
            "host_step": text(_n("test computer's clock moved")),
            "link_lost": text(_n("no answer")),
            "switches": self._all(phrases.SWITCHES),
        }

    def _all(self, sources: Mapping[Any, str]) -> dict[Any, str]:
        return {key: self.language.text(source) for key, source in sources.items()}

    def values(self) -> dict[str, object]:
        """Return the template's names."""
        doc, evidence, text = self.doc, self.doc.report.evidence, self.language.text
        return {
            "gettext": self.language.gettext,
            "ngettext": self.language.ngettext,
            "lang": self.language.code,
            "doc": doc,
            "id": doc.report.id,
            "order": _ORDER,
            "title": self._title(),
            "client": text_of(evidence.bench_body, "client", "name"),
            "bench": text_of(evidence.bench_body, "bench") or text_of(evidence.bench_body, "name"),
            "location": text_of(evidence.bench_body, "location"),
            "started": self.language.moment(evidence.started_utc_ns),
            "started_iso": f"{iso(evidence.started_utc_ns // SECOND_NS)} UTC",
            "not_stated": text(_n("not stated")),
            "not_planned": text(_n("not planned")),
            "simulated_word": text(_n("simulated")),
            "number_word": text(_n("crossing")),
            "seen_in": text(_n("Seen in:")),
            "verdicts": self._all(phrases.VERDICTS),
            "meanings": self._all(phrases.MEANINGS),
            "run_sentence": text(phrases.RUN_SENTENCES[doc.report.run_verdict]),
            "alerts": self._alerts(),
            "variants": {key: text(name) for key, (name, _) in phrases.VARIANTS.items()},
            "ways": [(text(name), text(says)) for name, says in phrases.VARIANTS.values()],
            "questions": self._all(phrases.QUESTIONS),
            "captions": self._all(phrases.CAPTIONS),
            "terms": self._all(phrases.TERMS),
            "restores": {**dict.fromkeys([d.evidence.restore for d in doc.devices], ""), **self._all(phrases.RESTORES)},
            "certainties": self._all(phrases.CERTAINTIES),
            "signing_key": shortened(doc.report.evidence.signing_key),
            "not_signed": text(signing_words.NOT_SIGNED),
            "signature_proves": " ".join(text(sentence) for sentence in signing_words.PROVES),
            "rules_named": {rule: text(RULES.get(rule, rule)) for d in doc.devices for rule in self._rules_met(d)},
            "advice": self._advice(),
            "rules": self._pd2000(),
            "clauses": clauses(doc, self._title(), text),
            "particulars": particulars(doc, text),
            "laboratory": laboratory_of(evidence.bench_body),
            "glossary": [(text(term), text(meaning)) for term, meaning in phrases.GLOSSARY],
            "mechanism": self._mechanism,
            "photos": lambda device: doc.report.photos.get(device.evidence.name, ()),
            "spark": spark,
            "spans": spans,
            "frozen": [(name, evidence.frozen[name]) for name in sorted(evidence.frozen)],
            "wire": lambda finding: wire_rows(finding, evidence.wire),
            "signers": [
                (
                    text(_n("Technician")),
                    text(_n("did the work, or watched it, as it is recorded here")),
                    text(_n("Date")),
                ),
                (
                    text(_n("Reviewer")),
                    text(_n("read the report against its journal and releases it")),
                    text(_n("Date of issue")),
                ),
            ],
            "words": self._words_on,
            "reason": lambda code: text(reason_words(code)),
            "incident_name": lambda incident: text(incident_words(incident.code)),
            "edge_title": self._edge_title,
            "edge_named": lambda edge: self._titles.get(edge, edge),
            "edge_iso": lambda edge: iso(edge.seconds),
            "clock_form": self._clock_form,
            "set_says": self._set_says,
            "severity": self._severity,
            "switches": {**dict.fromkeys(self._switched(), ""), **self._all(phrases.SWITCHES)},
            "states": self._all(phrases.STATES),
            "figure": lambda number: self.language.number(number, 3),
            "likely": self._likely,
            "result_code": lambda device, edge: doc.outlook.codes.get((device.evidence.name, edge.edge), ""),
            "repeats": lambda device: [
                flake for flake in doc.outlook.repeats.get(device.evidence.name, ()) if flake.failed or not flake.done
            ],
            "repeated": lambda device: doc.outlook.repeats.get(device.evidence.name, ()),
            "kinds": self._all(phrases.KINDS),
            "lack_words": self._all(phrases.LACKS),
            "not_looked_at": self._not_looked_at(),
            "since_start": self._since_start,
            "offset": self._offset,
            "seconds": lambda ns: f"{self.language.number(ns / SECOND_NS, 3)}\u00a0s",
            "as_read": self._as_read,
            "timeline": self._timeline,
            "readings": self._readings,
        }

    @staticmethod
    def _rules_met(device: DevicePage) -> set[str]:
        return {rule for edge in device.edges for page in edge.crossings for rule, _, _ in page.met}

    def _say(self, source: str, **variables: object) -> str:
        """Translate with values put in; still plain text, escaped when it is printed."""
        return self.language.text(source) % variables

    def _title(self) -> str:
        body = self.doc.report.evidence.plan_body
        titles = by_language(body.get("titles") or body.get("title") or {})
        own = titles.get(self.language.code) or titles.get("en") or next(iter(titles.values()), "")
        return own or self.language.text(_n("Clocks across dangerous dates"))

    def _alerts(self) -> list[str]:
        evidence, found = self.doc.report.evidence, []
        if owed := [d.evidence.name for d in self.doc.devices if d.evidence.restore in _NOT_BACK]:
            found.append(self._say(_n("Clocks that were not put back: %(names)s."), names=", ".join(owed)))
        if evidence.ended == "interrupted":
            found.append(self.language.text(_n("The run was interrupted before its end.")))
        elif evidence.ended != "finished":
            found.append(self.language.text(_n("The journal just stops: the run was killed or lost its power.")))
        return found

    def _advice(self) -> list[DeviceAdvice]:
        found = (
            DeviceAdvice(device.evidence.name, self._advice_on(device), self._meanwhile(device))
            for device in self.doc.devices
        )
        return [each for each in found if each.lines]

    def _meanwhile(self, device: DevicePage) -> list[Meanwhile]:
        """Return what helps until a device is mended; dates of which the same is to be said share a line."""
        edges: dict[str, list[str]] = {}
        for edge in device.edges:
            advice = self.doc.outlook.advice.get((device.evidence.name, edge.edge))
            if advice is not None:
                edges.setdefault(self._helps(advice, edge), []).append(self._edge_title(edge))
        return [Meanwhile("; ".join(titles), says) for says, titles in edges.items()]

    def _helps(self, advice: Advice, edge: EdgePage) -> str:
        says = self.language.text(phrases.BY_HAND[advice.settable_after])
        if not advice.equivalent_years:
            return says
        years = self.language.text(_n(" or ")).join(map(str, advice.equivalent_years))
        same = self._say(
            _n(
                "Where the days of the week are all that matters, it may be set to %(years)s, with the calendar of %(year)s."
            ),
            years=years,
            year=civil_time(edge.seconds).year,
        )
        return f"{says} {same}"

    def _likely(self, finding: Finding) -> tuple[str, bool]:
        """Return the likely mechanism of a defect, and whether it is in this language; nothing for what is no defect."""
        source = MECHANISMS.get(finding.code, "") if finding.verdict is _BAD else ""
        own = self.language.text(source) if source else ""
        return own, own != source or self.language.code == SOURCE_LANGUAGE

    def _switched(self) -> set[str]:
        """Return what was switched anywhere; a kind younger than our phrases stands for itself."""
        return {switch.what for crossing in self.doc.report.evidence.crossings for switch in crossing.power}

    def _severity(self, finding: Finding) -> str:
        source = phrases.SEVERITIES.get(severity_of(finding.code, finding.verdict))
        return self.language.text(source) if source else ""

    def _not_looked_at(self) -> str:
        """Return what beside the clock no finding of this run speaks of, as a list in the language."""
        told = {finding.rule for judgement in self.doc.report.judgements for finding in judgement.findings}
        return ", ".join(
            self.language.text(name) for rule, name in phrases.BESIDE_THE_CLOCK.items() if rule not in told
        )

    def _advice_on(self, device: DevicePage) -> list[AdviceLine]:
        """Return what to do about one device: its clock first, then its defects, then what stays open."""
        text, lines = self.language.text, []
        if device.evidence.restore in _NOT_BACK:
            what = text(_n("The clock still shows a test date."))
            do = text(_n("Run rollover recover, or set the clock by hand, before the device is used again."))
            lines.append(AdviceLine(_BAD, Words(what, "", do), "", ()))
        for advice in device.advice:
            first = advice.crossings[0]
            finding = next(
                f for f in (*first.wrong, *first.open_) if f.code == advice.code and f.verdict is advice.verdict
            )
            edges = (page.evidence.edge for page in advice.crossings)
            words = self._words_for(finding, self.doc.outlook.helps_by_hand(device.evidence.name, edges))
            lines.append(AdviceLine(advice.verdict, words, self._severity(finding), once_a_way(advice.crossings)))
        is_open = device.verdict is Verdict.NOT_DETERMINED or any(i.spoils for i in device.evidence.incidents)
        if not lines and is_open:
            what = text(_n("The tests of this device are not complete."))
            do = text(_n("Have it tested again; until then nothing is known about it."))
            lines.append(AdviceLine(Verdict.NOT_DETERMINED, Words(what, "", do), "", ()))
        return lines

    def _words_on(self, page: CrossingPage, finding: Finding) -> Words:
        return self._words_for(finding, self.doc.outlook.helps_by_hand(page.evidence.device, (page.evidence.edge,)))

    def _words_for(self, finding: Finding, helps_by_hand: bool | None) -> Words:
        key = (finding.code, finding.verdict, helps_by_hand)
        known = self._words.get(key)
        if known is None:
            english, text = words_for(finding, helps_by_hand=helps_by_hand), self.language.text
            known = Words(*(text(part) if part else "" for part in (english.title, english.meaning, english.advice)))
            self._words[key] = known
        return known

    def _pd2000(self) -> list[RuleGroup]:
        return [
            RuleGroup(device.evidence.name, tuple(self._rule_line(device, rule) for rule in rules))
            for device in self.doc.devices
            if (rules := self.doc.report.rules.get(device.evidence.name, ()))
        ]

    def _rule_line(self, device: DevicePage, rule: RuleVerdict) -> RuleLine:
        text = self.language.text(phrases.PD2000[rule.rule])
        if rule.rule == _CENTURY_RULE:
            text = f"{text} ({self._clock_form(device)})"
        return RuleLine(
            str(rule.rule), text, rule.verdict, " ".join(self._title_of(code) for code in rule.failing), rule.rests_on
        )

    def _title_of(self, code: str) -> str:
        return self.language.text(title_of(code))

    def _edge_title(self, edge: EdgePage) -> str:
        return edge.titles.get(self.language.code) or edge.titles.get("en") or edge.edge

    def _mechanism(self, edge: EdgePage) -> tuple[str, bool]:
        """Return what breaks at an edge, and whether it is in this language; a plan's own edge keeps its English."""
        own = self.language.text(edge.mechanism) if edge.mechanism else ""
        return own, own != edge.mechanism or self.language.code == SOURCE_LANGUAGE

    def _clock_form(self, device: DevicePage) -> str:
        form = device.facts.form
        if form.counter is not None:
            return self._say(
                _n("it counts in a register of %(bits)s bits from %(epoch)s; the register is full at %(full)s"),
                bits=form.counter.bits,
                epoch=form.counter.epoch,
                full=iso(form.counter.rollover_seconds),
            )
        if form.century is None:
            return _NOTHING
        rule = form.century
        return self._say(phrases.CENTURIES[rule.kind], first=rule.base, last=rule.base + rule.span - 1)

    def _set_says(self, done: SetRecord) -> str:
        outcome = self.language.text(phrases.OUTCOMES.get(done.outcome, done.outcome))
        refusal = f" ({shortened(done.refusal)})" if done.refusal else ""
        said = self._say(_n("Set to %(target)s: %(outcome)s"), target=iso(done.target), outcome=f"{outcome}{refusal}")
        return f"{said} ({spans(done.exchanges)})" if done.exchanges else said

    def _since_start(self, incident: Incident) -> str:
        at_s = (incident.at_ns - self.doc.report.evidence.started_mono_ns) // SECOND_NS
        return f"{at_s // 3600:d}:{at_s // 60 % 60:02d}:{at_s % 60:02d}"

    def _offset(self, seconds: int) -> str:
        if seconds == 0:
            return self.language.text(_n("equal, to the second"))
        ahead = _n("%(lapse)s ahead") if seconds > 0 else _n("%(lapse)s behind")
        return self._say(ahead, lapse=self.language.lapse(abs(seconds)))

    def _timeline(self, page: CrossingPage) -> Markup:
        assert page.drawing is not None  # the template asks first
        words = Wording(
            **self.wording,
            title=self._say(
                _n("Crossing %(number)s: %(edge)s"), number=page.judgement.number, edge=page.judgement.edge
            ),
            desc=self._say(
                _n("Device time minus expected time; %(n)s readings, listed in the table below."),
                n=len(page.evidence.readings),
            ),
            number=self.language.number,
            lapse=self.language.lapse,
        )
        return draw(page.drawing, words)

    def _readings(self, page: CrossingPage) -> Markup:
        """Build the table of readings as text: it is the bulk of a large report."""
        number, lapse = self.language.number, self.language.lapse
        parts = [self._readings_head]
        for row in page.rows:
            off = escape(self.language.text(impossible_words(row.why_not))) if row.off_s is None else lapse(row.off_s)
            flags = f" <strong>{escape(printable(row.flags))}</strong>" if row.flags else ""
            if row.photo:
                flags += f' <span class="note">{self._photo_word} <bdi>{escape(row.photo)}</bdi></span>'
            opening = '<tr class="bad">' if row.is_flagged else "<tr>"
            parts.append(
                f'{opening}<th scope="row">{self.roles[row.role]}</th><td>{number(row.at_s, 3)}</td>'
                f"<td><bdi>{escape(self._as_read(row.read))}</bdi>{flags}</td><td>{row.expected}</td><td>{off}</td>"
                f"<td>{number(-row.behind_s, 2)} +{number(row.ahead_s, 2)}\u00a0s</td>"
                f"<td>{number(row.round_trip_ms, 1)}\u00a0ms</td><td>{row.records}</td></tr>\n"
            )
        parts.append("</tbody></table>")
        return Markup("".join(parts))  # noqa: S704 - numbers are ours, every text was escaped

    @functools.cached_property
    def _photo_word(self) -> Markup:
        return escape(self.language.text(_n("photograph")))

    def _as_read(self, text: str) -> str:
        """Put the few words of a spelled-out reading into the language; its numbers stay as they were."""
        for word, own in self._field_words:
            text = text.replace(word, own)
        return text

    @functools.cached_property
    def _field_words(self) -> list[tuple[str, str]]:
        words = ((word, self.language.text(word)) for word in phrases.FIELD_WORDS)
        return [(word, own) for word, own in words if word != own]

    @functools.cached_property
    def _readings_head(self) -> str:
        caption = escape(self.language.text(phrases.CAPTIONS["readings"]))
        head = "".join(f'<th scope="col">{escape(self.language.text(column))}</th>' for column in phrases.COLUMNS)
        return f'<table class="readings"><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>\n'


_BAD = Verdict.DOES_NOT_CONFORM
_CENTURY_RULE = 3
_NOT_BACK = frozenset({"owed", "refused"})
_NOTHING = "\u2013"
