"""From plain data to the typed scenario: every finding at once, each with its line, nearest valid name and fix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gigacampus.foundation.errors import Finding, ScenarioError, nearest, printable
from gigacampus.foundation.references import REFERENCE
from gigacampus.foundation.source_tree import Node, noded, plain, walk, with_value
from gigacampus.foundation.units import UNIT_TABLE
from gigacampus.scenario import class_rows, default_rows, library
from gigacampus.scenario.allowed_paths import table
from gigacampus.scenario.composed import Document, pull, references
from gigacampus.scenario.load_files import HourlyLoad, HourlyPrice, hourly_load, hourly_price
from gigacampus.scenario.named_files import FREE_TEXT, may_name_a_file
from gigacampus.scenario.reader import MAX_LINES, SIMPLER
from gigacampus.scenario.weather.site import fits
from gigacampus.scenario.weather.year import LIBRARY, typical_year, understood
from gigacampus.schema.fields import Slot, below, kinds_of, slot_at
from gigacampus.schema.scenario import Scenario
from gigacampus.schema.uncertainty import check_inputs, in_field_units

_INNER = re.compile(r"([a-z0-9_]+(?:\.[a-z0-9_]+)*): (.+)", re.DOTALL)
HOURLY: dict[str, Callable[[Path, str], HourlyLoad | HourlyPrice]] = {
    "user_load_csv": hourly_load,
    "utility_load": hourly_load,
    "grid_price": hourly_price,
}
"""Fields that name one number for each hour of the year, and what reads them."""
SHOWN_NAMES = 12
MOST_FINDINGS = 100


def validated(document: Document) -> Scenario:
    """The typed scenario of a document, default library references pulled in. Raises ``ScenarioError``."""
    findings = document.findings
    document.tree = in_field_units(document.tree, Scenario, findings)
    findings += _booleans(document)
    findings += _deletions(document)
    findings += _find_tables(document)
    document.typical |= class_rows.complete(document)
    scenario = _typed(document)
    missing = _unpulled(scenario, document) if scenario is not None else {}
    if missing:
        pull(document, missing)
        document.typical |= class_rows.complete(document)
        scenario = _typed(document)
    findings += check_inputs(document.tree, Scenario)
    findings += _missing_files_of_the_library(document)
    if scenario is not None:
        findings += _weather(scenario, document)
    if findings or scenario is None:
        raise ScenarioError(sorted(findings, key=lambda f: (f.file != document.name, f.file, f.line or MAX_LINES)))
    document.full = scenario.model_dump(mode="json")
    document.facts |= default_rows.facts_of(scenario)
    if scenario.company.absent:
        document.full["company"] = {"absent": True}
        document.facts = {path: fact for path, fact in document.facts.items() if not path.startswith("company.")}
    return _with_files(scenario, document)


def _with_files(scenario: Scenario, document: Document) -> Scenario:
    """The same scenario with CSV and EPW files named by their full path, so that stages find them from anywhere."""
    tree = document.tree
    for path, file in document.tables.items():
        tree = with_value(tree, path, Node(str(file), document.name, None))
    return Scenario.model_validate(plain(tree)) if document.tables else scenario


def _typed(document: Document) -> Scenario | None:
    data = document.data
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        items = error.errors(include_url=False, include_context=True)
        document.findings += [f for item in items[:MOST_FINDINGS] for f in _findings(item, data, document)]
        if len(items) > MOST_FINDINGS:
            document.findings.append(
                Finding(f"{len(items) - MOST_FINDINGS} more problems", file=document.name, fix="put these right first")
            )
    except RecursionError:
        document.findings.append(Finding("nested too deeply", file=document.name, fix=SIMPLER))
    return None


def _unpulled(scenario: Scenario, document: Document) -> dict[tuple[str, str], Node]:
    """Entries that only defaults of the schema name."""
    used = references(noded(scenario.model_dump(exclude={"library", "baseline"}), f"{document.name} (default)", None))
    named = references(document.tree)
    return {key: node for key, node in used.items() if key not in named}


def _booleans(document: Document) -> Iterator[Finding]:
    """A yes or no where a number is meant would be read as 1 or 0; refuse it instead."""
    data = document.data
    for parts, node in walk(document.tree):
        if isinstance(node.value, bool) and parts[0] != "baseline":
            slot = slot_at(Scenario, parts, data)
            if slot is not None and slot.is_scalar and bool not in slot.choices:
                yield Finding(
                    f"{str(node.value).lower()} where a number is expected",
                    path=".".join(parts),
                    file=node.file,
                    line=node.line,
                    fix=_number_fix(slot),
                )


def _deletions(document: Document) -> Iterator[Finding]:
    """A null under an unknown name deletes nothing: a slip such as ``1,000``, or a misspelt key."""
    data = document.data
    for parts, node in document.deleted.items():
        parent = slot_at(Scenario, parts[:-1], data)
        if parent is not None and slot_at(Scenario, parts, data) is None:
            valid = parent.names(_at(data, parts[:-1]))
            yield Finding(
                "unknown key without a value",
                path=".".join(parts),
                file=node.file,
                line=node.line,
                nearest=nearest(parts[-1], valid),
                fix=f"valid keys here: {_listed(valid)}",
            )


def _find_tables(document: Document) -> Iterator[Finding]:
    """Confine every CSV and EPW file that the scenario names, and write its name relative to the scenario's folder."""
    for parts, node in list(walk(document.tree)):
        if not isinstance(node.value, str) or not may_name_a_file(parts, node.value):
            continue
        path, place = ".".join(parts), document.places.get(node.file, document.place)
        try:
            file = table(node, place)
            if parts[-1] in HOURLY:
                document.understood.append(HOURLY[parts[-1]](file, str(Path(node.file).parent / node.value)).finding)
        except ScenarioError as error:
            yield from (replace(f, path=path) for f in error.findings)
            continue
        document.tables[path] = file
        relative = Node(file.relative_to(place.folder or file.parent).as_posix(), node.file, node.line)
        document.tree = with_value(document.tree, path, relative)


