"""No default stands in for data: a number that says something of the world stands in the library, cited, and not in a spec."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic.fields import FieldInfo

from gigacampus.foundation.library_defaults import FROM_LIBRARY, areas, rows_of
from gigacampus.foundation.types import Frac, Metres, Ratio, Spec
from gigacampus.scenario.library import CONFIDENCES, last_day, source_keys, sources
from gigacampus.schema import fields
from gigacampus.schema.scenario import Scenario

NO_ZERO = ("degC", "dBA")
"""Scales on which 0 is a value like any other: everywhere else a default of 0 says that there is none."""
PLAIN = {
    "settings of a run": {
        "HorizonSpec.months": 72,
        "PowerSpec.outage_seed": 1,
        "RunSpec.draws": 1024,
        "RunSpec.seed": 1,
        "RunSpec.worlds": 64,
    },
    "the whole": {
        "InterruptibleSpec.share_frac": 1.0,
        "MergerSpec.support_frac": 1.0,
        "ObserverSpec.sampling_frac": 1.0,
        "ObserverSpec.visibility_frac": 1.0,
        "PostStreamSpec.rights_frac": 1.0,
        "PowerSpec.curtail_frac": 1.0,
        "PublicSpec.assessed_frac": 1.0,
        "PublicSpec.fee_in_lieu_frac": 1.0,
        "RetirementBlock.share_frac": 1.0,
        "RoadSpec.share_frac": 1.0,
        "RoundSpec.equity_frac": 1.0,
        "WaterSpec.tower_duty_frac": 1.0,
    },
    "once, one kind, at once": {
        "LoanSpec.draw_months": 1.0,
        "ModelEntry.experts": 1.0,
        "ModelEntry.experts_active": 1.0,
        "ScalingSpec.epochs": 1.0,
    },
    "no limit": {"TariffEntry.on_peak_days_per_week": 7.0, "TaxSpec.owner_change_limit_usd": 1e15, "WaterSpec.switch_dry_bulb_c": -90.0},
}
"""Besides 0, a factor of 1 and the median of a quantile: the numbers that a spec may hold, and what they say."""
ALLOWED = {name: value for group in PLAIN.values() for name, value in group.items()}
UNCITED = {"A0": "assumed", "CO5": "assumed", "R0": "recalled"}
"""Keys that name no publication, with the confidence that a row under them has."""


def specs(root: type[Spec] = Spec) -> set[type[Spec]]:
    below = set(root.__subclasses__())
    return {c for c in below | {d for b in below for d in specs(b)} if c.__module__.startswith("gigacampus.")}


SPECS = sorted(specs(), key=lambda c: (c.__module__, c.__name__))
ROWS = [(area, key, row) for area in areas() for key, row in rows_of(area).items()]


def own_fields(model: type[Spec]) -> dict[str, FieldInfo]:
    """Fields that a class declares itself."""
    return {name: model.model_fields[name] for name in model.__annotations__ if name in model.model_fields}


def numbers_in(value: Any) -> list[float]:
    """Numbers of a default, those of mappings and lists included."""
    if isinstance(value, dict):
        return [n for part in value.values() for n in numbers_in(part)]
    if isinstance(value, list | tuple):
        return [n for part in value for n in numbers_in(part)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def says_nothing(name: str, value: Any, unit: str) -> bool:
    """Whether a number says of itself that there is nothing, no change, or the median future."""
    field = name.rpartition(".")[2]
    if value == 0:
        return unit not in NO_ZERO
    return (value == 1.0 and field.endswith("_factor")) or (value == 0.5 and field.endswith("_quantile"))


def complaints(model: type[Spec]) -> list[str]:
    """Defaults of a spec that are data and stand in no table."""
    out = []
    for field, info in own_fields(model).items():
        name, default = f"{model.__name__}.{field}", info.default
        if field in model.library_defaults or info.is_required():
            continue
        unit = fields.slot_of(info.annotation, info.metadata, field).unit
        if info.default_factory is not None:
            out.append(f"{name}: a factory hides its default")
        if isinstance(default, Spec) and default.model_fields_set:
            out.append(f"{name}: {sorted(default.model_fields_set)} are given in the spec")
        if isinstance(default, str) and default.startswith("lib:"):
            out.append(f"{name}: the entry {default} is chosen in the spec")
        out += [f"{name} = {n:g}" for n in numbers_in(default) if not says_nothing(name, n, unit) and ALLOWED.get(name) != n]
    return out


@pytest.mark.parametrize("model", SPECS, ids=lambda c: f"{c.__module__.rpartition('.')[2]}.{c.__name__}")
def test_no_spec_holds_a_constant_of_the_world(model):
    assert not complaints(model), "write `= FROM_LIBRARY` and a row of library/defaults, or say in PLAIN what the number stands for"


def test_a_constant_in_a_spec_is_found():
    class InnerSpec(Spec):
        depth_m: Metres = 0.0

    class WrongSpec(Spec):
        height_m: Metres = 3.0
        off_m: Metres = 0.0
        price_factor: Ratio = 1.0
        shares: list[Frac] = [0.5, 0.2]
        inner: InnerSpec = InnerSpec(depth_m=2.0)
        entry: str = "lib:cooling/tower_generic"

    found = complaints(WrongSpec)
    assert [text.split(".")[1].split(" ")[0].rstrip(":") for text in found] == ["height_m", "shares", "shares", "inner", "entry"]
    with pytest.raises(LookupError, match=r"has no row LackingSpec\.height_m"):

        class LackingSpec(Spec):
            height_m: Metres = FROM_LIBRARY


def test_every_plain_number_is_still_the_default_of_its_field():
    held = {f"{m.__name__}.{f}": info.default for m in SPECS for f, info in own_fields(m).items() if f not in m.library_defaults}
    assert {name: held.get(name) for name in ALLOWED} == ALLOWED


def slot_in(area: str, key: str) -> fields.Slot:
    """What stands in the field of a row; of a list, in its items."""
    name, _, field = key.partition(".")
    model = next(m for m in SPECS if m.__name__ == name and m.__module__.endswith(f".{area}"))
    info = model.model_fields[field]
    slot = fields.slot_of(info.annotation, info.metadata, field)
    return fields.child(slot, "0") or slot


def test_every_row_is_used_by_the_field_it_names():
    used = {(m.__module__.rpartition(".")[2], f"{m.__name__}.{f}") for m in SPECS for f in own_fields(m) if f in m.library_defaults}
    assert used == {(area, key) for area, key, _ in ROWS} and len(ROWS) > 250


@pytest.mark.parametrize(("area", "key", "row"), ROWS, ids=lambda part: part if isinstance(part, str) else "")
def test_a_row_fits_its_field_and_its_source(area, key, row):
    slot = slot_in(area, key)
    assert row.unit == slot.unit
    assert all(slot.holds(n) and (float in slot.choices or isinstance(n, int)) for n in numbers_in(row.value))
    assert row.confidence in CONFIDENCES
    keys, known = source_keys(row.source), sources()
    assert keys and set(keys) <= set(known)
    if row.source in UNCITED:
        assert (row.confidence, row.date) == (UNCITED[row.source], "")
    else:
        assert row.confidence != "assumed" and bool(row.known_from) == bool(row.date)
        assert last_day(row.known_from) if row.known_from else not any(known[k].get("date") for k in keys)


def test_defaults_are_made_of_the_rows():
    made = [model() for model in SPECS if not any(info.is_required() for info in model.model_fields.values())]
    assert len(made) > 30
    for spec in made:
        assert {name: getattr(spec, name) for name in type(spec).library_defaults} == {
            name: row.value for name, row in type(spec).library_defaults.items()
        }


def test_the_schema_says_where_a_default_comes_from():
    from gigacampus.scenario.file_schema import typed_schema

    properties = typed_schema()["$defs"]["PowerSpec"]["properties"]
    assert properties["idle_load_frac"]["default"] == 0.15 and properties["idle_load_frac"]["x-default-source"].startswith("derived, DPS: ")
    assert "x-default-source" not in properties["utility_peak_mw"] and Scenario.library_defaults == {}
