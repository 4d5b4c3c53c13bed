"""Claims that need more than one variable: small named functions, and the pairs of claims that are tested together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np

from gigacampus.answers import links, workforce
from gigacampus.answers.claims.reading import NotHeld, Reading, months_of
from gigacampus.answers.claims.register import Claim, Judge
from gigacampus.answers.questions.rank import tracked
from gigacampus.company.financing.related_parties import months_carried
from gigacampus.company.valuation.price_implied import Path, cash_flows, implied_growth
from gigacampus.foundation.errors import ScenarioError
from gigacampus.foundation.units import BILLION, DAYS_PER_YEAR, MILLION, MONTHS_PER_YEAR, SECONDS_PER_DAY, SECONDS_PER_MINUTE
from gigacampus.neighbours.receptors import distance_m, local_xy_m
from gigacampus.products.gates import all_miss_frac
from gigacampus.products.red_lines_stage import seen_by_observers
from gigacampus.results.periods import as_of_month, year_ahead
from gigacampus.results.result import Result, without_reference

Args = dict[str, Any]
NORMAL_80 = np.array([-1.281552, -0.841621, -0.524401, -0.253347, 0.0, 0.253347, 0.524401, 0.841621, 1.281552]) / 1.281552
"""Standard normal quantiles 0.1, 0.2, ... 0.9 over the half width of the 80 % band."""


def function_reading(result: Result, claim: Claim, judge: Judge) -> Reading:
    """The reading of the function that a judge names."""
    if judge.name not in FUNCTIONS:
        raise NotHeld(f"no function is called {judge.name!r}")
    return FUNCTIONS[judge.name](result, judge.args)


def namespace(tree: Any) -> Any:
    """Plain scenario data with attribute access, dates as dates."""
    if isinstance(tree, dict):
        return SimpleNamespace(**{k: namespace(v) for k, v in tree.items()})
    if isinstance(tree, list):
        return [namespace(v) for v in tree]
    if isinstance(tree, str) and len(tree) == 10 and tree[4] == tree[7] == "-":
        return date.fromisoformat(tree)
    return tree


def needed(result: Result, *names: str) -> None:
    """Raise ``NotHeld`` for the first variable that the run lacks."""
    for name in names:
        if not result.has(name) or not result.array(name).size:
            raise NotHeld(f"the run holds no variable {name!r}")


def pits(result: Result, args: Args) -> Reading:
    """Share of the cash spent that goes into the three uses that the claim names."""
    months_of(result, args["months"])
    classes = workforce.spending(result, args["months"])
    named = np.sum([classes[k] for k in ("data_centres", "talent", "robots_agents")], axis=0)
    parts = ", ".join(f"{k.replace('_', ' ')} {np.median(v) / BILLION:.2f}" for k, v in classes.items())
    share = named / np.sum(list(classes.values()), axis=0)
    return Reading(share, "draw", args["share"], "at_least", "1", title=f"share of the three uses (USD bn: {parts})")


def revenue_path(result: Result, args: Args) -> Reading:
    """Share of futures whose revenue keeps up with the path that the price implies under a reverse discounted cash flow."""
    v, months = result.scenario["company"]["valuation"], result.coords["month"]
    revenue = result.samples("revenue_usd")
    first = [i for i, m in enumerate(months) if m.startswith(args["first_year"])]
    last = [i for i, m in enumerate(months) if m.startswith(args["year"])]
    if len(first) < MONTHS_PER_YEAR or len(last) < MONTHS_PER_YEAR:
        raise NotHeld(f"the horizon does not cover {args['first_year']} and {args['year']}")
    base = float(np.median(revenue[:, first].sum(axis=1)))
    path = Path(
        base,
        0.0,
        int(v["mature_years"]),
        v["mature_margin_frac"],
        0.0,
        v["mature_capital_per_revenue"],
        result.scenario["company"]["assets"]["gpu_life_years"],
        0.25,
        v["wacc_frac"],
        v["terminal_growth_frac"],
    )
    growth = implied_growth(path, value_usd=args["usd_bn"] * BILLION - v["platform_value_usd"])
    if not np.isfinite(growth):
        raise NotHeld("no growth of revenue gives this value under the scenario's margin and discount rate")
    implied = cash_flows(Path(**{**path.__dict__, "growth": growth}))[0][int(args["year"]) - int(args["first_year"])]
    return Reading(
        revenue[:, last].sum(axis=1) / BILLION,
        "draw",
        float(implied) / BILLION,
        "at_least",
        "USD bn",
        title=f"revenue of {args['year']} against the path that the price implies (first-year growth {growth:.2f})",
    )


def siblings_carry(result: Result, args: Args) -> Reading:
    """Months for which the siblings' free cash, then their cash, could carry the burn of the year ahead."""
    needed(result, "free_cash_flow_usd")
    burn = -result.samples("free_cash_flow_usd")[:, year_ahead(result)].mean(axis=1)
    siblings = result.scenario["company"].get("siblings", {})
    if not siblings:
        raise NotHeld("the scenario names no siblings")
    months = months_carried(
        burn,
        free_cash_usd_per_year=sum(s["free_cash_usd_per_year"] for s in siblings.values()),
        cash_usd=sum(s["cash_usd"] for s in siblings.values()),
    )
    return Reading(
        np.minimum(months, 1e4), "draw", args["months"], "at_most", "months", title="months for which siblings could carry the burn"
    )


