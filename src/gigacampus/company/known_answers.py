"""Published and closed-form answers of finance functions: one row of a table, one call, one number."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from gigacampus.company.finance import contracts, depreciation, escape, scores, tax_rules
from gigacampus.company.finance import time_value as tv
from gigacampus.company.sensitivity import ishigami, sobol_indices


def _number(value: Any) -> Any:
    """Numbers as they are; ``"0.075/12"`` is a quotient; ISO dates become dates; lists item by item."""
    if isinstance(value, list):
        return [_number(v) for v in value]
    if not isinstance(value, str):
        return value
    if len(value) == 10 and value[4] == value[7] == "-":
        return date.fromisoformat(value)
    try:
        top, _, bottom = value.partition("/")
        return float(top) / float(bottom or 1.0)
    except ValueError:
        return value


def _timing(args: dict[str, Any]) -> bool:
    return args.pop("timing", "arrears") == "advance"


def _renamed(function: Callable[..., Any], **names: str) -> Callable[[dict[str, Any]], Any]:
    """Call ``function`` with the table's names changed to its own; a positional ``rate``/``n`` pair comes first."""

    def call(args: dict[str, Any]) -> Any:
        return function(**{names.get(k, k): v for k, v in args.items()})

    return call


def _macrs(args: dict[str, Any]) -> Any:
    year = args.pop("year", None)
    out = depreciation.macrs(**args)
    return float(out[int(year) - 1]) if year else [float(x) for x in out]


def _round(args: dict[str, Any]) -> Any:
    raised = args.pop("raise_")
    pool = next((k for k in args if k.startswith("pre_money_with_")), None)
    if pool:
        share = float(pool.removeprefix("pre_money_with_").partition("pct")[0]) / 100.0
        return contracts.shares_with_pool(pre_money=args[pool], raised=raised, pool_post_frac=share)
    r = contracts.priced_round(pre_shares=args["pre_shares"], pre_money=args["pre_money"], raised=raised)
    return {"price": r.price_usd, "new_shares": r.new_shares, "investor": r.investor_frac}


def _runway(args: dict[str, Any]) -> float:
    return tv.runway_months(cash=args["cash"], burn=args["burn"], growth=args.get("growth", 0.0))


def _escape(args: dict[str, Any]) -> float:
    return float(escape.escape_growth(**args))


def _escape_residual(args: dict[str, Any]) -> float:
    return escape.escape_residual(
        g=args["g"], cash_margin=args["M"], capital_intensity=args["k"], a=args["a"], lag_years=args["L"]
    )


def _ishigami(which: int) -> Callable[[dict[str, Any]], float]:
    def call(args: dict[str, Any]) -> float:
        pair = sobol_indices(lambda p: ishigami(p, a=args.get("a", 7.0), b=args.get("b", 0.1)), 3, log2_n=14)
        return float(pair[which][args["index"]])

    return call


def _lease(args: dict[str, Any]) -> float:
    advance = _timing(args)
    return contracts.lease_liability(payment=args["pmt"], rate=args["rate"], n=args["n"], advance=advance)


def _rent(per_year: float) -> Callable[[dict[str, Any]], float]:
    unit = {4.0: "quarters", 12.0: "months", 1.0: "years"}[per_year]

    def call(args: dict[str, Any]) -> float:
        return contracts.level_rent(
            pv=args["pv"],
            annual_rate=args["annual_rate"],
            n=args[unit],
            per_year=per_year,
            residual=args.get("residual", 0.0),
        )

    return call


