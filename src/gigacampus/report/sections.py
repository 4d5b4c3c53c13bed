"""The sections of the report as HTML that reads well without any script."""

from __future__ import annotations

from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from gigacampus.pipeline.stages import STAGES
from gigacampus.report import words
from gigacampus.report.figures import compare
from gigacampus.report.figures.base import Spec
from gigacampus.report.markup import cell, copyable, details, esc, raised, table

LEVELS = {0: "a published formula as a placeholder", 1: "a simple honest model", 2: "the full model of its area"}
CONFIDENCE = {
    "seen": "read in the source",
    "derived": "computed from sources",
    "mixed": "partly read, partly assumed",
    "recalled": "from memory, to be checked",
    "assumed": "chosen without a source",
}


def header(result: Any) -> str:
    """Title, day and the one-paragraph summary."""
    manifest = result.manifest
    return (
        f'<header><p class="kicker">gigacampus report · as of <time>{esc(words.day_name(manifest["as_of"]))}</time></p>'
        f'<h1>{esc(manifest["title"])}</h1><p class="lede">{raised(words.summary(result))}</p></header>'
    )


def headline(result: Any) -> str:
    """Each headline with its band, level and share of assumed input."""
    rows = "".join(_headline_row(item) for item in result.manifest.get("headline", []))
    head = "".join(
        f'<span role="columnheader">{c}</span>'
        for c in ("Figure", "Median", "10–90 % band", "Model level", "Rests on assumed values")
    )
    note = "; ".join(f"{k}: {text}" for k, text in LEVELS.items())
    return (
        f'<div class="headline" role="table" aria-label="Headline figures"><div role="rowgroup"><div role="row" '
        f'class="head">{head}</div></div>'
        f'<div role="rowgroup">{rows}</div></div><p class="note">Level is the lowest on the way to the figure. '
        f"{esc(note)}.</p>"
    )


def _headline_row(item: dict[str, Any]) -> str:
    unit, share = item.get("unit", "1"), item.get("assumed_share")
    text = f"<small>{esc(item['note'])}</small>" if item.get("note") else ""
    value = item.get("value_text") or words.number(item.get("value"), unit)
    band = item.get("band_text") or words.band(item.get("low"), item.get("high"), unit) or "–"
    level = item.get("level")
    bar = (
        "–"
        if share is None
        else (
            f'<svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect '
            'class="trough" width="100" height="8"/>'
            f'<rect class="filled" width="{100 * share:.0f}" height="8"/></svg> {words.percent(share)}'
        )
    )
    return (
        f'<div role="row"><span role="rowheader">{esc(item["title"])}{text}</span>'
        f'<span role="cell" class="value">{raised(value)}</span>'
        f'<span role="cell" class="band"><i>10–90 % band </i>{raised(band)}</span>'
        f'<span role="cell" class="level"><i>Level </i><b class="badge '
        f'level-{esc(level)}">{esc("–" if level is None else level)}</b></span>'
        f'<span role="cell" class="rests"><i>Assumed </i>{bar}</span></div>'
    )


def figure(name: str, title: str, spec: Spec, tables_open: bool, wide: bool) -> str:
    """A figure's frame: key, a place for the drawing, caption and the table behind it."""
    meta, kind = spec["usermeta"], ' class="wide"' if wide else ""
    swatches = "".join(
        f'<li><svg class="swatch {esc(k["colour"])} {esc(k["mark"])}" viewBox="0 0 22 10" '
        f'aria-hidden="true">{SWATCHES[k["mark"]]}</svg>'
        f"{esc(k['label'])}</li>"
        for k in meta["key"]
    )
    data = details(
        "Table of the data", table(meta["table"]["columns"], meta["table"]["rows"], f"{title}: data"), tables_open
    )
    return (
        f'<figure id="fig-{esc(name)}"{kind} aria-labelledby="fig-{esc(name)}-title"><h3 '
        f'id="fig-{esc(name)}-title">{esc(title)}</h3>'
        f'<ul class="key">{swatches}</ul><div class="chart" data-figure="{esc(name)}"><p '
        f'class="unseen">{esc(spec["description"])}</p></div>'
        f'<figcaption>{raised(meta["caption"])}</figcaption><div class="tools" hidden></div>{data}</figure>'
    )


SWATCHES = {
    "line": '<path d="M1 5h20"/>',
    "dash": '<path d="M1 5h20" stroke-dasharray="5 3"/>',
    "dots": '<path d="M1 5h20" stroke-dasharray="2 2"/>',
    "area": '<rect x="1" width="20" height="10"/>',
    "dot": '<circle cx="11" cy="5" r="4.5"/>',
}


def answers(result: Any) -> str:
    """Questions that people ask, each with value, band, drivers and sources."""
    items = result.manifest.get("answers", [])
    if not items:
        return "<p>This run holds no answers; <code>gigacampus answer</code> makes them.</p>"
    return "".join(_answer(item) for item in items)


