"""Judges the forecasts of a listed compute landlord: rolling origins, guidance as claims, years replayed, peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

import numpy as np

from gigacampus.company.finance.scores import binomial_band
from gigacampus.validation import forecast_scores, listed_backtest, listed_year_replay
from gigacampus.validation.case_folder import INPUT, CaseFolder, leave_out, score
from gigacampus.validation.case_rows import CaseRow, case, inside, merged
from gigacampus.validation.listed_backtest import Forecast
from gigacampus.validation.listed_reports import COLUMN, Guide, Quarter, quarter_name, quarter_of, read_guides, read_quarters

PEERS = "company/neocloud_peers.csv"
REVENUE_MAPE = 0.08
SOURCE = "company filings and releases"
Rows = list[CaseRow]
Table = list[dict[str, str]]


def listed(folder: CaseFolder) -> Rows:
    """Every row on the listed company; history and earlier guidance come from the bundled copy, truth from the folder."""
    told, said = folder.rows("company/coreweave_quarters.csv") or [], folder.rows("company/coreweave_guidance.csv") or []
    asked, history = spelt(told), CaseFolder()
    quarters = read_quarters(merged("quarter", spelt(history.inputs("company/coreweave_quarters.csv")), asked))
    guides = read_guides([*history.inputs("company/coreweave_guidance.csv"), *said])
    wanted = {q.name for q in read_quarters(merged("quarter", asked))}
    score(r for r, s in zip(told, asked, strict=True) if s["quarter"] in wanted)
    leave_out(told, "no quarter with a revenue")
    rows = _not_read([r["quarter"] for r in asked if r["quarter"] not in wanted])
    for full in (False, True):
        made = [f for f in listed_backtest.rolling(quarters, guides, full=full) if f.quarter in wanted]
        for line in listed_backtest.LINES[:1] if full else listed_backtest.LINES:
            rows += _line(line, [f for f in made if f.line == line], full)
    rows += _guidance(quarters, guides, read_guides(said))
    score(r for r in said if read_guides([r]))
    leave_out(said, "no day or no number")
    if said or told:
        rows += [row for day in listed_year_replay.days(guides) for row in _year(listed_year_replay.replay(day, quarters, guides))]
    return [*rows, *_peers(folder)]


def spelt(table: Sequence[Mapping[str, str]]) -> Table:
    """Rows with the quarter in one spelling; where none is named it is that of the last day."""
    return [dict(r) | {"quarter": quarter_name(r.get("quarter") or quarter_of(r.get("period_end", "")))} for r in table]


def _not_read(names: list[str]) -> Rows:
    if not names:
        return []
    words = f"rows that are no quarter with a revenue: {', '.join(n or 'unnamed' for n in names)}"
    return [case("company", "CoreWeave quarters", words, None, unit="1", n=len(names), source=SOURCE)]


def _line(line: str, made: list[Forecast], full: bool) -> Rows:
    """Rows of one line in one mode: quarters with known power judged, all quarters shown."""
    title = f"CoreWeave {line}, {'power guessed too' if full else 'power given'}"
    powered = [f for f in made if f.power_known] if line != "interest" else [f for f in made if "debt" in f.experts]
    rows = _judged(line, title, powered, gates=line == "revenue" and not full) if powered else []
    if len(made) > len(powered) and not full:
        title = f"CoreWeave {line}, all quarters"
        if line != "operating_income":
            rows.append(case("company", title, "MAPE", forecast_scores.mape(made), unit="1", n=len(made), source=SOURCE))
        rows += _honesty(title, made, relative=line != "operating_income")
    return rows


def _judged(line: str, title: str, some: list[Forecast], *, gates: bool) -> Rows:
    rows = _signed(title, some) if line == "operating_income" else _positive(title, some, gates=gates)
    for f in some:
        low, high = forecast_scores.band(f, 0.8)
        metric = f"{f.quarter}: said {f.median:.0f} ({low:.0f} to {high:.0f}), came"
        rows.append(inside("company", title, metric, f.truth, low, high, unit="USD m", source=SOURCE))
    return rows + _honesty(title, some, relative=line != "operating_income")


def _positive(title: str, some: list[Forecast], *, gates: bool) -> Rows:
    n, error = len(some), forecast_scores.mape(some)
    limit = REVENUE_MAPE if gates else None
    rows = [
        case(
            "company", title, f"MAPE, {listed_backtest.CONSTANTS} constants", error, limit=limit, gating=gates, unit="1", n=n, source=SOURCE
        ),
        case("company", title, "bias (mean log ratio)", forecast_scores.bias(some), unit="1", n=n, source=SOURCE),
    ]
    for name in sorted({k for f in some for k in f.baselines}):
        with_it = forecast_scores.with_baseline(some, name)
        ours, theirs, needed = (
            forecast_scores.mape(with_it),
            forecast_scores.mape(with_it, name),
            gates and name in ("per_mw", "last_growth"),
        )
        rows.append(_against(title, f"MAPE against {name}", ours, theirs, len(with_it), needed))
        ours, theirs = forecast_scores.crps(with_it), forecast_scores.crps(with_it, name)
        rows.append(_against(title, f"CRPS against {name}", ours, theirs, len(with_it), gates and name == "per_mw"))
    for name in sorted({k for f in some for k in f.experts}):
        with_it = [f for f in some if name in f.experts]
        alone = forecast_scores.mape_of_expert(with_it, name)
        rows.append(case("company", title, f"MAPE of {name} alone", alone, unit="1", n=len(with_it), source=SOURCE))
    return rows


def _against(title: str, metric: str, ours: float, theirs: float, n: int, gates: bool) -> CaseRow:
    skill = f"{metric}, skill {1.0 - ours / theirs:.2f}" if theirs > 0.0 else metric
    return case("company", title, skill, ours, limit=theirs, passed=ours < theirs, gating=gates, unit="1", n=n, source=SOURCE)


def _signed(title: str, some: list[Forecast]) -> Rows:
    """A line that crosses zero has no percentage error: it is scaled by the random walk's."""
    some = forecast_scores.with_baseline(some, "random_walk")
    if not some:
        return []
    walk = float(np.mean([abs(f.baselines["random_walk"] - f.truth) for f in some]))
    error = float(np.mean([abs(f.median - f.truth) for f in some]))
    ours = forecast_scores.crps(some, relative=False)
    mean = float(np.mean([f.median - f.truth for f in some]))
    n = len(some)
    return [
        case(
            "company",
            title,
            "mean absolute error against random_walk",
            error,
            limit=walk,
            passed=error < walk,
            unit="USD m",
            n=n,
            source=SOURCE,
        ),
        case("company", title, "CRPS against random_walk", ours, limit=walk, passed=ours < walk, unit="USD m", n=n, source=SOURCE),
        case("company", title, "mean error", mean, unit="USD m", n=n, source=SOURCE),
    ]