def flows_sum(result: Result, args: Args) -> Reading:
    """Dated flows of the scenario from one party to another, of some kinds, from a day on; USD million."""
    flows = result.scenario["company"].get("flows", [])
    if not flows:
        raise NotHeld("the scenario lists no flows between companies")
    chosen = [f for f in flows if all(f[k] == v for k, v in args["match"].items()) and str(f["day"]) >= args.get("since", "")]
    total = sum(f["usd"] for f in chosen) / MILLION
    return Reading(np.array([total]), "fixed", args["usd_m"], args["relation"], "USD m", title=args["title"])


def rank_by_power(result: Result, args: Args) -> Reading:
    """Rank of the company's campuses, taken together, by facility MW among tracked campuses at ``as_of``."""
    ours = _together(result, args["measure"])
    theirs = tracked(str(result.manifest["as_of"]), args["column"], tuple(args["own"]))
    rank = 1.0 + np.array([sum(v > o for v in theirs.values()) for o in ours])
    best = max(theirs, key=lambda k: theirs[k])
    alone = result.planned(args["measure"])[0, :, as_of_month(result)].max()
    return Reading(
        rank,
        "world",
        1.0,
        "at_most",
        "1",
        title=f"rank by {args['title']} of all its campuses together among {len(theirs)} tracked others (largest: {best}, "
        f"{theirs[best]:,.0f}, the company's largest alone: {alone:,.0f})",
    )


def _together(result: Result, measure: str) -> np.ndarray:
    needed(result, measure)
    out: np.ndarray = without_reference(result.planned(measure))[:, :, as_of_month(result)].sum(axis=1)
    return out


def road_km(result: Result, args: Args) -> Reading:
    """Kilometres a year of the scenario's vehicles on its day."""
    cars = result.scenario["products"]["cars"]
    years = as_of_month(result) / MONTHS_PER_YEAR
    km = cars["vehicles"] * (1.0 + cars["growth_per_year"]) ** years * cars["km_per_vehicle_year"]
    return Reading(
        np.array([km / BILLION]), "fixed", args["km_bn"], "about", "bn km a year", args["within_frac"], "vehicles times yearly distance"
    )


def observer(result: Result, args: Args) -> Reading:
    """What one outside observer counts a minute before any control, from the one true rate."""
    red, products = result.scenario["red_lines"], result.scenario["products"]
    made = products["images"]["per_day"] / (SECONDS_PER_DAY / SECONDS_PER_MINUTE)
    true = made * all_miss_frac(red["gate_recalls"], correlation=red["gate_correlation"]) * _violating(result)
    observers = SimpleNamespace(observers={name: namespace(spec) for name, spec in red["observers"].items()})
    seen = np.array([seen_by_observers(observers, float(t)).get(args["name"], np.nan) for t in true])
    if np.isnan(seen).any():
        raise NotHeld(f"the scenario has no observer {args['name']!r}")
    return Reading(
        seen, "world", args["per_min"], "about", "per minute", args["within_frac"], f"counted by {args['name'].replace('_', ' ')}"
    )


def _violating(result: Result) -> np.ndarray:
    sampled = result.sampled.worlds.get("red_lines.violating_prompt_frac") if result.sampled else None
    return (
        np.array([result.scenario["red_lines"]["violating_prompt_frac"]])
        if sampled is None
        else sampled[1:]
        if len(sampled) > 1
        else sampled
    )


