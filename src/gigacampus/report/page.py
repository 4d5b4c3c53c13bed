"""The report: one HTML file with its data, its scenario and its scripts inside, which asks no host for anything."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from gigacampus.answers.figures import State
from gigacampus.foundation.language import CATALOGUES, ENGLISH, catalogue, language, say
from gigacampus.foundation.whole_file import write_text
from gigacampus.registry.variables import REGISTRY
from gigacampus.report import claim_list, figures, first_storey, map_times, maps, registers, retold, sections, stories, why, words
from gigacampus.report.figures import base, compare, must_be_true
from gigacampus.report.figures.visible import with_named_sources
from gigacampus.report.markup import by_columns, details, esc, json_block, table

LEFT_OUT = ("map", "answers", "claims", "links", "registers", "provenance", "seconds", "from_cache")
"""Parts of the manifest that the page holds elsewhere, or that differ between equal runs."""
OF_THE_TWIN = ("id", "title", "value", "low", "high", "unit", "text")
"""What the page holds of each figure of the baseline twin: its sources are those of the run's own figure."""
VIEWER = Path(__file__).parent / "viewer"
NOT_BUILT = "the report's viewer has not been built (make viewer); writing a plain report with tables and no drawings"
NOT_BUILT_YET = str(State.NOT_BUILT)
PLAIN_STYLE = Path(__file__).parent / "plain.css"


def write(result: Any, path: Path | str, against: Any = None) -> Path:
    """Write the report of ``result`` to ``path``, whole or not at all; with ``against``, beside another run."""
    viewer = built_viewer()
    if viewer is None:
        print(NOT_BUILT, file=sys.stderr)
    return write_text(Path(path), page(result, viewer, against))


def write_solved(result: Any, found: dict[str, Any], lines: list[str], path: Path) -> Path:
    """Write the page of :func:`solved` to ``path``, whole or not at all."""
    return write_text(path, solved(result, found, lines, built_viewer()))


def built_viewer(folder: Path = VIEWER) -> tuple[str, str] | None:
    """Script and style of the built viewer; None when it has not been built."""
    script, style = folder / "viewer.js", folder / "viewer.css"
    if not (script.is_file() and style.is_file()):
        return None
    return script.read_text(encoding="utf-8"), style.read_text(encoding="utf-8")


def page(result: Any, viewer: tuple[str, str] | None, against: Any = None) -> str:
    """The whole document; without a viewer it holds no script at all."""
    specs, left_out = drawn(result)
    for name, (_, spec) in specs.items():
        spec["usermeta"]["finding"] = stories.finding(result, name, spec)
    compared = drawn_beside(result, against) if against is not None else {}
    body = sections.header(result) + "".join(_section(*part) for part in parts(result, specs, compared, left_out, against, bool(viewer)))
    blocks = _blocks(result, {**specs, **compared}, viewer[0]) if viewer else ""
    lead = f'<a class="skip" href="#first">{esc(say("Skip to the first figures"))}</a>{_navigation(bool(compared))}'
    return document(retold.retold(result.manifest["title"]), body, viewer, lead=lead, blocks=blocks)


def solved(result: Any, found: dict[str, Any], lines: list[str], viewer: tuple[str, str] | None) -> str:
    """A short page of what solving found: its lines, and the map where two inputs moved."""
    specs = {}
    if "frontier" in found:
        specs["must_be_true"] = ("What must be true", must_be_true.spec(found["frontier"], found["text"]))
    said = "".join(f"<li>{esc(line.strip())}</li>" for line in lines if line.strip())
    title = f"What must be true: {found['text']}"
    head = f'<header><p class="kicker">{esc(result.manifest["title"])}</p><h1>{esc(title)}</h1></header>'
    body = head + _section("found", "Found", f"<ul>{said}</ul>")
    body += _section("figures", "Map", _figures(specs, bool(viewer))) if specs else ""
    return document(title, body, viewer, blocks=_blocks(result, specs, viewer[0]) if viewer else "")


def document(title: str, body: str, viewer: tuple[str, str] | None, *, lead: str = "", blocks: str = "") -> str:
    """One HTML file around a body: policy, style, script and data inside; no script where there is no viewer."""
    script, style = viewer or ("", PLAIN_STYLE.read_text(encoding="utf-8"))
    style += chinese_font()
    tail = f"<script>{script}</script>" if viewer else ""
    return (
        f'<!doctype html>\n<html lang="{language()}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
        f'content="{policy(script, style)}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" '
        'content="light dark">'
        f'<meta name="referrer" content="no-referrer"><link rel="icon" href="data:,">'
        f"<title>{esc(title)}</title>"
        f"<style>{style}</style></head><body>{lead}"
        f"<main>{body}</main>{blocks}{tail}</body></html>\n"
    )


