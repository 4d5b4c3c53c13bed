"""Q09: what the public gets and gives up, by year, body and campus."""

from __future__ import annotations

from typing import Any

import numpy as np

from gigacampus.answers.answer import Answer
from gigacampus.answers.figures import figure
from gigacampus.answers.place import Place
from gigacampus.answers.series import needed, year_ahead, years
from gigacampus.company.county import payee_shares
from gigacampus.company.public_spec import CountySpec
from gigacampus.results.result import Result

STAGES = ("company",)
NOTE = "expected over draws in the reference world, so without a band of its own"


def answer(result: Result, place: Place | None = None) -> Answer:
    """Paid and waived in the year ahead; ten years by campus and body in the table."""
    needed(result, "county_paid_usd", "county_waived_usd")
    months = year_ahead(result)
    paid, waived = (result.samples(n) for n in ("county_paid_usd", "county_waived_usd"))
    now = paid[:, :, months].sum(axis=(1, 2))
    head = figure("Q09", "Taxes and fees paid to public bodies in the year ahead", now, "USD", STAGES, note=NOTE)
    more = [figure("Q09_waived", "waived in the year ahead", waived[:, :, months].sum(axis=(1, 2)), "USD", STAGES)]
    ten = [i for rows in list(years(result).values())[:10] for i in rows]
    more += [
        figure(
            f"Q09_{word}_ten", f"{word} in the {len(ten) // 12} whole years of the horizon", a[:, :, ten].sum(axis=(1, 2)), "USD", STAGES
        )
        for word, a in (("paid", paid), ("waived", waived))
    ]
    return Answer(
        head, now, "fixed" if len(now) == 1 else "draw", tuple(more), _compare(result, paid, months), None, _table(result, paid, waived)
    )


def shares(result: Result, campus: str) -> dict[str, float]:
    """Share of the property levy of each public body around one campus."""
    return payee_shares(CountySpec.model_validate(result.scenario["campuses"][campus].get("county", {})))


def _table(result: Result, paid: np.ndarray, waived: np.ndarray) -> list[dict[str, Any]]:
    rows = []
    for c, campus in enumerate(result.coords["campus"]):
        for year, months in years(result).items():
            given, kept = (float(np.median(a[:, c, months].sum(axis=1))) for a in (paid, waived))
            rows.append(
                {
                    "campus": campus,
                    "year": year,
                    "paid_usd": round(given),
                    "waived_usd": round(kept),
                    **{f"to_{body}_by_levy_usd": round(given * s) for body, s in shares(result, campus).items()},
                }
            )
    return rows


def _compare(result: Result, paid: np.ndarray, months: slice) -> dict[str, float | str]:
    out: dict[str, float | str] = {}
    whole = years(result)
    if "colossus_1" in result.coords["campus"] and "2025" in whole:
        out["memphis_2025"] = float(np.median(paid[:, result.index("campus", "colossus_1"), whole["2025"]].sum(axis=1)))
    if "colossus_2" in result.coords["campus"]:
        year = float(np.median(paid[:, result.index("campus", "colossus_2"), months].sum(axis=1)))
        out["southaven_city_year"] = year * shares(result, "colossus_2").get("city", 0.0)
    return out
