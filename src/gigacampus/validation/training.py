"""Scores step times, whole runs, failures and goodput against published training runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from gigacampus.compute import failures, flops, mixed
from gigacampus.compute.step_time import step_mfu, step_time_s
from gigacampus.foundation.units import DAYS_PER_YEAR, HOURS_PER_DAY, SECONDS_PER_HOUR
from gigacampus.scenario.library import load_entry
from gigacampus.validation.case_folder import CaseFolder, Row, leave_out, opened, score
from gigacampus.validation.case_rows import CaseRow, case, measured, missing
from gigacampus.validation.step_fit import foretold_of_bundle
from gigacampus.validation.training_memory import memory_rows
from gigacampus.validation.training_rows import (
    CUT_SHORT,
    POWER_CAPPED,
    SINGLE_NODE,
    family,
    fitting_rows,
    gathered_over_one_card,
    job_of,
    measured_s,
    newest,
    release_year,
    single_node,
    unusable,
)
from gigacampus.validation.training_runs import WORK, predicted_mfu

FAMILY = "training"
WORKED_EXAMPLE_DAY = date(2026, 1, 16)
NODE = 8.0
PROMISED = {"dense, 16 bit": 0.05, "dense, 8 bit": 0.08, "sparse and hybrid": 0.18, "1,000 accelerators and more": 0.08}
"""Median relative error of the step time by group that docs/compute.md promises, with constants fitted on the same rows."""
PROMISED_UNSEEN = {
    "A100, tensor at most 8 (vTrain)": (None, 0.08),
    "one server of A100": (None, 0.20),
    "H100 to Blackwell, dense": (None, 0.08),
    "experts": (0.15, 0.25),
}
"""Median and mean relative error by group that the documents promise for configurations the constants never saw."""
FITTED = "measured_training.csv; constants fitted on its open rows"
SERIES = (
    ("175B on A100", "megascale_t2", "MegaScale"),
    ("175B on A100", "megascale_t2", "Megatron-LM"),
    ("405B on H100", "mlperf_v5.0", "NeMo"),
    ("340B on H100", "nemotron4_t2", "Megatron-LM"),
)
"""Published series over sizes of the job: words, source, software."""
SERIES_ON = ("A100-80GB", "H100-80GB")
FEWEST_OF_SERIES = 2
PROMISED_SLOPE = 0.03
"""Utilisation by which the modelled loss of a series may miss the measured one, either way."""
LEAST_OUTSIDE = 0.10
"""Of software that came later, below which the band is wider than it says."""
LATER = "measured_training.csv; rows of releases after that day"
PROMISED_LATER = {"log of the median ratio": 0.14, "share outside the 80 % band": 0.30}
"""What the documents promise of software that came after the constants."""
UNSEEN = "measured_training.csv and vtrain_single_node.csv; five folds by configuration, constants fitted without the fold's"


def cases(data: CaseFolder | Path | None = None) -> list[CaseRow]:
    """One row per judged case."""
    folder = opened(data)
    return [*_steps(folder), *memory_rows(folder), *_runs(folder), *_reliability(folder)]


def newest_constants(as_of: date = date.max) -> SimpleNamespace:
    """Step-time constants of the library as known on a day."""
    return SimpleNamespace(**load_entry("training_efficiency", "pooled", as_of)[0])


def groups(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Rows by what limits them; the groups of the documents' promise first, then those that are scored apart."""
    capped = [r for r in rows if r["accelerator"] == POWER_CAPPED]
    gathered = [r for r in rows if gathered_over_one_card(r)]
    cut_short = [r for r in rows if CUT_SHORT in r["model"]]
    apart = {id(r) for r in (*capped, *gathered, *cut_short)}
    rest = [r for r in rows if id(r) not in apart]
    return {
        "dense, 16 bit": [r for r in rest if r["arch"] == "dense" and "16" in r["precision"]],
        "dense, 8 bit": [r for r in rest if r["arch"] == "dense" and "8" in r["precision"]],
        "dense, 4 bit": [r for r in rest if r["arch"] == "dense" and "4" in r["precision"]],
        "sparse and hybrid": [r for r in rest if r["arch"] != "dense"],
        "1,000 accelerators and more": [r for r in rest if float(r["accelerators"]) >= 1000],
        "power-capped part": capped,
        "weights gathered over one network card": gathered,
        "models cut to a few layers": cut_short,
    }


