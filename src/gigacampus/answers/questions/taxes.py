"""Q09: what the public gets and gives up, by year, body and campus."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from gigacampus.answers import headline
from gigacampus.answers.answer import Answer
from gigacampus.answers.figures import figure
from gigacampus.answers.reductions import needed
from gigacampus.answers.tables import HOME, body_named
from gigacampus.rerun.place import Place
from gigacampus.results.periods import span_label, year_ahead, years
from gigacampus.results.result import Result
from gigacampus.schema.public import STATE, UTILITY

STAGES = ("company",)
ROLL = (
    "what the roll holds of the statute's value is not public and is a distribution; leased machines are taxed as if owned; "
    "franchise and income taxes of the states are counted neither as paid nor as waived"
)


def answer(result: Result, place: Place | None = None) -> Answer:
    """Paid and waived in the year ahead with bands; by year, campus and body in the table (means, so that they add up)."""
    needed(result, "county_paid_usd", "payee_paid_usd")
    months = year_ahead(result)
    paid, waived, gained = (result.samples(f"county_{n}_usd") for n in ("paid", "waived", "gained"))
    head = replace(headline.county(result), id="Q09", note=ROLL)
    local = result.samples("payee_paid_usd")[:, _local(result)][:, :, months].sum(axis=(1, 2))
    ten = [i for rows in list(years(result).values())[:10] for i in rows]
    span = f"years {span_label(result, ten)}" if ten else "no whole year"
    whole = f"in the {len(ten) // 12} whole years of the horizon"
    more = (
        figure("Q09_local", "of it to counties, cities and schools", local, "USD", STAGES),
        figure("Q09_waived", "waived in the year ahead", waived[:, :, months].sum(axis=(1, 2)), "USD", STAGES),
        figure("Q09_gained", "tax on the jobs' wages in the year ahead", gained[:, :, months].sum(axis=(1, 2)), "USD", STAGES),
        figure("Q09_paid_ten", f"paid {whole}", paid[:, :, ten].sum(axis=(1, 2)), "USD", STAGES, period=span),
        figure("Q09_waived_ten", f"waived {whole}", waived[:, :, ten].sum(axis=(1, 2)), "USD", STAGES, period=span),
        *_largest(result, months),
    )
    return Answer(head, tuple(replace(f, perimeter="public") for f in more), _compare(result), None, table(result))


def _local(result: Result) -> list[int]:
    return [i for i, label in enumerate(result.coords["payee"]) if label.rsplit("/", 1)[1] not in (STATE, UTILITY)]


def _largest(result: Result, months: slice, shown: int = 6) -> list[Any]:
    """Figures of the bodies that are paid most in the year ahead."""
    paid = result.samples("payee_paid_usd")[:, :, months].sum(axis=2)
    order = [i for i in np.argsort(-paid.mean(axis=0)) if paid[:, i].mean() > 0.0][:shown]
    label = result.coords["payee"]
    return [
        figure(f"Q09_{label[i].replace('/', '_')}", f"to {payee(label[i])} in the year ahead", paid[:, i], "USD", STAGES) for i in order
    ]


def payee(label: str) -> str:
    """A public body as a reader says it.

    >>> payee("north/county/city"), payee("north/harbour/state")
    ('the city, for north', 'the state, for the Harbour part of north')
    """
    campus, place, body = label.split("/")
    to = body_named(body)
    return f"{to}, for {campus}" if place == HOME else f"{to}, for the {body_named(place)} part of {campus}"


def table(result: Result) -> list[dict[str, Any]]:
    """Means over the futures by campus and year, with the band of the whole; ``to_`` columns sum to what is paid."""
    paid, waived = (result.samples(f"county_{n}_usd") for n in ("paid", "waived"))
    bodies = result.samples("payee_paid_usd")
    rows = []
    for c, campus in enumerate(result.coords["campus"]):
        mine = [(i, label.removeprefix(f"{campus}/")) for i, label in enumerate(result.coords["payee"]) if label.startswith(f"{campus}/")]
        mine = [(i, body) for i, body in mine if bodies[:, i].any()]
        for year, months in years(result).items():
            given = paid[:, c, months].sum(axis=1)
            low, high = np.quantile(given, [0.1, 0.9])
            rows.append(
                {
                    "campus": campus,
                    "year": year,
                    "paid_usd": round(float(given.mean())),
                    "paid_p10_usd": round(float(low)),
                    "paid_p90_usd": round(float(high)),
                    "waived_usd": round(float(waived[:, c, months].sum(axis=1).mean())),
                    **{f"to_{b.replace('/', '_')}_usd": round(float(bodies[:, i, months].sum(axis=1).mean())) for i, b in mine},
                }
            )
    return rows


def _compare(result: Result) -> dict[str, float | str]:
    """City and county of the first campus in 2025 without the state's sales tax; the best year of the second's city."""
    out: dict[str, float | str] = {}
    whole, bodies = years(result), result.samples("payee_paid_usd")
    first = [i for i in _local(result) if result.coords["payee"][i].startswith("colossus_1/")]
    if first and "2025" in whole:
        out["memphis_2025"] = float(np.median(bodies[:, first][:, :, whole["2025"]].sum(axis=(1, 2))))
    if whole and "colossus_2/county/city" in result.coords["payee"]:
        city = bodies[:, result.index("payee", "colossus_2/county/city")]
        out["southaven_city_year"] = max(float(np.median(city[:, rows].sum(axis=1))) for rows in whole.values())
    return out
