"""What is known of each tracked campus, as the library's tables say it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from gigacampus.scenario import places

TAX_STATES = {"MS": "mississippi", "TN": "tennessee"}
"""States whose rules for data centres the library knows, by their name in its table."""
WEATHER_KM = 600.0
"""A station farther away than this says nothing of a campus's water: the figure is then not known."""
NEAR_KM = 3.0
CENSUS = ("colossus_1", "colossus_2")
"""Campuses that the bundled census covers, whether people live near or not."""


@dataclass(frozen=True)
class Step:
    """What the tracker says of a campus from a day on."""

    date: str
    it_mw: float
    facility_mw: float
    h100e: float
    model: str
    """Library entry of the accelerator that stands for most of the chips; empty: the tracker names none."""
    forecast: bool
    """Whether the day lay ahead when the tracker wrote it."""


@dataclass(frozen=True)
class Campus:
    """One campus. An empty text and None say: not known."""

    key: str
    name: str
    owner: str
    users: str
    town: str
    state: str
    country: str
    lat: float
    lon: float
    precision: str
    """Whether the point is that of the campus, its town, its county or its district."""
    place_confidence: str
    onsite_mw: float | None
    """Nameplate of generators on the site."""
    onsite_source: str
    cooling: str
    """Library entry of the cooling plant by the words of the tracker."""
    known_from: str
    steps: tuple[Step, ...]

    @property
    def station(self) -> places.Station:
        """The nearest weather station of the library."""
        return places.nearest_station(self.lat, self.lon)

    @property
    def has_weather(self) -> bool:
        """Whether that station may speak for the campus."""
        return self.station.km <= WEATHER_KM

    @property
    def homes(self) -> list[places.Home]:
        """Block groups within ``NEAR_KM``; empty where the library holds no census, or the point is only that of a town."""
        return places.homes(self.lat, self.lon, NEAR_KM) if self.precision == "campus" else []

    @property
    def people_near(self) -> float | None:
        """People within ``NEAR_KM`` by the bundled census; None where it does not reach, or the point is only that of a town."""
        return sum(home.people for home in self.homes) if self.key in CENSUS else None

    @property
    def tax_rules(self) -> list[str]:
        """What the campus's state is known to waive or ask of data centres; empty: not known."""
        state = TAX_STATES.get(self.state, "")
        return [f"{row['instrument']}: {row['content']}" for row in places.rows("tax", "incentives.csv") if state and row["state"] == state]


@cache
def campuses() -> tuple[Campus, ...]:
    """Every tracked campus, by name.

    >>> len(campuses()), campuses()[0].name
    (75, 'Alibaba Zhangbei')
    """
    steps: dict[str, list[Step]] = {}
    for row in places.rows("sites", "world_by_date.csv"):
        it_mw, facility_mw, h100e = (float(row[name]) for name in ("it_mw", "facility_mw", "h100e"))
        steps.setdefault(row["key"], []).append(Step(row["date"], it_mw, facility_mw, h100e, row["model"], row["forecast"] == "1"))
    return tuple(_campus(row, tuple(steps.get(row["key"], ()))) for row in places.rows("sites", "world.csv"))


def _campus(row: dict[str, str], steps: tuple[Step, ...]) -> Campus:
    return Campus(
        key=row["key"],
        name=row["name"],
        owner=row["owner"],
        users=row["users"],
        town=row["town"],
        state=row["state"],
        country=row["country"],
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        precision=row["precision"],
        place_confidence=row["place_confidence"],
        onsite_mw=float(row["onsite_mw"]) if row["onsite_mw"] else None,
        onsite_source=row["onsite_source"],
        cooling=row["cooling"],
        known_from=row["known_from"],
        steps=steps,
    )
