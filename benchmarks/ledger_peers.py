"""Seventeen monthly equations in three engines: a compiled pass over draws, a system-dynamics tool, a spreadsheet engine.

`python benchmarks/ledger_peers.py` prints processor seconds a draw and the ratios; peers that are not installed (the ``bench`` extra:
pysd, formulas) are named and left out. One draw is one set of constants carried through all months. Every engine runs the same
equations on one thread, its model read and compiled beforehand, and must agree on the last month's cash before a ratio is printed.
The peers run a draw at a time, which is how they are made to run; this is their cost of a draw and no measure of what else they do.
"""

from __future__ import annotations

import importlib.util
import tempfile
import time
from pathlib import Path

import numpy as np
from numba import njit

MONTHS = 120
STOCKS = {"users": 1e6, "cash": 20e9, "debt": 5e9, "plant": 15e9}
CONSTANTS = {
    "growth": 0.05,
    "ceiling": 5e8,
    "churn": 0.02,
    "arpu0": 12.0,
    "arpu_drift": 0.002,
    "mw": 600.0,
    "price": 45000.0,
    "staff0": 9e7,
    "wage_drift": 0.004,
    "rate": 0.009,
    "life": 60.0,
    "tax_rate": 0.21,
    "capital": 0.4,
    "term": 84.0,
}
"""Per month; ``capital`` is plant bought per dollar of yearly revenue added."""


@njit(cache=True)
def march(constants: np.ndarray, cash: np.ndarray) -> None:
    """Last month's cash of each draw; ``constants`` (draw, constant) in the order of :data:`CONSTANTS`."""
    for d in range(constants.shape[0]):
        (growth, ceiling, churn, arpu0, arpu_drift, mw, price, staff0, wage_drift, rate, life, tax_rate, capital, term) = constants[d]
        users, held, debt, plant = 1e6, 20e9, 5e9, 15e9
        for t in range(MONTHS):
            arpu = arpu0 * np.exp(arpu_drift * t)
            adds = users * growth * (1.0 - users / ceiling)
            churned = users * churn
            revenue = users * arpu
            energy = mw * price
            staff = staff0 * np.exp(wage_drift * t)
            ebitda = revenue - energy - staff
            interest = debt * rate
            worn = plant / life
            tax = max(ebitda - interest - worn, 0.0) * tax_rate
            bought = capital * 12.0 * arpu * max(adds - churned, 0.0) + worn
            repaid = debt / term
            flow = ebitda - interest - tax - bought - repaid
            users += adds - churned
            held += flow
            debt -= repaid
            plant += bought - worn
        cash[d] = held


EQUATIONS = {
    "arpu": "arpu0*EXP(arpu_drift*month)",
    "adds": "users*growth*(1-users/ceiling)",
    "churned": "users*churn",
    "revenue": "users*arpu",
    "energy": "mw*price",
    "staff": "staff0*EXP(wage_drift*month)",
    "ebitda": "revenue-energy-staff",
    "interest": "debt*rate",
    "worn": "plant/life",
    "tax": "MAX(ebitda-interest-worn,0)*tax_rate",
    "bought": "capital*12*arpu*MAX(adds-churned,0)+worn",
    "repaid": "debt/term",
    "flow": "ebitda-interest-tax-bought-repaid",
}
CHANGES = {"users": "adds-churned", "cash": "flow", "debt": "-repaid", "plant": "bought-worn"}


def vensim() -> str:
    """The same equations as a system-dynamics model file."""
    rows = [f"{k}={v}" for k, v in CONSTANTS.items()]
    rows += [f"{k}={v.replace('month', 'Time')}" for k, v in EQUATIONS.items()]
    rows += [f"{k}=INTEG({v},{STOCKS[k]})" for k, v in CHANGES.items()]
    rows += ["FINAL TIME=" + str(MONTHS), "INITIAL TIME=0", "SAVEPER=1", "TIME STEP=1"]
    return "{UTF-8}\n" + "\n".join(f"{row}\n\t~\t\n\t~\t\n\t|\n" for row in rows)


def workbook(path: Path) -> str:
    """The same equations as a sheet: one column an equation, one row a month. Returns the address of the last cash."""
    import re

    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "M"
    names = ["month", *CONSTANTS, *EQUATIONS, *STOCKS]
    letter = {n: chr(65 + i) if i < 26 else "A" + chr(65 + i - 26) for i, n in enumerate(names)}
    sheet.append(names)
    for t in range(MONTHS + 1):
        row = t + 2
        for name, value in {"month": t, **CONSTANTS}.items():
            sheet[f"{letter[name]}{row}"] = value
        for name, text in EQUATIONS.items():
            sheet[f"{letter[name]}{row}"] = "=" + re.sub(r"[a-z_]+0?", lambda m, r=row: f"{letter[m[0]]}{r}", text)
        for name, text in CHANGES.items():
            step = re.sub(r"[a-z_]+0?", lambda m, r=row: f"{letter[m[0]]}{r - 1}", text)
            sheet[f"{letter[name]}{row}"] = STOCKS[name] if t == 0 else f"={letter[name]}{row - 1}+({step})"
    book.save(path)
    return f"{letter['cash'].upper()}{MONTHS + 2}"


def ours(draws: int = 200_000) -> tuple[float, float]:
    """Seconds a draw, best of three, and the last cash. Draws differ in growth, so that none is a copy of another."""
    table = np.tile(np.array(list(CONSTANTS.values())), (draws, 1))
    table[:, 0] *= np.linspace(1.0, 1.2, draws)
    cash = np.zeros(draws)
    march(table[:10], cash[:10])
    best = min(_timed(lambda: march(table, cash)) for _ in range(3))
    return best / draws, float(cash[0])


def _timed(call) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


def pysd_run(folder: Path, runs: int = 10) -> tuple[float, float]:
    """Seconds a draw of the system-dynamics model, best of some, and the last cash."""
    import pysd

    path = folder / "model.mdl"
    path.write_text(vensim(), encoding="utf-8")
    model = pysd.read_vensim(str(path))
    result = model.run(return_columns=["cash"])
    best = min(_timed(lambda: model.run(params={"growth": 0.05}, return_columns=["cash"])) for _ in range(runs))
    return best, float(result["cash"].iloc[-1])


def formulas_run(folder: Path, runs: int = 3) -> tuple[float, float]:
    """Seconds of one recalculation of the sheet, best of some, and the last cash."""
    import formulas

    path = folder / "model.xlsx"
    last = workbook(path)
    model = formulas.ExcelModel().loads(str(path)).finish()
    key = f"'[{path.name}]M'!{last}"
    solution = model.calculate()
    best = min(_timed(model.calculate) for _ in range(runs))
    return best, float(solution[key].value[0, 0])


def main() -> None:
    each, cash = ours()
    equations = len(EQUATIONS) + len(CHANGES)
    print(f"{equations} equations, {MONTHS} months; compiled pass over draws: {1e6 * each:.2f} us a draw")
    with tempfile.TemporaryDirectory() as folder:
        for name, run in (("pysd", pysd_run), ("formulas", formulas_run)):
            if importlib.util.find_spec(name) is None:
                print(f"{name}: not installed, left out (pip install 'gigacampus[bench]')")
                continue
            theirs, value = run(Path(folder))
            if abs(value - cash) > 1e-6 * abs(cash):
                raise SystemExit(f"{name} gives {value:.6g}, the compiled pass {cash:.6g}: the models differ, no ratio is printed")
            print(f"{name}: {1e3 * theirs:.1f} ms a draw, {theirs / each:,.0f} times the compiled pass (same last cash)")


if __name__ == "__main__":
    main()
