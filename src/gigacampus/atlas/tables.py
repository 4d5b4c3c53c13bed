"""The atlas as one table, CSV and Parquet: a row for each campus, a column for each figure, year and end of its band."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from gigacampus.atlas.rows import PEOPLE, PER_YEAR, Row, years
from gigacampus.atlas.scenarios import assumptions
from gigacampus.foundation.whole_file import write_text
from gigacampus.results import parquet

ENDS = ("p10", "p50", "p90")
CSV, PARQUET = "world.csv", "world.parquet"


def columns(rows: Sequence[Row]) -> list[str]:
    """Names of all columns."""
    facts = ["campus", "owner", "users", "town", "state", "country", "lat", "lon", "precision", "onsite_mw", "cooling", "people_3km"]
    figures = [f"{name}_{year}_{end}" for name in (*PER_YEAR, *PEOPLE) for year in years(rows) for end in ENDS]
    return [*facts, *figures, "tax_rules", "assumptions"]


def record(row: Row, named: Sequence[str]) -> list[object]:
    """A campus as cells in the order of ``columns``; what is not known is empty."""
    c = row.campus
    near = c.people_near
    facts = [c.name, c.owner, c.users, c.town, c.state, c.country, c.lat, c.lon, c.precision, c.onsite_mw, c.cooling, near]
    cells: list[object] = list(facts)
    for name in named[len(facts) : -2]:
        variable, year, end = name.rsplit("_", 2)
        band = row.band(variable, year)
        cells.append(None if band is None else band[ENDS.index(end)])
    return [*cells, "; ".join(c.tax_rules), " ".join(assumptions(c))]


def write(out: Path, rows: Sequence[Row]) -> dict[str, str]:
    """Write both tables and say where they are."""
    text = io.StringIO()
    made = csv.writer(text, lineterminator="\n")
    named = columns(rows)
    made.writerow(named)
    made.writerows(["" if cell is None else cell for cell in record(row, named)] for row in rows)
    write_text(out / CSV, text.getvalue())
    with parquet.writer() as connection, (out / CSV).open("rb") as stream:
        select = f"SELECT * FROM read_csv({parquet.at(stream)}, header=true, sample_size=-1)"
        parquet.write(connection, select, out / PARQUET)
    return {"csv": str(out / CSV), "parquet": str(out / PARQUET)}
