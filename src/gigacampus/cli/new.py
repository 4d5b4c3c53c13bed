"""`gigacampus new`: a scenario to start from: of a place, of a tracked site, around a load of your own, or a plain starter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON

if TYPE_CHECKING:
    from gigacampus.scenario.place_starter import Wish

DEFAULT_MW = 300.0


@guarded
def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME_OR_PATH", help="Name of the scenario, or a path; a tracked site's name fills it in.")
    ],
    at: Annotated[str | None, typer.Option("--at", metavar="LAT,LON", help="Where the campus stands, or a town: Abilene, TX.")] = None,
    mw: Annotated[float | None, typer.Option("--mw", help="Facility power, MW; 300 where nothing says it.")] = None,
    power: Annotated[str | None, typer.Option("--power", help="Where the power comes from: grid, gas or hybrid.")] = None,
    no_company: Annotated[bool, typer.Option("--no-company", help="A campus without a company: no books.")] = False,
    weather: Annotated[
        Path | None, typer.Option("--weather", help="Weather of the place: EPW, CSV or xlsx; else the nearest station.")
    ] = None,
    template: Annotated[str | None, typer.Option(help="Plain starter: grid, gas or hybrid.")] = None,
    from_load: Annotated[Path | None, typer.Option(help="CSV or xlsx: the facility's load over a year, hourly or finer.")] = None,
    as_json: AS_JSON = False,
) -> int:
    """Write a starter scenario and the JSON schema that editors complete it by; existing files are never touched."""
    from gigacampus.scenario.create import create, create_at

    wish = _wish(name, at, mw, power or template, no_company) if from_load is None else None
    if wish is None:
        _refuse_unused(from_load, at, mw, no_company, weather)
        written, understood = create(Path(), name, power or template or "grid", from_load)
        return _told(written, [f"read {text}" for text in understood], as_json, understood=understood)
    written, made = create_at(name, wish, weather)
    lines = [*made.told, "filled in, each to be changed in the file:", *(f"  {d}" for d in made.defaults)]
    return _told(written, lines, as_json, understood=list(made.told), assumed=[vars(d) for d in made.defaults])


def _wish(name: str, at: str | None, mw: float | None, power: str | None, no_company: bool) -> Wish | None:
    """What is asked of a place; None where no place is named and the name is no tracked site."""
    from gigacampus.scenario.place_starter import Wish
    from gigacampus.scenario.places import tracked

    site = tracked().get(Path(name).name.removesuffix(".yaml").replace("-", "_").lower())
    if at is None and site is None:
        return None
    title = Path(name).name.removesuffix(".yaml").replace("-", " ").replace("_", " ").capitalize()
    if at is not None:
        lat, lon = _place(at)
        return Wish(title, lat, lon, mw or DEFAULT_MW, power or "grid", not no_company)
    assert site is not None
    supply = power or ("gas" if site.onsite_gas_mw >= 0.9 * site.mw else "hybrid" if site.onsite_gas_mw else "grid")
    return Wish(site.title, site.lat, site.lon, mw or site.mw, supply, not no_company)


def _place(text: str) -> tuple[float, float]:
    """Latitude and longitude, or the centre of a town of that name."""
    from gigacampus.rerun.place import parse
    from gigacampus.scenario.places import town_named

    town = town_named(text) if text[:1].isalpha() else None
    if town is not None:
        return town.lat, town.lon
    place = parse(text)
    return place.lat, place.lon


def _refuse_unused(from_load: Path | None, at: str | None, mw: float | None, no_company: bool, weather: Path | None) -> None:
    """A wish that the plain starter cannot meet is refused, never dropped."""
    from gigacampus.foundation.errors import refuse

    given = {"--at": at is not None, "--mw": mw is not None, "--no-company": no_company, "--weather": weather is not None}
    asked = [name for name, there in given.items() if there]
    if asked:
        why = "--from-load sizes the campus by the load" if from_load else "no place is named"
        raise refuse(f"{', '.join(asked)} cannot be used here: {why}", path=asked[0], fix="name the place: --at LAT,LON, or a tracked site")


def _told(written: list[Path], lines: list[str], as_json: bool, **more: object) -> int:
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text({"written": [str(p) for p in written], "scenario": str(written[0]), **more}))
        return 0
    for text in lines:
        typer.echo(text)
    for path in written:
        typer.echo(f"wrote {path}")
    typer.echo(f"next: gigacampus run {written[0]}")
    return 0
