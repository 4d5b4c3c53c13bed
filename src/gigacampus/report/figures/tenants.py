"""Who rents machines, how much of them and at what price: rent of a MW and IT power let, by month."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.report import reading, words
from gigacampus.report.figures import base, palette
from gigacampus.report.figures.covenants import live_band
from gigacampus.results.periods import span_label, year_ahead
from gigacampus.results.result import quantiles

RENT = base.Axis("Rent of a MW and month (USD M)", "USD M", 1e-6)
LET = base.Axis("IT power let (MW)", "MW", 1.0)
SHARE = base.Axis("Futures (%)", "%", 100.0)
PANEL_HEIGHT = 180
UNIT = "USD/MW-month"


def draw(result: Any) -> base.Spec:
    """Two panels over the futures that let machines: the rent above, the power below; the table has each tenant by itself."""
    months = result.coords["month"]
    mw, usd = (reading.samples(result, name) for name in ("tenant_it_mw", "tenant_rent_usd"))
    let, rent = live_band(some(mw.sum(axis=1))), live_band(price(usd.sum(axis=1), mw.sum(axis=1)))
    has = (mw.sum(axis=1) > 0.0).mean(axis=0)
    series = [("Rent of a MW and month", rent, RENT), ("IT power let", let, LET), ("Futures that let machines", _level(has), SHARE)]
    for i, key in enumerate(result.coords["tenant"] if len(result.coords["tenant"]) > 1 else []):
        series += [(f"{key}, IT power", live_band(some(mw[:, i])), LET), (f"{key}, rent", live_band(price(usd[:, i], mw[:, i])), RENT)]
    columns, rows = base.band_table(months, series)
    key = [("Rent, in futures that let machines", palette.TEAL, "line"), ("IT power let there", palette.BLUE, "line")]
    panels = [_panel(result, rent, RENT, palette.TEAL, series), _panel(result, let, LET, palette.BLUE, series)]
    told = {"finding": finding(result, mw, usd)}
    return {
        "description": "Two bands by month over the futures that let machines: the rent of a MW above, the IT power let below.",
        "vconcat": panels,
        "usermeta": base.meta(caption(result, mw, usd), key, columns, rows) | told,
    }


def _panel(result: Any, band: dict[str, np.ndarray], axis: base.Axis, colour: str, series: Any) -> base.Spec:
    months = result.coords["month"]
    layers = [*base.banded(months, band, axis, colour), *base.as_of_line(result), base.hover(months, base.tips(months, series[:3]))]
    return {"height": PANEL_HEIGHT, "width": "container", "layer": layers}


def some(let_mw: np.ndarray) -> np.ndarray:
    """Power let where there is some, NaN elsewhere."""
    return np.where(let_mw > 0.0, let_mw, np.nan)


def price(rent_usd: np.ndarray, let_mw: np.ndarray) -> np.ndarray:
    """USD of a MW and month where machines are let, NaN elsewhere.

    >>> price(np.array([6.0, 0.0]), np.array([2.0, 0.0])).tolist()
    [3.0, nan]
    """
    out: np.ndarray = np.divide(rent_usd, let_mw, out=np.full_like(rent_usd, np.nan), where=let_mw > 0.0)
    return out


def _level(values: np.ndarray) -> dict[str, np.ndarray]:
    return dict.fromkeys(("p10", "p50", "p90"), values)


def _year(result: Any, mw: np.ndarray, usd: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Share of futures with a tenant in the year ahead, and there mean MW of the months let and rent of a MW and month; (future)."""
    let, rent = (values[:, :, year_ahead(result)].sum(axis=1) for values in (mw, usd))
    has = let.any(axis=1)
    let, rent = let[has], rent[has]
    return float(has.mean()), let.sum(axis=1) / np.maximum((let > 0.0).sum(axis=1), 1), rent.sum(axis=1) / let.sum(axis=1)


def finding(result: Any, mw: np.ndarray, usd: np.ndarray) -> str:
    """In how many futures machines are let, and at what rent there."""
    share, _, rent = _year(result, mw, usd)
    if not share:
        return f"No future lets machines {span_label(result, year_ahead(result))}"
    return f"{words.percent(share)} of futures let machines in the year ahead, at {_banded(rent)} a MW and month"


def _banded(samples: np.ndarray) -> str:
    band = quantiles(samples)
    return f"{words.number(float(band['p50']), 'USD')} ({words.band(float(band['p10']), float(band['p90']), 'USD')})"


def caption(result: Any, mw: np.ndarray, usd: np.ndarray) -> str:
    """How much is let in the year ahead and at what rent, and what the bands leave out."""
    share, let, rent = _year(result, mw, usd)
    parts = [f"{words.percent(share)} of futures let machines, {span_label(result, year_ahead(result))}."]
    if share:
        band = quantiles(let)
        power = f"{words.number(float(band['p50']), 'MW')} ({words.band(float(band['p10']), float(band['p90']), 'MW')})"
        parts.append(f"There tenants have {power} and pay {_banded(rent)} a MW and month.")
    parts.append(
        "Bands are over futures with a tenant; months in which fewer than a tenth have one are left blank. Source: the run's books."
    )
    return " ".join(parts)


FIGURE = base.Figure("tenants", "Who rents machines, and at what price", draw, ("tenant_it_mw", "tenant_rent_usd"))
