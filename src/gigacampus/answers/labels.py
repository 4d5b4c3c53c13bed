"""Inputs as a reader names them and says their values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gigacampus.answers.figures import number

PARTS = ("blocks", "phases", "receptors", "others", "tenants", "rounds", "loans")
"""Maps of a scenario whose keys name a thing."""
WHAT = {
    "assessed_frac": "assessed share",
    "batch_tokens": "tokens of a batch",
    "construction_slip_quantile": "construction slip",
    "construction_workers_per_mw_year": "builders for a MW",
    "count": "number of units",
    "court_stop_quantile": "day of a court's stop",
    "cover_frac": "share of an order that cash must hold",
    "design_pue": "design PUE",
    "draw_quantile": "size",
    "equity_frac": "share of a round that is equity",
    "failures_per_accelerator_hour": "failures of accelerators",
    "gpu_life_years": "life of GPUs",
    "gpu_price_factor": "price of GPUs over the list price",
    "ground_g": "ground factor",
    "heads_growth_per_year": "growth of headcount",
    "heat_mw": "heat rejected",
    "height_m": "height",
    "iso_mw": "rating",
    "it_mw": "IT power",
    "jobs_per_it_mw": "jobs for a MW",
    "keep_months_of_burn": "months of burn that an order leaves in cash",
    "ltv_max_frac": "highest loan to value",
    "permanent_jobs": "permanent jobs",
    "production_factor": "speed in production",
    "purchase_usd": "purchase by the leasing vehicle",
    "road_share_frac": "share on this road",
    "sales_tax_exempt_frac": "share free of sales tax",
    "server_kw": "server power",
    "slip_days": "delay",
    "terms_days": "vendor credit on orders",
    "tower_duty_frac": "share of heat by towers",
    "upwind_deficit_db": "quieting upwind",
    "usd_per_mw_month": "rent of a MW-month",
    "utilisation_frac": "utilisation of accelerators",
}
"""Last part of a path -> what it is called, where its own words say too little."""


def named(path: str) -> tuple[str, str, str]:
    """What an input is, of which thing, and at which campus; the latter two empty where there is none.

    >>> named("campuses.north_site.blocks.hall_a.it_mw"), named("library.generators.trailer.iso_mw")
    (('IT power', 'hall a', 'north site'), ('rating', 'trailer', ''))
    >>> named("campuses.*.blocks")
    ('blocks', '', '*')
    """
    first, *rest = path.split(".")
    campus = rest.pop(0) if first == "campuses" and len(rest) > 1 else ""
    thing = rest[-2] if len(rest) > 2 and (rest[-3] in PARTS or first == "library") else ""
    left = [last for last in rest if last != thing and last not in PARTS] or [(rest or [first])[-1]]
    what = WHAT.get(left[-1]) or _plain(".".join(left) if first in ("campuses", "company", "market") else path)
    return what, thing.replace("_", " "), campus.replace("_", " ")


def _plain(words: str) -> str:
    return re.sub(r"_(usd(_per_\w+)?|frac|per_year|years|months|days)$", "", words).replace(".", " ").replace("_", " ")


def title(path: str) -> str:
    """A path as a reader says it.

    >>> title("company.revenue.momentum_per_year"), title("market.gas_usd_per_mmbtu")
    ('revenue momentum', 'gas')
    >>> title("campuses.north_site.blocks.hall_a.it_mw"), title("campuses.north_site.noise.ground_g")
    ('IT power of hall a at north site', 'ground factor at north site')
    """
    what, thing, campus = named(path)
    return what + (f" of {thing}" if thing else "") + (f" at {campus}" if campus else "")


def told(path: str, value: float, unit: str) -> str:
    """A value of an input as a reader says it.

    >>> told("company.loans.notes.rate_frac", 0.125, ""), told("company.orders.terms_days", 60.0, "day"), told("market.x_usd", 2e9, "USD")
    ('12.5 %', '60 days', 'USD 2 bn')
    >>> told("company.revenue.momentum_per_year", 0.938, "1/year")
    '0.938 a year'
    """
    if path.endswith("_frac"):
        return f"{100 * value:.3g} %"
    if re.search(r"[._]usd(_|$)", path):
        return number(value, "USD")
    spelt = unit or next((u for u in ("day", "month", "year") if path.endswith(f"_{u}s")), "")
    spelt = "" if spelt == "1/year" else spelt
    text = number(value, f"{spelt}s" if spelt in ("day", "month", "year") else spelt)
    return f"{text} a year" if path.endswith("_per_year") else text


def unit_of(scenario: Any, path: str) -> str:
    """Unit of a path as the scenario's types declare it; empty for a pure number. A run's scenario is plain data."""
    from gigacampus.schema.fields import slot_at
    from gigacampus.schema.scenario import Scenario

    slot = slot_at(Scenario, path.split("."), scenario if isinstance(scenario, Mapping) else scenario.model_dump())
    unit = slot.unit if slot is not None else ""
    return "" if unit == "1" else unit
