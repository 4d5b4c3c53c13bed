"""Names under which tables of known answers call our finance functions, and the spellings of their arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from math import log, pi
from typing import Any

from gigacampus.company.analysis.sensitivity import ishigami, sobol_indices
from gigacampus.company.finance import bonds, contracts, copulas, cover, depreciation, equity, escape, scores, tax_rules, worth
from gigacampus.company.finance import time_value as tv

Function = Callable[..., Any]


def npv(rate: float, cf: Sequence[float], source: str = "") -> float:
    """Present value: spreadsheets put the first flow at the end of a period, numpy-financial puts it today."""
    today = "numpy" in source.lower()
    return tv.npv_t0(rate, cf) / (1.0 if today else 1.0 + rate)


def macrs(basis: float, klass: Any, convention: str = "HY", bonus: float = 0.0, year: float = 0, quarter: float = 0, month: int = 1) -> Any:
    """All years' deductions, or one year's."""
    name = str(convention).strip().upper().replace("-", "").replace(" ", "").replace("HALFYEAR", "HY").replace("MIDQUARTER", "MQ")
    name = f"MQ{int(quarter)}" if quarter and name in ("HY", "MQ") else name.replace("MQQ", "MQ")
    share = bonus / 100.0 if bonus > 1.0 else bonus
    years = int(float(re.sub(r"[- ]?years?$", "", str(klass).strip().lower())))
    out = depreciation.macrs(basis=basis, klass=years, convention=name, bonus=share, month=int(month))
    return float(out[int(year) - 1]) if year else [float(x) for x in out]


def priced_round(
    pre_money: float = 0.0,
    raised: float = 0.0,
    pre_shares: float = 0.0,
    pool_post_frac: float = 0.0,
    post_money: float = 0.0,
    **named: float,
) -> dict[str, float]:
    """A round, with a pool inside its pre-money where one is named, in an argument or in the name of one."""
    for key, value in named.items():
        found = re.fullmatch(r"pre_money_with_(\d+(?:\.\d+)?)pct_(?:post_)?pool", key)
        if not found:
            raise TypeError(f"no argument {key!r}")
        pre_money, pool_post_frac = value, float(found.group(1)) / 100.0
    pre_money = pre_money or post_money - raised
    if pool_post_frac:
        out = contracts.shares_with_pool(pre_money=pre_money, raised=raised, pool_post_frac=pool_post_frac)
        if pre_shares:
            total = pre_shares / out["existing"]
            out |= {"price": (pre_money + raised) / total, "new_shares": out["investor"] * total, "pool_shares": out["pool"] * total}
        return out
    investor = raised / (pre_money + raised)
    out = {"investor": investor, "existing": 1.0 - investor, "post_money": pre_money + raised}
    if pre_shares:
        r = contracts.priced_round(pre_shares=pre_shares, pre_money=pre_money, raised=raised)
        out |= {"price": r.price_usd, "new_shares": r.new_shares}
    return out


def dilution(raised: float, post_money: float = 0.0, pre_money: float = 0.0) -> float:
    """Share that new money takes."""
    return raised / (post_money or pre_money + raised)


def runway(cash: float, burn: float, growth: float = 0.0, floor: float = 0.0, payments: str = "") -> float:
    """Months of cash, payments at the ends of months."""
    if any(word in payments.lower() for word in ("start", "begin", "advance")):
        raise ValueError("payments at the starts of months")
    return tv.runway_months(cash=cash - floor, burn=burn, growth=growth)


def escape_growth(
    cash_margin: float,
    capital_intensity: float,
    replacement: float = 0.0,
    drift: float = 0.0,
    lag_years: float = 0.0,
    life: float = 0.0,
    a: float = 0.0,
    training_share: float = 0.0,
) -> float:
    """Growth at the edge of escape; replacement may come as a life, or with the drift in it as ``a``."""
    replacement = a or replacement or (1.0 / life if life else 0.0)
    k = capital_intensity / (1.0 - training_share)
    return float(
        escape.escape_growth(cash_margin=cash_margin, capital_intensity=k, replacement=replacement, drift=drift, lag_years=lag_years)
    )


def escape_ratio(
    growth: float,
    cash_margin: float,
    capital_intensity: float,
    replacement: float = 0.0,
    drift: float = 0.0,
    lag_years: float = 0.0,
    life: float = 0.0,
    a: float = 0.0,
) -> float:
    """Escape ratio, with the same freedom."""
    replacement = a or replacement or (1.0 / life if life else 0.0)
    return float(
        escape.escape_ratio(
            growth=growth,
            cash_margin=cash_margin,
            capital_intensity=capital_intensity,
            replacement=replacement,
            drift=drift,
            lag_years=lag_years,
        )
    )


def escape_residual(
    g: float,
    cash_margin: float,
    capital_intensity: float,
    a: float = 0.0,
    replacement: float = 0.0,
    drift: float = 0.0,
    lag_years: float = 0.0,
) -> float:
    """What is left of the escape equation at a growth."""
    whole = a or replacement + drift
    return escape.escape_residual(g=g, cash_margin=cash_margin, capital_intensity=capital_intensity, a=whole, lag_years=lag_years)


def ishigami_index(which: int) -> Function:
    """An index of Ishigami's function by sampling, as the library computes any."""

    def call(index: int, a: float = 7.0, b: float = 0.1) -> float:
        return float(sobol_indices(lambda p: ishigami(p, a=a, b=b), 3, log2_n=14)[which][int(index)])

    return call


