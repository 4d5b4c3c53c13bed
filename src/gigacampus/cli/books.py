"""`gigacampus books`: the exact books of one future of a run, as a table by year or a workbook with live formulas."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.map import RUN
from gigacampus.cli.run import AS_JSON

if TYPE_CHECKING:
    from gigacampus.company.ledger.audit import Audited
    from gigacampus.company.ledger.currency import Currency


@guarded
def books(
    run: RUN,
    draw: Annotated[int | None, typer.Option(help="Which future; empty: the one whose last cash is nearest to the median.")] = None,
    out: Annotated[Path | None, typer.Option(help="Workbook to write (.xlsx; needs the extra `xlsx`).")] = None,
    entity: Annotated[str, typer.Option(help="Whose statements to print: lab, platform or vehicle.")] = "lab",
    currency: Annotated[str, typer.Option(help="Currency to show: USD or CNY, at one dated rate.")] = "USD",
    as_json: AS_JSON = False,
) -> int:
    """Keep one future in whole cents: three statements by year, and a workbook whose formulas rebuild them from the entries."""
    from datetime import date

    from gigacampus.company.ledger.currency import display_currency
    from gigacampus.rerun import single_draw_books
    from gigacampus.results import store

    single_draw_books.check_entity(entity)
    chosen = single_draw_books.median_draw(store.read(run)) if draw is None else draw
    result, exact = single_draw_books.audited_draw(run, chosen)
    money = display_currency(currency, date.fromisoformat(str(result.manifest["as_of"])))
    if out is not None:
        _write(exact, out, money)
    years = single_draw_books.by_year(exact, entity, money)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(
            json_text(
                {
                    "draw": chosen,
                    "entity": entity,
                    "currency": money.code,
                    "per_usd": money.per_usd,
                    "note": money.note,
                    "unit": "million",
                    "imbalance_cents": exact.imbalance(),
                    "years": years,
                    "workbook": str(out) if out else None,
                }
            )
        )
        return 0
    print(f"Draw {chosen}, {entity}, million {money.code}" + (f" ({money.per_usd:g} for one USD: {money.note})" if money.note else ""))
    print(f"  {'':<22}" + "".join(f"{year:>12}" for year in years))
    for name in next(iter(years.values())):
        print(f"  {name:<22}" + "".join(f"{row[name]:>12,.1f}" for row in years.values()))
    print(f"Largest imbalance of any entity in any month: {exact.imbalance()} cents" + (f". Workbook: {out}" if out else ""))
    return 0


def _write(exact: Audited, out: Path, money: Currency) -> None:
    from gigacampus.foundation.errors import refuse

    if out.suffix.lower() != ".xlsx":
        raise refuse(f"{out.name} is no workbook", fix="end the name in .xlsx")
    try:
        from gigacampus.company.ledger.workbook import write_workbook

        out.parent.mkdir(parents=True, exist_ok=True)
        write_workbook(exact, out, currency=money)
    except ModuleNotFoundError as error:
        raise refuse(f"a workbook needs {error.name}", fix="pip install openpyxl (the extra `xlsx`)") from error
