"""Spellings of arguments and results in tables of known answers: one meaning, many names."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any


class NotUnderstood(ValueError):
    """A row that speaks of a function, an argument or a result that we do not know."""


SYNONYMS = tuple(
    frozenset(group.split())
    for group in (
        "n nper periods num_periods n_periods years months quarters term N payments_left coupons term_months term_years",
        "rate r i discount_rate interest_rate irr_guess discount wacc tax_rate annual_rate period_rate yield cost_of_capital",
        "rate nominal nominal_rate apr effective effective_rate",
        "dates days d date",
        "yield_ ytm y market_rate yield",
        "coupon coupon_rate c",
        "face par face_value nominal",
        "per_year freq frequency m compounding npery periods_per_year periods",
        "pv principal loan present_value amount fair_value asset loan_amount balance",
        "fv future_value residual",
        "payment pmt rent payments level_payment rent_payment",
        "advance timing when type due mode annuity_due begin",
        "cf cashflows cash_flows flows values fcf cfs",
        "per period year",
        "k per paid after payments_made period",
        "start start_period first_period first start_per",
        "end end_period last_period last end_per",
        "finance_rate borrow_rate finance",
        "reinvest_rate reinvestment_rate reinvest",
        "cost basis price asset_cost",
        "salvage residual_value residual scrap",
        "residual residual_value salvage balloon fv",
        "life useful_life n years periods book_life life_years",
        "factor multiple",
        "klass class recovery_period recovery_years class_years recovery_period_years property_class",
        "convention conv",
        "bonus bonus_frac bonus_share bonus_pct bonus_rate",
        "taxable income taxable_income incomes profits taxable_incomes",
        "opening_nol nol opening nol_open nol_opening nol_balance",
        "limit_frac limit nol_limit cap_frac",
        "interest interest_expense business_interest",
        "ati_ebitda ati ebitda",
        "carryforward opening_carryforward prior carried_forward carryover",
        "share share_frac limit_share limit limit_frac",
        "raised raise_ raise raise_amount new_money investment invested amount",
        "pre_money pre pre_money_value premoney pre_money_valuation",
        "post_money post postmoney post_money_value post_money_valuation",
        "pre_shares shares shares_before existing_shares outstanding",
        "invested investment principal amount raised raise_",
        "cap valuation_cap",
        "pool_post_frac pool pool_frac pool_post option_pool pool_pct",
        "fcf1 fcf cf1 dividend next_dividend fcf_next d1 cf",
        "g growth growth_rate terminal_growth h",
        "growth g growth_rate h burn_growth monthly_growth",
        "burn monthly_burn burn_rate net_burn",
        "added net_new_arr net_new_revenue new_revenue",
        "capital investment capex",
        "equipment_frac equipment_share equipment share",
        "gross_margin margin gm contribution_margin",
        "fixed_cost fixed_costs opex fixed cash_opex",
        "cash_margin M margin m",
        "capital_intensity k",
        "replacement delta depreciation",
        "lag_years L lag build_lag build_lag_years",
        "rho r correlation corr",
        "nu df dof degrees_of_freedom",
        "theta alpha parameter",
        "tau kendall",
        "rank rho_s spearman rank_correlation",
        "mu mean loc mu_log",
        "sigma sd std scale sigma_log",
        "y obs observation truth actual",
        "x ensemble members samples forecasts",
        "low lower l lo a",
        "high upper u hi b",
        "alpha level_alpha",
        "q level tau quantile prob",
        "forecast x prediction quantile_forecast",
        "outcome o y event",
        "p probability prob forecast",
        "cash_available rent cfads cash_flow cash_flows noi cf",
        "debt_service service",
        "dscr target_dscr min_dscr cover",
        "returned funds_returned from_supplier received inflow",
        "purchases purchase bought outflow",
        "but_for b but_for_share but_for_frac share",
        "gains gain benefits",
        "costs cost public_costs",
        "forgone foregone waived tax_forgone",
        "true_value value market_value",
        "ratio assessment_ratio assessment",
        "mills millage mill_rate",
        "appraised appraised_value value",
        "rate_per_100 tax_rate_per_100 rate",
        "it it_capital it_capex it_cost",
        "facility facility_capital facility_capex facility_cost",
        "life_it it_life",
        "life_facility facility_life",
        "first begin start begin_value initial",
        "last end end_value final",
    )
)
"""Spellings of one argument; a function takes the member that it has."""

RESULT_NAMES = tuple(
    frozenset(group.split())
    for group in (
        "investor investor_frac new_investor investors investor_share",
        "existing existing_frac founders founders_frac old existing_share",
        "pool pool_frac option_pool",
        "new_shares shares_issued issued",
        "price price_usd share_price",
        "post_money post",
        "allowed deductible deduction interest_allowed",
        "carryforward disallowed carried_forward carry",
        "used nol_used",
        "left nol_left closing_nol remaining",
        "tax taxes",
    )
)
ADVANCE = {
    "advance": True,
    "begin": True,
    "beginning": True,
    "start": True,
    "due": True,
    "1": True,
    "true": True,
    "arrears": False,
    "end": False,
    "ordinary": False,
    "0": False,
    "false": False,
    "": False,
}
PER_YEAR = ("per_year", "freq", "frequency", "periods_per_year", "compounding")


def bound(call: Callable[..., Any], args: dict[str, Any], *, source: str = "") -> dict[str, Any]:
    """Arguments under the names of ``call``; a synonym stands for one of its group; words that no parameter takes are remarks.

    >>> from gigacampus.company.finance.time_value import pmt
    >>> bound(pmt, {"rate": 0.01, "nper": 12, "principal": 100.0, "when": "begin"})
    {'rate': 0.01, 'n': 12, 'pv': 100.0, 'advance': True}
    """
    parameters = inspect.signature(call).parameters
    loose = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    out: dict[str, Any] = {}
    for key, value in _per_period(args, parameters).items():
        name = parameter_of(key, parameters)
        if name is None and (isinstance(value, str) or value is None):
            continue
        if name is None and not loose:
            raise NotUnderstood(f"no argument {key!r}")
        name = name or key.strip()
        if name in out:
            raise NotUnderstood(f"{key!r} says {name!r} again")
        out[name] = _advance(value) if name == "advance" else value
    if "source" in parameters:
        out["source"] = source
    missing = [p.name for p in parameters.values() if p.default is p.empty and p.kind not in (p.VAR_KEYWORD,) and p.name not in out]
    if missing:
        raise NotUnderstood(f"needs {', '.join(missing)}")
    return out


def parameter_of(key: str, parameters: Mapping[str, Any]) -> str | None:
    """The parameter that a table's ``key`` means; None when there is none.

    >>> parameter_of("nper", {"rate": 0, "n": 0}), parameter_of("wobble", {"rate": 0})
    ('n', None)
    """
    plain = key.strip().strip("_")
    for spelled in (key, plain, plain.lower(), plain.lower() + "_"):
        if spelled in parameters:
            return spelled
    groups = [g for g in SYNONYMS if plain in g] or [g for g in SYNONYMS if plain.lower() in g]
    return next((p for g in groups for p in parameters if p in g), None)


def _advance(value: Any) -> bool:
    if isinstance(value, (bool, int, float)):
        return bool(value)
    word = str(value).strip().lower().split(" ")[0] if value else ""
    if word not in ADVANCE:
        raise NotUnderstood(f"timing {value!r}")
    return ADVANCE[word]


def _per_period(args: dict[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A yearly rate with months, quarters or years made a rate and a count of periods, where the function knows no year."""
    if "rate" not in parameters or "n" not in parameters or "per_year" in parameters or "annual_rate" in parameters:
        return args
    args = dict(args)
    per_year = next((args.pop(k) for k in PER_YEAR if k in args), None)
    if "annual_rate" in args or per_year:
        per_year = per_year or (12.0 if "months" in args else 4.0 if "quarters" in args else 1.0)
        args["rate"] = args.pop("annual_rate" if "annual_rate" in args else "rate") / per_year
        if "years" in args:
            args["n"] = args.pop("years") * per_year
    return args