def level_rent(unit: str, per_year: float) -> Function:
    """Level rent of a lease told in quarters, months or years."""

    def call(pv: float, annual_rate: float, n: float = 0.0, residual: float = 0.0, advance: bool = False, **named: float) -> float:
        count = n or named.pop(unit, 0.0) or named.pop("years", 0.0) * per_year
        if named or not count:
            raise TypeError(f"needs {unit}")
        return contracts.level_rent(pv=pv, annual_rate=annual_rate, n=count, per_year=per_year, residual=residual) / (
            1.0 + annual_rate / per_year if advance else 1.0
        )

    return call


def lease_class(
    term_years: float, life_years: float, pv_of_payments: float = 0.0, fair_value: float = 1.0, option_reasonably_certain: bool = False
) -> str:
    """``finance`` or ``operating``."""
    finance = contracts.is_finance_lease(
        term_years=term_years,
        life_years=life_years,
        pv_of_payments=pv_of_payments,
        fair_value=fair_value,
        option_reasonably_certain=option_reasonably_certain,
    )
    return "finance" if finance else "operating"


def nol(which: str) -> Function:
    """Losses used, losses left, or income after losses, by year; the last year alone where one number is asked."""

    def call(taxable: Any, opening_nol: float = 0.0, limit_frac: float = 0.8) -> Any:
        years = taxable if isinstance(taxable, list) else [taxable]
        used, left = tax_rules.nol_path(years, opening_nol=opening_nol, limit_frac=limit_frac)
        after = [max(x, 0.0) - u for x, u in zip(years, used, strict=True)]
        return {"used": used, "left": left, "after": after}[which]

    return call


def last(function: Function) -> Function:
    """The last year of a path."""

    def call(taxable: Any, opening_nol: float = 0.0, limit_frac: float = 0.8) -> float:
        return float(function(taxable, opening_nol, limit_frac)[-1])

    return call


def tax_path(taxable: Any, rate: float = 0.21, opening_nol: float = 0.0, limit_frac: float = 0.8) -> list[float]:
    """Tax by year."""
    years = taxable if isinstance(taxable, list) else [taxable]
    return tax_rules.tax_path(years, rate=rate, opening_nol=opening_nol, limit_frac=limit_frac)


def interest_limit(
    interest: Any, ati_ebitda: Any, interest_income: float = 0.0, carryforward: float = 0.0, share: float = 0.3
) -> dict[str, Any]:
    """Allowed and carried forward; by year for lists."""
    many = isinstance(interest, list)
    allowed, left = tax_rules.interest_path(
        interest if many else [interest],
        ati_ebitda=ati_ebitda if many else [ati_ebitda],
        interest_income=interest_income,
        carryforward=carryforward,
        share=share,
    )
    return {"allowed": allowed if many else allowed[0], "carryforward": left if many else left[0]}


def interest_part(which: str) -> Function:
    """One result of :func:`interest_limit`."""

    def call(interest: Any, ati_ebitda: Any, interest_income: float = 0.0, carryforward: float = 0.0, share: float = 0.3) -> Any:
        return interest_limit(interest, ati_ebitda, interest_income, carryforward, share)[which]

    return call