def days_to_control(result: Result, args: Args) -> Reading:
    """Days from the launch of the feature to the first control, and what leaked meanwhile."""
    red, images = namespace(result.scenario["red_lines"]), namespace(result.scenario["products"]["images"])
    if not red.controls or images.starts_on is None:
        raise NotHeld("the scenario dates no launch or no control")
    first = min(c.day for c in red.controls)
    days = (first - images.starts_on).days
    leaked = images.per_day * days * red.violating_prompt_frac * all_miss_frac(red.gate_recalls, correlation=red.gate_correlation)
    return Reading(
        np.array([float(days)]),
        "fixed",
        args["days"],
        "at_least",
        "days",
        title=f"days from launch to the first control ({leaked:,.0f} violating images meanwhile)",
    )


def level_at(result: Result, args: Args) -> Reading:
    """Night level at a distance from a campus, read between its receptors on the logarithm of distance.

    Each world's level is spread by the normal quantiles of its own 80 % half width.
    """
    needed(result, "noise_night_dba", "noise_band_half_width_db")
    campus = args["campus"]
    if campus not in result.scenario["campuses"]:
        raise NotHeld(f"the scenario has no campus {campus!r}")
    spec = result.scenario["campuses"][campus]
    lat0, lon0 = (spec["air"].get(f"stack_{k}") or spec["site"][k] for k in ("lat", "lon"))
    rows = [i for i, c in enumerate(result.coords["receptor_campus"]) if result.coords["campus"][c] == campus]
    places = [spec["receptors"][result.coords["receptor"][i].split("/")[1]] for i in rows]
    east, north = local_xy_m(np.array([p["lat"] for p in places]), np.array([p["lon"] for p in places]), lat0_deg=lat0, lon0_deg=lon0)
    far = distance_m(east, north)
    order = np.argsort(far)
    level, half = (result.samples(n)[:, rows, as_of_month(result)][:, order] for n in ("noise_night_dba", "noise_band_half_width_db"))
    at, spread = (np.array([np.interp(np.log(args["km"] * 1000.0), np.log(far[order]), row) for row in a]) for a in (level, half))
    values = (at[:, None] + spread[:, None] * NORMAL_80[None, :]).reshape(-1)
    return Reading(values, "fixed", args["dba"], "at_least", "dBA", title=f"night level {args['km']} km away", why=args["why"])


def waived_share(result: Result, args: Args) -> Reading:
    """Share of the statutory taxes of the year ahead that is waived at one campus."""
    needed(result, "county_paid_usd", "county_waived_usd")
    if args["campus"] not in result.coords["campus"]:
        raise NotHeld(f"the run has no campus {args['campus']!r}")
    row = result.index("campus", args["campus"])
    paid, waived = (result.samples(n)[:, row, year_ahead(result)].sum(axis=1) for n in ("county_paid_usd", "county_waived_usd"))
    return Reading(
        waived / np.maximum(paid + waived, 1.0),
        "fixed",
        args["share"],
        "at_least",
        "1",
        title="share of the year ahead's statutory taxes that is waived",
    )


def lifetime_risk(result: Result, args: Args) -> Reading:
    """Added lifetime cancer risk per million from formaldehyde at the worst place of the year ahead."""
    from gigacampus.neighbours.health import lifetime_risk as risk

    needed(result, "formaldehyde_ugm3")
    worst = result.samples("formaldehyde_ugm3")[:, :, year_ahead(result)].mean(axis=2).max(axis=1)
    return Reading(
        1e6 * risk(worst, unit_risk_per_ugm3=args["unit_risk_per_ugm3"]),
        "world",
        args["per_million"],
        "at_least",
        "per million",
        title="lifetime cancer risk from formaldehyde at the worst place, against the usual reference line",
    )


def group_over_county(result: Result, args: Args) -> Reading:
    """Share of an exposure that falls on a group of people over that group's share of the counties around."""
    from gigacampus.rerun.group_exposure import by_group

    found = [row for row in by_group(result) if (row["group"], row["exposure"]) == (args["group"], args["exposure"])]
    if not found:
        raise NotHeld("no bundled block groups lie near a campus of the run")
    title = f"share of {args['exposure']} on the group over its share of the county ({args['group']})"
    return Reading(np.array([found[0]["over_county"]]), "fixed", args["at_least"], "at_least", "1", title=title)