def _steps(folder: CaseFolder) -> list[CaseRow]:
    table = folder.rows("training/measured_training.csv")
    if table is None:
        return [missing(FAMILY, "step time", "measured_training.csv")]
    hardware = folder.inputs_by("accelerator", "training/hardware.csv")
    rows = []
    for r in measured(table):
        why = unusable(r, hardware)
        leave_out([r] if why else [], why)
        rows += [] if why else [r]
    latest = newest(rows)
    score(latest)
    leave_out(rows, "an earlier release of the same configuration")
    days = {"": date.max, f", constants as of {WORKED_EXAMPLE_DAY}": WORKED_EXAMPLE_DAY}
    out = [
        row
        for words, day in days.items()
        for name, group in groups(latest).items()
        if group
        for row in _step_rows(name, words, group, hardware, newest_constants(day))
    ]
    one_server = folder.rows("training/vtrain_single_node.csv")
    single: list[Row] = [Row(single_node(r)) for r in measured(one_server)] if one_server is not None else []
    score(measured(one_server) if one_server is not None else [])
    return [
        *out,
        *_unseen(fitting_rows(latest), single, hardware),
        *_slopes(latest, hardware),
        *_later_steps(fitting_rows(latest), hardware),
    ]


def unseen_groups(rows: Sequence[Row]) -> dict[str, list[int]]:
    """Positions of the rows of each group that is judged by constants which never saw its configurations."""
    kinds: dict[str, Callable[[Row], bool]] = {
        "A100, tensor at most 8 (vTrain)": lambda r: r["source_key"] == "vtrain_multi" and float(r["tp"]) <= NODE,
        "one server of A100": lambda r: r["source_key"] == SINGLE_NODE,
        "H100 to Blackwell, dense": lambda r: family(r) != "a100" and r["arch"] == "dense" and CUT_SHORT not in r["model"],
        "experts": lambda r: r["arch"] != "dense" and CUT_SHORT not in r["model"],
        "models cut to a few layers": lambda r: CUT_SHORT in r["model"],
    }
    return {name: [i for i, r in enumerate(rows) if belongs(r)] for name, belongs in kinds.items()}


def _unseen(rows: Sequence[Row], single: Sequence[Row], hardware: Mapping[str, Row]) -> list[CaseRow]:
    """Step times of configurations that the constants were not fitted on: folds for the bundled rows, the library's for all others."""
    all_rows, constants = [*rows, *single], newest_constants()
    if not all_rows:
        return []
    without = foretold_of_bundle(constants.software_year)
    ours = step_time_s(job_of(all_rows, hardware, constants), constants)
    ours = np.array([without.get(r["row_id"], float(s)) for r, s in zip(all_rows, ours, strict=True)])
    error = np.abs(ours / measured_s(all_rows) - 1.0)
    out = []
    for name, places in unseen_groups(all_rows).items():
        if not places:
            continue
        median, mean = PROMISED_UNSEEN.get(name, (None, None))
        title, n, own = f"step time of unseen configurations: {name}", len(places), error[places]
        out.append(
            case(FAMILY, title, "median relative error", float(np.median(own)), median, n=n, source=UNSEEN, gating=median is not None)
        )
        out.append(case(FAMILY, title, "mean relative error", float(own.mean()), mean, n=n, source=UNSEEN, gating=mean is not None))
    return out


