"""Two hundred hostile texts, and a run that carries one of them in every field a device, a person or a plan can fill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from harness.records import CrossingEvidence, OutputRecord, PhotoRecord
from reports.client.photos import Photo
from reports.client.view import RunReport
from tests.reports.conftest import make_run

# What runs, fetches or leads away in a page, when it is let in as markup. {at} is where a request would arrive.
_DEEDS = (
    "<script>window.hit=1;fetch('{at}/s')</script>",
    "<script src='{at}/x.js'></script>",
    "<img src='{at}/i' onerror='window.hit=1'>",
    "<svg onload='window.hit=1'><image href='{at}/v'/></svg>",
    "<svg><animate onbegin='window.hit=1' attributeName=x dur=1s></svg>",
    "<iframe src='{at}/f' srcdoc='<script>parent.hit=1</script>'></iframe>",
    "<object data='{at}/o'></object>",
    "<embed src='{at}/e'>",
    "<link rel=stylesheet href='{at}/l'>",
    "<style>@import url({at}/c);*{{background:url({at}/b)}}</style>",
    "<meta http-equiv=refresh content='0;url={at}/m'>",
    "<base href='{at}/'>",
    "<form action='{at}/a'><input autofocus onfocus='window.hit=1;this.form.submit()'></form>",
    "<details open ontoggle='window.hit=1'>",
    "<video src='{at}/w' onerror='window.hit=1'></video>",
    "<audio src='{at}/u' autoplay onerror='window.hit=1'>",
    "<body onload='window.hit=1' background='{at}/g'>",
    "<a href='javascript:window.hit=1' autofocus onfocus='window.hit=1'>x</a>",
    "<p style='background:url({at}/p)' onpointerenter='window.hit=1'>",
    "<template><script>window.hit=1</script></template>",
)
# How such a thing gets out of the place it was put in.
_WAYS_OUT = (
    "",
    "\">'>",
    "--></style></title></script></svg>",
    "]]>",
    "&lt;&#60;",
    "\x00\x1b[31m\u202e\u2066",
    "' onload='window.hit=1' x='",
    '" onfocus="window.hit=1" autofocus x="',
)
_OTHERS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    '=HYPERLINK("{at}/h";"x")',
    "=cmd|' /C calc'!A0",
    "x;=1+1",
    "x,=1+1",
    "x|=1+1",
    " =1+1",
    "'=1+1",
    '"=1+1',
    "\uff1d1+1",
    "\uff0b1",
    "%0A=1+1",
    '=WEBSERVICE("{at}/q")',
    "+cmd|' /C calc'!A0",
    "{{{{ 7*7 }}}}",
    "{{% for x in y %}}",
    "%(n)s %(x)s %s %d",
    "${{7*7}}",
    "\x1b]8;;{at}/t\x07link\x1b]8;;\x07",
    "\x1b[2J\x1b[H",
    "\x9b31m",
    "\u202egnp.exe",
    "\u2066\u2069\u200b\u200f",
    "\ud800",
    "\U000e0041",
    "[link={at}/r]x[/link]",
    "[bold red]x[/]",
    "\ufffe\uffff",
    "</svg></style>",
    "url({at}/k)",
    "javascript:window.hit=1",
    "data:text/html,<script>window.hit=1</script>",
    "//{at}/j",
    "../../../../etc/passwd",
)
PAYLOADS = tuple(way + deed for deed in _DEEDS for way in _WAYS_OUT) + _OTHERS


def payload(number: int, at: str) -> str:
    """Return one payload; ``at`` is where its requests would arrive."""
    return PAYLOADS[number].replace("{at}", at).replace("{{", "{").replace("}}", "}")


# Fields whose texts our own code writes and never a device: a role's word, a date the facts must parse.
_OURS = frozenset({"first", "last", "epoch", "outcome", "restore", "ended", "received_ns", "unreadable"})


def poisoned(text: str) -> RunReport:
    """Return a run with a text in every field that is not an enumeration or a date of ours."""
    whole = make_run(devices=3, edges=1)
    # One crossing of each kind tells as much as fifteen: open, wrong, out of range.
    kept = {1, 7, 12}
    crossings = (with_outputs(c, text) for c in whole.evidence.crossings if c.number in kept)
    photo = PhotoRecord(
        device="pump", file=f"attachments/{text}", name=text, sha256=text, original_sha256=text, utc_ns=0, replaces=text
    )
    evidence = replace(whole.evidence, crossings=tuple(crossings), frozen={text: text}, photos=(photo,))
    judgements = tuple(judgement for judgement in whole.judgements if judgement.number in kept)
    own = replace(whole.facts["pump"], maker=text, model=text, sources=(text,))
    return replace(
        whole,
        evidence=replace(_poison(evidence, text), devices=_poison(evidence.devices[1:2], text), ended="finished"),
        judgements=_poison(judgements, text),
        device_verdicts={text: whole.run_verdict},
        facts={text: own},
        rules={text: whole.rules["pump"]},
        photos={text: (Photo(text, text, ""), Photo(text, text, "", is_altered=True))},
    )


def with_outputs(crossing: CrossingEvidence, text: str) -> CrossingEvidence:
    """Return the crossing with outputs of a hostile name, and a photograph of a hostile name typed behind its last date."""
    if not crossing.readings:
        return crossing
    at_ns = crossing.readings[0].sent_ns
    looks = (
        OutputRecord(at_ns=at_ns, shown={text: False, "fan": True}),
        OutputRecord(at_ns=at_ns + 1, shown={text: True, "fan": True}, changed=(text,)),
    )
    typed = b"2000-01-01 00:00:07 photo " + text.encode("ascii", "backslashreplace")
    last = replace(crossing.readings[-1], raw=typed)
    return replace(crossing, readings=(*crossing.readings[:-1], last), outputs=looks)


def _poison(part: Any, text: str, name: str = "") -> Any:
    if isinstance(part, Enum) or name in _OURS or part is None:
        return part
    if isinstance(part, str):
        return text
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{f.name: _poison(getattr(part, f.name), text, f.name) for f in fields(part)})
    if isinstance(part, tuple | list):
        return type(part)(_poison(inner, text, name) for inner in part)
    if isinstance(part, Mapping):
        if name == "flags":
            return {text: True}
        if name == "shown":
            return part
        return {
            key if isinstance(key, Enum) or name in _BODIES else text: _poison(inner, text, _below(name, key))
            for key, inner in part.items()
        }
    return part


_BODIES = frozenset({"plan_body", "bench_body", "body"})


def _below(name: str, _key: object) -> str:
    """Keep the keys of a frozen plan or bench all the way down: our own code reads them by name."""
    return "body" if name in _BODIES else name
