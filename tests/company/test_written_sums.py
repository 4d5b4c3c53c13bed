"""Sums that are written out by hand for the processor's sake add what accounts and journal say, term by term."""

from __future__ import annotations

import inspect

import numpy as np

from gigacampus.company.ledger import balance_sums, flow_sums, journal, statement_sums
from gigacampus.company.ledger.accounts import ACCOUNTS, ENTITIES, INDEX, LINES, Balances, rows_of
from gigacampus.company.ledger.journal import CASH_CLASSES, FLOWS, Flows
from gigacampus.company.ledger.post_flows import post
from gigacampus.company.ledger.records import Record, blank, hints_of


def weights(function, kind: type[Record]) -> dict[str, float]:
    """What one unit of each field adds to a sum."""
    held, values = blank(kind, len(hints_of(kind)))
    np.fill_diagonal(values, 1.0)
    return {name: w for name, w in zip(hints_of(kind), np.broadcast_to(function(held), len(values)), strict=True) if w}


def stated(entity: str, *lines: str) -> dict[str, float]:
    """What the chart of accounts and the journal say that a flow adds to lines of the income statement."""
    rows, signs = journal.effect_on(*lines, entity=entity)
    return {FLOWS[i].name: w for i, w in zip(rows, signs, strict=True) if w}


def test_posting_is_what_the_journal_says_account_by_account():
    flows, values = blank(Flows, len(FLOWS))
    balances, posted = blank(Balances, len(FLOWS))
    np.fill_diagonal(values, 1.0)
    post(balances, flows)
    want = np.zeros_like(posted)
    for i, flow in enumerate(FLOWS):
        want[INDEX[flow.debit], i] += 1.0
        want[INDEX[flow.credit], i] -= 1.0
    wrong = [(ACCOUNTS[j].name, FLOWS[i].name) for j, i in np.argwhere(posted != want)]
    assert wrong == [], "post_flows.py and journal.py disagree on these accounts and flows"


def test_every_line_of_the_statements_adds_what_accounts_and_journal_say():
    for name, function in inspect.getmembers(statement_sums, inspect.isfunction):
        entity, _, line = name.partition("_")
        if entity not in ENTITIES:
            continue
        if line in LINES or line == "before_tax":
            want = stated(entity, *([line] if line in LINES else [x for x in LINES if x != "tax"]))
        else:
            classes = CASH_CLASSES if line == "cash" else (line,)
            want = {x.name: journal.CASH_SIGN[i] for i, x in enumerate(FLOWS) if x.entity == entity and x.cash in classes}
        assert weights(function, Flows) == want, name


def test_where_cash_goes_adds_the_weights_of_each_use():
    for name, row in zip(flow_sums.CASH_USES, flow_sums.cash_use_weights(), strict=True):
        want = {FLOWS[i].name: w for i, w in enumerate(row) if w}
        assert weights(getattr(flow_sums, f"cash_use_{name}"), Flows) == want, name


def test_every_sum_of_balances_adds_the_accounts_of_its_kind():
    debts = [i for line in ("debt", "lease", "arrears") for i in rows_of("lab", line=line)]
    want = {
        **{f"held_{entity}": rows_of(entity) for entity in ENTITIES},
        "held_owed": debts,
        "held_equity": rows_of("lab", side=("equity", "revenue", "expense")),
        "held_assets": rows_of("lab", side=("asset", "contra_asset")),
        "held_cip": rows_of("lab", line="cip"),
        "held_interest_bearing": rows_of("lab", line="debt"),
        "held_plant": [i for i in rows_of("lab", line="plant") if "undisclosed" not in ACCOUNTS[i].name],
    }
    for name, rows in want.items():
        assert weights(getattr(balance_sums, name), Balances) == {ACCOUNTS[i].name: 1.0 for i in rows}, name


PLANT = ("gpu", "network", "building", "power", "storage")


def between_accounts(debit: str = "", credit: str = "") -> set[str]:
    """Flows of the lab by the beginning of the accounts that they debit and credit."""
    return {f.name for f in FLOWS if f.entity == "lab" and f.debit.startswith(f"lab_{debit}") and f.credit.startswith(f"lab_{credit}")}


def named(words: str) -> set[str]:
    return {f"lab_{word}" for word in words.split()}


def test_every_named_sum_of_flows_adds_the_entries_of_its_meaning():
    serve = {f"lab_serve_{x}" for x in PLANT}
    assert serve == between_accounts("", "cip_") & {f.name for f in FLOWS if f.debit in {f"lab_{x}" for x in PLANT}}
    spent = {f.name for f in FLOWS if f.credit == "lab_cash" and f.cash in ("operating", "investing")}
    want = {
        "billed": between_accounts("receivables"),
        "sold": between_accounts("", "revenue_"),
        "energy_bills": between_accounts("", "accrued_energy"),
        "vendor_bills": between_accounts("", "payables"),
        "site_bills": named("site_serving site_training insure bandwidth cloud"),
        "wages": between_accounts("", "accrued_compensation"),
        "paid": between_accounts("cip_", "cash"),
        "served": serve,
        "equipment_served": serve - {"lab_serve_building"},
        "charged": {f"lab_depreciate_{x}" for x in PLANT},
        "committed": between_accounts("cip_", "vendor_payables"),
        "interest_cost": between_accounts("interest_"),
        "bills": (spent - named("undisclosed_spending deposit_utility lend_platform")) | {"lab_pay_lease"},
        "machines_charged": named("depreciate_gpu depreciate_network depreciate_undisclosed"),
        "machines_entered": named("serve_gpu serve_network undisclosed_spending"),
        "halls_charged": named("depreciate_building depreciate_power depreciate_storage"),
        "relieved": between_accounts("", "depreciation_"),
        "written_off": between_accounts("impairment"),
    }
    sums = {name: dict.fromkeys(flows, 1.0) for name, flows in want.items()}
    invested = [i for i, f in enumerate(FLOWS) if f.entity == "lab" and f.cash == "investing"]
    other = named("salvage deposit_utility lend_platform platform_repays")
    sums["capex"] = {FLOWS[i].name: -journal.CASH_SIGN[i] for i in invested if FLOWS[i].name not in other}
    rules = {f.__name__ for f in vars(flow_sums).values() if inspect.isfunction(f) and f.__module__ == flow_sums.__name__}
    assert sums.keys() == {x for x in rules if not x.startswith("cash_use_")}
    for name, flows in sums.items():
        assert weights(getattr(flow_sums, name), Flows) == flows, name