def both_ends(result: Result, args: Args) -> Reading:
    """Whether both ends of an open question really occur: the rarer one's share against a share worth naming."""
    escaped = np.isfinite(result.samples("escape_month"))
    rarer = min(escaped.mean(), 1.0 - escaped.mean())
    return Reading(
        np.array([rarer]),
        "fixed",
        args["share"],
        "at_least",
        "1",
        title=f"share of the rarer end (path escape within the horizon in {escaped.mean():.0%} of futures)",
    )


def serving_fits(result: Result, args: Args) -> Reading:
    """Share of machine hours that serving needs against the share that the scenario lets it have."""
    needed(result, "serving_share_needed_frac")
    share = result.planned("serving_share_needed_frac")
    month = as_of_month(result)
    return Reading(
        without_reference(share)[:, month],
        "world",
        result.scenario["compute"]["serving_share_max_frac"],
        "at_most",
        "1",
        title="share of machine hours that serving all users needs, against what it may have",
    )


def money_buys_power(result: Result, args: Args) -> Reading:
    """All facility MW if the announced sum is spent at the observed cost, in every draw's own prices."""
    needed(result, "facility_design_mw")
    points = result.sampled
    factor = points.draws.get("company.assets.phase_cost_factor") if points else None
    draws = int(result.manifest["run"]["draws"])
    cost = args["usd_per_it_mw"] * (np.ones(draws) if factor is None else factor)
    committed = result.array("facility_design_mw")[:, :, 0, :].max(axis=2).sum(axis=1)
    now = committed[points.world_of_draw] if points else np.full(draws, committed[0])
    bought = args["usd"] / cost * args["pue"]
    return Reading(
        now + bought,
        "draw",
        args["mw"],
        "at_least",
        "MW",
        title=f"committed facility MW and what USD {args['usd'] / BILLION:g} bn buys ({np.median(bought):,.0f} MW)",
    )


def gigabytes_without_media(result: Result, args: Args) -> Reading:
    """Gigabytes a day of posts with their records, without attachments."""
    needed(result, "post_record_gb_per_day")
    values = result.samples("post_record_gb_per_day")[:, as_of_month(result)]
    return Reading(values, "world", args["gb_per_day"], "at_least", "GB/day", title="posts of a day with their records, no attachments")


def build_rate(result: Result, args: Args) -> Reading:
    """Accelerators added a day over the past year, all campuses."""
    needed(result, "accelerators_installed")
    installed = result.planned("accelerators_installed").sum(axis=1)
    month = as_of_month(result)
    rate = (installed[:, month] - installed[:, max(month - 12, 0)]) / DAYS_PER_YEAR
    return Reading(without_reference(rate), "world", args["per_day"], "at_least", "a day", title="accelerators added a day, past year")


def cut_moves(result: Result, args: Args) -> Reading:
    """What cutting a link takes from a figure, as a share of it or in its unit; the figure with and without it is shown."""
    (switch,) = links.chosen([args["link"]])
    try:
        (effect,) = (e for e in links.effects(result, [switch]) if e.variable == args["variable"])
    except ScenarioError as reason:
        raise NotHeld(f"the link {args['link']} cannot be cut in this scenario: {reason.findings[0].problem}") from reason
    share = args.get("by", "share") == "share"
    taken = effect.before - effect.after
    value = taken / abs(effect.before) if share and effect.before else taken
    value = abs(value) if args.get("either_way") else value
    title = f'with "{switch.title}" cut or switched ({", ".join(switch.lines())}), {effect.text()}; what it takes'
    unit = "share" if share else effect.unit
    return Reading(np.array([value]), "fixed", float(args["claimed"]), "at_least", unit, title=title, why=args.get("why", ""))


FUNCTIONS: dict[str, Callable[[Result, Args], Reading]] = {
    f.__name__: f
    for f in (
        pits,
        revenue_path,
        siblings_carry,
        flows_sum,
        rank_by_power,
        road_km,
        observer,
        days_to_control,
        level_at,
        waived_share,
        lifetime_risk,
        group_over_county,
        both_ends,
        cut_moves,
        serving_fits,
        build_rate,
    )
}
PAIRS: dict[str, Callable[[Result, Args], Reading]] = {f.__name__: f for f in (money_buys_power, gigabytes_without_media)}