def _honesty(title: str, some: list[Forecast], *, relative: bool) -> Rows:
    """Coverage with its binomial bands, place of the truths, width; never gating, the quarters are few."""
    n, unit, rows = len(some), "1" if relative else "USD m", []
    for level in forecast_scores.LEVELS:
        low, high = binomial_band(n, level)
        held = forecast_scores.coverage(some, level)
        metric = f"coverage of the {level:.0%} band, expected {low:.2f} to {high:.2f}"
        rows.append(inside("company", title, metric, held, low, high, n=n, source=SOURCE))
    places = forecast_scores.pit(some)
    counts = np.histogram(places, bins=4, range=(0.0, 1.0))[0].tolist()
    over = " over truth" if relative else ""
    score = forecast_scores.mean_interval_score(some, relative=relative)
    width = forecast_scores.sharpness(some, relative=relative)
    return [
        *rows,
        case(
            "company",
            title,
            f"mean place of the truth, by quarter of the forecast {counts}",
            float(np.mean(places)),
            unit="1",
            n=n,
            source=SOURCE,
        ),
        case("company", title, f"interval score of the 80 % band{over}", score, unit=unit, n=n, source=SOURCE),
        case("company", title, f"sharpness: width of the 80 % band{over}", width, unit=unit, n=n, source=SOURCE),
    ]


