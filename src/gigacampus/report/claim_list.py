"""The claims of the article as an annotated list in its order: a mark, the claimed value on the run's band, and why; a permalink each."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

from gigacampus.answers.claims.register import number
from gigacampus.foundation.language import ENGLISH, language, myriads, say
from gigacampus.report import words
from gigacampus.report.first_storey import told
from gigacampus.report.markup import esc, raised
from gigacampus.report.retold import retold

MARKS = {
    "reproduced": ("good", "✓"),
    "consistent": ("good", "✓"),
    "unlikely": ("poor", "✗"),
    "impossible together": ("poor", "✗"),
    "taken as given": ("grey", "="),
    "context": ("grey", "·"),
    "not checkable": ("grey", "?"),
}
GLYPH_W, GLYPH_H = 120.0, 12.0
ROUNDING_FRAC = 1e-9
"""Share of a value within which band and claim are one number: what rounding left is no spread."""
_DOLLARS = re.compile(r"([<>]?)(.*?)\s*USD (bn|m)")
_MONEY = re.compile(r"(-?[\d.,]+) USD (bn|m)\b")
_AMOUNT = re.compile(r"\d[\d.]*")
_SCALES = {"bn": "billion", "m": "million"}
_SIZES = {"bn": 1e9, "m": 1e6}
_SHORT = {"bn": "bn", "m": "M"}


def claim_list(result: Any) -> str:
    """Every claim of the run under its part of the article."""
    rows = result.manifest.get("claims") or []
    if not rows:
        return (
            f"<p>{esc(say('None of the bundled claims is about this campus.'))} <code>gigacampus claims RUN --file yours.csv</code> "
            f"{esc(say('judges claims of your own.'))}</p>"
        )
    parts = "".join(
        f"<h3>{esc(words.sentence(say(part)))}</h3><ol>{''.join(_claim(result, row) for row in group)}</ol>"
        for part, group in groupby(rows, key=lambda row: row["part"])
    )
    marks = say(
        "The bar is the run's band, the tick its middle, the triangle what was claimed. A claim opens to say why, who said it and when."
    )
    return f'<p class="note">{esc(_counts(rows))}<br>{esc(marks)}</p><div class="claims">{parts}</div>'


def _counts(rows: list[dict[str, Any]]) -> str:
    """How many claims got each verdict, in words."""
    found: dict[str, int] = {}
    for row in rows:
        found[row["verdict"]] = found.get(row["verdict"], 0) + 1
    return "; ".join(f"{say(verdict)} {count}" for verdict, count in found.items())


def _claim(result: Any, row: dict[str, Any]) -> str:
    kind, mark = MARKS.get(row["verdict"], ("grey", "·"))
    said, claim = _claimed(row["claimed"]), words.sentence(retold(row["claim"]))
    claimed = f" <q>{raised(said)}</q>" if said and said not in claim else ""
    with_other = f" ({', '.join(row['impossible_with'])})" if row.get("impossible_with") else ""
    why = row.get("why") or ""
    judged = _MONEY.sub(_dollars_first, row["text"].removesuffix(why).strip())
    found, why = (told(result, retold(text.rstrip("."))) for text in (judged, why))
    lines = "".join(f"<p>{raised(words.sentence(part.strip()))}{say('.')}</p>" for part in (found, why) if part.strip(" .-"))
    by = say("Said by {claimant}, known on {day}.", claimant=_claimants(row["claimant"]), day=words.day_name(row["known_on"]))
    return (
        f'<li id="claim-{esc(row["id"])}" class="claim {kind}"><details><summary><b class="mark" aria-hidden="true">{mark}</b> '
        f'<span class="id">{esc(row["id"])}</span> {esc(claim)}{claimed} '
        f"<em>{esc(say(row['verdict']) + with_other)}</em>{_glyph(row)}</summary>"
        f'{lines}<p class="note">{esc(by)} <a href="#claim-{esc(row["id"])}">{esc(say("Link to this claim"))}</a></p></details></li>'
    )


def _claimants(text: str) -> str:
    return "; ".join(retold(part.strip()) for part in text.split(";"))


def _dollars_first(match: re.Match[str]) -> str:
    return f"USD {match.group(1)} {_SHORT[match.group(2)]}"


def _claimed(text: str) -> str:
    """A claimed value with its number short.

    >>> _claimed("80000000000.0 km/year"), _claimed("2025-12 month")
    ('8×10¹⁰ km/year', 'Dec 2025')
    >>> _claimed("7.8 USD bn"), _claimed("14 -> 63 USD m"), _claimed("USD m")
    ('$7.8 billion', '$14 → 63 million', '')
    """
    dollars = _DOLLARS.fullmatch(text)
    if dollars:
        more, amount, scale = dollars.groups()
        if language() != ENGLISH:
            return more + _AMOUNT.sub(lambda m: myriads(float(m[0]) * _SIZES[scale]), amount).replace("->", "→") + "美元" * bool(amount)
        return f"{more}${amount.replace('->', '→')} {_SCALES[scale]}" if amount else ""
    head, _, unit = text.partition(" ")
    value = number(head)
    shown = words.with_month_names(head) if value is None or 1900 < value < 2100 else words.significant(value)
    return shown if unit in ("month", "year", "1") else retold(f"{shown} {words.unit_text(unit)}".strip())


def _glyph(row: dict[str, Any]) -> str:
    """The run's band as a bar, its middle and the claimed value as ticks; nothing where either is no number of one unit."""
    head, _, unit = row["claimed"].partition(" ")
    claimed, low, mid, high = number(head), row.get("low"), row.get("value"), row.get("high")
    if claimed is None or mid is None or unit != row.get("unit"):
        return ""
    low, high = (mid if end is None else end for end in (low, high))
    if max(high, claimed) - min(low, claimed) <= ROUNDING_FRAC * abs(claimed):
        low = mid = high = claimed
    first, last = min(low, claimed), max(high, claimed)
    room = 0.08 * (last - first) or abs(last) * 0.1 or 1.0

    def x(value: float) -> float:
        return float(GLYPH_W * (value - first + room) / (last - first + 2 * room))

    wide = max(x(high) - x(low), 2.0)
    return (
        f'<svg class="glyph" viewBox="0 0 {GLYPH_W:g} {GLYPH_H:g}" aria-hidden="true">'
        f'<line class="rail" x1="0" x2="{GLYPH_W:g}" y1="6" y2="6"/>'
        f'<rect class="span" x="{x(low):.1f}" width="{wide:.1f}" y="3" height="6"/>'
        f'<rect class="dot" x="{x(mid) - 1:.1f}" width="2" y="1" height="10"/>'
        f'<path class="said" d="M{x(claimed) - 4:.1f} 0h8l-4 7z"/></svg>'
    )
