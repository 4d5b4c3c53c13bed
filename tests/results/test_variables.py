"""The registry holds what every table, axis and export relies on."""

from gigacampus.foundation.units import UNIT_TABLE
from gigacampus.registry.stages import STAGES
from gigacampus.registry.variables import REGISTRY, RULES

SUFFIX_UNITS = {
    "_mw": "MW",
    "_mwh": "MWh",
    "_usd": "USD",
    "_dba": "dBA",
    "_degc": "degC",
    "_m3": "m3",
    "_mmbtu": "MMBtu",
    "_t": "t",
    "_kg": "kg",
    "_ugm3": "ug/m3",
    "_h": "h",
    "_s": "s",
    "_min": "min",
    "_frac": "1",
    "_pflops": "PFLOP/s",
}
RATES = ("_per_min", "_per_s", "_m_s", "_loss_dba", "_usd_per_it_mwh", "_usd_per_it_mw")
HOURLY = ("_mw_h", "_mwh_h", "_running_h")
"""Hour by hour: the quantity's own unit stands before the last letter."""


def test_every_row_names_a_known_stage_rule_and_kind():
    stages = {s.name for s in STAGES}
    for variable in REGISTRY.values():
        assert variable.stage in stages, variable.name
        assert variable.rule in RULES, variable.name
        assert variable.kind in ("stock", "flow"), variable.name


def test_stocks_are_never_summed_and_flows_always_are():
    for variable in REGISTRY.values():
        assert (variable.rule == "sum") == (variable.kind == "flow"), variable.name


def test_names_carry_their_units():
    for name, variable in REGISTRY.items():
        if name.endswith(RATES + HOURLY):
            continue
        for suffix, unit in SUFFIX_UNITS.items():
            if name.endswith(suffix):
                assert variable.unit == unit, (name, variable.unit)


def test_units_are_in_the_table_or_known_to_be_outside_it():
    outside = {"MMBtu", "ug/m3", "L/kWh", "dBC", "USD/Mtoken", "kPa", "m/s", "W/m2"}
    assert {v.unit for v in REGISTRY.values()} - set(UNIT_TABLE) <= outside