def weighted_rate(amounts: Sequence[float], rates: Sequence[float]) -> float:
    """Mean rate by amount."""
    return sum(x * r for x, r in zip(amounts, rates, strict=True)) / sum(amounts)


def but_for_share(gains: float, costs: float, forgone: float) -> float:
    """Break-even but-for share."""
    return cover.but_for_break_even(gains=gains, costs=costs, forgone=forgone)


def ishigami_variance(a: float = 7.0, b: float = 0.1) -> float:
    """Variance of Ishigami's function in closed form."""
    return a * a / 8.0 + b * pi**4 / 5.0 + b * b * pi**8 / 18.0 + 0.5


NAMED: dict[str, Function] = {
    "pmt payment loan_payment level_payment": tv.pmt,
    "balance_after balance loan_balance remaining_balance outstanding_balance": tv.balance_after,
    "ipmt interest_payment": tv.ipmt,
    "ppmt principal_payment": tv.ppmt,
    "total_interest interest_total": tv.total_interest,
    "cumipmt cumulative_interest": lambda rate, n, pv, start, end, advance=False: tv.cumulative(
        tv.ipmt, rate, n, pv=pv, start=start, end=end, advance=advance
    ),
    "cumprinc cumulative_principal": lambda rate, n, pv, start, end, advance=False: tv.cumulative(
        tv.ppmt, rate, n, pv=pv, start=start, end=end, advance=advance
    ),
    "fv future_value": tv.future,
    "pv present_value": tv.present,
    "nper number_of_periods": tv.nper,
    "rate loan_rate": tv.rate_of,
    "effect effective_rate effective_annual_rate ear": lambda rate, per_year: tv.effective_rate(rate, per_year),
    "nominal nominal_rate": lambda rate, per_year: tv.nominal_rate(rate, per_year),
    "irr": tv.irr,
    "mirr": lambda cf, finance_rate, reinvest_rate: tv.mirr(cf, finance_rate=finance_rate, reinvest_rate=reinvest_rate),
    "xirr": tv.xirr,
    "xnpv": tv.xnpv,
    "npv": npv,
    "npv_t0 npv_today npv_np npv_numpy": tv.npv_t0,
    "npv_t1 npv_excel npv_end npv_first_period": lambda rate, cf: tv.npv_t0(rate, cf) / (1.0 + rate),
    "nfv net_future_value": lambda rate, cf: tv.npv_t0(rate, cf) * (1.0 + rate) ** (len(cf) - 1),
    "profitability_index pi": lambda rate, cf: tv.npv_t0(rate, cf) / -cf[0] + 1.0,
    "payback payback_period": lambda cf: tv.payback(cf),
    "discounted_payback discounted_payback_period": lambda rate, cf: tv.payback(cf, rate),
    "eaa equivalent_annual_annuity equivalent_annuity": tv.equivalent_annuity,
    "eac equivalent_annual_cost": lambda rate, cost, n, opex=0.0, salvage=0.0: -tv.pmt(rate, n, pv=cost, fv=-salvage) + opex,
    "annuity_factor pv_annuity_factor pvifa": lambda rate, n, advance=False: tv.annuity_factor(rate, n) * (1.0 + rate if advance else 1.0),
    "capital_recovery_factor crf": lambda rate, n: 1.0 / tv.annuity_factor(rate, n),
    "growing_annuity growing_annuity_pv": tv.growing_annuity,
    "perpetuity": lambda payment, rate: payment / rate,
    "bond_price": bonds.bond_price,
    "bond_yield ytm yield_to_maturity": bonds.bond_yield,
    "duration macaulay macaulay_duration": bonds.macaulay_duration,
    "mduration modified_duration": bonds.modified_duration,
    "discount_amortised discount_amortisation discount_amortization": bonds.discount_amortised,
    "gordon gordon_growth growing_perpetuity": worth.gordon,
    "terminal_value gordon_terminal": lambda fcf, wacc, g: worth.gordon(fcf1=fcf * (1.0 + g), wacc=wacc, g=g),
    "implied_growth gordon_implied_growth reverse_gordon": worth.implied_growth,
    "dcf enterprise_value dcf_value": worth.dcf,
    "wacc": worth.wacc,
    "capm cost_of_equity": worth.capm,
    "cagr": worth.growth_of,
    "ev_multiple multiple_value": lambda metric, multiple: metric * multiple,
    "runway_months runway": runway,
    "required_quarterly_growth required_growth": tv.required_quarterly_growth,
    "break_even_revenue required_revenue": lambda fixed_cost, gross_margin: fixed_cost / gross_margin,
    "required_revenue_multiple revenue_multiple_to_break_even": lambda revenue, gross_margin, fixed_cost: (
        fixed_cost / (revenue * gross_margin)
    ),
    "quarters_to_break_even break_even_quarters": lambda revenue, gross_margin, fixed_cost, growth: (
        log(fixed_cost / (revenue * gross_margin)) / log(1.0 + growth)
    ),
    "annualised_cost annualized_cost": tv.annualised_cost,
    "straight_line sln": depreciation.straight_line,
    "syd sum_of_years_digits": depreciation.syd,
    "ddb double_declining double_declining_balance declining_balance": depreciation.ddb,
    "ddb_switch declining_with_switch ddb_sl vdb_year db_switch": depreciation.declining_with_switch,
    "db fixed_declining_balance": depreciation.fixed_declining,
    "vdb variable_declining_balance": depreciation.variable_declining,
    "units_of_production": depreciation.units_of_production,
    "macrs macrs_depreciation": macrs,
    "nol_left nol_closing nol_balance": last(nol("left")),
    "nol_left_path nol_balances nol_pool nol_path nol_carryforward": nol("left"),
    "nol_used nol_use nol_deduction": nol("used"),
    "taxable_after_nol taxable_income": nol("after"),
    "tax_path tax taxes cash_tax federal_tax": tax_path,
    "interest_allowed interest_deductible s163j section_163j": interest_part("allowed"),
    "interest_disallowed interest_carryforward interest_carried_forward": interest_part("carryforward"),
    "interest_limit interest_limitation": interest_limit,
    "section_382_limit ownership_change_limit": tax_rules.ownership_change_limit,
    "minimum_tax camt book_minimum_tax": tax_rules.minimum_tax,
    "combined_rate combined_tax_rate blended_tax_rate": tax_rules.combined_rate,
    "levy property_levy full_levy": tax_rules.levy,
    "sales_tax_waived sales_tax_forgone sales_tax_exemption": tax_rules.sales_tax_waived,
    "fee_in_lieu_floor": tax_rules.fee_in_lieu_floor,
    "property_tax": tax_rules.property_tax,
    "but_for_break_even break_even_share break_even_but_for but_for_share bstar b_star": but_for_share,
    "net_public_benefit fiscal_net net_benefit": cover.net_public_benefit,
    "round priced_round option_pool_shuffle": priced_round,
    "dilution": dilution,
    "pre_money": lambda post_money, raised: post_money - raised,
    "post_money": lambda pre_money, raised: pre_money + raised,
    "share_price": lambda pre_money, pre_shares: pre_money / pre_shares,
    "safe_ownership safe": equity.safe_ownership,
    "conversion_price": equity.conversion_price,
    "note_shares convertible_note convertible convertible_shares": equity.note_shares,
    "treasury_stock treasury_shares treasury_stock_method": equity.treasury_shares,
    "weighted_average_antidilution weighted_average_price anti_dilution": equity.weighted_average_price,
    "pool_top_up": equity.pool_top_up,
    "exit_payouts waterfall non_participating": lambda value, preferred, common_frac: contracts.exit_payouts(
        value, preferred=[(p, f) for p, f in preferred], common_frac=common_frac
    ),
    "participating participating_payouts participating_waterfall": lambda value, preferred, common_frac, cap=0.0: (
        equity.participating_payouts(value, preferred=[(p, f) for p, f in preferred], common_frac=common_frac, cap=cap)
    ),
    "seniority seniority_payouts senior_waterfall": lambda value, claims: equity.seniority_payouts(value, claims=claims),
    "lease_liability rou_asset right_of_use": lambda payment, rate, n, advance=False, residual=0.0: (
        contracts.lease_liability(payment=payment, rate=rate, n=n, advance=advance) + residual * (1.0 + rate) ** -n
    ),
    "level_quarterly_rent quarterly_rent spv_rent": level_rent("quarters", 4.0),
    "level_monthly_rent monthly_rent": level_rent("months", 12.0),
    "level_annual_rent annual_rent": level_rent("years", 1.0),
    "implicit_rate lease_rate": lambda payment, n, pv, residual=0.0, advance=False: tv.rate_of(
        n, payment=-payment, pv=pv, fv=-residual, advance=advance
    ),
    "is_finance_lease": contracts.is_finance_lease,
    "lease_class lease_classification": lease_class,
    "dscr": cover.dscr,
    "debt_capacity dscr_sized_debt dscr_sizing debt_size sized_debt": cover.debt_capacity,
    "ltv loan_to_value": cover.loan_to_value,
    "capitalised_interest capitalized_interest": cover.capitalised_interest,
    "cash_conversion_cycle cash_conversion_days ccc": cover.cash_conversion_days,
    "weighted_rate weighted_average_rate": weighted_rate,
    "burn_multiple": cover.burn_multiple,
    "circularity": cover.circularity,
    "hhi herfindahl": contracts.hhi,
    "escape_growth escape": escape_growth,
    "escape_ratio": escape_ratio,
    "escape_residual": escape_residual,
    "levered_margin": lambda cash_margin, debt_per_capital, capital_intensity, growth, interest: float(
        escape.levered_margin(
            cash_margin, debt_per_capital=debt_per_capital, capital_intensity=capital_intensity, growth=growth, interest=interest
        )
    ),
    "lambert_w lambertw": lambda x: float(escape.lambert_w(x)),
    "crps_ensemble crps crps_energy": lambda x, y: scores.crps_ensemble(x, y),
    "crps_ensemble_fair crps_fair fair_crps": lambda x, y: scores.crps_ensemble(x, y, fair=True),
    "crps_normal crps_gaussian": lambda y, mu=0.0, sigma=1.0: scores.crps_normal(mu=mu, sigma=sigma, y=y),
    "crps_uniform": lambda y, low=0.0, high=1.0: scores.crps_uniform(low=low, high=high, y=y),
    "crps_lognormal": scores.crps_lognormal,
    "crps_exponential": scores.crps_exponential,
    "interval_score winkler winkler_score": lambda low, high, y, alpha=0.2: scores.interval_score(low, high, y, alpha=alpha),
    "quantile_score pinball pinball_loss quantile_loss": scores.quantile_score,
    "brier brier_score": scores.brier_score,
    "log_score log_score_normal logs_normal": scores.log_score_normal,
    "pit pit_ensemble": scores.pit_ensemble,
    "pit_normal": scores.pit_normal,
    "kendall_of_gaussian_copula kendall_gaussian kendall_tau_gaussian gaussian_copula_kendall": copulas.kendall_of_gaussian_copula,
    "spearman_of_gaussian_copula spearman_gaussian gaussian_copula_spearman": copulas.spearman_of_gaussian_copula,
    "kendall_of_t_copula kendall_t t_copula_kendall": copulas.kendall_of_t_copula,
    "spearman_of_t_copula spearman_t t_copula_spearman": lambda rho, nu: copulas.spearman_of_t_copula(rho, nu),
    "tail_dependence_of_t_copula tail_dependence_t t_copula_tail_dependence tail_dependence": copulas.tail_dependence_of_t_copula,
    "kendall_of_clayton_copula kendall_clayton": copulas.kendall_of_clayton_copula,
    "kendall_of_gumbel_copula kendall_gumbel": copulas.kendall_of_gumbel_copula,
    "kendall_of_frank_copula kendall_frank": copulas.kendall_of_frank_copula,
    "lower_tail_of_clayton_copula tail_dependence_clayton": copulas.lower_tail_of_clayton_copula,
    "upper_tail_of_gumbel_copula tail_dependence_gumbel": copulas.upper_tail_of_gumbel_copula,
    "rho_of_kendall rho_from_kendall pearson_of_kendall": copulas.rho_of_kendall,
    "rho_of_spearman rho_from_spearman pearson_of_spearman": copulas.rho_of_spearman,
    "ishigami_s1 ishigami_first": ishigami_index(0),
    "ishigami_st ishigami_total": ishigami_index(1),
    "ishigami_variance": ishigami_variance,
}
FUNCTIONS = {name: function for names, function in NAMED.items() for name in names.split()}
