"""Take the pictures of the documents from a report, in the Chromium on PATH: the first storey on a desk.

    python scripts/pictures.py runs/xai-2026-01-.../report.html

Run it after a change of the report's first screen, and look at what it took.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
PICTURES = {"report.png": (1280, 800)}
"""File -> width and height of the window."""


def take(report: Path, out: Path, width: int, height: int) -> None:
    """One picture of the top of a report."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("no chromium on PATH")
    with tempfile.TemporaryDirectory() as profile:
        flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={profile}",
            "--virtual-time-budget=4000",
        ]
        window = [f"--window-size={width},{height}", f"--screenshot={out}"]
        subprocess.run([chromium, *flags, *window, report.resolve().as_uri()], check=True, capture_output=True, timeout=120)
    print(f"wrote {out}")


if __name__ == "__main__":
    for name, (width, height) in PICTURES.items():
        take(Path(sys.argv[1]), DOCS / name, width, height)
