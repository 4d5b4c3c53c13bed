"""Rows of the registry of the stages adequacy and energisation: dimensions, and by variable name, unit, title, stock or flow, rule."""

from __future__ import annotations

ADEQUACY: tuple[tuple[str, tuple[tuple[str, str, str, str, str], ...]], ...] = (
    (
        "campus month",
        (
            ("lole_h", "h", "Loss of load expectation: hours in which outages leave load unmet, no battery", "flow", "sum"),
            ("eue_mwh", "MWh", "Expected unserved energy from outages, no battery", "flow", "sum"),
            ("outage_work_lost_h", "h", "Hours of the whole campus's work that outages cost, no battery", "flow", "sum"),
            ("n1_short_hours", "h", "Hours in which the loss of the largest piece of plant leaves load unmet", "flow", "sum"),
            ("n2_short_hours", "h", "Hours in which the loss of the two largest pieces leaves load unmet", "flow", "sum"),
            ("n1_margin_mw", "MW", "Least margin with the largest piece of plant out (below 0: short)", "stock", "last"),
            ("n2_margin_mw", "MW", "Least margin with the two largest pieces out (below 0: short)", "stock", "last"),
            ("firm_hot_hour_mw", "MW", "Firm grid and units in the hottest hour, the largest pieces out", "stock", "last"),
            ("firm_battery_mw", "MW", "Battery power that counts as firm by how long it lasts", "stock", "last"),
        ),
    ),
)
ENERGISATION: tuple[tuple[str, tuple[tuple[str, str, str, str, str], ...]], ...] = (
    (
        "campus month",
        (
            ("plan_mwh", "MWh", "Facility energy that the plan wanted", "flow", "sum"),
            ("plan_unserved_mwh", "MWh", "Energy that the plan wanted and did not get", "flow", "sum"),
            ("plan_unserved_hours", "h", "Hours in which the plan wanted more than was served", "flow", "sum"),
        ),
    ),
    ("campus hour", (("plan_load_mw_h", "MW", "Facility load that the plan wanted, last twelve months", "stock", "mean"),)),
)
