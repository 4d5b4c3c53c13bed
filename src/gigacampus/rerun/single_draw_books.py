"""One future of a finished run in whole cents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.company import stage
from gigacampus.company.ledger.accounts import ENTITIES, LINES, rows_of
from gigacampus.company.ledger.audit import CENTS, Audited, audit
from gigacampus.company.ledger.committed_assets import stock_cost
from gigacampus.company.ledger.currency import Currency
from gigacampus.company.ledger.journal import CASH_CLASSES
from gigacampus.company.ledger.physics_tables import stack
from gigacampus.company.ledger.workbook import years_of
from gigacampus.results.result import refuse_without_company


def audited_draw(folder: Path, draw: int) -> tuple[Any, Audited]:
    """The result in ``folder`` and the exact books of one of its draws, simulated again alone."""
    from gigacampus.foundation.errors import refuse
    from gigacampus.rerun.reopen import reopened_draws
    from gigacampus.results import store

    result = store.read(folder)
    refuse_without_company(result)
    opened = reopened_draws(result, "company")
    inputs, up, world = opened.inputs, opened.up, opened.plan.world_of_draw
    if not 0 <= draw < world.size:
        raise refuse(f"the run holds no draw {draw}", fix=f"use 0 to {world.size - 1}")
    one = slice(draw, draw + 1)
    return result, audit(*stage.prepare(inputs, up, stack(up), stock_cost(inputs, up), world[one], opened.sampled, one))


def median_draw(result: Any) -> int:
    """The draw whose cash at the end of the horizon is nearest to the median: a middling future, not the middle of everything."""
    refuse_without_company(result)
    cash = result.array("cash_usd")[:, -1]
    return int(np.argmin(np.abs(cash - np.median(cash))))


def by_year(books: Audited, entity: str, currency: Currency) -> dict[str, dict[str, float]]:
    """Three statements of an entity by calendar year in millions of the display currency."""
    scale = currency.per_usd / CENTS / 1e6
    lines = {f"{name.replace('_', ' ')}": books.line(entity, name) for name in LINES}
    lines["net income"] = np.asarray(sum(lines.values()))
    cash = {f"cash from {name}": books.cash_class(entity, name) for name in CASH_CLASSES}
    held = {
        side: books.balances[:, rows_of(entity, side=sides)].sum(axis=1)
        for side, sides in (("assets", ("asset", "contra_asset")), ("liabilities", ("liability",)))
    }
    out: dict[str, dict[str, float]] = {}
    for year, at in years_of(books.months).items():
        out[year] = {name: float(values[at].sum()) * scale for name, values in (lines | cash).items()}
        out[year] |= {"assets": float(held["assets"][at[-1]]) * scale, "liabilities": -float(held["liabilities"][at[-1]]) * scale}
        out[year]["equity"] = out[year]["assets"] - out[year]["liabilities"]
    return out


def check_entity(name: str) -> str:
    """An entity's name, or one clear refusal."""
    from gigacampus.foundation.errors import refuse

    if name not in ENTITIES:
        raise refuse(f"no entity is called {name!r}", fix=f"use one of {', '.join(ENTITIES)}")
    return name
