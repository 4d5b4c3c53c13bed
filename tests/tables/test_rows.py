"""Claims, actuals, figures and readings: units are converted or refused, signs and scales questioned, unknown columns named."""

from __future__ import annotations

import random
from collections import Counter
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.answers.claims import judge, register
from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.tables.money import months_of_period, read_money
from gigacampus.rerun import actuals
from tests.answers.synthetic import synthetic

LABELS = [f"{2025 + i // 12}-{i % 12 + 1:02d}" for i in range(24)]
CLAIMS = "id,claim,value,unit,variable,months,over_months,relation,factor\n"
REVENUE_USD = 1206.0
"""What the synthetic run earns in 2026."""


def claims(tmp_path, *rows, head=CLAIMS):
    path = tmp_path / "claims.csv"
    path.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    return register.read(path)


def verdicts(tmp_path, *rows):
    return [(row["verdict"], row["value"], row["unit"]) for row in judge.judged(synthetic(), claims(tmp_path, *rows))["claims"]]


@pytest.mark.parametrize(
    ("value", "unit"), [("1.206", "USD k"), ("0.001206", "USD million"), ("1206", "$"), ("1.206e-6", "USD bn"), ("0.001206", "MUSD")]
)
def test_the_same_claim_in_any_unit_gets_the_same_verdict(tmp_path, value, unit):
    plain, other = verdicts(
        tmp_path, "A,x,1206,USD,revenue_usd,2026-01..2026-12,sum,about,", f"B,x,{value},{unit},revenue_usd,2026-01..2026-12,sum,about,"
    )
    assert plain == other == ("reproduced", pytest.approx(REVENUE_USD), "USD")


def test_a_billion_is_no_dollar(tmp_path):
    rows = verdicts(
        tmp_path,
        "A,x,5,USD bn,revenue_usd,2026-01..2026-12,sum,at_most,",
        "B,x,5e9,USD,revenue_usd,2026-01..2026-12,sum,at_most,",
        "C,x,5,USD,revenue_usd,2026-01..2026-12,sum,at_most,",
    )
    assert rows[0] == rows[1] and rows[0][0] == "reproduced" and rows[2][0] == "unlikely"


def test_masses_are_converted(tmp_path):
    (claim,) = claims(tmp_path, "A,x,420000,short tons,co2_t,2026-01..2026-12,sum,at_most,").claims
    assert claim.judge.claimed == pytest.approx(420_000 * 0.90718474) and claim.judge.unit == "t"


@pytest.mark.parametrize(
    ("unit", "factor", "words"),
    [
        ("tons", "", "more than one unit"),
        ("EUR bn", "", "another currency"),
        ("MWh", "", "unit of energy"),
        ("florins", "", "unknown unit"),
        ("USD bn", "1e-6", "does not take USD to USD bn"),
    ],
)
def test_a_unit_that_cannot_be_converted_is_refused(tmp_path, unit, factor, words):
    variable = "co2_t" if unit == "tons" else "revenue_usd"
    with pytest.raises(ScenarioError, match=words):
        claims(tmp_path, f"A,x,5,{unit},{variable},2026-01..2026-12,sum,at_most,{factor}")


def test_a_factor_that_is_the_conversion_says_the_same(tmp_path):
    row = verdicts(tmp_path, "A,x,1.206e-6,USD bn,revenue_usd,2026-01..2026-12,sum,about,1e-9")[0]
    assert row == ("reproduced", pytest.approx(1.206e-6), "USD bn")


def test_a_claim_without_a_unit_or_a_variable_is_told(tmp_path):
    first, second = claims(
        tmp_path, "A,x,5,,revenue_usd,2026-01..2026-12,sum,about,", "B,revenue of the company next year,5,USD bn,,,,,"
    ).claims
    assert "no unit given: taken as USD" in first.judge.why
    assert "nearest: " in second.judge.why and "revenue_usd" in second.judge.why


