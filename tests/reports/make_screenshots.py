"""Takes the screenshots of the samples that reports/README.md shows.

    .venv/bin/python -m tests.reports.make_screenshots

Needs a Chromium, pdftoppm (poppler-utils) and Pillow. Run by people when the documents' looks change, never in CI: fonts
differ from machine to machine.
"""

from __future__ import annotations

import base64
import io
import subprocess
from pathlib import Path

from PIL import Image

from tests.reports.chromium import Chromium, started

SAMPLES = Path("reports/samples").resolve()
SHOTS = SAMPLES / "screenshots"
COLOURS = 64  # flat colours and small text; the pictures stay under 150 kB
DEFECT = "document.querySelector('.finding').closest('.device').scrollIntoView()"


def run_of(name: str) -> Path:
    """Return the one run folder of a sample."""
    (found,) = (SAMPLES / name).iterdir()
    return found


def shoot(
    browser: Chromium, page_file: Path, name: str, *, size: tuple[int, int], scheme: str = "light", script: str = ""
) -> None:
    """Take one picture of the window."""
    page = browser.open_page()
    width, height = size
    page.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width <= 500)
    page.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    page.open(page_file.as_uri())
    if script:
        page.run(f"{script}; 0")
    keep(base64.b64decode(page.ask("Page.captureScreenshot", format="png")["data"]), name)
    page.close()


def shoot_paper(browser: Chromium, page_file: Path, name: str) -> None:
    """Print a document and keep its first two pages, side by side."""
    page = browser.open_page()
    page.open(page_file.as_uri())
    paper = base64.b64decode(page.ask("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])
    page.close()
    sheets = []
    for number in ("1", "2"):
        command = ["pdftoppm", "-png", "-r", "60", "-f", number, "-l", number, "-"]
        drawn = subprocess.run(command, input=paper, check=True, capture_output=True).stdout
        sheets.append(Image.open(io.BytesIO(drawn)).convert("RGB"))
    both = Image.new("RGB", (sum(sheet.width for sheet in sheets) + 36, sheets[0].height + 24), (205, 203, 198))
    left = 12
    for sheet in sheets:
        both.paste(sheet, (left, 12))
        left += sheet.width + 12
    content = io.BytesIO()
    both.save(content, "PNG")
    keep(content.getvalue(), name)


def keep(content: bytes, name: str) -> None:
    """Write a picture with few colours."""
    picture = Image.open(io.BytesIO(content)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(SHOTS / f"{name}.png", optimize=True)
    print(f"{name}.png {(SHOTS / f'{name}.png').stat().st_size:,} bytes")


def main() -> None:
    """Take them all."""
    barn, mended, fleet = run_of("barn"), run_of("barn-mended"), run_of("fleet")
    wide, phone = (1080, 1000), (390, 844)
    with started() as browser:
        shoot(browser, barn / "report.html", "light-en", size=wide)
        shoot(browser, barn / "report.html", "dark-en", size=wide, scheme="dark", script=DEFECT)
        shoot(browser, barn / "report.fr.html", "light-fr", size=wide, script=DEFECT)
        shoot(browser, barn / "report.fr.html", "phone-fr", size=phone)
        shoot(
            browser,
            fleet / "report.html",
            "fleet-en",
            size=wide,
            script="document.querySelector('.fleet').scrollIntoView()",
        )
        shoot(browser, mended / "diff.html", "diff-en", size=wide)
        shoot(browser, barn / "brochure.fr.html", "brochure-fr", size=(860, 1000))
        shoot(browser, SAMPLES / "statistics" / "statistics.html", "statistics-en", size=wide)
        shoot_paper(browser, barn / "report.html", "print-en")


if __name__ == "__main__":
    main()
