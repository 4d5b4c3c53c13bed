"""Income tax of the lab, settled each December: losses, the interest limit, first-year deductions, deferred tax."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.company.accounts import ASSET_CLASSES
from gigacampus.company.books import Books
from gigacampus.company.building import CHARGE, SERVE
from gigacampus.company.finance.depreciation import macrs_table
from gigacampus.company.journal import a, f

INTEREST = [f.lab_accrue_interest, f.lab_accrue_lease, f.lab_amortise_discount]
RELIEF = [f.lab_relieve_sold, f.lab_relieve_written_down]
LOSSES = [f.lab_impair_machines, f.lab_strand]
"""Write-downs, which tax law does not know."""
EQUIPMENT = [r for c, r in zip(ASSET_CLASSES, SERVE, strict=True) if c != "building"]
BUILDING_YEARS = 39.0
"""Straight-line tax life of a nonresidential building. Source: IRC 168(c)."""
TAX_PLANT = [getattr(a, f"lab_{c}{x}") for c in ASSET_CLASSES for x in ("", "_acc")]
TAX_PLANT += [a.lab_machines_sold, a.lab_machines_written_down]


def accrue_year(s: Books, before_tax: np.ndarray) -> None:
    """Add the month to the tax year."""
    x, y = s.flow, s.tax
    y["ebt"] = y["ebt"] + before_tax
    y["interest"] = y["interest"] + x[INTEREST].sum(axis=0) - x[f.lab_capitalise_interest]
    y["charge"] = y["charge"] + x[CHARGE].sum(axis=0) + x[f.lab_depreciate_undisclosed] - x[RELIEF].sum(axis=0)
    y["undisclosed"] = y["undisclosed"] + x[f.lab_undisclosed_other] - x[f.lab_undisclosed_other_back] + x[LOSSES].sum(axis=0)
    year = int(s.drivers.months.year()[s.t])
    equipment, building = x[EQUIPMENT].sum(axis=0) - x[f.lab_sell_machines], x[f.lab_serve_building]
    if not s.tax_basis or s.tax_basis[-1][0] != year:
        s.tax_basis.append((year, np.stack([equipment, building])))
    else:
        s.tax_basis[-1][1][:] += np.stack([equipment, building])


def settle(s: Books, before_tax: np.ndarray) -> None:
    """Pay last month's liability; in December compute the year's tax and the change of deferred tax."""
    s.flow[f.lab_pay_tax] = s.held(a.lab_tax_payable)
    accrue_year(s, before_tax)
    if s.drivers.months.calendar_month()[s.t] != 11:
        return
    rule, y = s.bound.company.tax, s.tax
    ebitda = y["ebt"] + y["interest"] + y["charge"] + y["undisclosed"]
    deducted = tax_depreciation(s)
    allowed = np.minimum(y["interest"] + y["denied"], rule.interest_limit_frac * np.maximum(ebitda, 0.0))
    y["denied"] = y["interest"] + y["denied"] - allowed
    income = ebitda - deducted - allowed
    s.flow[f.lab_tax_current] = tax_rate(rule) * _after_losses(s, income)
    s.year_ebt.append(y["ebt"])
    _deferred(s)
    for name in ("ebt", "interest", "charge", "undisclosed"):
        y[name] = np.zeros(s.n)


def tax_rate(rule: Any) -> Any:
    """Federal and state together; state tax is deducted from federal income."""
    return rule.federal_frac + rule.state_frac * (1.0 - np.asarray(rule.federal_frac))


def tax_depreciation(s: Books) -> np.ndarray:
    """Deductions of the year: bonus and the printed 5-year table for equipment, straight line for buildings."""
    rule, table = s.bound.company.tax, macrs_table(5)
    last, total = s.tax_basis[-1][0], np.zeros(s.n)
    for year, (equipment, building) in s.tax_basis:
        age = last - year
        regular = table[age] if age < len(table) else 0.0
        total = total + equipment * (
            (1.0 - np.asarray(rule.bonus_frac)) * regular + (np.asarray(rule.bonus_frac) if age == 0 else 0.0)
        )
        total = total + building / BUILDING_YEARS * (0.5 if age == 0 else 1.0)
    return total


def _after_losses(s: Books, income: np.ndarray) -> np.ndarray:
    """Taxable income after losses carried forward; each loss is used once, old ones within the owner-change limit."""
    rule, y = s.bound.company.tax, s.tax
    room = rule.nol_limit_frac * np.maximum(income, 0.0)
    old = np.minimum(np.minimum(y["old_nol"], np.asarray(rule.owner_change_limit_usd)), room)
    new = np.minimum(y["nol"], room - old)
    y["old_nol"] = y["old_nol"] - old
    y["nol"] = y["nol"] - new + np.maximum(-income, 0.0)
    return np.maximum(income, 0.0) - old - new


def _deferred(s: Books) -> None:
    """Deferred tax asset of losses and denied interest, liability of plant written off faster for tax, full allowance
    for the net asset while the last three years lost money."""
    x, b, y, rule = s.flow, s.balance, s.tax, s.bound.company.tax
    rate = tax_rate(rule)
    asset = rate * (y["nol"] + y["old_nol"] + y["denied"])
    liability = rate * np.maximum(b[TAX_PLANT].sum(axis=0) - _tax_basis_left(s), 0.0)
    losing = sum(s.year_ebt[-3:]) < 0.0
    allowance = np.where(losing, np.maximum(asset - liability, 0.0), 0.0) if rule.allowance else np.zeros(s.n)
    x[f.lab_defer_tax_asset] = asset - b[a.lab_deferred_tax_asset]
    x[f.lab_defer_tax_liability] = liability - s.held(a.lab_deferred_tax_liability)
    x[f.lab_allow_tax] = allowance - s.held(a.lab_valuation_allowance)


def _tax_basis_left(s: Books) -> np.ndarray:
    """Cost not yet deducted for tax of what entered service within the horizon."""
    rule, table, left = s.bound.company.tax, macrs_table(5), np.zeros(s.n)
    last = s.tax_basis[-1][0]
    for year, (equipment, building) in s.tax_basis:
        age = last - year
        left = left + equipment * (1.0 - np.asarray(rule.bonus_frac)) * (1.0 - sum(table[: age + 1]))
        left = left + building * max(1.0 - (age + 0.5) / BUILDING_YEARS, 0.0)
    return left
