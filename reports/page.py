"""What every HTML document of this house shares: templates, the policy's style hash, and what a template may print.

Nothing from the wall clock, the locale or the host enters: same journal, same bytes. No template marks data as safe.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket
from markupsafe import Markup

from harness.calendar.gregorian import iso
from reports.printable import printable, shortened

_HERE = Path(__file__).parent
_FOLDERS = tuple(_HERE / room / "templates" for room in ("client", "brochure", "statistics"))
_PAPER_FONT = '"Liberation Sans",Arial,sans-serif'


def render_page(template: str, style: str, values: Mapping[str, object]) -> str:
    """Render a template with one style sheet, which the document's policy lets in by its hash."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        environment()
        .get_template(template)
        .render(
            **values,
            style=Markup(style),  # noqa: S704 - our own style sheet; what is put in it has an alphabet of its own
            style_hash=digest,
        )
    )


@functools.cache
def environment() -> jinja2.Environment:
    """Return the one environment: everything is escaped, everything unseen is spelled out."""
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDERS),
        bytecode_cache=_CompiledBeside(),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        finalize=_shown,
    )
    found.newstyle_gettext = True  # type: ignore[attr-defined]
    found.filters["shortened"] = shortened
    found.filters["iso"] = iso
    return found


class _CompiledBeside(jinja2.BytecodeCache):
    """Keeps compiled templates where Python keeps its own: in ``__pycache__`` beside the source, where it may write.

    Compiling them takes longer than filling them for a small run. Jinja drops what does not fit the source any more, or
    another version of Python.
    """

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket from an earlier process's work."""
        with contextlib.suppress(OSError):
            bucket.bytecode_from_string(self._path(bucket).read_bytes())

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the bucket for the next process; a house that may not be written to compiles again each time."""
        if sys.dont_write_bytecode:
            return
        path = self._path(bucket)
        with contextlib.suppress(OSError):
            path.parent.mkdir(exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as half:
                half.write(bucket.bytecode_to_string())
            Path(half.name).replace(path)

    def _path(self, bucket: Bucket) -> Path:
        return _HERE / "__pycache__" / f"template.{sys.implementation.cache_tag}.{bucket.key}.pyc"


def _shown(value: object) -> object:
    """Make what a template prints visible; markup of our own passes."""
    return value if isinstance(value, Markup | int) else printable(str(value))


@functools.cache
def style_sheet(*names: str) -> str:
    """Return style sheets by name (``report.css``), one after the other."""
    loader = jinja2.FileSystemLoader(_FOLDERS)
    return "\n".join(loader.get_source(environment(), name)[0].strip() for name in names)


def paper_margins(left: str, centre: str, page: str, of: str) -> str:
    """Return the style of printed margins: two texts of ours and page n of N.

    Args:
        left: a report's id, or nothing.
        centre: a seal, or nothing.
        page: the word before the page's number.
        of: the word before the number of pages.
    """
    small = f"font:7.5pt {_PAPER_FONT};color:#444"
    return (
        "@page{size:A4;margin:18mm 16mm 18mm;"
        f'@bottom-left{{content:"{left}";{small}}}'
        f'@bottom-center{{content:"{centre}";{small}}}'
        f'@bottom-right{{content:"{page}" counter(page) "{of}" counter(pages);{small}}}}}\n'
    )
