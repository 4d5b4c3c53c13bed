"""Names that changed: result variables and inputs by the word they had before, and the word they have now.

Old spellings go on working wherever a person or a file names one: in a scenario, a claims file, SQL, a stored run.
"""

from __future__ import annotations

VARIABLES: dict[str, str] = {
    "noise_quiet_night_dba": "hourly_level_p10_night_dba",
    "noise_wall_gain_dba": "insertion_loss_dba",
    "noise_wall_gain_dbc": "insertion_loss_dbc",
    "noise_wall_gain_band_db": "insertion_loss_band_db",
    "noise_rise_night_db": "increase_over_background_db",
    "noise_louder_hours": "hours_above_background",
    "noise_louder_downwind_hours": "hours_above_background_downwind",
    "noise_louder_neutral_hours": "hours_above_background_neutral",
    "noise_louder_upwind_hours": "hours_above_background_upwind",
    "dumped_mwh": "curtailed_mwh",
    "unmet_mwh": "unserved_mwh",
    "unmet_hours": "unserved_hours",
    "unmet_peak_mw": "unserved_peak_mw",
    "unmet_mw_h": "unserved_mw_h",
    "heads": "headcount",
    "heads_for_platform": "headcount_for_platform",
    "price_over_revenue": "price_to_sales",
    "phase_worth_usd": "phase_value_before_cost_usd",
    "runway_apart_month": "runway_unmerged_month",
    "siblings_carry_months": "affiliate_support_months",
    "plant_gross_usd": "equipment_gross_usd",
}


def current(name: str) -> str:
    """The name that a result variable has now.

    >>> current("dumped_mwh"), current("it_mw")
    ('curtailed_mwh', 'it_mw')
    """
    return VARIABLES.get(name, name)


ONE_TENANT = ("share_frac", "start", "notice", "notice_days", "prepaid_months")
"""Inputs of the one tenant that a company could have."""
INPUTS: tuple[tuple[str, str], ...] = (
    ("campuses.*.schedule.quantile", "construction_slip_quantile"),
    ("campuses.*.blocks.*.quantile", "court_stop_quantile"),
    ("company.raise_policy.luck_frac", "raise_luck_quantile"),
    ("company.revenue.rental.price_path.luck_frac", "draw_quantile"),
    ("company.revenue.token_price_path.luck_frac", "draw_quantile"),
    *((f"company.revenue.rental.{name}", f"tenants.first.{name}") for name in ONE_TENANT),
    ("company.revenue.government_awards.luck_frac", "draw_quantile"),
    ("market.short_rate_luck_frac", "short_rate_draw_quantile"),
)
"""Path of an input by its former name (``*``: any one name) -> what its last part is now, itself or a path below the same parent."""


def current_input(path: str) -> str:
    """The path that an input has now.

    >>> current_input("campuses.north.schedule.quantile"), current_input("company.opening_cash_usd")
    ('campuses.north.schedule.construction_slip_quantile', 'company.opening_cash_usd')
    """
    parts = path.split(".")
    new = next((new for old, new in INPUTS if _fits(old.split("."), parts)), None)
    return path if new is None else ".".join([*parts[:-1], new])


def first_input(path: str) -> str:
    """The path that an input had at first: what its random numbers are drawn for, so that a new name moves no draw.

    >>> first_input("campuses.north.schedule.construction_slip_quantile")
    'campuses.north.schedule.quantile'
    """
    parts = path.split(".")
    for old, new in INPUTS:
        head, last = old.rsplit(".", 1)
        above = parts[: -len(new.split("."))]
        if parts[len(above) :] == new.split(".") and _fits(head.split("."), above):
            return ".".join([*above, last])
    return path


def _fits(pattern: list[str], parts: list[str]) -> bool:
    return len(pattern) == len(parts) and all(want in ("*", have) for want, have in zip(pattern, parts, strict=True))