def _weather(scenario: Scenario, document: Document) -> Iterator[Finding]:
    """Weather files that cannot be used, and sites where their weather was not measured."""
    for name, campus in scenario.campuses.items():
        path = f"campuses.{name}.site.weather"
        origin = document.origin(path)
        file = document.tables.get(path)
        try:
            if file is None and not campus.site.weather.startswith(LIBRARY):
                continue
            year = typical_year(str(file) if file else campus.site.weather, campus.site.weather)
        except ScenarioError as error:
            yield from (replace(f, path=path) for f in error.findings if file is not None)
            continue
        if file is not None:
            document.understood.append(understood(year, campus.site.weather))
        yield from (replace(f, path=path, file=origin.file, line=origin.line) for f in fits(campus.site, year)[0])


def _missing_files_of_the_library(document: Document) -> Iterator[Finding]:
    """Names such as ``lib:weather/memphis_tn`` that are read as files by their stage must exist now."""
    for parts, node in walk(document.tree):
        match = REFERENCE.fullmatch(node.value) if isinstance(node.value, str) else None
        if match is None or match.group(1) in library.families() or parts[-1] in FREE_TEXT:
            continue
        held = library.names(match.group(1), document.library_root)
        if match.group(2) not in held:
            yield Finding(
                f"the library has no {match.group(1)}/{match.group(2)}",
                path=".".join(parts),
                file=node.file,
                line=node.line,
                nearest=nearest(match.group(2), held),
                fix="`gigacampus sources` lists the entries",
            )


def _findings(item: Any, data: dict[str, Any], document: Document) -> list[Finding]:
    """Findings of one error; a type that checks its fields together may name several as ``field.path: problem; ...``."""
    parts = _real_parts(item["loc"], data)
    inner = [_INNER.fullmatch(text) for text in str(item.get("ctx", {}).get("error", "")).split("; ")]
    if item["type"] != "value_error" or not isinstance(item["input"], dict) or not all(inner):
        return [_finding(item, data, document)]
    named = [(".".join([*parts, match[1]]), match[2]) for match in inner if match is not None]
    return [
        Finding(
            printable(problem),
            path,
            document.origin(path).file,
            document.origin(path).line,
            fix=f"put {path.rsplit('.', 1)[-1]} right, or delete it",
        )
        for path, problem in named
    ]


def _finding(item: Any, data: dict[str, Any], document: Document) -> Finding:
    """One finding of pydantic in the words of the house."""
    parts = _real_parts(item["loc"], data)
    path, kind = ".".join(parts), item["type"]
    origin = document.origin(path) if parts else None
    place: dict[str, Any] = {"file": origin.file if origin else document.name, "line": origin.line if origin else None, "path": path}
    name = parts[-1] if parts else ""
    parent = slot_at(Scenario, parts[:-1], data)
    if kind == "extra_forbidden":
        valid = parent.names(_at(data, parts[:-1])) if parent is not None else []
        if len(parts) == 1:
            valid = [*valid, "base", "patches"]
        return Finding("unknown key", nearest=nearest(name, valid), fix=f"valid keys here: {_listed(valid)}", **place)
    if kind == "missing":
        return Finding("is required and missing", fix=_missing_fix(parts, data), **place)
    slot = slot_at(Scenario, parts, data)
    return Finding(_problem(item, slot), nearest=_nearest_choice(item, slot), fix=_fix(item, slot, parts), **place)


