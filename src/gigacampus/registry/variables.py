"""THE registry of result variables: name, unit, dimensions, title, stock or flow, hour-to-month rule, source stage.

Dimensions are named here once. A stage returns plain arrays whose axes follow ``dims``; the pipeline puts ``world`` in
front for world stages. Axis titles, tables, exports and docs are made from these rows, never typed again.

campus, phase, month   phase k = the committed blocks plus all of the ordered phases up to k
unit                   a generator block of one campus ("colossus_1/smt130")
battery                a battery block of one campus
block                  any dated block of one campus
accelerator            an accelerator model of the library
receptor               a receptor of one campus ("colossus_2/homes_se")
cooling_kind           ``kinds.COOLING``, in that order
band                   octave bands 31.5 Hz to 8 kHz
hour                   1..8760, hour-ending, local standard time
trade                  a trade of ``company.people``
tenant                 a tenant of ``company.revenue.rental.tenants``
holder                 an owner: ``founder``, ``staff``, ``rounds.<key>``, ``parties.<name>``, ...
draw                   a financial draw; each belongs to one world
payee                  a public body that is paid ("colossus_2/memphis/shelby")
counterfactual         another case whose runway is worked out ("without_tesla")
"""

from __future__ import annotations

from dataclasses import dataclass

from gigacampus.registry.adequacy_variables import ADEQUACY, ENERGISATION
from gigacampus.registry.company_variables import COMPANY, OF_THE_CAMPUS, PUBLIC
from gigacampus.registry.neighbour_variables import NEIGHBOURS
from gigacampus.registry.renamed import current

RULES = ("sum", "mean", "max", "last", "energy_mean")


@dataclass(frozen=True)
class Variable:
    """One row of the registry."""

    name: str
    unit: str
    dims: tuple[str, ...]
    title: str
    kind: str
    """``stock`` (never summed over time) or ``flow``."""
    rule: str
    """How hours become a month: one of ``RULES``."""
    stage: str
    nan_means: str = ""
    """What a NaN says; empty: the variable is always a number."""


def _rows(stage: str, dims: str, *rows: tuple[str, str, str, str, str], nan_means: str = "") -> list[Variable]:
    return [
        Variable(n, u, tuple(dims.split()), title, kind, rule, stage, _nan_means(n, dims) or nan_means) for n, u, title, kind, rule in rows
    ]


def _nan_means(name: str, dims: str) -> str:
    if "hour" in dims.split():
        return "outside of the horizon"
    if name == "permit_limit_it_mw":
        return "nothing that stands needs a permit"
    if "_limit_" in name:
        return "no such limit is given"
    if name in ("days_for_1e27_flop", "job_mtbf_h"):
        return "nothing runs"
    if name.startswith("peak_delay_"):
        return "the queue does not clear: no wait can be given"
    if name in ("crash_ratio", "water_share_of_utility_frac", "wue_l_per_kwh"):
        return "not known"
    return "never within the horizon" if name.endswith("_month") else ""


def dates_something(name: str) -> bool:
    """Whether a variable is a month of the run in which something happens."""
    row = REGISTRY.get(current(name))
    return row is not None and row.unit == "1" and row.name.endswith("_month")


_OF_ONE_PLACE = ("dBA", "dBC", "dB", "ug/m3", "degC", "kPa", "m/s", "deg", "m", "W/m2", "L/kWh", "min", "day", "month", "s")
_RATIOS = (
    "pue",
    "crash_ratio",
    "stability_class",
    "binding_constraint",
    "vehicle_dscr",
    "price_to_sales",
    "planned_phase",
    "realised_phase",
)


def sums_over_places(name: str) -> bool:
    """Whether values of several places add up: megawatts and dollars do; levels, concentrations, shares and prices do not.

    >>> sums_over_places("it_installed_mw"), sums_over_places("noise_night_dba"), sums_over_places("goodput_frac")
    (True, False, False)
    """
    row = row_of(name)
    ratio = row.unit == "1" and (row.name in _RATIOS or row.name.endswith(("_frac", "_ratio", "_month", "_class")))
    return not (ratio or row.unit in _OF_ONE_PLACE or row.unit.startswith("USD/"))