def _slopes(rows: Sequence[Row], hardware: Mapping[str, Row]) -> list[CaseRow]:
    """Distance between modelled and measured change of utilisation from the smallest to the largest job of a published series."""
    constants, out = newest_constants(), []
    for name, key, framework in SERIES:
        own = [r for r in rows if r["source_key"] == key and r["framework"] == framework and r["accelerator"] in SERIES_ON]
        own.sort(key=lambda r: float(r["accelerators"]))
        if len(own) < FEWEST_OF_SERIES:
            continue
        ends = [own[0], own[-1]]
        job = job_of(ends, hardware, constants)
        ours = step_mfu(job, constants)
        stated = ours * step_time_s(job, constants) / measured_s(ends)
        gap, pair = float(ours[1] - ours[0] - stated[1] + stated[0]), (float(ours[1] - ours[0]), float(stated[1] - stated[0]))
        sizes = f"{ends[0]['accelerators']} to {ends[1]['accelerators']}"
        title = f"loss of utilisation with scale: {name}, {sizes}"
        out.append(case(FAMILY, title, "gap, either way", abs(gap), PROMISED_SLOPE, source=FITTED, pair=pair, gating=True))
    return out


def _inside_band(rows: Sequence[Row], ratio: np.ndarray, constants: SimpleNamespace) -> np.ndarray:
    """Whether measured over modelled step time lies in the 80 % band of its kind of model."""
    sparse = np.array([r["arch"] != "dense" for r in rows])
    low = np.where(sparse, constants.sparse_ratio_p10, constants.ratio_p10)
    high = np.where(sparse, constants.sparse_ratio_p90, constants.ratio_p90)
    return np.asarray((low <= ratio) & (ratio <= high))


def _later_steps(rows: Sequence[Row], hardware: Mapping[str, Row]) -> list[CaseRow]:
    """Steps of software that came after the worked example's day, by the constants and bands of that day."""
    day = WORKED_EXAMPLE_DAY.year + WORKED_EXAMPLE_DAY.timetuple().tm_yday / DAYS_PER_YEAR
    later, constants, out = [r for r in rows if release_year(r, known=0.0) > day], newest_constants(WORKED_EXAMPLE_DAY), []
    for name, own in (("dense", [r for r in later if r["arch"] == "dense"]), ("experts", [r for r in later if r["arch"] != "dense"])):
        if not own:
            continue
        ratio = measured_s(own) / step_time_s(job_of(own, hardware, constants), constants)
        bias, outside = abs(float(np.log(np.median(ratio)))), float(np.mean(~_inside_band(own, ratio, constants)))
        title = f"later software, constants of {WORKED_EXAMPLE_DAY}: {name}"
        for (metric, limit), value in zip(PROMISED_LATER.items(), (bias, outside), strict=True):
            out.append(case(FAMILY, title, metric, value, limit, n=len(own), source=LATER, gating=True))
        out.append(
            case(FAMILY, title, "share outside the 80 % band, not too few", outside, LEAST_OUTSIDE, n=len(own), source=LATER, at_least=True)
        )
    return out


def _step_rows(name: str, words: str, rows: list[Row], hardware: Mapping[str, Row], constants: SimpleNamespace) -> list[CaseRow]:
    job = job_of(rows, hardware, constants)
    ours, seconds, n = step_time_s(job, constants), measured_s(rows), len(rows)
    error = np.abs(ours / seconds - 1.0)
    gap = np.abs(step_mfu(job, constants) * (1.0 - ours / seconds))
    outside = np.mean(~_inside_band(rows, seconds / ours, constants))
    limit = None if words else PROMISED.get(name)
    title = f"step time: {name}{words}"
    return [
        case(FAMILY, title, "median relative error", float(np.median(error)), limit, n=n, source=FITTED, gating=True),
        case(FAMILY, title, "mean relative error", float(error.mean()), n=n, source=FITTED),
        case(FAMILY, title, "share outside the 80 % band", float(outside), n=n, source=FITTED),
        case(FAMILY, f"utilisation: {name}{words}", "median gap", float(np.median(gap)), n=n, source=FITTED),
    ]


