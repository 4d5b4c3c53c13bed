"""A small company with two campuses whose physics is written down here, so that every expected number can be
worked by hand.
"""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import cast

import numpy as np

from gigacampus.company.financing.owners import holder_labels
from gigacampus.company.ledger.journal import FLOW_INDEX, Flows
from gigacampus.company.ledger.records import Columns
from gigacampus.foundation.calendar import Months
from gigacampus.registry.stage_inputs import Coordinates, Inputs
from gigacampus.scenario.class_rows import typical
from gigacampus.schema.buildout import AcceleratorBlock, GeneratorBlock, HallBlock, PhaseSpec
from gigacampus.schema.company import CompanySpec, CountySpec, MarketSpec
from gigacampus.schema.compute import AcceleratorEntry

START = date(2025, 1, 1)
ORDERED_MONTHS_BEFORE = 6
"""Months from the order of committed assets to their delivery."""


COUNT = 150_000 / 1.4
"""Accelerators of each campus."""


def flow_rows(*names: str) -> list[int]:
    """Places of flows in the journal."""
    return [FLOW_INDEX[name] for name in names]


def flow_columns(values: np.ndarray) -> Flows:
    """Flows of one month by name, from an array (flow, draw)."""
    return cast(Flows, Columns(dict(zip(FLOW_INDEX, values, strict=True))))


def inputs(
    company: dict | None = None,
    *,
    months: int = 84,
    market: dict | None = None,
    phase: dict | None = None,
    as_of: date = date(2026, 1, 16),
    phases: int = 1,
) -> Inputs:
    """Inputs of the stage with ``company`` over the generic defaults; campus ``south`` has ``phases`` extensions."""
    extension = {"planned_order": "2026-06-01", "lead_days": 365, "capex_usd": 5e9, "deposit_frac": 0.3, **(phase or {})}
    north = SimpleNamespace(
        blocks={
            "fleet": AcceleratorBlock(kind="accelerators", model="lib:accelerators/chip", count=COUNT),
            "hall": HallBlock(kind="hall", it_mw=150.0),
            "turbines": GeneratorBlock(kind="generators", model="lib:generators/gt", count=10),
        },
        phases={},
        county=CountySpec(permanent_jobs=100.0),
    )
    south = SimpleNamespace(
        blocks={
            "hall": HallBlock(kind="hall", it_mw=150.0),
            "fleet": AcceleratorBlock(kind="accelerators", model="lib:accelerators/chip", count=COUNT),
        },
        phases={f"p{i}": PhaseSpec(**extension) for i in range(phases)},
        county=CountySpec(sales_tax_exempt_frac=1.0, fee_in_lieu_frac=1 / 3),
    )
    tree = SimpleNamespace(
        company=CompanySpec(**(company or {})),
        market=MarketSpec(**(market or {})),
        as_of=as_of,
        library=SimpleNamespace(
            accelerators={"chip": AcceleratorEntry(server_kw=1.4, peak_bf16_tflops=990, memory_gb=80, memory_tb_s=3.35, price_usd=30_000)},
            generators={"gt": typical("generators", engine="industrial", iso_mw=16.5, heat_rate_lhv_kj_per_kwh=10_000)},
            batteries={},
        ),
        campuses={"north": north, "south": south},
        horizon=SimpleNamespace(start=START, months=months),
    )
    at = Coordinates(
        ("north", "south"),
        1 + phases,
        Months(START, months),
        ("north/turbines",),
        (0,),
        ("chip",),
        (),
        (),
        block=tuple(f"{key}/{name}" for key, c in tree.campuses.items() for name in c.blocks),
        payee=tuple(f"{key}/{body}" for key, c in tree.campuses.items() for body in c.county.every_body()),
        counterfactual=tuple(tree.company.counterfactuals()),
        holder=holder_labels(tree.company),
        trade=tuple(tree.company.people),
        tenant=tuple(tree.company.revenue.rental.tenants),
    )
    return Inputs(tree, at)


