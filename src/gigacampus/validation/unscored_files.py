"""Tables of a reference folder that no case is made from, and why: what is neither judged, nor an input, nor named here is a fault."""

from __future__ import annotations

from fnmatch import fnmatch

LIBRARY = "facts of the library and of scenarios, not cases"
REASONS = {
    "basemap/*": "lines of maps",
    "population/*": "people by place: an input of exposure",
    "claims/*": "judged by the command that judges claims",
    "weather/*": "hours of stations: an input",
    "grading/*": "a frozen forecast and its grades",
    "sites/*": "facts of the worked example and its peers: inputs of scenarios",
    "sites/energy/*": "prices and demand: inputs of scenarios",
    "sites/epoch/*": "a tracker's tables: inputs of scenarios",
    "sites/weather/*": "hours of stations: an input",
    "sites/traces/*": "request and power traces: inputs",
    "serving/traces/*": "request traces: inputs",
    "serving/anchor_errors.csv": "errors that other tools state of themselves",
    "serving/robot_clients.csv": "clients of machines, partly assumed: inputs of scenarios",
    "serving/silicon_points_corrections*.csv": "corrections that the points already hold",
    "serving/silicon_points_spec_decoding.csv": "tells split deployments apart, which one pool does not describe",
    "training/llama3_interruptions.csv": "counts by cause; their sum and rate are arithmetic",
    "training/multisite.csv": "training over several sites, which the step model does not describe",
    "training/xai_chip_quantities.csv": LIBRARY,
    "training/tool_timings.csv": "timings of other tools",
    "stream/event_arrivals.csv": "arrivals behind the half lives that are scored",
    "stream/bluesky_window_events.csv": "events of a second: an input of rates",
    "safety/classifier_points.csv": "recalls of classifiers: inputs of gates",
    "safety/legal_exposure.csv": "legal clocks: inputs of gates",
    "safety/moderation_capacity.csv": "staff of platforms: inputs of review",
    "power/*": LIBRARY,
    "air/aermod_hours_met.csv": "rows of the surface file of the year, which the cases read whole",
    "air/health_functions.csv": LIBRARY,
    "air/standards.csv": LIBRARY,
    "noise/annoyance.json": LIBRARY,
    "noise/benchmark_measured.csv": "speeds of other tools",
    "noise/cnossos_cut_profiles.csv": "profiles of another program's paths, between what is judged at their ends",
    "noise/cnossos_zprofile.csv": "profiles of another program's ground, between what is judged at their ends",
    "noise/construction_equipment_rcnm.csv": LIBRARY,
    "noise/criteria.csv": LIBRARY,
    "noise/measured_levels.csv": "press readings without place, hour or weighting",
    "noise/mitigation.csv": LIBRARY,
    "noise/sources.csv": LIBRARY,
    "company/asset_classes.csv": LIBRARY,
    "company/epoch_*.csv": "a tracker's tables: inputs of scenarios",
    "company/labs_annual.csv": "other laboratories: shown beside results",
    "company/related_party_flows.csv": LIBRARY,
    "company/tax_and_incentives.csv": LIBRARY,
    "company/xai_capital_events.csv": LIBRARY,
    "company/xai_with_x_segment_history.csv": "quarters that the January forecast does not speak of",
}


def reason(name: str) -> str:
    """Why a table is not judged, by its name in the reference layout; empty where nobody says so.

    >>> reason("power/battery.csv") == LIBRARY, reason("serving/silicon_pointz.csv")
    (True, '')
    """
    name = name.removesuffix(".gz")
    parts = name.split("/")
    names = {
        name,
        "/".join(part for part in parts if part != "data"),
        "/".join(parts[parts.index("data") + 1 :]) if "data" in parts else name,
    }
    exact = next((why for n in names for pattern, why in REASONS.items() if pattern == n), "")
    return exact or next(
        (why for n in names for pattern, why in REASONS.items() if fnmatch(n, pattern) and n.count("/") == pattern.count("/")), ""
    )
