"""Rows of the registry that the company stage gives: dimensions, rows, and what a NaN says."""

from __future__ import annotations

Row = tuple[str, str, str, str, str]
"""Name, unit, title, stock or flow, hour-to-month rule."""

COMPANY: tuple[tuple[str, tuple[Row, ...], str], ...] = (
    ("draw campus month", (("realised_phase", "1", "Phase in service in this draw", "stock", "last"),), ""),
    (
        "draw month",
        (
            ("it_mw_used", "MW", "IT load, all campuses", "stock", "mean"),
            ("training_flop_delivered", "FLOP", "Training FLOP delivered", "flow", "sum"),
            ("tokens_served", "1", "Output tokens served", "flow", "sum"),
            ("tokens_unmet", "1", "Output tokens asked for and not served", "flow", "sum"),
            ("revenue_usd", "USD", "Revenue", "flow", "sum"),
            ("cost_of_revenue_usd", "USD", "Cost of revenue", "flow", "sum"),
            ("gross_profit_usd", "USD", "Gross profit", "flow", "sum"),
            ("opex_usd", "USD", "Operating expense", "flow", "sum"),
            ("energy_cost_usd", "USD", "Energy and water", "flow", "sum"),
            ("ebitda_usd", "USD", "EBITDA", "flow", "sum"),
            ("depreciation_usd", "USD", "Depreciation", "flow", "sum"),
            ("interest_usd", "USD", "Interest, net of what cash earns", "flow", "sum"),
            ("interest_income_usd", "USD", "Interest that cash earns", "flow", "sum"),
            ("net_income_usd", "USD", "Net income", "flow", "sum"),
            ("capex_usd", "USD", "Capital expenditure, cash", "flow", "sum"),
            ("free_cash_flow_usd", "USD", "Free cash flow", "flow", "sum"),
            ("equity_raised_usd", "USD", "Equity raised", "flow", "sum"),
            ("group_revenue_usd", "USD", "Revenue of lab, platform and merged partners, without what they sell each other", "flow", "sum"),
            ("group_ebitda_usd", "USD", "EBITDA of lab and platform before pay in shares", "flow", "sum"),
            ("group_ebit_usd", "USD", "EBIT of lab and platform", "flow", "sum"),
            ("group_capex_usd", "USD", "Capital expenditure of lab and platform, cash", "flow", "sum"),
            ("debt_usd", "USD", "Debt", "stock", "last"),
            ("cash_usd", "USD", "Cash", "stock", "last"),
            ("assets_usd", "USD", "Total assets", "stock", "last"),
            ("equity_usd", "USD", "Shareholders' equity", "stock", "last"),
            ("cip_usd", "USD", "Construction in progress", "stock", "last"),
            ("equipment_gross_usd", "USD", "Accelerators and network in service, at cost", "stock", "last"),
            ("founder_share_frac", "1", "Share of holders before the next round", "stock", "last"),
            ("escape_ratio", "1", "Escape ratio E", "stock", "last"),
            ("escape_ratio_levered", "1", "Escape ratio E when compute goes on carrying its debt", "stock", "last"),
            ("ledger_residual_usd", "USD", "Largest imbalance of the month's entries", "stock", "max"),
            ("pit_data_centres_usd", "USD", "Cash spent on data centres", "flow", "sum"),
            ("pit_talent_usd", "USD", "Cash spent on talent", "flow", "sum"),
            ("pit_robot_agent_software_usd", "USD", "Cash spent on robot and agent software", "flow", "sum"),
            ("pit_other_usd", "USD", "Other cash spent, net of what customers paid", "flow", "sum"),
            ("serving_frac", "1", "Share of accelerator-hours at work that served", "stock", "mean"),
            ("let_frac", "1", "Share of accelerator-hours at work that tenants have", "stock", "mean"),
            ("accelerators_held", "1", "Accelerators in service, with and without power", "stock", "last"),
            ("accelerator_hours_at_work", "h", "Accelerator-hours at work in this future", "flow", "sum"),
            ("chips_cost_usd", "USD", "Wear of accelerators before write-downs, with rent of leased ones", "flow", "sum"),
            ("network_cost_usd", "USD", "Wear of the machines' network", "flow", "sum"),
            ("building_cost_usd", "USD", "Wear of buildings", "flow", "sum"),
            ("generation_cost_usd", "USD", "Wear of generators, grid works and batteries", "flow", "sum"),
            ("unnamed_plant_cost_usd", "USD", "Wear of spending that the history implies and nobody named", "flow", "sum"),
            ("site_upkeep_usd", "USD", "Upkeep and site services", "flow", "sum"),
            ("operations_staff_usd", "USD", "Staff who run the machines", "flow", "sum"),
            ("plant_insurance_tax_usd", "USD", "Insurance of plant and local taxes", "flow", "sum"),
            ("traffic_usd", "USD", "Network traffic of served tokens", "flow", "sum"),
            ("payment_fees_usd", "USD", "Fees of payment providers", "flow", "sum"),
            ("month_of_delay_usd", "USD", "Price of a month's delay of what is under construction", "stock", "last"),
            *((f"ebit_life_{n}_usd", "USD", f"EBIT with machines written off over {n} years", "flow", "sum") for n in (3, 4, 5, 6)),
        ),
        "",
    ),
    (
        "draw month",
        (("vintage_payback_months", "month", "Months until machines that enter service now have earned their cost", "stock", "last"),),
        "not within the horizon",
    ),
    (
        "draw month",
        (
            ("hurdle_usd_per_million_tokens", "USD/Mtoken", "Price of a million output tokens that pays for serving", "stock", "mean"),
            ("hurdle_usd_per_it_mwh", "USD/MWh", "What a megawatt-hour of IT load must earn", "stock", "mean"),
        ),
        "nothing is served or runs",
    ),
    (
        "draw month",
        (("escape_growth_per_year", "1", "Yearly log growth that the margin pays for", "stock", "last"),),
        "no margin to pay growth with",
    ),
    (
        "draw",
        (("affiliate_support_months", "month", "Months for which the siblings could carry the burn", "stock", "last"),),
        "their free cash covers the burn",
    ),
    ("draw", (("lab_value_usd", "USD", "What the last price leaves for the lab's prospects", "stock", "last"),), ""),
    (
        "month",
        (
            ("related_funding_usd", "USD", "Dated money that related parties put in", "flow", "sum"),
            ("related_purchases_usd", "USD", "Dated purchases between related parties", "flow", "sum"),
        ),
        "",
    ),
    (
        "draw campus",
        (
            ("county_net_usd", "USD", "Net to the public over the horizon at the stated but-for share", "stock", "last"),
            ("county_forgone_usd_per_job", "USD", "Taxes waived over the horizon per permanent job", "stock", "last"),
            ("county_forgone_usd_per_resident", "USD", "Taxes waived over the horizon per resident", "stock", "last"),
            ("county_forgone_usd_per_it_mw", "USD/MW", "Taxes waived over the horizon per MW of IT", "stock", "last"),
            ("county_fees_cover_month", "1", "Month in which all taxes and fees exceed public capital", "stock", "last"),
        ),
        "",
    ),
    (
        "draw campus",
        (("county_break_even_but_for_frac", "1", "Share of the activity that must be new for the public to break even", "stock", "last"),),
        "the campus costs the public more than it brings",
    ),
    (
        "draw payee month",
        (
            ("payee_paid_usd", "USD", "Taxes and fees that one public body is paid", "flow", "sum"),
            ("payee_waived_usd", "USD", "Taxes that one public body gives up", "flow", "sum"),
        ),
        "",
    ),
    (
        "draw counterfactual",
        (("runway_if_month", "1", "First month below the cash floor without a new raise, in another case", "stock", "last"),),
        "never within the horizon",
    ),
    ("draw", (("outcome_class", "1", "How the future ends: 0 escape, 1 coast, 2 rented out, 3 sold, 4 dead", "stock", "last"),), ""),
    (
        "draw",
        (
            ("implied_growth_per_year", "1", "First-year log growth of revenue that the last price implies", "stock", "last"),
            ("implied_revenue_usd", "USD", "Revenue of the last year of the path that the last price implies", "stock", "last"),
            ("price_to_sales", "1", "Last price of the lab over revenue of the year ahead", "stock", "last"),
        ),
        "no first-year growth up to a factor of 20 is worth that",
    ),
    (
        "draw campus phase",
        (
            ("phase_value_before_cost_usd", "USD", "Worth of an extension when it is ordered, before its cost", "stock", "last"),
            ("phase_left_usd", "USD", "What an extension still costs after its deposit, on the day of its order", "stock", "last"),
        ),
        "not in service within the horizon",
    ),
    (
        "draw",
        (
            ("runway_month", "1", "First month below the cash floor without a new raise", "stock", "last"),
            ("cash_low_usd", "USD", "Lowest cash with the raise policy", "stock", "last"),
            ("cash_low_month", "1", "Month of the lowest cash", "stock", "last"),
            ("break_even_ebitda_month", "1", "Month of lasting positive EBITDA", "stock", "last"),
            ("break_even_ebit_month", "1", "Month of lasting positive EBIT", "stock", "last"),
            ("break_even_net_month", "1", "Month of lasting positive net income", "stock", "last"),
            ("break_even_fcf_month", "1", "Month of lasting positive free cash flow", "stock", "last"),
            ("escape_month", "1", "Month of path escape: no outside capital needed, and cash comes in at the end", "stock", "last"),
            ("outlasting_month", "1", "Month from which cash raised before outlasts the horizon, draining", "stock", "last"),
            ("local_escape_month", "1", "Month from which growth pays for itself for a year", "stock", "last"),
            ("next_raise_month", "1", "Month of the next raise", "stock", "last"),
            ("next_raise_usd", "USD", "Size of the next raise", "stock", "last"),
            ("outside_needed_usd", "USD", "Outside money that the plan needs in the next two years", "stock", "last"),
        ),
        "",
    ),
    (
        "draw campus month",
        (
            ("county_paid_usd", "USD", "Taxes and fees paid to public bodies", "flow", "sum"),
            ("county_waived_usd", "USD", "Taxes waived", "flow", "sum"),
            ("county_gained_usd", "USD", "State and local tax on what the jobs' wages earn and buy", "flow", "sum"),
            ("county_cost_usd", "USD", "Running cost of public services for the jobs", "flow", "sum"),
            ("jobs_permanent", "1", "Permanent jobs", "stock", "mean"),
            ("household_cost_if_leaves_usd", "USD", "What a household still pays if the customer leaves in that month", "stock", "last"),
        ),
        "",
    ),
    (
        "draw month",
        (
            ("vehicle_dscr", "1", "Rent less fees over debt service of the vehicle, last three months", "stock", "last"),
            ("vehicle_ltv_frac", "1", "The vehicle's loan over the value of its machines", "stock", "last"),
            ("covenant_headroom_frac", "1", "Room under the tightest covenant, over its limit", "stock", "last"),
        ),
        "no loan, or nothing to test",
    ),
    (
        "draw month",
        (
            ("covenant_breach", "1", "Covenants in breach (1) or not (0)", "stock", "last"),
            ("rents_paid_usd", "USD", "Rent paid to the vehicle", "flow", "sum"),
            ("rent_usd", "USD", "Rent that tenants owe the lab for compute", "flow", "sum"),
            ("ebitda_after_rent_usd", "USD", "EBITDA less all rent, whatever the lease is classed as", "flow", "sum"),
            ("impairment_usd", "USD", "Write-downs of machines and stranded construction", "flow", "sum"),
            ("group_support_usd", "USD", "Money from merged partners", "flow", "sum"),
            ("partner_cash_usd", "USD", "Cash of merged partners that may go to the lab", "stock", "last"),
            ("valuation_usd", "USD", "What investors would pay for the company, after a merger for the group", "stock", "last"),
            ("preference_usd", "USD", "Liquidation preferences", "stock", "last"),
        ),
        "",
    ),
    ("draw holder month", (("ownership_frac", "1", "Share of the company, fully diluted", "stock", "last"),), ""),
    ("draw holder", (("exit_payout_usd", "USD", "Paid to an owner if the company is sold in the last month", "stock", "last"),), ""),
    (
        "draw trade month",
        (
            ("headcount", "1", "People of a trade", "stock", "last"),
            ("headcount_for_platform", "1", "Full-time equivalents of them that work for the platform", "stock", "last"),
            ("hires", "1", "People who join", "flow", "sum"),
        ),
        "",
    ),
    (
        "draw tenant month",
        (
            ("tenant_it_mw", "MW", "IT power let to a tenant", "stock", "mean"),
            ("tenant_rent_usd", "USD", "Rent that a tenant owes", "flow", "sum"),
        ),
        "",
    ),
    ("draw", (("finance_lease", "1", "Lease with the vehicle: 1 a finance lease, 0 an operating lease", "stock", "last"),), "no vehicle"),
    (
        "draw",
        (
            ("runway_unmerged_month", "1", "First month below the cash floor without a new raise and without any merger", "stock", "last"),
            ("covenant_breach_month", "1", "First month in breach of a covenant", "stock", "last"),
            ("vehicle_default_month", "1", "Month in which the vehicle defaults", "stock", "last"),
        ),
        "",
    ),
)

