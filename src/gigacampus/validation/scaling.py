"""Scores scaling laws against published loss points and runs on repeated data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gigacampus.products import scaling_laws
from gigacampus.products.scaling_laws import FITS, REPEAT_DECAY, Fit
from gigacampus.validation.case_folder import CaseFolder, Row, leave_out, opened, score
from gigacampus.validation.case_rows import CaseRow, case, measured, missing, unscored
from gigacampus.validation.scaling_fit import fit_loss_law, fit_repeats
from gigacampus.validation.stream import stock_rows

FAMILY = "scaling"
ENOUGH = 150
"""Points below which a refit of five constants says little."""
PASSES = (
    (0.0, 16.0, "16 passes and fewer"),
    (16.0, 60.0, "17 to 60 passes, extrapolated"),
    (60.0, np.inf, "more than 60 passes, extrapolated"),
)
"""Beyond 16 passes the law extrapolates: such runs are scored apart; its own runs end at some 60."""
FITTED_PASSES_MAX = 60.0
CROSSED = "repeated data, each quarter of the open runs by the others"
STANDARD_ERROR = {"a": 124.52232, "b": 1293.2841, "e": 0.02566, "alpha": 0.0154, "beta": 0.0206}
"""Of the replication's fit, as it states them."""
STATED_OPTIMUM = {"muennighoff_2023": (19.6, 0.05, True), "hoffmann_2022_tex": (59.0, 0.5, False)}
"""Tokens per parameter that the fits imply, half a printed digit, and whether the constants were read at the source."""
POINTS = "240 loss points read from figure 4 of arXiv:2203.15556; open part"
RUNS = "runs of arXiv:2305.16264 (Apache-2.0)"
REFIT = "this project, refit of the 185 non-outlier shared points"


def cases(data: CaseFolder | Path | None = None) -> list[CaseRow]:
    """One row per judged case."""
    folder = opened(data)
    return [*_points(folder), *_repeats(folder), *_optima(folder), *stock_rows(folder)]


def _columns(rows: Sequence[Row], *names: str) -> list[np.ndarray]:
    return [np.array([float(r[name]) for r in rows]) for name in names]


def _points(folder: CaseFolder) -> list[CaseRow]:
    table = folder.rows("scaling/chinchilla_points.csv")
    if table is None:
        return [missing(FAMILY, "loss points", "chinchilla_points.csv")]
    rows = [r for r in measured(table) if r["outlier_excluded_by_replication"] != "1"]
    score(rows)
    leave_out(table, "an outlier that the replication leaves out")
    n, d, loss = _columns(rows, "params_N", "tokens_D", "loss")
    out = []
    for name, limit in (("besiroglu_2024", 0.006), ("hoffmann_2022_tex", None)):
        error = np.abs(scaling_laws.loss_nats(n, d, fit=FITS[name]) / loss - 1.0)
        mean = float(error.mean())
        out.append(case(FAMILY, f"loss points, {name}", "mean relative error", mean, limit, n=len(rows), source=POINTS, gating=True))
    if len(rows) < ENOUGH:
        return [*out, unscored(FAMILY, "refit", f"skipped: {ENOUGH} loss points or more are needed")]
    return [*out, *_refit(folder, n, d, loss)]


def _refit(folder: CaseFolder, n: np.ndarray, d: np.ndarray, loss: np.ndarray) -> list[CaseRow]:
    """The law fitted again on the points, against the replication's constants and an independent refit."""
    refit, best = fit_loss_law(n, d, loss)
    published, name = FITS["besiroglu_2024"], "refit of the loss points"
    away = max(abs(getattr(refit, key) - getattr(published, key)) / error for key, error in STANDARD_ERROR.items())
    stored = folder.inputs_by("fit", "scaling/fits.csv")[REFIT]
    shift = max(abs(getattr(refit, k) / float(stored[c]) - 1.0) for k, c in (("e", "E"), ("alpha", "alpha"), ("beta", "beta")))
    source, metric = f"{POINTS}; constants and errors of arXiv:2404.10102", "E and exponents against an independent refit, relative"
    return [
        case(FAMILY, name, "farthest constant, in standard errors", away, 1.0, n=loss.size, source=source, gating=True),
        case(FAMILY, name, metric, shift, 1e-3, n=loss.size, source="fits.csv", gating=loss.size == 185),
        case(FAMILY, name, "objective", best, n=loss.size, source=POINTS),
    ]