def _real_parts(loc: Sequence[Any], data: Any) -> list[str]:
    """pydantic's location without the tags of unions and the marks of keys, so that it is a path of the file."""
    parts: list[str] = []
    for index, step in enumerate(loc):
        here = below(data, str(step))
        last = index == len(loc) - 1
        known = (isinstance(data, dict) and step in data) or (isinstance(data, list | tuple) and isinstance(step, int))
        if known or (last and isinstance(data, dict) and step != "[key]" and not _is_tag(step, data)):
            parts.append(str(step))
            data = here
    return parts


def _is_tag(step: Any, data: dict[str, Any]) -> bool:
    out: bool = data.get("kind") == step
    return out


def _at(data: Any, parts: Sequence[str]) -> Any:
    for part in parts:
        data = below(data, part)
    return data


def _problem(item: Any, slot: Slot | None) -> str:
    kind, given = item["type"], item["input"]
    context = item.get("ctx", {})
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        shown = f"{printable(context['tag'])} is not a kind" if "tag" in context else "needs its `kind`"
        return f"{shown}; one of {_listed(_kinds(slot))}" if slot else shown
    if kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        why = f" ({slot.bounded_by})" if slot is not None and slot.bounded_by else ""
        return f"{printable(given)} is out of range: {item['msg'].removeprefix('Input ')}{_unit_text(slot)}{why}"
    if family := _meant_family(item):
        return f"{printable(given)} is no entry of the library's {family}"
    message = str(context["error"]) if kind == "value_error" and "error" in context else item["msg"]
    message = message.removeprefix("Value error, ").removeprefix("Input ")
    if isinstance(given, dict | list):
        return printable(message)
    return printable(message) if kind == "value_error" else f"{printable(given)}: {printable(message)}"


def _meant_family(item: Any) -> str:
    """Family of the library that a field names, where what it holds names another or none."""
    match = re.match(r"\^\(?lib:([a-z_]+)/", str(item.get("ctx", {}).get("pattern", "")))
    return match.group(1) if match is not None else ""


def _fix(item: Any, slot: Slot | None, parts: Sequence[str]) -> str:
    kind = item["type"]
    if family := _meant_family(item):
        return f"one of lib:{family}/ {_listed(library.names(family))}"
    if item["loc"] and item["loc"][-1] == "[key]":
        return "names: small letters, digits and _, at most 64 characters"
    if kind == "string_type":
        return "put the text in quotes"
    if kind.startswith("union_tag") and slot is not None:
        return f"kind: one of {_listed(_kinds(slot))}"
    if kind == "literal_error" and slot is not None:
        return f"one of {_listed(list(slot.named_choices()))}"
    if kind == "value_error" and slot is not None and slot.unit and not slot.models():
        return f"give a number in {slot.unit}, or one with a unit: {_same_dimension(slot.unit)}"
    if slot is not None and slot.is_scalar:
        return _number_fix(slot)
    if slot is not None and not isinstance(item["input"], dict) and (names := slot.names()):
        return f"write a mapping with {_listed(names)}"
    return f"see the description of {'.'.join(parts)} in `gigacampus schema`" if parts else "see `gigacampus schema`"


def _number_fix(slot: Slot) -> str:
    low, high = slot.bounds
    text = "a whole number" if float not in slot.choices else "a number"
    if low != float("-inf") and high != float("inf"):
        text += f" from {_bound(low)} to {_bound(high)}"
    return f"give {text}{_unit_text(slot)}"


def _bound(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() and abs(value) < 1e15 else f"{value:g}"


def _missing_fix(parts: Sequence[str], data: Any) -> str:
    from gigacampus.schema.field_docs import said_of

    slot = slot_at(Scenario, parts, data)
    parent = slot_at(Scenario, parts[:-1], data)
    said = [said_of(m).get(parts[-1]) for m in (parent.models(_at(data, parts[:-1])) if parent else [])]
    unit = _unit_text(slot)
    about = f" ({said[0].splitlines()[0]})" if said and said[0] else ""
    return f"add `{parts[-1]}:`{unit}{about}"


def _unit_text(slot: Slot | None) -> str:
    return f" {slot.unit}" if slot is not None and slot.unit and slot.unit != "1" else ""


def _kinds(slot: Slot) -> list[str]:
    return [kind for model in slot.models() for kind in kinds_of(model)]


def _nearest_choice(item: Any, slot: Slot | None) -> str:
    if slot is None:
        return ""
    if item["type"] == "union_tag_invalid":
        return nearest(str(item["ctx"].get("tag", "")), _kinds(slot))
    if item["type"] == "literal_error" and isinstance(item["input"], str):
        return nearest(item["input"], list(slot.named_choices()))
    return ""


def _same_dimension(unit: str) -> str:
    dimension = UNIT_TABLE.get(unit, ("", 1.0))[0]
    return _listed([symbol for symbol, (kind, _) in UNIT_TABLE.items() if kind == dimension] or [unit])


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(printable(n) for n in names[:SHOWN_NAMES])
    return shown + (f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else "")
