"""Write docs/scoreboard.md: every forecast that was published, with what it scored where the truth is known.

scoreboard.py        from the files of validation/cases/grading and the bundled cases
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gigacampus.answers import grading
from gigacampus.company.finance.scores import binomial_band, crps_ensemble
from gigacampus.forecasts.grade import LEVEL, read_published, summary
from gigacampus.foundation.whole_file import write_text
from gigacampus.validation import listed_backtest
from gigacampus.validation.buildout import BACKTEST, OWN_CAMPUSES
from gigacampus.validation.case_folder import CaseFolder
from gigacampus.validation.company_listed import spelt
from gigacampus.validation.listed_reports import read_guides, read_quarters
from gigacampus.validation.slip_fit import leave_one_campus_out, milestones_of

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "src" / "gigacampus" / "validation" / "cases" / "grading"
PUBLISHED = sorted(FOLDER.glob("*_published.json"))
"""Files that `gigacampus forecast publish` wrote; none is ever changed."""
ERRATA = FOLDER / "errata.csv"
COLUMNS = ("forecast", "published", "scored", "inside 10-90 %", "an honest band holds", "CRPS", "width of the band", "naive forecasts")


LEAD = (
    "Written by `scripts/scoreboard.py`; figures are not typed in. The file of a forecast is never changed: its hash stands beside it",
    "since before it was scored, and what is found wrong with it is appended below. Rows without a hash were made after, by rules that",
    "hold back what was not known yet. CRPS: lower is better; of a naive forecast, which is one number, it is the absolute error.",
    "Skill: the share of a naive forecast's score that ours saves on the same figures. Honest: how many independent figures an honest",
    "80 % band holds nine times in ten; lines of one forecast are not independent.",
)


def honest(n: int) -> str:
    """How many of ``n`` independent figures an honest band holds, nine times in ten."""
    low, high = binomial_band(n, LEVEL, level=0.9)
    return f"{round(low * n)} to {round(high * n)} of {n}"


def percent(value: float | None) -> str:
    return "" if value is None else f"{100.0 * value:.0f} %"


def january() -> list[str]:
    """The frozen forecast of January: lines in their own units, so scores are shares of the truth."""
    made, digest = grading.read_forecast(FOLDER / "january_forecast.json")
    rows = [r for r in grading.grade(made, grading.read_csv(FOLDER / "known_later.csv")) if r["counted"]]
    scored = [r for r in rows if isinstance(r["truth"], float) and r["truth"] and None not in r["quantiles"].values()]
    crps = [crps_ensemble(np.array(list(r["quantiles"].values())), r["truth"]) / abs(r["truth"]) for r in scored]
    width = [(r["high"] - r["low"]) / abs(r["truth"]) for r in scored]
    inside = sum(bool(r["inside"]) for r in rows)
    return [
        f"[{made['title']}](grading.md)",
        f"as of {made['as_of']}, SHA-256 `{digest[:16]}`",
        f"{len(rows)} lines",
        str(inside),
        honest(len(rows)),
        f"{percent(float(np.mean(crps)))} of the figure ({len(scored)} lines)",
        percent(float(np.mean(width))),
        "none was published beside it",
    ]


def published(path: Path) -> list[str]:
    """A forecast that waits for its truth."""
    made, digest = read_published(path)
    last = max(line["period"] for line in made["lines"] if len(line["period"]) == len("2026Q1"))
    return [
        made["title"],
        f"{made['published_on']}, SHA-256 `{digest[:16]}`",
        "nothing yet",
        "",
        "",
        "",
        "",
        f"first quarters due; to {last}",
    ]


def quarters() -> list[list[str]]:
    """Quarters of a listed company, one ahead, from what was known before each: power given, and power guessed too."""
    folder = CaseFolder()
    told = read_quarters(spelt(folder.inputs("company/coreweave_quarters.csv")))
    guides = read_guides(folder.inputs("company/coreweave_guidance.csv"))
    out = []
    for full, words in ((False, "power of the quarter given"), (True, "power guessed too")):
        made = [f for f in listed_backtest.rolling(told, guides, full=full) if f.line == "revenue"]
        out.append(_scores(f"CoreWeave revenue, {words}", "rolling origins, not published before", made))
    return out


def _scores(title: str, when: str, made: Sequence[listed_backtest.Forecast]) -> list[str]:
    s = summary(made)
    naive = "; ".join(f"{name} {percent(row['naive_crps_over_actual'])}, skill {row['skill']:.2f}" for name, row in s["naive"].items())
    crps = f"{percent(s['crps_over_actual'])} of the figure"
    return [title, when, f"{s['n']} quarters", str(s["inside"]), honest(s["n"]), crps, percent(s["sharpness_over_actual"]), naive]


def campus_dates() -> list[str]:
    """Dates of a public tracker with the fitted slip on top, each campus left out of its own fit; censored ones by their censored score."""
    milestones = [m for m in milestones_of(CaseFolder().inputs(BACKTEST)) if m.campus not in OWN_CAMPUSES]
    scores = leave_one_campus_out(milestones, milestones)
    naive = f"no slip {scores.no_slip:.0f} days, skill {1.0 - scores.model / scores.no_slip:.2f}; "
    naive += f"median slip {scores.median_slip:.0f} days, skill {1.0 - scores.model / scores.median_slip:.2f}"
    title = "Dates of tracked campuses, as slipped"
    return [
        title,
        "fitted after, each campus left out",
        f"{scores.n} dates",
        str(scores.inside),
        honest(scores.counted),
        f"{scores.model:.0f} days",
        "",
        naive,
    ]


def page() -> str:
    """The whole document."""
    rows = [january(), *map(published, PUBLISHED), *quarters(), campus_dates()]
    errata = grading.read_csv(ERRATA) if ERRATA.is_file() else []
    return "\n".join(
        [
            "# Scoreboard",
            "",
            *LEAD,
            "",
            f"| {' | '.join(COLUMNS)} |",
            "|---" * len(COLUMNS) + "|",
            *(f"| {' | '.join(row)} |" for row in rows),
            "",
            "## Errata",
            "",
            *(f"- {row['date']}, {row['forecast']}, {row['line']}: {row['what']}" for row in errata),
            *([] if errata else ["None so far."]),
            "",
        ]
    )


if __name__ == "__main__":
    write_text(ROOT / "docs" / "scoreboard.md", page())
    print(json.dumps({"written": "docs/scoreboard.md", "published": [path.name for path in PUBLISHED]}))
