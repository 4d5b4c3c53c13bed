"""The first screen of the report: three sentences, one strip from start to horizon, five tiles with a sentence, a line and a trust mark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from gigacampus.answers.figures import State, number
from gigacampus.answers.opening import opening
from gigacampus.company.ledger.currency import display_currency
from gigacampus.foundation.language import ENGLISH, language, say, value
from gigacampus.report import reading, words
from gigacampus.report.markup import esc, raised
from gigacampus.results.periods import as_of_month, built_month, year_ahead
from gigacampus.results.result import has_company

READERS = ("resident", "official", "investor", "engineer")
"""Who may read first; each has the tiles in an order of their own, by the style sheet."""
WIDTH, HEIGHT = 1000.0, 12.0
SPARK_W, SPARK_H = 160.0, 40.0
SPEECH_DBA = 60
"""Level of normal speech a metre away. Source: ISO 9921, normal vocal effort."""
NOT_TRANSLATED = "Not translated yet: what stands inside an opened answer in part, inputs, limits and sources stay English."
GOOD, FAIR = 0.4, 0.7
"""Share of cited inputs that are assumed or recalled: below the first an answer rests on sources, beyond the second on assumption."""


@dataclass(frozen=True)
class Lane:
    """One row of the strip: what it is, its dates as months of the run (None: not within it), and the words beside it."""

    title: str
    text: str
    low: float | None
    mid: float | None
    high: float | None


@dataclass(frozen=True)
class Tile:
    """One tile: its subject, where it leads, a sentence, a series by month, and how far it rests on assumption."""

    key: str
    title: str
    target: str
    text: str
    series: np.ndarray | None
    share: float | None
    drawn: str = ""
    """A drawing of its own, where a series says nothing."""
    trusted: str = ""
    """A trust mark of its own, where no inputs are counted."""


def first(result: Any) -> str:
    """The whole storey as HTML."""
    spoken = "".join(f"<li>{raised(told(result, text))}</li>" for text in sentences(result))
    left = f'<p class="note">{esc(say(NOT_TRANSLATED))}</p>' if language() != ENGLISH else ""
    return f'{left}<ol class="opening">{spoken}</ol>{strip(result)}{_switch()}{tiles(result)}'


def sentences(result: Any) -> list[str]:
    """The sentences that the run carries; made again in another language, and of a run that carries none."""
    return (result.manifest.get("opening") if language() == ENGLISH else None) or opening(result)


def cny_of(result: Any) -> float | None:
    """Yuan for a dollar on the day of the scenario, for readers of Chinese; None in English."""
    if language() == ENGLISH:
        return None
    rate: float = display_currency("CNY", date.fromisoformat(str(result.manifest["as_of"]))).per_usd
    return rate


def told(result: Any, text: str) -> str:
    """A text of the run as a page says it: months by name, places by title, values in the language spoken."""
    if language() != ENGLISH:
        return words.with_month_names(reading.in_words(result, words.tidied(value(text, cny_of(result)))))
    return words.with_month_names(reading.in_words(result, words.tidied(text)))


def strip(result: Any) -> str:
    """Lanes of dates from the first month to the last, each with its band."""
    months = result.coords["month"]
    rows = "".join(_lane(lane, len(months), result) for lane in lanes(result))
    ends = f"<span>{esc(words.month_name(months[0]))}</span><span>{esc(words.month_name(months[-1]))}</span>"
    return (
        f'<div class="strip"><ul aria-label="{esc(say("What happens when"))}">{rows}</ul>'
        f'<p class="strip-ends" aria-hidden="true">{ends}</p></div>'
    )


def lanes(result: Any) -> list[Lane]:
    """Announced, built, 1 GW, 2 GW, out of cash, next raise: those that the run knows."""
    rows = {row["id"]: row for row in result.manifest.get("headline", []) if row.get("value_text")}
    out = [*_announced(result), *_built(result, rows)]
    dated = [("date_1_gw", say("1 GW")), ("date_2_gw", say("2 GW"))]
    if has_company(result):
        dated += [("runway", say("Cash out")), ("next_raise", say("Next raise"))]
    for key, title in dated:
        if key in rows and rows[key].get("value_text"):
            row = rows[key]
            band = (row.get("band_text") or "").partition(";")[0]
            text = f"{row['value_text']} ({band})" if band and row.get("low") != row.get("high") else row["value_text"]
            out.append(Lane(title, told(result, text), row.get("low"), row.get("value"), row.get("high")))
    return out


def _announced(result: Any) -> list[Lane]:
    """The largest sum of announced power in force at one time, and the month from which it is in force."""
    months = result.coords["month"]
    days = [
        (str(row["from_day"])[:7], name, float(row["mw"]))
        for name, campus in result.scenario.get("campuses", {}).items()
        for row in campus.get("announced") or []
    ]
    if not days:
        return []
    month = max(day for day, _, _ in days)
    power = sum(max((mw for day, campus, mw in days if campus == name), default=0.0) for name in {name for _, name, _ in days})
    at = float(sum(label < month for label in months))
    return [Lane(say("Announced"), f"{words.number(power, 'MW')}, {words.month_name(month)}", None, at, None)]


def _built(result: Any, rows: dict[str, Any]) -> list[Lane]:
    now = rows.get("facility_mw_now")
    if now is None:
        return []
    at = float(as_of_month(result))
    if now.get("state") == str(State.NOT_BUILT):
        return [Lane(say("Built"), told(result, now["value_text"]), None, None, None)]
    return [Lane(say("Built"), f"{told(result, now['value_text'])}, {words.month_name(result.coords['month'][int(at)])}", None, at, None)]


def _lane(lane: Lane, months: int, result: Any) -> str:
    def x(month: float) -> float:
        return WIDTH * min(month, months - 1) / max(1, months - 1)

    marks = f'<line class="rail" x1="0" x2="{WIDTH:g}" y1="6" y2="6"/>'
    if lane.low is not None and lane.low != lane.high:
        end = x(lane.high) if lane.high is not None else WIDTH
        marks += f'<rect class="span" x="{x(lane.low):.1f}" width="{max(end - x(lane.low), 2.0):.1f}" y="2" height="8"/>'
    if lane.mid is not None:
        marks += f'<rect class="dot" x="{max(0.0, x(lane.mid) - 4):.1f}" width="8" y="0" height="12"/>'
    now = x(float(as_of_month(result)))
    marks += f'<line class="now" x1="{now:.1f}" x2="{now:.1f}" y1="0" y2="{HEIGHT:g}"/>'
    return (
        f'<li><b>{esc(lane.title)}</b><svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" preserveAspectRatio="none" aria-hidden="true">{marks}</svg>'
        f"<span>{raised(lane.text)}</span></li>"
    )


def _switch() -> str:
    """The question who reads, shown by the viewer, which sets the order of the tiles."""
    buttons = "".join(f'<button type="button" data-reader="{r}" aria-pressed="false">{esc(say(r))}</button>' for r in READERS)
    return f'<p class="readers" role="group" aria-label="{esc(say("Who reads"))}" hidden><span>{esc(say("I am a"))}</span>{buttons}</p>'


def tiles(result: Any) -> str:
    """Five tiles; the order of a reader is the style sheet's."""
    made = [tile for tile in (_power(result), _neighbours(result), _money(result), _county(result), _claims(result)) if tile]
    return f'<div class="tiles">{"".join(_tile(result, t) for t in made)}</div>'