def _answer(item: dict[str, Any]) -> str:
    unit = item.get("unit", "1")
    band = words.band(item.get("low"), item.get("high"), unit)
    lines = [("What moves it", item.get("drivers")), ("Sources", item.get("sources"))]
    facts = "".join(f"<dt>{k}</dt><dd>{esc(', '.join(map(_plain, v)))}</dd>" for k, v in lines if v)
    text = f"<p>{esc(item['text'])}</p>" if item.get("text") else ""
    return (
        f'<article class="answer"><h3><span class="id">{esc(item.get("id", ""))}</span> '
        f"{esc(item.get('question') or item.get('title') or '')}</h3>"
        f'<p class="value">{raised(words.number(item.get("value"), unit))} <small>{raised(band)}</small></p>{text}'
        + (f"<dl>{facts}</dl>" if facts else "")
        + "</article>"
    )


def _plain(value: Any) -> str:
    return ", ".join(f"{k}: {v}" for k, v in value.items()) if isinstance(value, dict) else str(value)


def inputs(result: Any) -> str:
    """Every input with its source and how well it is known, then those that moved nothing."""
    rows = result.manifest.get("provenance", [])
    counts = {c: sum(r.get("confidence") == c for r in rows) for c in CONFIDENCE}
    told = "; ".join(f"{n} {c} ({CONFIDENCE[c]})" for c, n in counts.items() if n)
    body = [
        [
            r["path"],
            cell(r.get("value")),
            words.unit_text(r.get("unit") or ""),
            r.get("confidence") or "",
            r.get("known_from") or "",
            r.get("source") or "",
        ]
        for r in rows
    ]
    listed = table(["Input", "Value", "Unit", "Confidence", "Known from", "Source"], body, "Inputs with their sources")
    unused = result.manifest.get("unused_inputs", [])
    idle = f"<p>Set but moving no output: {', '.join(f'<code>{esc(p)}</code>' for p in unused)}.</p>" if unused else ""
    return f"<p>{len(rows)} inputs. {esc(told)}.</p>{details('All inputs', listed)}{idle}"


def limits(result: Any, left_out: list[str]) -> str:
    """How deep each part of the model is, what the run itself says it cannot know, and which figures are absent."""
    rows = [
        [s.name, level, LEVELS.get(level, "")]
        for s in STAGES
        if (level := result.manifest.get("levels", {}).get(s.name)) is not None
    ]
    said = "".join(f"<li>{esc(text)}</li>" for text in [*result.manifest.get("not_modelled", []), *left_out])
    return table(["Part", "Level", "Which means"], rows, "Depth of each part of the model") + (
        f"<ul>{said}</ul>" if said else ""
    )


def comparison(result: Any, other: Any) -> str:
    """Inputs that differ between this run and the other."""
    rows = [
        [path, str(here), str(there)]
        for path, here, there in compare.input_differences(result.scenario, other.scenario)
    ]
    if not rows:
        return "<p>The two runs have the same inputs.</p>"
    return f"<p>Inputs that differ: {len(rows)}.</p>" + details(
        "Inputs that differ", table(["Input", "This run", "Other run"], rows, "Inputs that differ")
    )


def reproduce(result: Any) -> str:
    """The hash of the run and how to run, read and cite it again."""
    manifest, run = result.manifest, result.manifest.get("run", {})
    digest, version = str(manifest.get("hash", "")), manifest.get("versions", {}).get("gigacampus", "")
    command = (
        f"gigacampus run {manifest.get('file', 'scenario.yaml')} --out runs --seed {run.get('seed')} "
        f"--worlds {run.get('worlds')} --draws {run.get('draws')}"
    )
    year = str(manifest["as_of"])[:4]
    cite = (
        f"@misc{{gigacampus_{digest[:8]},\n  title = {{{manifest['title']}: a gigacampus run}},\n"
        f"  author = {{{{The gigacampus authors}}}},\n"
        f"  year = {{{year}}},\n"
        f"  note = {{gigacampus {version}, as of {manifest['as_of']}, manifest {digest[:16]}}}\n}}"
    )
    versions = ", ".join(f"{k} {v}" for k, v in manifest.get("versions", {}).items())
    seconds = ", ".join(f"{k} {v:.2f} s" for k, v in manifest.get("timings", {}).items())
    return (
        f'<p>Manifest hash <code class="hash">{esc(digest)}</code></p><p class="note">{esc(versions)}. Time by '
        f"stage: {esc(seconds)}.</p>"
        + copyable("as-cli", "Run it again", command)
        + copyable("as-citation", "Cite it", cite)
        + details("The resolved scenario", copyable("as-yaml", "Scenario as YAML", scenario_yaml(result.scenario)))
    )


def scenario_yaml(scenario: dict[str, Any]) -> str:
    """The resolved scenario as a file that can be run."""
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.default_flow_style, yaml.width = False, 120
    yaml.sort_base_mapping_type_on_output = False
    out = StringIO()
    yaml.dump(scenario, out)
    return out.getvalue()
