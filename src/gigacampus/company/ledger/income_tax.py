"""Income tax of the lab, settled each December: losses, the interest limit, first-year deductions, deferred tax."""

from __future__ import annotations

import numpy as np

from gigacampus.company.finance.depreciation import macrs_table
from gigacampus.company.ledger.journal import a, f
from gigacampus.company.ledger.posting import owed, tax_year
from gigacampus.company.ledger.scalar_ops import Number, least, most, where
from gigacampus.company.ledger.state_layout import d, h, k
from gigacampus.company.ledger.sums import q
from gigacampus.foundation.units import MONTHS_PER_YEAR

BUILDING_YEARS = 39.0
"""Straight-line tax life of a nonresidential building. Source: IRC 168(c)."""
REGULAR = np.array(macrs_table(5))
"""Share of cost deducted in each year of the printed 5-year table."""
UNDEDUCTED = np.maximum(1.0 - np.cumsum(REGULAR), 0.0)
DECEMBER = 11


def settle(x: np.ndarray, b: np.ndarray, p: np.ndarray, past: np.ndarray, dates: np.ndarray, t: int) -> None:
    """Pay last month's liability; in December compute the year's tax and the change of deferred tax.

    Interest is deducted up to what was earned in interest and a share of income before interest and depreciation. Source: IRC 163(j).
    """
    x[f.lab_pay_tax] = owed(b, a.lab_tax_payable)
    _accrue_year(x, p, past, dates, t)
    if (dates[d.first_month] + t) % MONTHS_PER_YEAR != DECEMBER:
        return
    year = tax_year(dates, t)
    ebitda = p[k.year_ebt] + p[k.year_interest] + p[k.year_charge] + p[k.year_undisclosed]
    asked = p[k.year_interest] + p[k.denied]
    allowed = least(asked, p[k.year_earned] + p[k.interest_limit_frac] * most(ebitda - p[k.year_earned], 0.0))
    p[k.denied] = asked - allowed
    income = ebitda - _deducted(p, past, year) - allowed
    x[f.lab_tax_current] = tax_rate(p) * _after_losses(p, income)
    p[k.ebt_first] = p[k.ebt_before]
    p[k.ebt_before] = p[k.ebt_last]
    p[k.ebt_last] = p[k.year_ebt]
    _deferred(x, b, p, past, dates, year)
    p[k.year_ebt], p[k.year_interest], p[k.year_charge], p[k.year_undisclosed], p[k.year_earned] = 0.0, 0.0, 0.0, 0.0, 0.0
    if t < dates[d.history_months]:
        _within_reported(x, p)


def _within_reported(x: np.ndarray, p: np.ndarray) -> None:
    """A reported net result is after tax: the residual line below EBITDA gives way to the tax of the year's end. Taxable income adds
    that line back, so that the tax stays what it is.
    """
    tax = q.lab_tax(x)
    rest = x[f.lab_undisclosed_other] - x[f.lab_undisclosed_other_back] + tax
    x[f.lab_undisclosed_other], x[f.lab_undisclosed_other_back] = most(rest, 0.0), most(-rest, 0.0)
    p[k.ebt_last] = p[k.ebt_last] - tax


def _accrue_year(x: np.ndarray, p: np.ndarray, past: np.ndarray, dates: np.ndarray, t: int) -> None:
    """Add the month to the tax year; tax law knows no write-downs, and who sold machines deducts no more of them."""
    p[k.year_ebt] += q.lab_before_tax(x)
    p[k.year_interest] += q.interest_cost(x) - x[f.lab_capitalise_interest]
    p[k.year_charge] += q.charged(x) + x[f.lab_depreciate_undisclosed] - q.relieved(x)
    p[k.year_undisclosed] += x[f.lab_undisclosed_other] - x[f.lab_undisclosed_other_back] + q.written_off(x)
    p[k.year_earned] += x[f.lab_earn_interest]
    past[h.equipment, tax_year(dates, t)] += q.equipment_served(x) - x[f.lab_sell_machines]
    past[h.building, tax_year(dates, t)] += x[f.lab_serve_building]


def tax_rate(p: np.ndarray) -> Number:
    """Federal and state together; state tax is deducted from federal income."""
    return p[k.federal_frac] + p[k.state_frac] * (1.0 - p[k.federal_frac])


def _deducted(p: np.ndarray, past: np.ndarray, year: int) -> Number:
    """Deductions of the year: bonus and the printed 5-year table for equipment, straight line for buildings."""
    out = past[h.equipment, year] * p[k.bonus_frac] - 0.5 * past[h.building, year] / BUILDING_YEARS
    for age in range(year + 1):
        if age < REGULAR.size:
            out = out + past[h.equipment, year - age] * (1.0 - p[k.bonus_frac]) * REGULAR[age]
        out = out + past[h.building, year - age] / BUILDING_YEARS
    return out


def _after_losses(p: np.ndarray, income: Number) -> Number:
    """Taxable income after losses carried forward; each loss is used once, old ones within the owner-change limit."""
    room = p[k.nol_limit_frac] * most(income, 0.0)
    old = least(least(p[k.old_nol], p[k.owner_change_limit_usd]), room)
    new = least(p[k.nol], room - old)
    p[k.old_nol] = p[k.old_nol] - old
    p[k.nol] = p[k.nol] - new + most(-income, 0.0)
    return most(income, 0.0) - old - new


def _deferred(x: np.ndarray, b: np.ndarray, p: np.ndarray, past: np.ndarray, dates: np.ndarray, year: int) -> None:
    """Deferred tax asset of losses and denied interest, liability of plant written off faster for tax, full allowance for the net
    asset while the last three years lost money.
    """
    asset = tax_rate(p) * (p[k.nol] + p[k.old_nol] + p[k.denied])
    liability = tax_rate(p) * most(q.held_plant_net(b) - _undeducted(p, past, year), 0.0)
    losing = p[k.ebt_last] + p[k.ebt_before] + p[k.ebt_first] < 0.0
    allowance = where(losing, most(asset - liability, 0.0), 0.0) * dates[d.allowance]
    x[f.lab_defer_tax_asset] = asset - b[a.lab_deferred_tax_asset]
    x[f.lab_defer_tax_liability] = liability - owed(b, a.lab_deferred_tax_liability)
    x[f.lab_allow_tax] = allowance - owed(b, a.lab_valuation_allowance)


def _undeducted(p: np.ndarray, past: np.ndarray, year: int) -> Number:
    """Cost not yet deducted for tax of what entered service within the horizon."""
    out = p[k.bonus_frac] * 0.0
    for age in range(year + 1):
        if age < UNDEDUCTED.size:
            out = out + past[h.equipment, year - age] * (1.0 - p[k.bonus_frac]) * UNDEDUCTED[age]
        out = out + past[h.building, year - age] * max(1.0 - (age + 0.5) / BUILDING_YEARS, 0.0)
    return out
