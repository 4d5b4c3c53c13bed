"""Parts of figures at their edges: one month, equal series, rounding instead of values."""

from __future__ import annotations

import numpy as np

from gigacampus.report.figures import base

MONTHS = ["2026-01", "2026-02"]
AXIS = base.Axis("power (MW)", "MW", 1.0)


def band(*middle: float) -> dict[str, np.ndarray]:
    values = np.array(middle)
    return {"p10": 0.9 * values, "p50": values, "p90": 1.1 * values}


def lines(layers):
    return [part["mark"] for layer in layers for part in layer["layer"] if part["mark"]["type"] == "line"]


def test_a_run_of_one_month_is_a_point_and_a_bar():
    spec = base.banded(MONTHS[:1], band(3.0), AXIS, "blue")
    assert [part["mark"]["type"] for part in spec[0]["layer"]] == ["rule", "line"] and "point" in lines(spec)[0]
    assert "point" not in lines(base.banded(MONTHS, band(3.0, 4.0), AXIS, "blue"))[0]


def test_equal_series_are_both_seen_and_named():
    layers = [spec for colour in ("blue", "orange", "green") for spec in base.banded(MONTHS, band(3.0, 4.0), AXIS, colour)]
    layers += base.banded(MONTHS, band(3.0, 5.0), AXIS, "grey")
    dashes = [mark.get("strokeDash") for mark in lines(base.told_apart(layers))]
    assert dashes == [None, [6, 6], [6, 12], None]
    named = base.equal_words([("ours", band(3.0, 4.0), AXIS), ("stated", band(3.0, 4.0), AXIS), ("other", band(1.0, 4.0), AXIS)])
    assert named == " ours and stated are equal in every month."


def test_rounding_below_a_millionth_of_the_largest_is_no_value():
    rows = base.month_values(MONTHS, {"p10": np.zeros(2), "p50": np.array([1e-7, 5.0]), "p90": np.array([np.nan, 6.0])}, AXIS)
    assert [row["p50"] for row in rows] == [0.0, 5.0] and rows[0]["p90"] is None
    assert base.month_values(MONTHS[:1], {k: np.array([2e-9]) for k in ("p10", "p50", "p90")}, AXIS)[0]["p50"] == 2e-9