CPM = "campus phase month"
BINDING = ("accelerators", "hall", "cooling", "supply", "permit")
"""Codes of ``binding_constraint``: the position in this table; the first one wins a tie."""

_ALL: list[Variable] = [
    *_rows(
        "buildout",
        CPM,
        ("accelerators_installed", "1", "Accelerators installed", "stock", "last"),
        ("accelerators_in_service", "1", "Accelerators in service", "stock", "last"),
        ("h100e_in_service", "1", "H100 equivalents in service", "stock", "last"),
        ("it_installed_mw", "MW", "IT power of installed accelerators", "stock", "last"),
        ("hall_limit_it_mw", "MW", "IT power that halls can hold", "stock", "last"),
        ("cooling_limit_it_mw", "MW", "IT power that cooling can carry", "stock", "last"),
        ("supply_limit_it_mw", "MW", "IT power that firm supply can carry", "stock", "last"),
        ("permit_limit_it_mw", "MW", "IT power that permits allow", "stock", "last"),
        ("it_in_service_mw", "MW", "IT power in service", "stock", "last"),
        ("facility_design_mw", "MW", "Facility power at design PUE", "stock", "last"),
        ("binding_constraint", "1", "Binding constraint (code)", "stock", "last"),
        ("grid_limit_mw", "MW", "Grid connection", "stock", "last"),
        ("supply_nameplate_mw", "MW", "Supply nameplate", "stock", "last"),
        ("supply_firm_mw", "MW", "Firm supply with the largest unit out", "stock", "last"),
        ("battery_power_mw", "MW", "Battery power", "stock", "last"),
        ("battery_energy_mwh", "MWh", "Battery energy", "stock", "last"),
        ("peak_pflops", "PFLOP/s", "Peak dense BF16 rate in service", "stock", "last"),
        ("evaporative_share_frac", "1", "Share of cooling plant that rejects heat by evaporation", "stock", "last"),
    ),
    *_rows(
        "buildout",
        "campus cooling_kind phase month",
        ("cooling_kind_heat_mw", "MW", "Heat that cooling can reject, by kind", "stock", "last"),
    ),
    *_rows(
        "buildout",
        "campus phase",
        ("phase_lead_days", "day", "From order to service: lead, deliveries and slip (phase 0: 0)", "stock", "last"),
    ),
    *_rows("buildout", "unit phase month", ("unit_count", "1", "Generating units in service", "stock", "last")),
    *_rows("buildout", "battery phase month", ("battery_block_mwh", "MWh", "Battery energy by block", "stock", "last")),
    *_rows(
        "buildout",
        "block phase month",
        ("block_present_frac", "1", "Share of the month in which a block stands, after slip, retirements and legal stops", "stock", "mean"),
    ),
    *_rows(
        "buildout",
        "accelerator phase month",
        ("accelerators_by_model", "1", "Accelerators in service by model, all campuses", "stock", "last"),
    ),
    *_rows(
        "buildout",
        "block month",
        ("block_wait_months", "month", "Time until a block enters service, phases ordered as planned (0 from then on)", "stock", "last"),
        ("block_ordered_frac", "1", "Share of a committed block with a price that is ordered so far", "stock", "last"),
        ("block_delivered_frac", "1", "Share of a committed block with a price that is delivered so far", "stock", "last"),
    ),
    *_rows(
        "buildout",
        "campus month",
        ("announced_mw", "MW", "Announced power", "stock", "last"),
        ("planned_phase", "1", "Phase in service if each is ordered as planned", "stock", "last"),
        ("it_wanted_mw", "MW", "IT power that the plan wants: no slip, no stop, no limit", "stock", "last"),
        ("h100e_wanted", "1", "H100 equivalents that the plan wants", "stock", "last"),
    ),
    *_rows(
        "weather",
        "campus hour",
        ("dry_bulb_degc", "degC", "Dry bulb", "stock", "mean"),
        ("wet_bulb_degc", "degC", "Wet bulb", "stock", "mean"),
        ("pressure_kpa", "kPa", "Air pressure", "stock", "mean"),
        ("wind_speed_m_s", "m/s", "Wind speed", "stock", "mean"),
        ("wind_from_deg", "deg", "Wind from", "stock", "mean"),
        ("stability_class", "1", "Pasquill-Turner class (1 = A .. 6 = F)", "stock", "mean"),
        ("mixing_height_m", "m", "Mixing height", "stock", "mean"),
        ("sensible_heat_w_m2", "W/m2", "Heat that the ground gives to the air by day", "stock", "mean"),
    ),
    *_rows(
        "cooling",
        "campus cooling_kind hour",
        ("cooling_air_frac", "1", "Fan air needed at design heat over design air", "stock", "mean"),
        ("cooling_compressor_frac", "1", "Compressor electricity over heat", "stock", "mean"),
        ("cooling_capacity_frac", "1", "Heat that the hour's air lets through over design heat", "stock", "mean"),
    ),
    *_rows(
        "cooling",
        "campus cooling_kind",
        ("cooling_fan_frac", "1", "Fan electricity at design air over design heat", "stock", "mean"),
        ("cooling_pump_frac", "1", "Pump electricity over heat", "stock", "mean"),
    ),
    *_rows(
        "demand",
        CPM,
        ("it_mw", "MW", "IT load asked for, mean", "stock", "mean"),
        ("it_cooled_frac", "1", "Share of IT load that cooling can carry", "stock", "mean"),
        ("facility_mw", "MW", "Facility load, mean", "stock", "mean"),
        ("facility_peak_mw", "MW", "Facility load, highest hour", "stock", "max"),
        ("pue", "1", "Power usage effectiveness", "stock", "mean"),
        ("heat_rejected_mwh", "MWh", "Heat of IT, conversion and halls rejected", "flow", "sum"),
        ("heat_evaporated_mwh", "MWh", "Heat rejected by evaporation, compressor work included", "flow", "sum"),
        ("heat_rejected_dry_mwh", "MWh", "Heat rejected through dry plant, compressor work included", "flow", "sum"),
        ("cooling_mwh", "MWh", "Electricity for cooling", "flow", "sum"),
        ("swing_mw", "MW", "Checkpoint swing at the fence before storage", "stock", "max"),
        ("swing_after_mw", "MW", "Checkpoint swing after storage", "stock", "max"),
    ),
    *_rows(
        "dispatch",
        CPM,
        ("demand_mwh", "MWh", "Facility energy asked for", "flow", "sum"),
        ("grid_mwh", "MWh", "Grid energy", "flow", "sum"),
        ("grid_peak_mw", "MW", "Highest grid hour", "stock", "max"),
        ("onsite_mwh", "MWh", "On-site generation", "flow", "sum"),
        ("wind_sun_mwh", "MWh", "Wind and sun used", "flow", "sum"),
        ("battery_charge_mwh", "MWh", "Battery charge", "flow", "sum"),
        ("battery_discharge_mwh", "MWh", "Battery discharge", "flow", "sum"),
        ("battery_loss_mwh", "MWh", "Battery losses", "flow", "sum"),
        ("fuel_mmbtu", "MMBtu", "Gas burnt (HHV)", "flow", "sum"),
        ("starts", "1", "Turbine starts", "flow", "sum"),
        ("curtailed_mwh", "MWh", "Generation above the load at minimum load", "flow", "sum"),
        ("unserved_mwh", "MWh", "Unmet energy", "flow", "sum"),
        ("unserved_hours", "h", "Hours with unmet load", "flow", "sum"),
        ("unserved_peak_mw", "MW", "Largest unmet load", "stock", "max"),
        ("it_served_frac", "1", "Share of IT energy asked for that is cooled and powered", "stock", "mean"),
        ("grid_bill_usd", "USD", "Grid bill by tariff", "flow", "sum"),
    ),
    *_rows(
        "dispatch",
        "unit phase month",
        ("unit_mwh", "MWh", "Generation by block", "flow", "sum"),
        ("unit_fuel_mmbtu", "MMBtu", "Gas burnt by block (HHV)", "flow", "sum"),
        ("unit_running", "1", "Units running, mean", "stock", "mean"),
        ("unit_running_peak", "1", "Units running, most", "stock", "max"),
        ("unit_starts", "1", "Starts by block", "flow", "sum"),
    ),
    *_rows(
        "dispatch",
        "campus hour",
        ("facility_load_mw_h", "MW", "Facility load, last twelve months on the planned path", "stock", "mean"),
        ("grid_mw_h", "MW", "Grid power", "stock", "mean"),
        ("onsite_mw_h", "MW", "On-site generation", "stock", "mean"),
        ("battery_mw_h", "MW", "Battery, discharge positive", "stock", "mean"),
        ("unserved_mw_h", "MW", "Unmet load", "stock", "mean"),
        ("battery_charge_state_mwh_h", "MWh", "Battery charge state", "stock", "last"),
        ("wind_sun_mw_h", "MW", "Wind and sun used", "stock", "mean"),
    ),
    *_rows("dispatch", "unit hour", ("unit_running_h", "1", "Units running", "stock", "mean")),
    *(v for dims, rows in ADEQUACY for v in _rows("adequacy", dims, *rows)),
    *(v for dims, rows in ENERGISATION for v in _rows("energisation", dims, *rows)),
    *_rows(
        "emissions",
        CPM,
        ("nox_t", "t", "NOx (as NO2)", "flow", "sum"),
        ("co_t", "t", "CO", "flow", "sum"),
        ("pm25_t", "t", "PM2.5", "flow", "sum"),
        ("voc_t", "t", "VOC", "flow", "sum"),
        ("formaldehyde_t", "t", "Formaldehyde", "flow", "sum"),
        ("co2_t", "t", "CO2 on site", "flow", "sum"),
        ("co2_grid_t", "t", "CO2 of grid energy", "flow", "sum"),
    ),
    *_rows(
        "emissions",
        "unit phase month",
        ("unit_nox_kg", "kg", "NOx by block", "flow", "sum"),
        ("unit_pm25_kg", "kg", "PM2.5 by block", "flow", "sum"),
        ("unit_formaldehyde_kg", "kg", "Formaldehyde by block", "flow", "sum"),
    ),
    *_rows(
        "training",
        CPM,
        ("mfu_frac", "1", "Model FLOP utilisation of the training job", "stock", "mean"),
        ("mixed_loss_frac", "1", "Training speed lost to unlike accelerators in one job", "stock", "mean"),
        ("goodput_frac", "1", "Share of time that makes progress", "stock", "mean"),
        ("accelerator_hours", "h", "Accelerator-hours powered", "flow", "sum"),
        ("training_flop", "FLOP", "FLOP if all of the campus trains", "flow", "sum"),
        ("days_for_1e27_flop", "day", "Days for a 1e27 FLOP run on the whole campus", "stock", "mean"),
        ("job_mtbf_h", "h", "Mean time between job interruptions", "stock", "mean"),
    ),
    *_rows(
        "products",
        "month",
        ("chat_users", "1", "Monthly users of the chatbot", "stock", "last"),
        ("paying_users", "1", "Paying users", "stock", "last"),
        ("prompts_per_day", "1", "Prompts a day", "stock", "mean"),
        ("tokens_demanded", "1", "Output tokens asked for", "flow", "sum"),
        ("tokens_from_cars", "1", "Output tokens asked for by cars", "flow", "sum"),
        ("tokens_from_robots", "1", "Output tokens asked for by robots", "flow", "sum"),
        ("tokens_from_agents", "1", "Output tokens asked for by software agents", "flow", "sum"),
        ("fresh_tokens", "1", "Fresh training tokens from the post stream", "flow", "sum"),
        ("video_tokens", "1", "Video tokens from vehicles at the kept share", "flow", "sum"),
        ("image_outputs_per_day", "1", "Images generated a day", "stock", "mean"),
        ("loss_gain_nats", "1", "Loss reduction from a year of the stream", "stock", "mean"),
        ("post_text_gb_per_day", "GB", "Text of the posts of a day", "stock", "mean"),
        ("post_record_gb_per_day", "GB", "Posts of a day with their records", "stock", "mean"),
        ("post_media_gb_per_day", "GB", "Posts of a day with records and attachments", "stock", "mean"),
        ("freshness_gain_frac", "1", "Share of all questions answered better by seeing news first", "stock", "mean"),
    ),
    *_rows(
        "serving",
        "accelerator",
        ("serving_tokens_per_s", "1", "Output tokens per second and accelerator", "stock", "mean"),
        ("ttft_s", "s", "Time to first token", "stock", "mean"),
        ("tpot_s", "s", "Time per output token", "stock", "mean"),
        ("robot_response_s", "s", "Answer to a robot whose planner runs in the cloud", "stock", "mean"),
        ("robot_deadline_kept", "1", "Whether that answer comes within a planner period (1) or not (0)", "stock", "mean"),
    ),
    *_rows(
        "serving",
        "phase month",
        ("serving_capacity_tokens", "1", "Output tokens a month if the serving share of the fleet serves", "flow", "sum"),
        ("serving_share_needed_frac", "1", "Share of accelerator-hours that serving needs", "stock", "mean"),
    ),
    *(v for stage, dims, rows in NEIGHBOURS for v in _rows(stage, dims, *rows)),
    *_rows(
        "red_lines",
        "month",
        ("violating_outputs_per_min", "1", "Violating outputs that pass all gates, a minute", "stock", "mean"),
        ("false_blocks_per_min", "1", "Harmless outputs blocked, a minute", "stock", "mean"),
        ("review_backlog_items", "1", "Review backlog", "stock", "last"),
        ("take_down_h", "h", "Mean time to take-down", "stock", "mean"),
        ("late_take_down_frac", "1", "Share taken down after the legal clock", "stock", "mean"),
        ("live_violating_items", "1", "Violating items live at a time", "stock", "mean"),
        ("red_line_exposure_usd", "USD", "Expected legal exposure", "flow", "sum"),
        ("red_line_exposure_low_usd", "USD", "Expected legal exposure, low end", "flow", "sum"),
        ("red_line_exposure_high_usd", "USD", "Expected legal exposure, high end", "flow", "sum"),
    ),
    *(v for dims, rows, nan_means in COMPANY for v in _rows("company", dims, *rows, nan_means=nan_means)),
]

REGISTRY: dict[str, Variable] = {v.name: v for v in _ALL}
if len(REGISTRY) != len(_ALL):
    raise RuntimeError("a result variable is registered twice")

NEVER = float("nan")
"""Months and dates that do not happen within the horizon are NaN in results, and shown as 'not by <end>'."""


def row_of(name: str) -> Variable:
    """The row of a variable, under its present or its former spelling."""
    return REGISTRY[current(name)]


def short_term(name: str) -> bool:
    """Whether a concentration is of an hour or a day, ranked over a period, and not a long mean.

    >>> short_term("no2_98th_1h_ugm3"), short_term("no2_ugm3")
    (True, False)
    """
    return row_of(name).rule != "mean"


def of_stage(stage: str) -> list[Variable]:
    """Rows that ``stage`` gives."""
    return [v for v in _ALL if v.stage == stage]


def of_the_campus(name: str) -> bool:
    """Whether a campus without a company has the variable too.

    >>> of_the_campus("county_paid_usd"), of_the_campus("runway_month"), of_the_campus("nox_t")
    (True, False, True)
    """
    return REGISTRY[name].stage != "company" or name in OF_THE_CAMPUS or name.startswith(PUBLIC)
