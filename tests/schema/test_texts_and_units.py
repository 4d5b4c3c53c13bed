"""Every input says what it is, and every number its unit or that it has none: labels, schema and reference are made of these."""

from __future__ import annotations

import pytest

from gigacampus.foundation.types import Spec
from gigacampus.schema.field_docs import said_of
from gigacampus.schema.fields import Slot, walk_models
from gigacampus.schema.scenario import Scenario

FIELDS = {path: (text, slot) for path, text, slot in walk_models(Scenario)}
LONGEST = 400
BY_NAME = {
    "mw": {"MW"},
    "kw": {"kW"},
    "mwh": {"MWh"},
    "usd": {"USD"},
    "usd_per_year": {"USD/year"},
    "usd_per_month": {"USD/month"},
    "usd_per_mwh": {"USD/MWh"},
    "usd_per_mw": {"USD/MW"},
    "growth_per_year": {"1/year"},
    "dba": {"dBA"},
    "db": {"dB"},
    "m": {"m"},
    "m_s": {"m/s"},
    "km": {"km"},
    "s": {"s", "TB/s", "GB/s", "kg/s", "token/s"},
    "days": {"day"},
    "months": {"month"},
    "years": {"year"},
    "c": {"degC", "K"},
    "k": {"K", "1/K"},
    "frac": {"1"},
    "ppm": {"ppm"},
    "tokens": {"token"},
    "gb": {"GB"},
    "tflops": {"TFLOP/s"},
    "deg": {"deg"},
    "lat": {"deg"},
    "lon": {"deg"},
}


def specs(root: type[Spec] = Spec) -> set[type[Spec]]:
    below = set(root.__subclasses__())
    return {c for c in below | {d for b in below for d in specs(b)} if c.__module__.startswith("gigacampus.")}


def test_the_walk_meets_every_spec_of_the_schema():
    met = {model for _, slot in FIELDS.values() for model in slot.models()}
    bases = {base for model in met for base in model.__mro__}
    assert len(FIELDS) > 800 and not {c.__name__ for c in specs() - bases - {Scenario}}


@pytest.mark.parametrize("model", sorted(specs(), key=lambda c: (c.__module__, c.__name__)), ids=lambda c: c.__name__)
def test_every_field_has_a_line_that_says_what_it_is(model):
    said = said_of(model)
    for name in model.model_fields:
        text = said.get(name, "")
        assert text.strip(), f"{model.__name__}.{name} has no text under it"
        assert len(text) <= LONGEST and text[-1] in ".;)" and text.strip(" .").lower() != name.replace("_", " "), (
            f"{model.__name__}.{name}: {text!r}"
        )


def test_every_number_says_its_unit_or_that_it_has_none():
    assert [path for path, (_, slot) in FIELDS.items() if slot.is_scalar and not slot.says_its_unit] == []


@pytest.mark.parametrize("suffix", BY_NAME)
def test_a_unit_in_the_name_is_the_unit_of_the_type(suffix):
    found: dict[str, Slot] = {}
    for path, (_, slot) in FIELDS.items():
        stem, matched, _ = f"_{slot.name}\0".rpartition(f"_{suffix}\0")
        longer = any(slot.name.endswith(f"_{other}") for other in BY_NAME if other.endswith(f"_{suffix}"))
        if slot.is_scalar and matched and "_per" not in stem and not longer:
            found[path] = slot
    assert found, f"no field ends with _{suffix}: take the line away"
    wrong = {path: slot.unit for path, slot in found.items() if slot.unit and slot.unit not in BY_NAME[suffix]}
    assert not wrong


def test_the_json_schema_carries_both():
    from gigacampus.scenario.file_schema import typed_schema

    def numbers(node):
        if isinstance(node, dict):
            if node.get("type") in ("number", "integer") and not {"const", "enum"} & set(node):
                yield node
            for value in node.values():
                yield from numbers(value)
        elif isinstance(node, list):
            for value in node:
                yield from numbers(value)

    schema = typed_schema()
    silent = [f"{m}.{f}" for m, d in schema["$defs"].items() for f, p in d.get("properties", {}).items() if not p.get("description")]
    assert silent == []
    assert [n for n in numbers(schema) if "x-unit" not in n] == []