OF_THE_CAMPUS = (
    "realised_phase",
    "it_mw_used",
    "training_flop_delivered",
    "energy_cost_usd",
    "jobs_permanent",
    "household_cost_if_leaves_usd",
)
PERIMETERS = {
    "lab": "the lab alone",
    "lab_and_platform": "the lab with its platform",
    "group": "lab, platform and merged partners",
    "vehicle": "the vehicle that leases to the lab",
    "related": "related parties",
    "public": "public bodies",
}
"""Which company, or whose purse, a figure of money covers."""
_OF = {
    "group_revenue_": "group",
    "group_": "lab_and_platform",
    "partner_": "group",
    "valuation_": "group",
    "vehicle_": "vehicle",
    "related_": "related",
    "county_": "public",
    "payee_": "public",
    "household_": "public",
}


def perimeter_of(name: str) -> str:
    """Key of ``PERIMETERS`` of a row of the company stage: the lab, unless its name begins otherwise.

    >>> perimeter_of("group_capex_usd"), perimeter_of("capex_usd")
    ('lab_and_platform', 'lab')
    """
    return next((whose for start, whose in _OF.items() if name.startswith(start)), "lab")


PUBLIC = ("county_", "payee_")
"""Rows of the company stage that a campus without a company has too: what runs there, what its energy costs, what the public gets."""
