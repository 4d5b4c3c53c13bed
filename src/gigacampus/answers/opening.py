"""The three sentences that carry a run: what is built and when, who lives with it, who pays. Made of the headline's own figures."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers.completion import complete
from gigacampus.answers.figures import Figure, State, figure, month_label
from gigacampus.answers.headline import level_at, loudest
from gigacampus.foundation.language import say
from gigacampus.foundation.units import KG_PER_SHORT_TON
from gigacampus.results.periods import as_of_month, built_months
from gigacampus.results.result import Result, date_quantiles, has_company, without_reference

Row = dict[str, Any]


def opening(result: Result) -> list[str]:
    """Three sentences at most, in the order power, neighbours, money; each figure is a row of the headline, or stands when all is built."""
    rows: dict[str, Row] = {row["id"]: row for row in result.manifest["headline"] if row.get("value_text")}
    found = (_power(result, rows), _neighbours(result, rows), _money(result, rows))
    return [sentence for sentence in found if sentence]


def _band(row: Row) -> str:
    """The middle with its band, where there is one; a date without the share of futures."""
    band = str(row.get("band_text") or "").partition(";")[0]
    low, _, high = band.partition(" to ")
    if low == high:
        return str(row["value_text"])
    unit = f" {row['unit']}"
    if low.endswith(unit) and high.endswith(unit):
        band = f"{low.removesuffix(unit)} to {high.removesuffix(unit)}"
    band = band.replace(" to after ", say(" to after ")).replace(" to ", say(" to "))
    return f"{row['value_text']} ({band})" if row.get("low") != row.get("high") and band else str(row["value_text"])


def _power(result: Result, rows: dict[str, Row]) -> str:
    """What runs on the day, and when one and two gigawatts are passed, or what stands at the end where one never is."""
    now = rows.get("facility_mw_now")
    if now is None:
        return ""
    built = (
        say("Nothing runs yet on {day}", day=result.manifest["as_of"])
        if now.get("state") == State.NOT_BUILT
        else say("{power} run in {month}", power=_band(now), month=result.coords["month"][as_of_month(result)])
    )
    passed = [(name, rows[f"date_{n}_gw"]) for n, name in ((1, "1 GW"), (2, "2 GW")) if _dated(rows.get(f"date_{n}_gw"))]
    if not passed:
        return say("{built}; {power} when all is built, from {month} on.", built=built, power=_finished_power(result), month=_built(result))
    first, rest = passed[0], passed[1:]
    text = say("{built}; {power} is passed in {month}", built=built, power=first[0], month=_band(first[1]))
    return text + "".join(say(", {power} in {month}", power=name, month=_band(row)) for name, row in rest) + say(".")


def _dated(row: Row | None) -> bool:
    return row is not None and row.get("value") is not None


def _last(result: Result) -> str:
    return str(result.coords["month"][-1])


def _built(result: Result) -> str:
    """When all that is planned is built, with its band where the worlds differ by a month or more."""
    if not result.has("facility_design_mw"):
        return _last(result)
    at = date_quantiles(built_months(result))
    low, mid, high = (month_label(float(at[k]), result.coords["month"]) for k in ("p10", "p50", "p90"))
    return mid if low == high else f"{mid} ({low}{say(' to ')}{high})"


def _finished_power(result: Result) -> str:
    total = result.planned("facility_design_mw").sum(axis=1)
    samples = without_reference(total)[:, -1]
    return _told(result, figure("facility_mw_last", "", samples, "MW", ("buildout",)))


def _told(result: Result, made: Figure) -> str:
    return _band(complete(made, result).as_dict())


def _neighbours(result: Result, rows: dict[str, Row]) -> str:
    """The loudest place by night when all is built, and what leaves all stacks in the last year of the run."""
    parts = []
    if "noise_night" in rows:
        months = slice(len(result.coords["month"]) - 1, len(result.coords["month"]))
        row = level_at(result, "noise_night_last", "", loudest(result, months), months)
        if row.value is not None:
            place = str(row.place)
            parts.append(say("the loudest place, {place}, hears {level} by night", place=place, level=_told(result, row)))
    if "nox_year" in rows and rows["nox_year"]["value"]:
        parts.append(say("the stacks give off {nox} of NOx in the last year of the run", nox=_yearly(result, "nox_t", rows["nox_year"])))
    if not parts:
        return ""
    return say("When all is built, from {month} on, {parts}.", month=_built(result), parts=say(" and ").join(parts))


def _yearly(result: Result, name: str, row: Row) -> str:
    """A flow over the last twelve months of the run, in the unit of its row of the headline."""
    total = result.planned(name).sum(axis=1)
    samples = without_reference(total)[:, -12:].sum(axis=1)
    return _told(result, figure(row["id"], "", samples * 1000.0 / KG_PER_SHORT_TON, row["unit"], ("emissions",)))


def _money(result: Result, rows: dict[str, Row]) -> str:
    """When the money runs out, or, of a campus alone, what its energy costs; then what the public is paid."""
    parts = []
    if has_company(result) and "runway" in rows:
        if _dated(rows["runway"]):
            burn = rows.get("burn_month")
            burnt = say(" while {burn} a month is spent", burn=_band(burn)) if burn and burn["value"] > 0 else ""
            parts.append(say("Without new money cash is below its floor in {month}{burnt}", month=_band(rows["runway"]), burnt=burnt))
        else:
            parts.append(say("Without new money cash lasts beyond {month}", month=_last(result)))
        if _dated(rows.get("next_raise")):
            parts.append(say("the next raise comes in {month}", month=_band(rows["next_raise"])))
    elif not has_company(result) and result.has("energy_cost_usd"):
        yearly = result.samples("energy_cost_usd")[:, -12:].sum(axis=1)
        parts.append(say("Energy costs {cost} a year when all is built", cost=_usd(result, yearly)))
    if result.has("county_paid_usd"):
        yearly = result.samples("county_paid_usd")[:, :, -12:].sum(axis=(1, 2))
        parts.append(say("public bodies are paid {tax} in the last twelve months of the run", tax=_usd(result, yearly)))
    text = say("; ").join(parts) + say(".") if parts else ""
    return text[:1].upper() + text[1:]


def _usd(result: Result, samples: np.ndarray) -> str:
    return _told(result, figure("usd", "", samples, "USD", ("company",)))
