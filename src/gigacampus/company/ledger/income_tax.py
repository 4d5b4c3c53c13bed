"""Income tax of the lab, settled each December: losses, the interest limit, first-year deductions, deferred tax."""

from __future__ import annotations

import numpy as np

from gigacampus.company.finance.depreciation import macrs_table
from gigacampus.company.ledger import balance_sums, flow_sums, statement_sums
from gigacampus.company.ledger.parameter_table import Terms
from gigacampus.company.ledger.posting import owed, tax_year
from gigacampus.company.ledger.scalar_ops import Number, least, most, rule, where
from gigacampus.company.ledger.state_layout import Draw, TaxState, Timeline
from gigacampus.foundation.units import MONTHS_PER_YEAR

BUILDING_YEARS = 39.0
"""Straight-line tax life of a nonresidential building. Source: IRC 168(c)."""
REGULAR = np.array(macrs_table(5))
"""Share of cost deducted in each year of the printed 5-year table."""
UNDEDUCTED = np.maximum(1.0 - np.cumsum(REGULAR), 0.0)
DECEMBER = 11


@rule
def settle(draw: Draw, t: int) -> None:
    """Pay last month's liability; in December compute the year's tax and the change of deferred tax.

    Interest is deducted up to what was earned in interest and a share of income before interest and depreciation. Source: IRC 163(j).
    """
    flows, terms, tax = draw.flows, draw.terms, draw.state.tax
    flows.lab_pay_tax = owed(draw.balances.lab_tax_payable)
    _accrue_year(draw, t)
    if (draw.dates.first_calendar_month + t) % MONTHS_PER_YEAR != DECEMBER:
        return
    year = tax_year(draw.dates, t)
    ebitda = tax.year_before_tax_usd + tax.year_interest_usd + tax.year_depreciation_usd + tax.year_undisclosed_usd
    asked, earned = tax.year_interest_usd + tax.denied_interest_usd, tax.year_interest_income_usd
    allowed = least(asked, earned + terms.interest_limit_frac * most(ebitda - earned, 0.0))
    tax.denied_interest_usd = asked - allowed
    income = ebitda - _deducted(draw.timeline, terms, year) - allowed
    flows.lab_tax_current = tax_rate(terms) * _after_losses(terms, tax, income)
    tax.third_before_tax_usd = tax.second_before_tax_usd
    tax.second_before_tax_usd = tax.last_before_tax_usd
    tax.last_before_tax_usd = tax.year_before_tax_usd
    _deferred(draw, year)
    tax.year_before_tax_usd, tax.year_interest_usd, tax.year_depreciation_usd = 0.0, 0.0, 0.0
    tax.year_undisclosed_usd, tax.year_interest_income_usd = 0.0, 0.0
    if t < draw.dates.history_months:
        _within_reported(draw)


@rule
def _within_reported(draw: Draw) -> None:
    """A reported net result is after tax: the residual line below EBITDA gives way to the tax of the year's end. Taxable income adds
    that line back, so that the tax stays what it is.
    """
    flows = draw.flows
    charge = statement_sums.lab_tax(flows)
    rest = flows.lab_undisclosed_other - flows.lab_undisclosed_other_back + charge
    flows.lab_undisclosed_other, flows.lab_undisclosed_other_back = most(rest, 0.0), most(-rest, 0.0)
    draw.state.tax.last_before_tax_usd = draw.state.tax.last_before_tax_usd - charge


@rule
def _accrue_year(draw: Draw, t: int) -> None:
    """Add the month to the tax year; tax law knows no write-downs, and who sold machines deducts no more of them."""
    flows, tax, year = draw.flows, draw.state.tax, tax_year(draw.dates, t)
    tax.year_before_tax_usd += statement_sums.lab_before_tax(flows)
    tax.year_interest_usd += flow_sums.interest_cost(flows) - flows.lab_capitalise_interest
    tax.year_depreciation_usd += flow_sums.charged(flows) + flows.lab_depreciate_undisclosed - flow_sums.relieved(flows)
    tax.year_undisclosed_usd += flows.lab_undisclosed_other - flows.lab_undisclosed_other_back + flow_sums.written_off(flows)
    tax.year_interest_income_usd += flows.lab_earn_interest
    equipment, building = draw.timeline.equipment_usd, draw.timeline.building_usd
    equipment[year] += flow_sums.equipment_served(flows) - flows.lab_sell_machines
    building[year] += flows.lab_serve_building


@rule
def tax_rate(terms: Terms) -> Number:
    """Federal and state together; state tax is deducted from federal income."""
    return terms.federal_frac + terms.state_frac * (1.0 - terms.federal_frac)


@rule
def _deducted(timeline: Timeline, terms: Terms, year: int) -> Number:
    """Deductions of the year: bonus and the printed 5-year table for equipment, straight line for buildings."""
    equipment, building = timeline.equipment_usd, timeline.building_usd
    out = equipment[year] * terms.bonus_frac - 0.5 * building[year] / BUILDING_YEARS
    for age in range(year + 1):
        if age < REGULAR.size:
            out = out + equipment[year - age] * (1.0 - terms.bonus_frac) * REGULAR[age]
        out = out + building[year - age] / BUILDING_YEARS
    return out


@rule
def _after_losses(terms: Terms, tax: TaxState, income: Number) -> Number:
    """Taxable income after losses carried forward; each loss is used once, old ones within the owner-change limit."""
    room = terms.nol_limit_frac * most(income, 0.0)
    old = least(least(tax.old_nol_usd, terms.owner_change_limit_usd), room)
    new = least(tax.nol_usd, room - old)
    tax.old_nol_usd = tax.old_nol_usd - old
    tax.nol_usd = tax.nol_usd - new + most(-income, 0.0)
    return most(income, 0.0) - old - new


@rule
def _deferred(draw: Draw, year: int) -> None:
    """Deferred tax asset of losses and denied interest, liability of plant written off faster for tax, full allowance for the net
    asset while the last three years lost money.
    """
    flows, balances, terms, tax = draw.flows, draw.balances, draw.terms, draw.state.tax
    asset = tax_rate(terms) * (tax.nol_usd + tax.old_nol_usd + tax.denied_interest_usd)
    undeducted = _undeducted(draw.timeline, terms, year)
    liability = tax_rate(terms) * most(balance_sums.held_plant_net(balances) - undeducted, 0.0)
    losing = tax.last_before_tax_usd + tax.second_before_tax_usd + tax.third_before_tax_usd < 0.0
    allowance = where(losing, most(asset - liability, 0.0), 0.0) * draw.dates.allowance
    flows.lab_defer_tax_asset = asset - balances.lab_deferred_tax_asset
    flows.lab_defer_tax_liability = liability - owed(balances.lab_deferred_tax_liability)
    flows.lab_allow_tax = allowance - owed(balances.lab_valuation_allowance)


@rule
def _undeducted(timeline: Timeline, terms: Terms, year: int) -> Number:
    """Cost not yet deducted for tax of what entered service within the horizon."""
    equipment, building = timeline.equipment_usd, timeline.building_usd
    out = terms.bonus_frac * 0.0
    for age in range(year + 1):
        if age < UNDEDUCTED.size:
            out = out + equipment[year - age] * (1.0 - terms.bonus_frac) * UNDEDUCTED[age]
        out = out + building[year - age] * max(1.0 - (age + 0.5) / BUILDING_YEARS, 0.0)
    return out