def policy(script: str, style: str) -> str:
    """The content security policy: nothing but this very script and style, and no host."""
    allowed = f"'sha256-{_digest(script)}'" if script else "'none'"
    fonts = " font-src data:;" if FONT_FACE in style else ""
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'sha256-{_digest(style)}'; img-src data:;{fonts} base-uri 'none'; "
        "form-action 'none'"
    )


FONT_FACE = "@font-face"
FAMILY = "Campus Sans SC"
SET = "html.set"
"""The page once the viewer knows its fonts to be there."""


def chinese_font() -> str:
    """Rules that set Chinese text in the font that is bundled, where the reader's machine has none; empty in English.

    A font inside the page is there a moment after the first text, and a browser keeps how it set words before that: another spacing of
    words, which nobody sees, has all of them set anew and stays. The viewer gives it once the font is there, an animation without it.
    """
    if language() == ENGLISH:
        return ""
    latin = 'system-ui, "Liberation Sans"'
    families = f':root {{ --sans: {latin}, "{FAMILY}", sans-serif; --serif: Georgia, "Liberation Serif", "{FAMILY}", serif; }}'
    fields = "button, select, input { word-spacing: inherit; }"
    return f"\n{_face('zh.woff2')}\n{families}\n{_set_again('body', 'var(--sans)')}\n{fields}\n"


def language_name_font() -> str:
    """Rules that set the Chinese name of the language in a link to it, on a page in English; two signs of the bundled font."""
    families = f'var(--sans), "{FAMILY}"'
    return f"\n{_face('zh_name.woff2')}\n{_set_again('.language', families)}\n" if language() == ENGLISH else ""


def _face(file: str) -> str:
    font = base64.b64encode((CATALOGUES / file).read_bytes()).decode()
    return f'{FONT_FACE} {{ font-family: "{FAMILY}"; src: url(data:font/woff2;base64,{font}) format("woff2"); }}'


def _set_again(what: str, families: str) -> str:
    again = "@keyframes set-again { to { word-spacing: 0.01px; } }"
    rules = f"{what} {{ font-family: {families}; animation: set-again 0.4s step-end forwards; }}"
    return f"{again}\n{rules}\n{SET} {what} {{ animation: none; word-spacing: 0.02px; }}"


def viewer_words(script: str | None = None) -> dict[str, str]:
    """Texts of the viewer in the language spoken here, by their English: those that its script says, or all; empty in English."""
    if language() == ENGLISH:
        return {}
    return {
        text: said
        for text, said in catalogue(language()).items()
        if script is None or not text.isascii() or json.dumps(text)[1:-1] in script
    }


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def drawn(result: Any) -> tuple[dict[str, tuple[str, base.Spec]], list[str]]:
    """Title and specification of every figure that the run can fill, and a sentence for each that it cannot."""
    specs, left_out = {}, []
    for figure in figures.asked_of(result):
        reason = figures.why_left_out(figure, result)
        spec = figures.drawn(figure, result) if reason is None else None
        if spec is not None and spec["usermeta"]["key"]:
            specs[figure.name] = (say(figure.title), retold.figure(spec))
        else:
            left_out.append(reason or f"“{figure.title}” is not drawn: nothing in it could be seen over so few months.")
    return specs, left_out


def drawn_beside(result: Any, against: Any) -> dict[str, tuple[str, base.Spec]]:
    """Figures of both runs on the same axes."""
    pairs = {name: with_named_sources(compare.draw(result, against, name)) for name in compare.VARIABLES}
    return {f"compare_{name}": (retold.retold(REGISTRY[name].title), retold.figure(spec)) for name, spec in pairs.items()}


def parts(
    result: Any, specs: dict[str, Any], compared: dict[str, Any], left_out: list[str], against: Any, scripted: bool
) -> list[tuple[str, str, str]]:
    """Id, title and inside of every section, in the order in which they are read."""
    told = stories.chosen(list(specs))
    rest = {name: spec for name, spec in specs.items() if name not in told}
    figured = _figures({name: specs[name] for name in told}, scripted)
    more = details(say("All charts: {count} more", count=len(rest)), _figures(rest, scripted), not scripted) if rest else ""
    beside = _figures(compared, scripted) + sections.comparison(result, against) if against is not None else ""
    return [
        ("first", say("In short"), first_storey.first(result)),
        *([("compare", say("Against another run"), beside)] if against is not None else []),
        ("place", say("Place"), _map(result, scripted)),
        ("claims", say("What was claimed"), claim_list.claim_list(result)),
        ("stories", say("Stories"), figured + more),
        ("answers", say("Answers"), _answers(result, left_out)),
    ]