def actual(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    return actuals.read_actuals(path, LABELS)


def test_the_column_units_is_named_with_its_nearest(tmp_path):
    with pytest.raises(ScenarioError) as error:
        actual(tmp_path, "period,metric,value,units\n2026Q2,revenue,475,USD m\n")
    assert error.value.findings[0].nearest == "unit"


@pytest.mark.parametrize("metric", ["net_loss", "capex", "revenue", "cash_spent", "debt"])
def test_signs_that_are_another_way_round_are_questioned(tmp_path, metric):
    with pytest.raises(ScenarioError, match="drop the minus"):
        actual(tmp_path, f"period,metric,value,unit\n2026Q2,{metric},-1460,USD m\n")
    assert actual(tmp_path, f"period,metric,value,unit\n2026Q2,{metric},1460,USD m\n")[0].value == 1.46e9
    assert actual(tmp_path, "period,metric,value,unit\n2026Q2,net_income,(1460),USD m\n")[0].value == -1.46e9


def test_a_revenue_a_million_times_off_asks_for_its_unit(tmp_path):
    run = SimpleNamespace(array=lambda _: np.full((50, 24), 1.5e8), coords={"month": LABELS})
    for value, unit, wrong in (("475", "USD", True), ("475", "USD m", False), ("475e6", "", False), ("475", "USD bn", True)):
        rows = actual(tmp_path, f"period,metric,value,unit\n2026Q2,revenue,{value},{unit}\n")
        if wrong:
            with pytest.raises(ScenarioError, match="in which unit"):
                actuals.refuse_other_scale(partial(actuals.forecast, run), rows, "a.csv")
        else:
            actuals.refuse_other_scale(partial(actuals.forecast, run), rows, "a.csv")


@pytest.mark.parametrize(
    ("period", "count"),
    [("2026Q2", 3), ("Q2 2026", 3), ("2026-Q2", 3), ("2026", 12), ("2026H1", 6), ("2026-04", 1), ("FY26", 12), ("FY", 0), ("2027", 0)],
)
def test_periods_in_their_usual_spellings(period, count):
    assert len(months_of_period(period, LABELS)) == count


UNITS = {"USD": 1.0, "USD k": 1e3, "USD m": 1e6, "USD bn": 1e9, "$ million": 1e6, "kUSD": 1e3, "MUSD": 1e6}
FAULTS = ("", "", "", "unknown column", "euro", "no number", "ambiguous", "no metric")


def money_outcome(tmp_path, seed):
    """One small table of money in a random habit: the truth, or a refusal where one is due."""
    chance = random.Random(seed)
    fault, unit, decimal = chance.choice(FAULTS), chance.choice(list(UNITS)), chance.choice(".,")
    separator = chance.choice(",;\t|") if decimal == "." else chance.choice(";\t|")
    truth = [round(chance.uniform(-900, 900), 2) for _ in range(6)]
    cells = [f"{v:.2f}" if v >= 0 or chance.random() < 0.7 else f"({-v:.2f})" for v in truth]
    cells = [c.replace(".", decimal) for c in cells]
    names = ["period", "metric", "value", "unit"]
    columns = [[f"2026-{m + 1:02d}" for m in range(6)], ["net_income"] * 6, cells, [unit] * 6]
    if chance.random() < 0.3:
        names[2], names, columns = f"Value ({unit})", [names[0], names[1], f"Value ({unit})"], columns[:3]
    if fault == "unknown column":
        names.append("units"), columns.append(["x"] * 6)
    if fault == "euro":
        names, columns = ["period", "metric", "value", "unit"], [*columns[:3], ["EUR m"] * 6]
    if fault == "no number":
        columns[2][chance.randrange(6)] = chance.choice(["abc", "", "12 or 13", "1,2,3.4.5", "inf"])
    if fault == "ambiguous":
        columns[2] = ["1,234"] * 6 if separator != "," else ["1.5.6"] * 6
    if fault == "no metric":
        names[1] = "metrik_x"
    order = list(range(len(names)))
    chance.shuffle(order)
    rows = [[names[i] for i in order], *([columns[i][k] for i in order] for k in range(6))]
    path = tmp_path / "m.csv"
    path.write_text("\n".join(separator.join(r) for r in rows), encoding=chance.choice(("utf-8", "utf-8-sig", "utf-16")))
    try:
        found = read_money(path, most_rows=100, most_bytes=10_000)
    except ScenarioError as error:
        assert fault, (seed, str(error))
        return "refused", fault
    assert not fault, (seed, fault, found)
    assert [r.value for r in found] == pytest.approx([v * UNITS[unit] for v in truth], rel=1e-12), seed
    return "read", fault


def test_a_sample_of_generated_tables_of_money(tmp_path):
    counts = Counter(money_outcome(tmp_path, seed)[0] for seed in range(200))
    assert counts["read"] > 50 and counts["refused"] > 50


@pytest.mark.slow
def test_many_generated_tables_of_money(tmp_path, capsys):
    counts = Counter(money_outcome(tmp_path, seed) for seed in range(1000, 7000))
    with capsys.disabled():
        print("\ntables of money: outcome by fault")
        for (word, fault), n in sorted(counts.items()):
            print(f"  {word:<8} {fault or 'none':<16} {n:>6,}")
