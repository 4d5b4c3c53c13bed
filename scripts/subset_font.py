"""Cut a free Chinese font down to the signs that the catalogue of words uses, for reports that are read where none is installed.

Needs fonttools with brotli. The font is Noto Sans S Chinese Regular (Apache-2.0 by its own name table), for instance from the npm package
@embedpdf/fonts-sc:
    python scripts/subset_font.py NotoSansHans-Regular.otf
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "gigacampus"
OUT = PACKAGE / "library" / "words"
FIRST_SIGN = 0x2E80
OWN_NAME = "中文"
NAME = "Campus Sans SC"
"""A changed font may not carry the name of the original."""


def signs() -> str:
    """Every sign beyond the Latin ones that a Chinese text of the program may show, each once, in order."""
    texts = [OUT / "zh.po", PACKAGE / "foundation" / "language.py", PACKAGE / "report" / "words.py"]
    return "".join(sorted({c for path in texts for c in path.read_text(encoding="utf-8") if ord(c) >= FIRST_SIGN}))


def main(font: str) -> None:
    """Write the font and the list of its signs, and the language's own name alone, for pages in other languages that offer it."""
    cut(font, signs(), "zh.woff2")
    cut(font, OWN_NAME, "zh_name.woff2")
    (OUT / "zh_signs.txt").write_text(signs() + "\n", encoding="utf-8")


def cut(font: str, text: str, file: str) -> None:
    """Write a font of the signs of a text."""
    options = subset.Options(flavor="woff2", layout_features=[], name_IDs=[0, 1, 2, 4, 6, 13, 14], notdef_outline=True)
    made = subset.load_font(font, options)
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    cutter.subset(made)
    for record in made["name"].names:
        if record.nameID in (1, 4, 6):
            made["name"].setName(
                NAME.replace(" ", "") if record.nameID == 6 else NAME, record.nameID, record.platformID, record.platEncID, record.langID
            )
    subset.save_font(made, str(OUT / file), options)


if __name__ == "__main__":
    main(sys.argv[1])