def _repeats(folder: CaseFolder) -> list[CaseRow]:
    """Loss after several passes by number of passes: the model's refit, and the constants as published."""
    table = folder.rows("scaling/repeated_data_runs.csv")
    if table is None:
        return [missing(FAMILY, "repeated data", "repeated_data_runs.csv")]
    rows = measured(table)
    score(rows)
    columns = _columns(rows, "params", "unique_tokens", "epochs", "val_loss")
    titles = {"repeated_runs": "repeated data, refit with overfitting", "muennighoff_2023": "repeated data, decay of repeats as published"}
    errors = {title: _misses(columns, FITS[name]) for name, title in titles.items()}
    if folder.bundled:
        errors[CROSSED] = _crossed(columns)
    return [row for title, error in errors.items() for row in _by_passes(title, error, columns[2])]


def _misses(columns: Sequence[np.ndarray], fit: Fit) -> np.ndarray:
    """Relative error of the loss of each run."""
    n, unique, epochs, loss = columns
    ours = scaling_laws.repeated_loss_nats(n, unique=unique, epochs=epochs, repeat_decay=REPEAT_DECAY, fit=fit)
    out: np.ndarray = np.abs(ours / loss - 1.0)
    return out


def _crossed(columns: Sequence[np.ndarray]) -> np.ndarray:
    """Relative error of each run by constants fitted on the other three quarters of the runs; drawings of one seed."""
    quarter = np.random.default_rng(1).permutation(columns[0].size) % 4
    out = np.empty(columns[0].size)
    for part in range(4):
        inside = quarter == part
        out[inside] = _misses([c[inside] for c in columns], fit_repeats(*(c[~inside] for c in columns)))
    return out


def _by_passes(title: str, error: np.ndarray, epochs: np.ndarray) -> list[CaseRow]:
    """Rows of one law: all runs of 60 passes and fewer, which gate unless the constants are as published, then each range of passes."""
    gated = epochs <= FITTED_PASSES_MAX
    limit = None if title.endswith("as published") else 0.02
    out = []
    if gated.any():
        value, n = float(np.median(error[gated])), int(gated.sum())
        out.append(case(FAMILY, title, "median relative error", value, limit, n=n, source=f"{RUNS}, 60 passes and fewer", gating=True))
    for low, high, words in PASSES:
        inside = (epochs > low) & (epochs <= high)
        if inside.any():
            value, n = float(np.median(error[inside])), int(inside.sum())
            out.append(case(FAMILY, f"{title}: {words}", "median relative error", value, n=n, source=RUNS))
    return out


def _optima(folder: CaseFolder) -> list[CaseRow]:
    """Tokens per parameter of the published fits against what their authors print; only where the folder holds the fits."""
    table = folder.rows("scaling/fits.csv")
    if table is None:
        return []
    out = []
    for name, (ratio, half_digit, gating) in STATED_OPTIMUM.items():
        n, d = scaling_laws.optimal_split(5.76e23, fit=FITS[name])
        title, metric = f"tokens per parameter at 5.76e23 FLOP, {name}", f"distance from {ratio}"
        out.append(case(FAMILY, title, metric, abs(d / n - ratio), half_digit, source=FITS[name].source, gating=gating))
    for r in table:
        fit = next((f for words, f in PUBLISHED.items() if r["fit"].startswith(words)), None)
        if fit is None or not r["E"]:
            leave_out([r], "a fit that the model does not hold, or errors of one")
            continue
        score([r])
        gap = max(abs(getattr(FITS[fit], key) / float(r[column]) - 1.0) for key, column in COLUMNS.items())
        out.append(
            case(FAMILY, f"constants of {r['fit']}", "largest relative gap to the print", gap, 5e-4, source=r["source"], gating=False)
        )
    return out


PUBLISHED = {
    "Hoffmann 2022 approach 3 (from TeX source)": "hoffmann_2022_tex",
    "Besiroglu 2024 replication": "besiroglu_2024",
    "Muennighoff 2023": "muennighoff_2023",
}
COLUMNS = {"a": "A", "b": "B", "e": "E", "alpha": "alpha", "beta": "beta"}
