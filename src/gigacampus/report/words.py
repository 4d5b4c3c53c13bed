"""Sentences and numbers as people read them: every word here is made from a number of the run, none is typed in."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from gigacampus.answers import figures
from gigacampus.foundation.language import ENGLISH, language, myriads, say
from gigacampus.report import reading
from gigacampus.results.periods import first_month_above
from gigacampus.results.result import date_quantiles

MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_COUNT_WORDS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_LARGER = {
    "MW": (1e3, "GW", 1e3),
    "MWh": (1e4, "GWh", 1e3),
    "GWh": (1e4, "TWh", 1e3),
    "t": (1e6, "million t", 1e6),
    "m3": (1e6, "million m³", 1e6),
}
"""Unit -> the size from which it is shown in a larger one, that unit, and how many go into it."""
_SPELT = {"m3": "m³", "m3/day": "m³/day", "ug/m3": "µg/m³", "degC": "°C", "1": "", "MGD": "million gallons a day"}
GIGAWATT_MW = 1000.0


def significant(value: float, digits: int = 3) -> str:
    """Plain decimal with ``digits`` significant figures, powers of ten beyond a million or below a ten-thousandth.

    >>> significant(1276.4), significant(0.03841), significant(3.2e26), significant(-4.0)
    ('1,276', '0.0384', '3.2×10²⁶', '−4')
    """
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 1e6 or size < 1e-4:
        mantissa, exponent = f"{size:.{digits - 1}e}".split("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        text = f"{mantissa}×{power_of_ten(int(exponent))}"
    elif size >= 10**digits:
        text = f"{size:,.0f}"
    else:
        text = f"{size:.{digits}g}"
    return f"−{text}" if value < 0 else text


HALF_CENT = 0.005
HUNDREDTH = 0.01
MYRIAD = 1e4
THOUSAND = 1e3
"""From here on four digits are shown; below, rounding to four first would round twice."""


def number(value: float | str | None, unit: str) -> str:
    """A value with its unit, scaled so that it can be read aloud; months stay months.

    >>> number(1234.0, "MW"), number(-3.41e9, "USD"), number(0.384, "1"), number("2027-03", "month"), number(0.384, "share")
    ('1.23 GW', '−$3.41 billion', '0.384', 'Mar 2027', '38 %')
    >>> number(2.07, "USD/accelerator-h"), number(1.92e6, "USD/MW firm")
    ('$2.07 per accelerator-hour', '$1.92 million per firm MW')
    """
    if value is None:
        return "–"
    if isinstance(value, str):
        return month_name(value)
    if not math.isfinite(value):
        return say("not within the horizon") if unit in ("month", "date") else "–"
    if unit == "share":
        return ("−" if value < 0 else "") + f"{figures.percent(abs(value))} %"
    if unit in figures.COUNTED:
        value = float(round(value))
    if unit in figures.LEVELS:
        return figures.level(value, unit)
    if unit.startswith(PER_USD):
        return f"{_dollars_of(value)} {_per(unit.removeprefix(PER_USD))}" if language() == ENGLISH else _yuan_way(value, unit)
    if unit == "USD" and abs(value) < HALF_CENT:
        value = 0.0
    if unit == "USD":
        return _dollars_of(value)
    if unit == "1":
        return ("−" if value < 0 else "") + _counted(abs(value))
    while unit in _LARGER and abs(value) >= _LARGER[unit][0]:
        _, unit, factor = _LARGER[unit]
        value /= factor
    return f"{significant(value)} {unit_text(unit)}".strip()


PER_USD = "USD/"
"""How the unit of a price begins."""
_PER = {"accelerator-h": "accelerator-hour", "Mtoken": "million tokens", "MW firm": "firm MW", "MW-month": "MW-month", "year": "year"}
"""What a price is for, as it is said."""


def _dollars_of(value: float) -> str:
    """An amount of dollars with its sign."""
    if language() != ENGLISH:
        return ("−" if value < 0 else "") + f"{myriads(abs(value))}美元"
    return ("−$" if value < 0 else "$") + _counted(abs(value))


def _per(what: str) -> str:
    return f"per {_PER.get(what, what)}"


def _yuan_way(value: float, unit: str) -> str:
    """A price as Chinese says it: amount, a stroke, what it is for."""
    what = unit.removeprefix(PER_USD)
    return f"{_dollars_of(value)}/{say(_PER.get(what, what))}"


def sentence(text: str) -> str:
    """A text that begins like a sentence; a unit, a key of the scenario or a name with capitals of its own is left as it is.

    >>> sentence("by day"), sentence("dBA at the wall"), sentence("colossus_2 alone")
    ('By day', 'dBA at the wall', 'colossus_2 alone')
    """
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first.islower() and "." not in first.rstrip(".") and "_" not in first else text


def percent(share: float, decimals: int = 0) -> str:
    """A share as a percentage.

    >>> percent(0.573)
    '57 %'
    """
    least = 10.0 ** -(decimals + 2)
    return f"{say('less than')} {100 * least:g} %" if 0 < share < least / 2 else f"{100 * share:.{decimals}f} %"


def unit_text(unit: str) -> str:
    """A unit of the registry as it is printed.

    >>> unit_text("ug/m3"), unit_text("1"), unit_text("MW")
    ('µg/m³', '', 'MW')
    """
    return _SPELT.get(unit, unit)


def power_of_ten(exponent: int) -> str:
    """Ten to an exponent, as printed.

    >>> power_of_ten(24)
    '10²⁴'
    """
    return f"10{str(exponent).translate(_SUPERSCRIPT)}"


def _counted(size: float) -> str:
    if language() != ENGLISH and size >= MYRIAD:
        return myriads(size)
    for scale, word in _COUNT_WORDS:
        if scale <= size < 1e15:
            return f"{significant(size / scale)} {word}"
    return significant(size if size < THOUSAND else float(f"{size:.4g}"))


def month_name(label: str) -> str:
    """``2027-03`` as ``Mar 2027``; other text unchanged.

    >>> month_name("2027-03")
    'Mar 2027'
    """
    match = re.fullmatch(r"(\d{4})-(\d{2})", label)
    if match and language() != ENGLISH:
        return f"{match.group(1)}年{int(match.group(2))}月"
    return f"{MONTH_NAMES[int(match.group(2)) - 1]} {match.group(1)}" if match else label


def tidied(text: str) -> str:
    """A text of the run as a page shows its numbers: powers of ten, one unit after a band, dollars in one way.

    >>> tidied("2.28e+27 FLOP (1.41e+27 FLOP to 4.59e+27 FLOP)")
    '2.28×10²⁷ FLOP (1.41×10²⁷ to 4.59×10²⁷ FLOP)'
    >>> tidied("USD 2.42 bn (USD 1.12 bn to USD 3.38 bn)"), tidied("USD 202 M")
    ('$2.42 billion ($1.12 to $3.38 billion)', '$202 million')
    """
    text = text.replace(" MGD", " million gallons a day")
    text = re.sub(r"(\d(?:\.\d+)?)e\+(\d+)", lambda m: f"{m.group(1)}×{power_of_ten(int(m.group(2)))}", text)
    text = re.sub(r"USD (-?)([\d.,]+)(?: (bn|M|trn))?(?![\w])", _dollars, text)
    text = re.sub(r"([\d.,]+)( million)? USD/(accelerator-h|Mtoken|MWh|MW firm|MW-month|MW)\b", _price, text)
    return _TWICE.sub(r"\1\3\4 \2", text)


_AMOUNT = r"\$?[\d.,]+(?:×10[⁰-⁹²³¹]+)?"
_TWICE = re.compile(rf"({_AMOUNT}) ([^\W\d_]?[\w°/³ -]*?)( to | 至 )({_AMOUNT}) \2(?=[);,.；，。）]|$)")
"""A band that says its unit twice."""


def _price(match: re.Match[str]) -> str:
    return number(float(match[1].replace(",", "")) * (1e6 if match[2] else 1.0), PER_USD + match[3])


_WORTH = {"bn": " billion", "M": " million", "trn": " trillion", None: ""}


def _dollars(match: re.Match[str]) -> str:
    return f"{'−' if match.group(1) else ''}${match.group(2)}{_WORTH[match.group(3)]}"


def with_month_names(text: str) -> str:
    """Every ``2027-03`` in a text as ``Mar 2027``; whole days are left as they are.

    >>> with_month_names("2026-04 to after 2031-12, seen on 2026-01-16")
    'Apr 2026 to after Dec 2031, seen on 2026-01-16'
    """
    return re.sub(r"(?<![\d-])(\d{4}-(?:0[1-9]|1[0-2]))(?![\d-])", lambda m: month_name(m.group(1)), text)


def day_name(day: str | date) -> str:
    """An ISO date in words.

    >>> day_name("2026-01-16")
    '16 Jan 2026'
    """
    day = day if isinstance(day, date) else date.fromisoformat(str(day)[:10])
    if language() != ENGLISH:
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def band(low: Any, high: Any, unit: str) -> str:
    """A 10-90 % band; empty when the run gave none.

    >>> band(350.0, 420.0, "MW"), band(900.0, 1100.0, "MW")
    ('350 to 420 MW', '900 MW to 1.1 GW')
    >>> band(606_377.0, 344e6, "USD"), band(-8.0, 9.0, "dBA")
    ('$0.61 to $344 million', 'below hearing to 9 dBA')
    """
    if low is None or high is None or (_missing(low) and _missing(high)):
        return ""
    if _missing(high):
        return say("{low} to {high}", low=number(low, unit), high=say(figures.NO_END))
    first, last = number(low, unit), number(high, unit)
    scale = next((scale for scale, word in _COUNT_WORDS if last.endswith(word)), 0.0)
    if unit == "USD" and HUNDREDTH * scale < low < scale:
        return say("{low} to {high}", low=f"${low / scale:.2g}", high=last)
    ending = last.partition(" ")[2]
    if ending and unit not in ("month", "date") and first.endswith(f" {ending}"):
        first = first.removesuffix(f" {ending}")
    return say("{low} to {high}", low=first, high=last)


def _missing(value: Any) -> bool:
    """Whether an end of a band is no number: more than a tenth of the futures have none."""
    return isinstance(value, float) and not math.isfinite(value)


def when(indices: np.ndarray, months: Sequence[str]) -> dict[str, str]:
    """Dates at the 10, 50 and 90 % points of month indices, in which NaN means 'not within the horizon'.

    >>> when(np.array([1.0, 1.0, 2.0, np.nan]), ["2026-01", "2026-02", "2026-03"])["p50"]
    'Feb 2026'
    """
    at = date_quantiles(np.asarray(indices, dtype=float)) if len(indices) else dict.fromkeys(("p10", "p50", "p90"), np.nan)
    return {
        key: month_name(months[int(x)]) if 0 <= x < len(months) else say("after {month}", month=month_name(months[-1]))
        for key, x in at.items()
    }


def span(dates: dict[str, str]) -> str:
    """Middle date with its band, or one date where there is no band.

    >>> span({"p10": "Jan 2026", "p50": "Feb 2026", "p90": "after Dec 2030"})
    'Feb 2026 (Jan 2026 to after Dec 2030)'
    """
    return (
        dates["p50"] if dates["p10"] == dates["p90"] else f"{dates['p50']} ({say('{low} to {high}', low=dates['p10'], high=dates['p90'])})"
    )


def summary(result: Any) -> str:
    """One plain paragraph about the run: what it covers, then power, compute, cash, neighbours, and how sure it is."""
    parts = (_scope(result), _power(result), _compute(result), _cash(result), _noise(result), _assumed(result))
    return " ".join(part for part in parts if part)


def _scope(result: Any) -> str:
    months, campuses, run = result.coords["month"], result.coords["campus"], result.manifest.get("run", {})
    sites = f"{len(campuses)} campus" + ("es" if len(campuses) != 1 else "")
    return (
        f"This run follows {sites} month by month from {month_name(months[0])} to {month_name(months[-1])}, using "
        "nothing "
        f"that became known after {day_name(result.manifest['as_of'])}. Each figure is the middle of "
        f"{run.get('worlds', 1):,} physical worlds or {run.get('draws', 1):,} financial draws; bands hold the "
        "middle 80 %."
    )


def _power(result: Any) -> str:
    facility = reading.optional(result, "facility_design_mw")
    if facility is None:
        return ""
    total = facility.sum(axis=1)
    dates = when(first_month_above(total, GIGAWATT_MW), result.coords["month"])
    low, mid, high = np.quantile(total[:, -1], [0.1, 0.5, 0.9])
    crossing = (
        f"Facility power in service does not reach 1 GW by {month_name(result.coords['month'][-1])} in the middle world"
        if dates["p50"].startswith("after")
        else f"If phases are ordered as planned, facility power in service passes 1 GW in {span(dates)}"
    )
    return f"{crossing} and stands at {number(mid, 'MW')} ({band(low, high, 'MW')}) in the last month."


def _compute(result: Any) -> str:
    flop = reading.optional(result, "training_flop_delivered")
    if flop is None:
        return ""
    low, mid, high = np.quantile(flop.sum(axis=1), [0.1, 0.5, 0.9])
    return f"Training compute over the whole horizon adds up to {number(mid, 'FLOP')} ({band(low, high, 'FLOP')})."


def _cash(result: Any) -> str:
    if not result.has("runway_month") or not result.array("runway_month").size:
        return ""
    runway = reading.samples(result, "runway_month")
    dates, never = when(runway, result.coords["month"]), float(np.mean(~np.isfinite(runway)))
    if dates["p50"].startswith("after"):
        end = month_name(result.coords["month"][-1])
        return f"Without a new raise, cash stays above its floor to {end} in {percent(never)} of draws."
    return f"Without a new raise, cash falls below its floor in {span(dates)}; {shares(never)} it never does."


def shares(share: float) -> str:
    """How often something happens, as the start of a clause.

    >>> shares(0.25), shares(0.0)
    ('in 25 % of draws', 'in no draw')
    """
    return "in no draw" if share == 0 else f"in {percent(share)} of draws"


def _noise(result: Any) -> str:
    if reading.optional(result, "noise_night_dba") is None:
        return ""
    levels = reading.level_bands(result, "noise_night_dba")
    loudest = max(reading.shown_receptors(result), key=lambda i: levels["p50"][i, -1], default=None)
    if loudest is None:
        return ""
    name = reading.receptor_title(result, result.coords["receptor"][loudest])
    low, mid, high = (levels[k][loudest, -1] for k in ("p10", "p50", "p90"))
    return f"The loudest place by night in the last month is {name}, at {mid:.0f} dBA ({low:.0f} to {high:.0f})."


def _assumed(result: Any) -> str:
    known = [s for h in result.manifest.get("headline", []) if (s := h.get("assumed_share")) is not None]
    if not known:
        return ""
    low, high = percent(min(known)), percent(max(known))
    each = low if low == high else f"{low} to {high}"
    return f"Of the cited inputs behind each headline figure, {each} are assumed or recalled rather than read in a source."
