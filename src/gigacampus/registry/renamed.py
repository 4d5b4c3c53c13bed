"""Names that changed: result variables by the word they had before, and the word they have now.

Old spellings go on working wherever a person or a file names a variable: in a claims file, in SQL, in a stored run.
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