def tables(
    months: int = 84, *, worlds: int = 2, phases: int = 1, it_mw: float = 150.0, step_month: int = 9, lead_days: float = 365.0
) -> dict[str, np.ndarray]:
    """Upstream arrays: 150 MW at north from the start, 150 MW at south from ``step_month``, 300 MW more with each
    phase.
    """
    t = np.arange(months)
    shape = (worlds, 2, 1 + phases, months)
    it = np.zeros(shape)
    it[:, 0] = it_mw
    it[:, 1] = it_mw * (t >= step_month)
    for k in range(1, 1 + phases):
        it[:, 1, k] += 2 * it_mw * k
    total = it.sum(axis=1)
    users = np.broadcast_to(1e6 * 1.04**t, (worlds, months))
    tokens = np.broadcast_to(5e12 * 1.05**t, (worlds, months))
    zero = np.zeros((worlds, months))
    hours = it * 1000 / 1.4 * 730
    capacity = total * 4e11
    share = it[:, :, 0] / 150.0
    delivered = np.stack([share[:, 0], share[:, 0], np.ones((worlds, months)), share[:, 1], share[:, 1]], axis=1)
    soon = np.minimum(t + ORDERED_MONTHS_BEFORE, months - 1)
    return {
        "block_delivered_frac": delivered,
        "block_ordered_frac": delivered[..., soon],
        "block_present_frac": np.repeat(delivered[:, :, None], 1 + phases, axis=2),
        "it_mw": it,
        "it_installed_mw": it,
        "accelerators_in_service": it * 1000 / 1.2,
        "hall_limit_it_mw": it,
        "grid_limit_mw": np.zeros(shape),
        "battery_block_mwh": np.zeros((worlds, 0, 1 + phases, months)),
        "fuel_mmbtu": it * 100.0,
        "grid_bill_usd": it * 30_000.0,
        "accelerator_hours": hours,
        "training_flop": hours * 1e18,
        "serving_capacity_tokens": capacity,
        "serving_share_needed_frac": np.minimum(0.5 * tokens[:, None] / np.maximum(capacity, 1.0), 0.5),
        "accelerators_by_model": total[:, None] * 1000 / 1.4,
        "unit_count": np.full((worlds, 1, 1 + phases, months), 10.0),
        "phase_lead_days": np.full((worlds, 2, 1 + phases), lead_days) * (np.arange(1 + phases) > 0),
        "paying_users": users,
        "tokens_demanded": tokens,
        "tokens_from_cars": zero,
        "tokens_from_robots": zero,
        "tokens_from_agents": tokens * 0.01,
        "water_bill_usd": np.full((worlds, 2, months), 1e5),
        "red_line_exposure_usd": zero + 1e4,
    }


HISTORY = {
    "q1": {
        "start": "2025-01-01",
        "revenue_usd": 43e6,
        "gross_profit_usd": 8e6,
        "ebitda_usd": -700e6,
        "net_income_usd": -1000e6,
        "cash_spent_usd": 2500e6,
        "stock_compensation_usd": 50e6,
    },
    "q2": {
        "start": "2025-04-01",
        "revenue_usd": 59e6,
        "gross_profit_usd": 14e6,
        "ebitda_usd": -800e6,
        "net_income_usd": -1200e6,
        "cash_spent_usd": 2600e6,
        "stock_compensation_usd": 50e6,
    },
    "q3": {
        "start": "2025-07-01",
        "revenue_usd": 107e6,
        "gross_profit_usd": 63e6,
        "ebitda_usd": -900e6,
        "net_income_usd": -1460e6,
        "cash_spent_usd": 2700e6,
        "stock_compensation_usd": 60e6,
    },
}

RICH = {
    "opening_cash_usd": 6.5e9,
    "history": HISTORY,
    "people": {
        "research": {"heads": 1000, "cash_usd_per_head_year": 800e3, "stock_usd_per_head_year": 200e3, "platform_frac": 0.1},
        "robots": {"heads": 100, "cash_usd_per_head_year": 600e3, "function": "robots_agents"},
    },
    "loans": {
        "notes": {"drawn": "2025-06-30", "principal_usd": 5e9, "rate_frac": 0.125, "term_years": 5, "discount_frac": 0.02},
        "old": {
            "drawn": "2024-06-30",
            "principal_usd": 1e9,
            "rate_frac": 0.1,
            "term_years": 3,
            "interest_only_years": 1,
            "kind": "term_loan",
        },
        "platform_loan": {
            "drawn": "2022-10-27",
            "principal_usd": 12e9,
            "rate_frac": 0.1,
            "term_years": 7,
            "entity": "platform",
            "kind": "term_loan",
            "interest_only_years": 7,
            "refinanced_frac": 1.0,
        },
    },
    "rounds": {
        "june": {"day": "2025-06-30", "raised_usd": 5e9, "post_money_usd": 120e9},
        "e": {"day": "2026-01-06", "raised_usd": 20e9, "equity_frac": 0.9, "post_money_usd": 230e9},
    },
    "vehicle": {"start": "2025-11-01", "purchase_usd": 2e9},
    "platform": {
        "enabled": True,
        "advertising_usd_per_month": 145e6,
        "subscription_usd_per_month": 40e6,
        "data_usd_per_month": 20e6,
        "licence_from_lab_usd_per_month": 10e6,
        "fixed_cost_usd_per_month": 40e6,
        "capex_usd_per_month": 10e6,
        "opening_plant_usd": 2e9,
    },
    "revolver": {"limit_usd": 5e8, "draw_below_usd": 1e8},
    "equity": {"last_post_money_usd": 45e9},
}