def _answers(result: Any, left_out: list[str]) -> str:
    """The last storey: questions, each closed behind its answer, then what stands behind all of them."""
    behind = (
        ("headline", say("Every headline figure with its band"), sections.headline(result)),
        ("money", say("Money and the county"), registers.section(result)),
        *([("links", say("Links, each cut"), sections.links(result))] if result.manifest.get("links") else []),
        ("inputs", say("Inputs and their sources"), sections.inputs(result)),
        ("limits", say("What is not modelled"), sections.limits(result, left_out)),
        ("reproduce", say("Run, read and cite"), sections.reproduce(result)),
    )
    closed = "".join(
        f'<details id="{name}" class="behind"><summary><h3>{esc(title)}</h3></summary>{inside}</details>' for name, title, inside in behind
    )
    return sections.answers(result) + closed


def _section(name: str, title: str, inside: str) -> str:
    return f'<section id="{name}" aria-labelledby="{name}-heading"><h2 id="{name}-heading">{esc(title)}</h2>{inside}</section>'


def _navigation(compared: bool) -> str:
    names = [
        ("first", say("In short")),
        *([("compare", say("Compare"))] if compared else []),
        ("place", say("Place")),
        ("claims", say("Claims")),
        ("stories", say("Stories")),
        ("answers", say("Answers")),
        ("headline", say("Figures")),
        ("inputs", say("Inputs")),
        ("limits", say("Limits")),
        ("reproduce", say("Cite")),
    ]
    links = "".join(f'<a href="#{name}">{esc(title)}</a>' for name, title in names)
    return f'<nav aria-label="{esc(say("Sections"))}">{links}</nav>'


def _figures(specs: dict[str, tuple[str, base.Spec]], scripted: bool) -> str:
    wide = {f.name for f in figures.ALL if f.wide}
    behind = {f.name: why.key_of(_stages(f)) for f in figures.ALL}
    inside = "".join(
        sections.figure(name, title, spec, not scripted, name in wide, behind.get(name, "")) for name, (title, spec) in specs.items()
    )
    return f'<div class="figures">{inside}</div>'


def _stages(figure: base.Figure) -> tuple[str, ...]:
    """Stages behind a figure; one that is drawn from the run's answers stands on the books."""
    return why.stages_of_variables(figure.needs) or ("company",)


def _chains(result: Any) -> dict[str, Any]:
    """What is behind every figure, headline and answer of the page, each chain once."""
    told = [*result.manifest.get("headline", []), *result.manifest.get("answers", [])]
    sets = [*(_stages(f) for f in figures.ALL), *(tuple(row.get("stages") or ()) for row in told)]
    return {key: why.chain(result, stages) for stages in sets if (key := why.key_of(stages))}


LAYERS = (("noise", "Night", "dBA"), ("no2", "NO₂ added", "µg/m³"), ("pm25", "PM₂.₅ added", "µg/m³"))


def _map(result: Any, scripted: bool) -> str:
    at = map_times.moments(result)
    labels = [words.month_name(result.coords["month"][m]) for m in at]
    rows = [
        [r["title"], r["kind"], r["people"], *(_said(r["by_month"].get(layer), m) for layer, *_ in LAYERS for m in at)]
        for r in maps.receptors(result)
    ]
    columns = [
        say("Place"),
        say("Kind"),
        say("People"),
        *(f"{say(title)}, {label} ({unit})" for _, title, unit in LAYERS for label in labels),
    ]
    listed = details(say("Places on the map as a table"), table(columns, rows, say("Places on the map")), not scripted) if rows else ""
    return f'<div class="map-and-door"><div id="map-view"></div><div id="door" aria-live="polite"></div></div>{listed}'


def _said(months: list[float | None] | None, month: int) -> Any:
    """A layer's value in a month; words where the run has none or nothing stands yet."""
    if months is None:
        return say("not in this run")
    return say(NOT_BUILT_YET) if months[month] is None else months[month]


def _blocks(result: Any, specs: dict[str, tuple[str, base.Spec]], script: str) -> str:
    plain = {name: by_columns({k: v for k, v in spec.items() if k != "usermeta"}) for name, (_, spec) in specs.items()}
    return (
        json_block("data-figures", plain)
        + json_block("data-map", maps.map_data(result))
        + json_block("data-why", _chains(result))
        + json_block("data-words", viewer_words(script))
        + json_block("data-run", {"manifest": _manifest(result.manifest), "scenario": result.scenario})
    )


def _manifest(manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest as the page holds it."""
    out = {k: v for k, v in manifest.items() if k not in LEFT_OUT}
    if out.get("twin"):
        figures = [{k: row[k] for k in OF_THE_TWIN if k in row} for row in out["twin"]["headline"]]
        out["twin"] = {**out["twin"], "headline": figures}
    return out