def _runs(folder: CaseFolder) -> list[CaseRow]:
    table = folder.rows("training/run_totals.csv")
    if table is None:
        return [missing(FAMILY, "whole runs", "run_totals.csv")]
    predicted = predicted_mfu(newest_constants())
    out = []
    for row in measured(table):
        if row["model"] not in WORK or not row["accelerator_hours_million"]:
            continue
        score([row])
        active, tokens, peak = WORK[row["model"]]
        hours, name = float(row["accelerator_hours_million"]) * 1e6, f"whole run of {row['model']}"
        mfu = flops.model_flop_utilisation(6.0 * active, tokens_per_s=tokens / hours / SECONDS_PER_HOUR, peak_flop_per_s=peak)
        out.append(case(FAMILY, name, "implied utilisation over the BF16 peak", float(mfu), source=row["source"]))
        if row["model"] in predicted:
            ratio, source = float(mfu) / predicted[row["model"]], f"{row['source']}; layout as published"
            out.append(case(FAMILY, name, "utilisation over that of the step model", ratio, source=source))
    leave_out(table, "no total of hours, or a model whose work is not known here")
    return out


def _reliability(folder: CaseFolder) -> list[CaseRow]:
    table = folder.rows("training/reliability_points.csv")
    if table is None:
        return [missing(FAMILY, "failures and goodput", "reliability_points.csv")]
    out = [*_failure_scaling(table), *_goodput(table), *_mixed_fleet()]
    leave_out(table, "a quantity that no formula here gives, or an input of another row")
    return out


def _failure_scaling(table: Sequence[Row]) -> list[CaseRow]:
    """Stated times to failure of a study's jobs from its rate per node; projections are arithmetic of the source, so none gates."""
    rates = [r for r in table if r["quantity"] == "node_failures_per_1000_node_days"]
    out = []
    for r in measured(table):
        rate = next((x for x in rates if x["study"].startswith(r["study"])), None)
        if rate is None or r["quantity"] not in ("mttf_job_projected", "mttf_job"):
            continue
        score([r, rate])
        per_h = float(rate["value"]) / 1000.0 / HOURS_PER_DAY / NODE
        ours = 1.0 / float(failures.job_failure_rate_per_h(float(r["accelerators"]), per_accelerator_hour=per_h, per_job_hour=0.0))
        stated, name = float(r["value"]), f"{r['study']}, {int(r['accelerators']):,} accelerators: {r['quantity']}"
        out.append(case(FAMILY, name, "ours over the stated", ours / stated, source=r["source"], pair=(ours, stated)))
    return out


def _goodput(table: Sequence[Row]) -> list[CaseRow]:
    """Goodput from the time between interruptions; restart and write times are assumed, so this reports."""
    at = {(r["study"], r["quantity"]): r for r in table}
    mean = at.get(("llama3_405b", "mean_time_between_unexpected"))
    rate = failures.job_failure_rate_per_h(9600.0, per_accelerator_hour=1.97e-5, per_job_hour=0.0)
    known = (
        (
            "goodput of Llama 3, restart 10 min",
            ("llama3_405b", "effective_training_time_lower_bound"),
            mean and float(mean["value"]),
            10.0,
            15.0,
        ),
        ("goodput with warm spares, 9,600 accelerators", ("byterobust", "ettr_three_months"), 1.0 / float(rate), 2.0, 5.0),
    )
    out = []
    for name, key, hours, restart_min, write_s in known:
        if key not in at or not hours:
            continue
        score([at[key]])
        stated = float(at[key]["value"])
        ours = float(failures.daly_goodput(hours, restart_h=restart_min / 60.0, write_h=write_s / 3600.0))
        source = f"{at[key]['source']}; restart and write times are assumed"
        out.append(case(FAMILY, name, f"gap to the stated {stated:g}", abs(ours - stated), 0.02, source=source, pair=(ours, stated)))
    return out


def _mixed_fleet() -> list[CaseRow]:
    """What unlike speeds do not explain of a utilisation that the press reported for a mixed fleet."""
    counts, peaks = np.array([150e3, 50e3, 30e3]), np.array([989.5, 989.5, 2500.0])
    share = mixed.even_split_flop_per_s(counts, peaks) / (counts @ peaks)
    factor = mixed.implied_slow_factor(0.11, 0.40 * float(share))
    name = "11 % reported on 150,000 H100, 50,000 H200 and 30,000 GB200 against 40 % at peers"
    return [case(FAMILY, name, "slow-down that unlike speeds do not explain", factor, source="press reports of May 2026, assumed counts")]