FUNCTIONS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "pmt": _renamed(tv.pmt),
    "balance_after": _renamed(tv.balance_after),
    "ipmt": _renamed(tv.ipmt),
    "ppmt": _renamed(tv.ppmt),
    "total_interest": _renamed(tv.total_interest),
    "fv": _renamed(tv.fv, pmt="payment"),
    "pv": _renamed(tv.pv, pmt="payment"),
    "nper": _renamed(tv.nper, pmt="payment"),
    "rate": _renamed(tv.rate, pmt="payment"),
    "irr": _renamed(tv.irr),
    "mirr": _renamed(tv.mirr),
    "xirr": _renamed(tv.xirr),
    "xnpv": _renamed(tv.xnpv),
    "npv_t0": _renamed(tv.npv_t0),
    "bond_price": _renamed(tv.bond_price),
    "gordon": _renamed(tv.gordon),
    "runway_months": _runway,
    "required_quarterly_growth": _renamed(tv.required_quarterly_growth),
    "annualised_cost": _renamed(tv.annualised_cost),
    "annuity_factor": _renamed(tv.annuity_factor),
    "straight_line": _renamed(depreciation.straight_line),
    "sln": _renamed(depreciation.straight_line),
    "syd": _renamed(depreciation.syd),
    "ddb": _renamed(depreciation.ddb),
    "macrs": _macrs,
    "nol_left": _renamed(tax_rules.nol_left),
    "nol_used": lambda a: tax_rules.nol_path(**a)[0],
    "tax_path": _renamed(tax_rules.tax_path),
    "interest_allowed": _renamed(tax_rules.interest_allowed),
    "fee_in_lieu_floor": _renamed(tax_rules.fee_in_lieu_floor),
    "property_tax": _renamed(tax_rules.property_tax),
    "round": _round,
    "dilution": lambda a: a["raise_"] / a["post_money"],
    "post_money": lambda a: a["pre_money"] + a["raise_"],
    "lease_liability": _lease,
    "level_quarterly_rent": _rent(4.0),
    "level_monthly_rent": _rent(12.0),
    "level_annual_rent": _rent(1.0),
    "hhi": _renamed(contracts.hhi),
    "escape_growth": _escape,
    "escape_residual": _escape_residual,
    "crps_ensemble": lambda a: scores.crps_ensemble(np.array(a["x"]), a["y"]),
    "crps_ensemble_fair": lambda a: scores.crps_ensemble(np.array(a["x"]), a["y"], fair=True),
    "crps_normal": _renamed(scores.crps_normal),
    "kendall_of_gaussian_copula": _renamed(scores.kendall_of_gaussian_copula),
    "spearman_of_gaussian_copula": _renamed(scores.spearman_of_gaussian_copula),
    "ishigami_S1": _ishigami(0),
    "ishigami_ST": _ishigami(1),
    "interval_score": _renamed(scores.interval_score),
    "npv": lambda a: tv.npv_t0(a["rate"], a["cf"]) / (1.0 + a["rate"]),
    "interest_disallowed": lambda a: a["interest"] + a.get("carryforward", 0.0) - tax_rules.interest_allowed(**a),
    "is_finance_lease": _renamed(contracts.is_finance_lease),
}


def answer(function: str, inputs_json: str) -> Any:
    """Our answer to one row; ``KeyError`` when the function is not known.

    >>> round(answer("pmt", '{"rate": "0.06/12", "n": 360, "pv": 200000}'), 6)
    -1199.10105
    """
    return FUNCTIONS[function]({k: _number(v) for k, v in json.loads(inputs_json).items()})


def largest_gap(ours: Any, expected: str) -> float:
    """Largest absolute difference between an answer and the table's text: a number, a list or an object.

    >>> largest_gap({"price": 800.0}, '{"price": 800}')
    0.0
    """
    wanted = json.loads(expected)
    if isinstance(wanted, dict):
        return max(abs(float(ours[k]) - float(v)) for k, v in wanted.items())
    if isinstance(wanted, list):
        return max(abs(float(o) - float(w)) for o, w in zip(ours, wanted, strict=True))
    return abs(float(ours) - float(wanted))


def tolerance(text: str, expected: str) -> float:
    """Allowed gap; ``exact`` and 0 mean to the last bit of the arithmetic: 1e-12 of the largest expected number."""
    if text not in ("exact", "0"):
        return float(text)
    wanted = json.loads(expected)
    numbers = list(wanted.values()) if isinstance(wanted, dict) else wanted if isinstance(wanted, list) else [wanted]
    return (
        1e-12 * max(1.0, *(abs(float(x)) for x in numbers))
        if len(numbers) > 1
        else 1e-12 * max(1.0, abs(float(numbers[0])))
    )