def _tile(result: Any, tile: Tile) -> str:
    return (
        f'<article class="tile tile-{tile.key}"><h3><a href="#{tile.target}">{esc(tile.title)}</a></h3>'
        f"<p>{raised(told(result, tile.text))}</p>{tile.drawn or spark(tile.series)}{tile.trusted or trust(tile.share)}</article>"
    )


def spark(series: np.ndarray | None) -> str:
    """A line without axes, of a series by month from zero up; nothing where there is none.

    >>> spark(None), "polyline" in spark(np.array([1.0, 2.0]))
    ('', True)
    """
    if series is None or not np.isfinite(series).any():
        return ""
    values = np.nan_to_num(series)
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    y = SPARK_H - 2.0 - (values - low) / ((high - low) or 1.0) * (SPARK_H - 4.0)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(np.linspace(0.0, SPARK_W, len(values)), y, strict=True))
    zero = SPARK_H - 2.0 + low / ((high - low) or 1.0) * (SPARK_H - 4.0)
    return (
        f'<svg class="spark" viewBox="0 0 {SPARK_W:g} {SPARK_H:g}" preserveAspectRatio="none" aria-hidden="true">'
        f'<line class="rail" x1="0" x2="{SPARK_W:g}" y1="{zero:.1f}" y2="{zero:.1f}"/><polyline points="{points}"/></svg>'
    )


def trust(share: float | None) -> str:
    """How far a figure rests on assumption, in a word and a number.

    >>> trust(0.2)
    '<p class="trust good"><b>mostly sourced</b> 20&nbsp;% of its cited inputs assumed or recalled</p>'
    """
    if share is None:
        return ""
    return trust_mark(share, say("{percent} of its cited inputs assumed or recalled", percent=words.percent(share)))


RESTS = ("mostly sourced", "partly assumed", "mostly assumed")


def trust_mark(share: float, told: str, marks: tuple[str, str, str] = RESTS) -> str:
    """A mark for a share of what is assumed, with the words beside it."""
    word, kind = (marks[0], "good") if share < GOOD else (marks[1], "fair") if share < FAIR else (marks[2], "poor")
    return f'<p class="trust {kind}"><b>{esc(say(word))}</b> {raised(told)}</p>'


def _row(result: Any, name: str) -> dict[str, Any] | None:
    return next((row for row in result.manifest.get("headline", []) if row["id"] == name and row.get("value_text")), None)


def _short(row: dict[str, Any]) -> str:
    return str(row["value_text"])


