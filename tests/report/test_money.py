"""The money's figures hold the run's own sums, flows meet at their boxes, and registers print as tables."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from gigacampus.company.analysis.terminal_states import CLASSES
from gigacampus.report import figures, registers
from gigacampus.report.figures import bars, covenants, ownership, siblings
from gigacampus.results.result import quantiles
from tests.report.synthetic import FLOWS, SyntheticResult

BY_NAME = {f.name: f for f in figures.ALL}


def drawn(spec, mark):
    return [x for x in spec["layer"] if (x.get("mark") or {}).get("type") == mark]


@pytest.mark.parametrize(("name", "variable"), [("county", "county_waived_usd"), ("pits", "pit_talent_usd")])
def test_bars_stand_at_the_median_of_each_years_sum(name, variable, synthetic):
    values = synthetic.samples(variable)
    values = values.sum(axis=1) if values.ndim == 3 else values
    months = [i for i, m in enumerate(synthetic.coords["month"]) if m.startswith("2026")]
    band = quantiles(values[:, months].sum(axis=1))
    rows = [r for x in drawn(BY_NAME[name].function(synthetic), "bar") for r in x["data"]["values"] if r["year"] == "2026"]
    assert any(r["p50"] == pytest.approx(float(band["p50"]), rel=1e-4) and r["p10"] < r["p50"] < r["p90"] for r in rows)


def test_years_that_the_horizon_cuts_are_left_out():
    assert list(bars.whole_years(SyntheticResult(months=30))) == ["2025", "2026"]
    assert BY_NAME["pits"].function(SyntheticResult(months=7))["usermeta"]["caption"].startswith("The horizon holds no whole year")


def test_outcome_bars_are_the_shares_and_sum_to_one(synthetic):
    rows = [r for x in drawn(BY_NAME["outcomes"].function(synthetic), "bar") for r in x["data"]["values"]]
    classes = synthetic.samples("outcome_class")
    assert [r["share"] for r in rows] == [float((classes == i).mean()) for i in range(len(CLASSES))]
    assert sum(r["share"] for r in rows) == pytest.approx(1.0)


def test_payback_lines_are_shares_of_futures_and_end_where_nothing_can_be_judged(synthetic):
    found = np.full((synthetic.array("cash_usd").shape[0], 72), np.nan)
    found[:64] = 30.0
    own = SyntheticResult()
    own.put("vintage_payback_months", found)
    spec = BY_NAME["payback"].function(own)
    table = spec["usermeta"]["table"]
    at = table["columns"].index("Within 3 years")
    assert table["rows"][0][at] == pytest.approx(64 / found.shape[0], rel=1e-3)
    assert table["rows"][36][at] is not None and table["rows"][37][at] is None
    assert "not in the middle future" in spec["usermeta"]["caption"]


def test_ribbons_fill_their_boxes_and_no_more(synthetic):
    boxes, ribbons = siblings.layout(siblings.flows(synthetic))
    assert len(ribbons) == len(FLOWS)
    size = {(b["party"], b["x"]): b["usd"] for b in boxes}
    assert size[("maker", siblings.LEFT)] == 7e8 and size[("maker", siblings.RIGHT)] == 5e9 and size[("vehicle", siblings.MIDDLE)] == 5e9
    for box in boxes:
        node = (box["party"], box["x"])
        for end, edge in (("from", "y0"), ("to", "y1")):
            mine = sorted((r[edge], r["usd"]) for r in ribbons if r[end] == node)
            assert sum(u for _, u in mine) <= box["usd"] * (1 + 1e-12)
            assert all(box["y"] <= y and y + u <= box["y2"] * (1 + 1e-12) for y, u in mine)
            assert all(y + u <= after + 1e-3 for (y, u), (after, _) in pairwise(mine))


def test_a_run_without_dated_flows_says_so():
    bare = SyntheticResult()
    bare.manifest["flows"] = []
    assert "siblings" in {f.name for f in figures.ALL} and figures.why_left_out(BY_NAME["siblings"], bare)


def test_registers_print_bands_dates_and_gaps_and_no_markup_of_the_data(synthetic):
    text = registers.section(synthetic)
    assert "&lt;b&gt;sisters" in text and "<b>sisters" not in text
    assert "17 months" in text and "12 to 24 months" in text.replace("12 months to 24 months", "12 to 24 months")
    assert "Aug 2026" in text and "Mar 2026 to after Dec 2030" in text and "98 %" in text
    assert "not within the horizon" in text and text.count("<table>") == 2
    bare = SyntheticResult()
    bare.manifest["registers"] = []
    assert "holds no registers" in registers.section(bare)


def test_kinds_of_holders_together_hold_what_the_holders_hold(synthetic):
    found = ownership.grouped(synthetic, "ownership_frac")
    assert list(found) == ["Founder", "Staff and options", "Known rounds"]
    np.testing.assert_allclose(sum(found.values()), synthetic.samples("ownership_frac").sum(axis=1))
    table = BY_NAME["ownership"].function(synthetic)["usermeta"]["table"]
    at = table["columns"].index("Founder (%)")
    assert table["rows"][5][at] == pytest.approx(100 * np.median(synthetic.samples("ownership_frac")[:, 0, 5]), rel=1e-3)


def test_a_sale_is_shown_in_parts_of_the_price_that_no_future_exceeds(synthetic):
    table = BY_NAME["exit_payouts"].function(synthetic)["usermeta"]["table"]
    paid = synthetic.samples("exit_payout_usd")
    share = paid[:, 0] / paid.sum(axis=1)
    assert table["rows"][0][1] == pytest.approx(100 * float(np.median(share)), rel=1e-3)
    assert all(0 <= row[1] <= 100 for row in table["rows"])


def test_covenant_room_is_read_over_futures_with_a_loan_and_ends_where_few_have_one():
    own = SyntheticResult()
    room = np.full((own.array("cash_usd").shape[0], 72), np.nan)
    room[:, :10], room[:26, 10], room[:20, 11] = 0.2, -0.1, 0.3
    own.put("covenant_headroom_frac", room)
    band = covenants.live_band(room)["p50"]
    assert band[9] == 0.2 and band[10] == -0.1 and np.isnan(band[11:]).all()
    table = BY_NAME["covenants"].function(own)["usermeta"]["table"]
    assert table["rows"][10][1] == pytest.approx(-10.0) and table["rows"][11][1] is None


def test_write_downs_add_up_over_the_months(synthetic):
    table = BY_NAME["writedowns"].function(synthetic)["usermeta"]["table"]
    lost = synthetic.samples("impairment_usd").sum(axis=1)
    assert table["rows"][-1][1] == pytest.approx(float(np.median(lost)), rel=1e-3)


def test_a_sale_of_common_stock_alone_names_no_preferences():
    own = SyntheticResult()
    assert "Preferences of" in BY_NAME["exit_payouts"].function(own)["usermeta"]["caption"]
    own.put("preference_usd", np.zeros_like(own.array("preference_usd")))
    assert "All stock is common" in BY_NAME["exit_payouts"].function(own)["usermeta"]["caption"]
