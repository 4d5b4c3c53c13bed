"""Take the pictures of the documents from the two reports of one run, in the Chromium on PATH: every storey, on a desk and on a phone.

    gigacampus report RUN --html en.html && gigacampus report RUN --lang zh --html zh.html
    python scripts/pictures.py en.html zh.html

Run it after a change of what the report shows, and look at what it took. Needs the packages of requirements/dev.in.
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

DOCS = Path(__file__).resolve().parents[1] / "docs"
STOREYS = ("first", "place", "claims", "stories", "answers")
WINDOWS = {"desk": (1280, 800), "phone": (390, 844)}
"""Name -> width and height of the window."""
THEMES = {"en": "light", "zh": "dark"}
QUALITY, WIDEST_PX = 20, 900
"""Of the pictures of the storeys, so that all of them together stay under 1.5 MB."""
BARE = "nav { display: none !important } #map-view { position: relative !important; top: 0 !important }"
"""What sticks to the window would lie across a picture that is taller."""


def saved(picture: bytes, out: Path) -> None:
    """A picture as a small file: WebP as documents show it, a PNG of 128 colours for the README."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    if out.suffix == ".png":
        image.quantize(128).save(out, optimize=True)
    else:
        image.thumbnail((WIDEST_PX, image.height))
        image.save(out, quality=QUALITY, method=6)
    print(f"wrote {out.relative_to(DOCS.parent)}, {out.stat().st_size // 1000} kB")


def storeys(browser: Any, report: Path, language: str) -> None:
    """Every storey of one report in both windows."""
    for window, (width, height) in WINDOWS.items():
        tab = browser.new_page(viewport={"width": width, "height": height}, color_scheme=THEMES[language])
        tab.goto(report.resolve().as_uri())
        tab.wait_for_selector("html[data-ready=yes]", state="attached")
        if language == "en" and window == "desk":
            saved(tab.screenshot(), DOCS / "report.png")
        tab.evaluate("css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]; }", BARE)
        tab.wait_for_timeout(500)
        for storey in STOREYS:
            saved(tab.locator(f"#{storey}").screenshot(), DOCS / "pictures" / f"{storey}-{window}-{language}.webp")
        tab.close()


def main(english: str, chinese: str) -> None:
    """Both reports, one after the other."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("no chromium on PATH")
    (DOCS / "pictures").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for report, language in ((english, "en"), (chinese, "zh")):
            storeys(browser, Path(report), language)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
