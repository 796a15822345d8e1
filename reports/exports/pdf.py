"""The client report on paper: the same HTML through WeasyPrint (the optional extra ``pdf``), or a Chromium at hand.

Every address but a picture's own ``data:`` is refused: nothing is fetched, from the net or from this machine.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from reports.exports.extras import ExtraMissingError
from reports.page import style_sheet

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_LONGEST_S = 120


def pdf_bytes(html: str, identifier: str) -> bytes:
    """Return an HTML report as PDF (PDF/UA-1, tagged); ``identifier`` makes the file's id, so its bytes do not vary.

    Raises:
        ExtraMissingError: neither WeasyPrint nor Chromium is installed.
    """
    try:
        import weasyprint  # noqa: PLC0415 - an optional extra, and a heavy one
    except (ImportError, OSError):  # OSError: the package is there and Pango is not
        return _printed_by_chromium(html)
    # Pictures embedded in the document itself are the only addresses there are.
    fetcher = weasyprint.URLFetcher(allowed_protocols=["data"], allow_redirects=False)
    sheets = [weasyprint.CSS(string=style_sheet("paper.css"))]
    document = weasyprint.HTML(string=html, url_fetcher=fetcher)
    pdf = document.write_pdf(stylesheets=sheets, pdf_variant="pdf/ua-1", pdf_identifier=identifier.encode())
    return bytes(pdf)


def _printed_by_chromium(html: str) -> bytes:
    browser = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise ExtraMissingError("PDF needs WeasyPrint (pip install 'rollover-bench[pdf]', and Pango) or a Chromium")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page, paper = Path(folder, "report.html"), Path(folder, "report.pdf")
        page.write_text(html, encoding="utf-8")
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        command += [f"--user-data-dir={folder}/profile", "--no-pdf-header-footer", f"--print-to-pdf={paper}"]
        done = subprocess.run([*command, page.as_uri()], check=False, capture_output=True, timeout=_LONGEST_S)  # noqa: S603
        if not paper.is_file():
            raise ExtraMissingError(f"{browser} printed nothing (status {done.returncode})")
        return paper.read_bytes()
