"""Files as the archives write them, made of one station of the library, so that the right value of every hour is known."""

from __future__ import annotations

from datetime import datetime, timedelta

from gigacampus.scenario.weather import typical_year

TRUTH = typical_year("lib:weather/columbus_oh").values
LAT, LON, HEIGHT_M, ZONE_H = 39.99, -82.88, 247, -5
MIXED = (1988, 1976, 2004, 1990, 1991, 1992, 1993, 1994, 1995, 1996, 1997, 1998)
"""Years that the months of a typical year may come from, leap years among them."""
PSM_HEAD = (
    "Source,Location ID,City,State,Country,Latitude,Longitude,Time Zone,Elevation,Local Time Zone,Dew Point Units,GHI Units,"
    "Temperature Units,Pressure Units,Relative Humidity Units,Wind Direction Units,Wind Speed Units,Cloud Type 0,Version"
)
PSM_UNITS = ("c", "w/m2", "c", "mbar", "%", "Degrees", "m/s")
PSM_COLUMNS = {
    "Temperature": "dry_bulb_c",
    "Relative Humidity": "rh_pct",
    "Pressure": "pressure_hpa",
    "Wind Direction": "wind_dir_deg",
    "Wind Speed": "wind_speed_ms",
    "GHI": "ghi_w_m2",
}
TMY3_HEAD = (
    "Date (MM/DD/YYYY),Time (HH:MM),GHI (W/m^2),TotCld (tenths),Dry-bulb (C),RHum (%),Pressure (mbar),Wdir (degrees),Wspd (m/s),CeilHgt (m)"
)
TMY3_COLUMNS = ("ghi_w_m2", "total_cloud_tenths", "dry_bulb_c", "rh_pct", "pressure_hpa", "wind_dir_deg", "wind_speed_ms", "ceiling_m")
PVGIS_COLUMNS = ("dry_bulb_c", "rh_pct", "ghi_w_m2", "wind_speed_ms", "wind_dir_deg", "pressure_hpa")


def hour_of(moment: datetime) -> int:
    """Hour of the year of 8,760 hours; 29 February repeats the day before."""
    day = min(moment.day, 28) if moment.month == 2 else moment.day
    return (datetime(2023, moment.month, day) - datetime(2023, 1, 1)).days * 24 + moment.hour


def psm(
    *,
    clock_h: float = ZONE_H,
    zone_h: float = ZONE_H,
    step: int = 60,
    stamp: int | None = None,
    year: int = 2023,
    leap_day: bool = False,
    years: tuple[int, ...] = (),
    without: tuple[str, ...] = (),
    units: tuple[str, ...] = PSM_UNITS,
    height_m: float = HEIGHT_M,
    lat: float = LAT,
    put: dict[int, dict[str, object]] | None = None,
) -> str:
    """A year of the NSRDB, times of UTC+``clock_h``; ``put`` overwrites cells of a row."""
    names = [n for n in ("Dew Point", *PSM_COLUMNS) if n not in without]
    said = f'NSRDB,1,"Columbus, OH",-,-,{lat},{LON},{clock_h},{height_m},{zone_h},{",".join(units)},Clear,v4.0.0'
    lines = [PSM_HEAD, said, "Year,Month,Day,Hour,Minute," + ",".join(names)]
    moment = datetime(year, 1, 1) + timedelta(minutes=step // 2 if stamp is None else stamp)
    while moment.year == year:
        if leap_day or (moment.month, moment.day) != (2, 29):
            hour = hour_of(moment + timedelta(hours=zone_h - clock_h))
            row: dict[str, object] = {name: TRUTH[column][hour] for name, column in PSM_COLUMNS.items()}
            row = {"Dew Point": TRUTH["dry_bulb_c"][hour] - 5.0, **row, **(put or {}).get(len(lines) - 3, {})}
            stated = years[moment.month - 1] if years else moment.year
            lines.append(f"{stated},{moment:%m,%d,%H,%M}," + ",".join(str(row[name]) for name in names))
        moment += timedelta(minutes=step)
    return "\n".join(lines) + "\n"


def tmy3(
    *,
    clock: str = "24:00",
    spreadsheet: bool = False,
    years: tuple[int, ...] = (1988,) * 12,
    head: str = TMY3_HEAD,
    zone_h: float = ZONE_H,
    lat: float = LAT,
    put: dict[int, dict[str, object]] | None = None,
) -> str:
    """A typical year of TMY3. ``clock``: to 24:00, to 00:00 of the next day, the middle or the begin of hours."""
    lines = [f'724280,"COLUMBUS INTL",OH,{zone_h},{lat},{LON},{HEIGHT_M}', head]
    for hour in range(8760):
        begin = datetime(2023, 1, 1) + timedelta(hours=hour)
        day, time = begin, f"{begin.hour + 1:02d}:00"
        if clock == "00:00":
            day, time = begin + timedelta(hours=1), f"{begin + timedelta(hours=1):%H:%M}"
        elif clock != "24:00":
            time = f"{begin:%H}:{'30' if clock == 'middle' else '00'}"
        date = f"{day:%m/%d}/{years[begin.month - 1]}"
        if spreadsheet:
            date, time = f"{day.month}/{day.day}/{years[begin.month - 1]}", time.removeprefix("0").replace("24:00", "24:00:00")
        row = {c: TRUTH[c][hour] for c in TMY3_COLUMNS} | (put or {}).get(hour, {})
        lines.append(f"{date},{time}," + ",".join(str(row[c]) for c in TMY3_COLUMNS))
    return "\n".join(lines) + "\n"


def pvgis(
    *,
    years: tuple[int, ...] = (2010,) * 12,
    hours: int = 8760,
    offset_line: bool = True,
    lat: float = LAT,
    pascal: float = 100.0,
    put: dict[int, dict[str, object]] | None = None,
) -> str:
    """A typical year of PVGIS: universal time, pressure in Pa."""
    lines = [f"Latitude (decimal degrees): {lat:.3f}", f"Longitude (decimal degrees): {LON:.3f}", f"Elevation (m): {HEIGHT_M}"]
    lines += ["Irradiance Time Offset (h): 0.1761"] if offset_line else []
    lines += ["month,year", *(f"{m + 1},{y}" for m, y in enumerate(years)), "time(UTC),T2m,RH,G(h),WS10m,WD10m,SP"]
    for k in range(hours):
        clock = datetime(2010, 1, 1) + timedelta(hours=k)
        hour = hour_of(clock + timedelta(hours=round(LON / 15.0)))
        row = {c: TRUTH[c][hour] * (pascal if c == "pressure_hpa" else 1.0) for c in PVGIS_COLUMNS} | (put or {}).get(k, {})
        lines.append(f"{years[clock.month - 1]}{clock:%m%d:%H}00," + ",".join(str(row[c]) for c in PVGIS_COLUMNS))
    return "\r\n".join([*lines, "", "T2m: 2-m air temperature (degree Celsius)"]) + "\r\n"