def _guidance(quarters: Sequence[Quarter], guides: Sequence[Guide], asked: Sequence[Guide]) -> Rows:
    """The company's own ranges as claims, by metric: held, beaten or missed; and the mean log of truth over middle."""
    found: dict[str, list[tuple[float, float, float, float]]] = {}
    for g in asked:
        truth = _reported(g, quarters)
        if isfinite(truth) and isfinite(g.high):
            found.setdefault(g.metric, []).append((g.low, g.mid, g.high, truth))
    rows = []
    for metric, ranges in sorted(found.items()):
        low, mid, high, truth = np.array(ranges).T
        held = float(np.mean((low <= truth) & (truth <= high)))
        words = f"share of {metric} ranges that held; {int((truth > high).sum())} above, {int((truth < low).sum())} below"
        rows.append(case("company", "CoreWeave guidance as a claim", words, held, unit="1", n=len(ranges), source=SOURCE))
        lean = float(np.mean(truth / mid)) - 1.0
        rows.append(
            case(
                "company",
                "CoreWeave guidance as a claim",
                f"{metric} over the middle of its range",
                lean,
                unit="1",
                n=len(ranges),
                source=SOURCE,
            )
        )
    return rows


def _reported(g: Guide, quarters: Sequence[Quarter]) -> float:
    """What came of a range: its quarter's figure, its year's sum, or the year's last power."""
    inside = [q for q in quarters if q.name == g.period or (len(g.period) == 4 and q.name.startswith(g.period))]
    if g.metric.startswith("active_power_mw"):
        return inside[-1].mw if inside and inside[-1].name.endswith("Q4") else float("nan")
    if g.metric not in COLUMN or len(inside) != (4 if len(g.period) == 4 else 1):
        return float("nan")
    return sum(q[COLUMN[g.metric]] for q in inside)


def _year(found: Sequence[listed_year_replay.YearAhead]) -> Rows:
    """Forecast of a year beside the company's range; judged on the truth, or shown beside its later range."""
    rows = []
    for y in found:
        name = f"CoreWeave {y.metric} of {y.day.year} as of {y.day:%Y-%m}"
        metric = f"said {y.median:.0f} ({y.low:.0f} to {y.high:.0f}), company {y.theirs.low:.0f} to {y.theirs.high:.0f}"
        if isfinite(y.truth):
            rows.append(inside("company", name, metric + ", came", y.truth, y.low, y.high, unit="USD m", source=SOURCE))
        elif y.later:
            middle = y.later.mid
            words = f"{metric}; its range of {y.later.given} has middle"
            rows.append(inside("company", name, words, middle, y.low, y.high, unit="USD m", source=SOURCE))
        else:
            rows.append(case("company", name, metric, None, unit="USD m", n=1, source=SOURCE))
    return rows


def merged_rows(*tables: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Rows of several tables of one row a fact, the last of each fact kept."""
    return list({(r.get("company"), r.get("period"), r.get("metric")): r for t in tables for r in t}.values())


def _peers(folder: CaseFolder) -> Rows:
    """Peers' revenue one quarter ahead by trend alone, wherever two quarters stand before a third; power is not reported."""
    if folder.find(PEERS, role=INPUT) is None:
        return []
    table = merged_rows(CaseFolder().inputs(PEERS), folder.inputs(PEERS))
    made: list[Forecast] = []
    names = sorted({r.get("company", "") for r in table})
    for name in names:
        known = [r for r in table if r.get("company") == name and r.get("metric") == "revenue_usd_m"]
        quarters = read_quarters([{"quarter": r["period"], "revenue": r["value"]} for r in known])
        forecast = [f for f in listed_backtest.rolling(quarters) if f.line == "revenue"]
        made += forecast
        asked = folder.rows(PEERS) if forecast else None
        score(r for r in asked or [] if r.get("company") == name and r.get("metric") == "revenue_usd_m")
    title, source = "peers' revenue, trend alone", "neocloud_peers.csv"
    if not made:
        words = f"no forecast: none of {len(names)} peers has three quarters in a row"
        return [case("company", title, words, None, n=0, source=source)]
    mape = case("company", title, "MAPE", forecast_scores.mape(made), n=len(made), source=source)
    return [mape, *_honesty(title, made, relative=True)]
