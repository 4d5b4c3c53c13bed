"""The platform: its own books, a licence sold to the lab, and loans from the lab when its cash runs short."""

from __future__ import annotations

from gigacampus.company.ledger import statement_sums
from gigacampus.company.ledger.posting import owed
from gigacampus.company.ledger.scalar_ops import between, least, most, rule, where
from gigacampus.company.ledger.state_layout import Draw


@rule
def run_platform(draw: Draw) -> None:
    """A month of the platform; the lab's licence and its staff's time meet here."""
    flows, balances, terms, sales = draw.flows, draw.balances, draw.terms.platform, draw.state.platform_levels
    flows.platform_bill_advertising = terms.activity_factor * sales.advertising_usd
    flows.platform_earn_subscriptions = terms.activity_factor * sales.subscriptions_usd
    flows.platform_bill_data = terms.activity_factor * terms.data_usd
    flows.platform_bill_lab = terms.activity_factor * terms.licence_usd
    flows.lab_data_platform = flows.platform_bill_lab
    flows.lab_pay_platform = owed(balances.lab_due_to_platform)
    flows.platform_collect_lab = flows.lab_pay_platform
    sold = flows.platform_bill_advertising + flows.platform_earn_subscriptions + flows.platform_bill_data
    flows.platform_cost_of_revenue = sold * terms.cost_frac
    flows.platform_operating_cost = terms.fixed_usd * draw.state.levels.inflation
    flows.platform_pay_vendors, flows.platform_collect = owed(balances.platform_payables), balances.platform_receivables
    flows.platform_lab_staff = draw.state.operations.platform_staff_usd
    flows.lab_charge_platform_staff = draw.state.operations.platform_staff_usd
    _plant(draw)
    flows.platform_pay_interest = owed(balances.platform_accrued_interest)
    _lend(draw)


@rule
def _lend(draw: Draw) -> None:
    """The lab lends what keeps the platform's cash at its floor, or above nothing, and is paid back from twice the floor."""
    flows, balances, floor = draw.flows, draw.balances, draw.terms.platform.cash_floor_usd
    cash = balances.platform_cash + statement_sums.platform_cash(flows)
    short = floor - cash if draw.dates.supported_by_lab == 1 else -cash
    lent = most(short, 0.0)
    back = where(lent > 0.0, 0.0, between(cash - 2.0 * floor, 0.0, owed(balances.platform_due_to_lab)))
    flows.lab_lend_platform, flows.platform_borrow_from_lab = lent, lent
    flows.lab_platform_repays, flows.platform_repay_lab = back, back


@rule
def _plant(draw: Draw) -> None:
    flows, balances, terms = draw.flows, draw.balances, draw.terms.platform
    worn = balances.platform_plant / terms.plant_life_months
    flows.platform_buy_plant = terms.capex_usd
    flows.platform_depreciate = least(worn, most(balances.platform_plant + balances.platform_plant_acc, 0.0))
    flows.platform_retire = least(worn, -balances.platform_plant_acc)