def _middle(array: np.ndarray) -> np.ndarray:
    """Median over the first axis, by month."""
    return np.asarray(np.nanmedian(array, axis=0), dtype=float)


def _power(result: Any) -> Tile | None:
    now = _row(result, "facility_mw_now")
    facility = reading.optional(result, "facility_design_mw")
    if now is None or facility is None:
        return None
    series = _middle(facility.sum(axis=1))
    last = words.number(float(series[-1]), "MW")
    shown = {"now": _short(now), "last": last, "month": result.coords["month"][built_month(result)]}
    stands = now.get("state") != str(State.NOT_BUILT)
    text = say("{now} now, {last} from {month} on.", **shown) if stands else say("{now}; {last} from {month} on.", **shown)
    return Tile("power", say("Power"), "stories", text, series, now.get("assumed_share"))


def _neighbours(result: Any) -> Tile | None:
    noise = _row(result, "noise_night")
    if noise is None or noise["value"] is None:
        nox = _row(result, "nox_year")
        if nox is None:
            return None
        burnt = say("{nox} of NOx in the year ahead", nox=_short(nox)) if nox["value"] else say("No NOx on site in the year ahead")
        text = say("{burnt}; no level is known at any home.", burnt=burnt)
        return Tile("neighbours", say("Neighbours"), "place", text, None, nox.get("assumed_share"))
    band = reading.level_bands(result, "noise_night_dba")["p50"]
    row = int(np.nanargmax(band[:, -1])) if band.size else 0
    text = say(
        "{level} by night at the loudest place in the year ahead, against {speech} dBA of speech.", level=_short(noise), speech=SPEECH_DBA
    )
    return Tile("neighbours", say("Neighbours"), "place", text, band[row], noise.get("assumed_share"))


def _money(result: Any) -> Tile | None:
    if has_company(result) and result.has("cash_usd"):
        runway, burn = _row(result, "runway"), _row(result, "burn_month")
        if runway is None or burn is None:
            return None
        spent = (
            say("{burn} burnt a month", burn=_short(burn))
            if burn["value"] > 0
            else say("{burn} burnt a month: it earns", burn=_short(burn))
        )
        text = say("{spent}; without new money the cash floor comes {month}.", spent=spent, month=_short(runway))
        return Tile("money", say("Money"), "fig-cash_fan", text, _middle(reading.samples(result, "cash_usd")), runway.get("assumed_share"))
    energy = reading.optional(result, "energy_cost_usd")
    if energy is None:
        return None
    series = _middle(energy)
    cost = number(float(series[-12:].sum()), "USD")
    paid = _row(result, "county_paid")
    text = say("Energy costs {cost} a year when all is built.", cost=cost)
    return Tile("money", say("Money"), "answers", text, series, paid.get("assumed_share") if paid else None)


def _county(result: Any) -> Tile | None:
    paid = _row(result, "county_paid")
    if paid is None:
        return None
    series = _middle(result.samples("county_paid_usd").sum(axis=1))
    waived = float(np.median(result.samples("county_waived_usd").sum(axis=1)[:, year_ahead(result)].sum(axis=1)))
    text = say("{paid} paid in the year ahead; {waived} waived.", paid=_short(paid), waived=number(waived, "USD"))
    return Tile("county", say("County"), "Q09", text, series, paid.get("assumed_share"))


def _claims(result: Any) -> Tile:
    rows = result.manifest.get("claims") or []
    if not rows:
        return Tile("claims", say("Claims"), "claims", say("None of the bundled claims is about this campus."), None, None)
    judged = [r for r in rows if r["verdict"] in ("reproduced", "consistent", "unlikely", "impossible together")]
    good = sum(r["verdict"] in ("reproduced", "consistent") for r in judged)
    text = say(
        "{count} claims of the press: {good} of {judged} that can be judged fit this run, {rest} do not.",
        count=len(rows),
        good=good,
        judged=len(judged),
        rest=len(judged) - good,
    )
    fitted = sum(bool(r["fitted"]) for r in judged)
    told = say("{count} of the judged were fitted: no evidence", count=fitted)
    mark = trust_mark(fitted / max(1, len(judged)), told, ("mostly evidence", "partly fitted", "mostly fitted"))
    return Tile("claims", say("Claims"), "claims", text, None, None, _shares(good, len(judged) - good, len(rows) - len(judged)), mark)


def _shares(good: int, poor: int, rest: int) -> str:
    """One bar: claims that fit, that do not, and that nobody can judge."""
    scale, x, out = SPARK_W / max(1, good + poor + rest), 0.0, ""
    for kind, count in (("good", good), ("poor", poor), ("grey", rest)):
        out += f'<rect class="{kind}" x="{x:.1f}" width="{count * scale:.1f}" y="14" height="12"/>'
        x += count * scale
    return f'<svg class="spark" viewBox="0 0 {SPARK_W:g} {SPARK_H:g}" preserveAspectRatio="none" aria-hidden="true">{out}</svg>'
