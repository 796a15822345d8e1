"""What ISO/IEC 17025:2017 asks of a test report, clause by clause: 7.8.2.1 a to p, 7.8.6 and 7.8.8.

Every clause is answered, or marked as not stated or not applicable; none is left out in silence. The clauses are
named in our own words. Answering them does not make a report an accredited one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.calendar.gregorian import iso
from harness.clock import SECOND_NS
from reports.client.pages import Document, text_of
from reports.printable import shortened

Say = Callable[[str], str]
_SEAL_DIGITS = 16


def _n(source: str) -> str:
    """Mark a source string for the catalogue."""
    return source


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause and our answer to it.

    Attributes:
        mark: as the standard letters it (``a``, ``7.8.6 c``).
        name: what is asked.
        says: the answer; empty when it was not stated.
    """

    mark: str
    name: str
    says: str


def laboratory_of(bench_body: Mapping[str, object]) -> dict[str, str]:
    """Return the laboratory's profile from a frozen bench; every field may be empty."""
    return {key: text_of(bench_body, "laboratory", key) for key in ("name", "address", "phone", "accreditation")}


def clauses(doc: Document, title: str, text: Say) -> tuple[Clause, ...]:
    """Return the sixteen clauses of 7.8.2.1, the three of 7.8.6.2 and 7.8.8, in their order."""
    evidence = doc.report.evidence
    bench, plan = evidence.bench_body, evidence.plan_body
    lab = laboratory_of(bench)
    started = f"{iso(evidence.started_utc_ns // SECOND_NS)} UTC"
    ended = "" if evidence.ended_utc_ns is None else f"{iso(evidence.ended_utc_ns // SECOND_NS)} UTC"
    rules = text(_n("rules V1 to V15 of the test program"))
    plan_seal = evidence.frozen.get("plan.yaml", "")[:_SEAL_DIGITS]
    seal = f"plan.yaml SHA-256 {shortened(plan_seal)}\u2026" if plan_seal else ""
    method = " \u00b7 ".join(part for part in (title, text_of(plan, "name"), seal, rules) if part)
    received = text_of(bench, "received_on")
    if not received and doc.simulated == len(doc.devices):
        received = text(_n("not applicable: no device was received, all are simulated"))
    asked = (
        (_n("Title"), text(_n("Test report"))),
        (_n("Laboratory"), ", ".join(part for part in (lab["name"], lab["address"]) if part)),
        (_n("Place of the work"), text_of(bench, "location")),
        (_n("Identification, and the end marked"), doc.report.id),
        (_n("Client and contact"), _client(bench)),
        (_n("Method"), method),
        (_n("Items tested, and their condition"), text(_n("under What was tested, and The clocks, put back"))),
        (_n("Received on"), received),
        (_n("Dates of the work"), f"{started} \u2013 {ended}" if ended else started),
        (_n("Date of issue"), text(_n("beside the reviewer's signature, to be filled in by hand"))),
        (_n("Sampling"), text(_n("not applicable: each device was tested itself"))),
        (_n("What the results relate to"), text(_n("only to the items tested"))),
        (_n("Results with their units"), text(_n("under Results, device by device"))),
        (_n("Additions, deviations, exclusions"), text(_n("under What was not tested, and Deviations and incidents"))),
        (_n("Who authorises the report"), text(_n("the reviewer who signs below"))),
        (_n("Results from outside"), text(_n("not applicable: none"))),
    )
    conformity = (
        (_n("Results the statement covers"), text(_n("every crossing listed in this report, and no other"))),
        (_n("Met or not met"), text(_n("the rules named beside each result, and the four of DISC PD2000-1"))),
        (_n("Decision rule applied"), text(_n("the one printed above; no guard band"))),
    )
    letters = "abcdefghijklmnop"
    return (
        *(Clause(letter, text(name), says) for letter, (name, says) in zip(letters, asked, strict=True)),
        *(Clause(f"7.8.6 {mark}", text(name), says) for mark, (name, says) in zip("abc", conformity, strict=True)),
        Clause("7.8.8", text(_n("Amendments to a report already issued")), _amendments(doc, text)),
    )


def _amendments(doc: Document, text: Say) -> str:
    """Return which report this one replaces, and what was added; a journal that goes on makes a new number."""
    photos = doc.report.evidence.photos
    if not photos:
        return text(_n("not applicable: none"))
    says = text(_n("replaces report %(id)s; added: photographs of %(devices)s"))
    devices = ", ".join(dict.fromkeys(shortened(photo.device) for photo in photos))
    return says % {"id": shortened(photos[-1].replaces), "devices": devices}


def particulars(doc: Document, text: Say) -> list[tuple[str, str]]:
    """Return what else a reader may want to know of the run."""
    evidence = doc.report.evidence
    versions = ", ".join(f"{name} {version}" for name, version in sorted(evidence.versions.items()))
    sources = sorted({source for device in doc.devices for source in device.facts.sources})
    kind = " ".join(text_of(evidence.bench_body, "client", key) for key in ("sector", "size")).strip()
    return [
        (text(_n("Sector and size")), kind),
        (text(_n("Time")), text(_n("virtual")) if evidence.is_virtual else text(_n("real"))),
        (text(_n("Programs")), shortened(versions)),
        (text(_n("Facts about the models from")), shortened("; ".join(sources), 2000)),
    ]


def _client(bench_body: Mapping[str, object]) -> str:
    parts = (text_of(bench_body, "client", key) for key in ("name", "contact"))
    return ", ".join(part for part in parts if part)
