"""The sections of the report as HTML that reads well without any script."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from gigacampus.explore.compare import inputs as inputs_that_differ
from gigacampus.foundation.language import say
from gigacampus.foundation.language import value as in_words
from gigacampus.registry.stages import STAGES
from gigacampus.report import reading, registers, why, words
from gigacampus.report.figures.base import Spec
from gigacampus.report.markup import cell, copyable, details, esc, raised, table
from gigacampus.report.retold import input_words, retold
from gigacampus.results.result import has_company
from gigacampus.scenario.library import source_keys, sources

LEVELS = {0: "a published formula as a placeholder", 1: "a simple honest model", 2: "the full model of its area"}
DATE_UNIT = "month of the horizon"
NOT_BUILT = "not built yet"
CONFIDENCE = {
    "seen": "read in the source",
    "derived": "computed from sources",
    "mixed": "partly read, partly assumed",
    "recalled": "from memory, to be checked",
    "assumed": "chosen without a source",
}


def header(result: Any) -> str:
    """Title and day."""
    manifest = result.manifest
    day = say("as of {day}", day=words.day_name(manifest["as_of"]))
    return f'<header><p class="kicker">gigacampus · <time>{esc(day)}</time></p><h1>{esc(retold(manifest["title"]))}</h1></header>'


def headline(result: Any) -> str:
    """Each headline with its band, level, share of assumed input and the same figure of the baseline twin; then the goals."""
    twin = {item["id"]: shown_value(item)[0] for item in (result.manifest.get("twin") or {}).get("headline", [])}
    rows = "".join(_headline_row(result, item, twin) for item in result.manifest.get("headline", []))
    columns = ["Figure", "Median", "10–90 % band", *(["Baseline twin"] if twin else []), "Model level", "Inputs assumed"]
    head = "".join(f'<span role="columnheader">{c}</span>' for c in columns)
    notes = ["Model level is the lowest on the way to the figure: " + "; ".join(f"{k}, {v}" for k, v in LEVELS.items()) + "."]
    notes.append("Inputs assumed is the share of the cited inputs on that way that are assumed or recalled.")
    if twin:
        notes.append("The baseline twin is the same run without its uncommitted phases, or with the scenario's own baseline patch.")
    return (
        f'<p class="lede">{raised(words.summary(result))}</p>'
        f'<div class="headline{" twin" if twin else ""}" role="table" aria-label="Headline figures">'
        f'<div role="rowgroup"><div role="row" class="head">{head}</div></div><div role="rowgroup">{rows}</div></div>'
        f'<p class="note">{esc(" ".join(notes))}</p>{_goals(result)}'
    )


def _headline_row(result: Any, item: dict[str, Any], twin: dict[str, str]) -> str:
    value, band = shown_value(item)
    level, note = item.get("level"), words.with_month_names(reading.in_words(result, aside(item)))
    other = twin.get(item["id"], "–")
    beside = f'<span role="cell" class="other"><i>Baseline twin </i>{raised(other)}</span>' if twin else ""
    behind = f'<span class="tools" data-why="{esc(why.key_of(item.get("stages") or ()))}" hidden></span>'
    return (
        f'<div role="row" id="figure-{esc(item["id"])}"><span role="rowheader">{raised(_title(result, item))}'
        f"{f'<small>{raised(note)}</small>' if note else ''}{behind}</span>"
        f'<span role="cell" class="value">{raised(value)}</span>'
        f'<span role="cell" class="band"><i>10–90 % band </i>{raised(band)}</span>{beside}'
        f'<span role="cell" class="level"><i>Level </i><b class="badge level-{esc(level)}">{cell(level)}</b></span>'
        f'<span role="cell" class="rests"><i>Assumed </i>{_share_bar(item.get("assumed_share"))}</span></div>'
    )


def _title(result: Any, item: dict[str, Any]) -> str:
    return words.with_month_names(reading.in_words(result, item["title"]))


def _share_bar(share: float | None) -> str:
    if share is None:
        return "–"
    return (
        '<svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="trough" width="100" height="8"/>'
        f'<rect class="filled" width="{100 * share:.0f}" height="8"/></svg> {raised(words.percent(share))}'
    )


def _goals(result: Any) -> str:
    rows = "".join(
        f'<li class="{"met" if goal["met"] else "missed"}"><b>{"Met" if goal["met"] else "Missed"}</b> {esc(goal["text"])}</li>'
        for goal in result.manifest.get("goals", [])
    )
    return f'<h3>Goals of the scenario</h3><ul class="goals">{rows}</ul>' if rows else ""


def aside(item: dict[str, Any]) -> str:
    """Period, place and note of a figure, but for what its title says already."""
    period = _KIND_OF_SPAN.sub("", str(item.get("period") or ""))
    said = [text for text in (period, str(item.get("place") or "")) if text and text not in str(item.get("title") or "")]
    return "; ".join([*said, *([str(item["note"])] if item.get("note") else [])])


_KIND_OF_SPAN = re.compile(r"^(month|months|year|years|horizon|instant) (?=\d)")
"""What a period begins with: its dates say it themselves."""


def shown_value(item: dict[str, Any]) -> tuple[str, str]:
    """Value and band of a headline or an answer as texts: dates as they were put, numbers in units that can be read aloud."""
    shown, band = _shown_value(item)
    return in_words(shown), in_words(band)


def _shown_value(item: dict[str, Any]) -> tuple[str, str]:
    unit, low, high = item.get("unit", "1"), item.get("low"), item.get("high")
    if unit == DATE_UNIT and item.get("value_text"):
        band = (item.get("band_text") or "–").partition("; 100%")[0]
        return words.with_month_names(item["value_text"]), words.with_month_names(band)
    if item.get("value") is None and item.get("value_text"):
        return words.with_month_names(item["value_text"]), "–"
    if (low is None) != (high is None) and item.get("band_text"):
        return words.number(item.get("value"), unit), words.tidied(item["band_text"])
    why = item.get("band_text") if item.get("spread", "") not in ("", "10-90 % band") else ""
    band = why or ("–" if low is None and high is None else say("no spread") if low == high else words.band(low, high, unit))
    return words.number(item.get("value"), unit) if item.get("state") != NOT_BUILT else words.with_month_names(item["value_text"]), band


def figure(name: str, title: str, spec: Spec, tables_open: bool, wide: bool, behind: str = "") -> str:
    """A figure's frame: key, a place for the drawing, caption and the table behind it; ``behind`` names its chain of stages."""
    meta, kind = spec["usermeta"], ' class="wide"' if wide else ""
    swatches = "".join(
        f'<li><svg class="swatch {esc(k["colour"])} {esc(k["mark"])}" viewBox="0 0 22 10" '
        f'aria-hidden="true">{SWATCHES[k["mark"]]}</svg>'
        f"{esc(k['label'])}</li>"
        for k in meta["key"]
    )
    data = details(
        say("Table of the data"), table(meta["table"]["columns"], meta["table"]["rows"], say("{title}: data", title=title)), tables_open
    )
    found = meta.get("finding") or ""
    over = f'<p class="over">{esc(title)}</p>' if found else ""
    return (
        f'<figure id="fig-{esc(name)}"{kind} aria-labelledby="fig-{esc(name)}-title">{over}<h3 '
        f'id="fig-{esc(name)}-title">{raised(found or title)}</h3>'
        f'<ul class="key">{swatches}</ul><div class="chart" data-figure="{esc(name)}"><p '
        f'class="unseen">{esc(spec["description"])}</p></div>'
        f'<figcaption>{raised(meta["caption"])}</figcaption><div class="tools" data-why="{esc(behind)}" hidden></div>{data}</figure>'
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
    return "".join(_answer(result, item) for item in items)


def _answer(result: Any, item: dict[str, Any]) -> str:
    told = [item["said"]] if item.get("said") else []
    told += [f"Not in this answer: {item['missing']}."] if item.get("missing") and item.get("value") is not None else []
    if item.get("value") is None and item.get("value_text") and item.get("text"):
        told = [item["text"]]
    lines = [
        (say("What moves it"), "; ".join(map(_mover, item.get("drivers") or []))),
        (say("Beside what is known"), raised("; ".join(_known(k) for k in item.get("known") or [] if k.get("deviation") is not None))),
    ]
    facts = "".join(f"<dt>{k}</dt><dd>{v}</dd>" for k, v in lines if v)
    cited = ", ".join(map(str, item.get("sources") or []))
    return (
        f'<details class="answer" id="{esc(item.get("id", ""))}"><summary><h3><span class="id">{esc(item.get("id", ""))}</span> '
        f"{raised(reading.formulae(say(item.get('question') or item.get('title') or '')))}</h3>"
        f'<span class="value">{_head_of(result, item)}</span></summary>'
        + _figures_of(result, item)
        + "".join(f"<p>{_words(result, words.sentence(text))}</p>" for text in told)
        + (f"<dl>{facts}</dl>" if facts else "")
        + registers.rows(item.get("table") or [], item.get("question") or "", lambda text: reading.in_words(result, text))
        + (details(say("Sources"), f"<p>{esc(cited)}</p>") if cited else "")
        + f'<div class="tools" data-why="{esc(why.key_of(item.get("stages") or ()))}" hidden></div>'
        + f'<p class="note"><a href="#{esc(item.get("id", ""))}">{esc(say("Link to this answer"))}</a></p></details>'
    )


def _head_of(result: Any, item: dict[str, Any]) -> str:
    """The number of an answer in one line, or why there is none."""
    if item.get("value") is None and not item.get("value_text"):
        return f"<i>{_words(result, words.sentence(str(item.get('text') or '')))}</i>"
    value, band = shown_value(item)
    return f"<i>{_said_of(result, item)}</i> {raised(value)} <small>{raised(band)}</small>"


def _figures_of(result: Any, item: dict[str, Any]) -> str:
    """Every figure of an answer, a line each: what it is, its value, its band, and what to know about it."""
    body = "".join(_figure_row(result, f) for f in (item, *item.get("figures", [])) if f.get("value_text"))
    head = "".join(f'<th scope="col">{esc(say(text))}</th>' for text in ("Figure", "Middle", "10 to 90 %"))
    return f'<table class="told"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>' if body else ""


def _said_of(result: Any, figure: dict[str, Any]) -> str:
    """What the number of an answer is, before it."""
    return f"{_words(result, words.sentence(figure['title']))}{say(':')}" if figure.get("title") else ""


def _words(result: Any, text: str) -> str:
    return raised(text_of_run(result, text))


def text_of_run(result: Any, text: str) -> str:
    """A text of the run in the language spoken here, with months and places by name."""
    return reading.in_words(result, retold(words.with_month_names(text)))


def _figure_row(result: Any, figure: dict[str, Any]) -> str:
    def said(text: str) -> str:
        return _words(result, text)

    title, note = words.sentence(figure["title"]), aside(figure)
    value, band = shown_value(figure)
    beside = f"<small>{said(note)}</small>" if note else ""
    return f'<tr><th scope="row">{said(title)}{beside}</th><td>{raised(value)}</td><td>{raised(band)}</td></tr>'


def _mover(driver: dict[str, Any] | str) -> str:
    """An input that moves a figure, in words over its path, with its rank correlation where that is known."""
    path = driver if isinstance(driver, str) else driver["input"]
    text = input_words(path)
    moved = None if isinstance(driver, str) else driver.get("rank_correlation")
    by = "" if moved is None else f" ({moved:+.2f})".replace("-", "−")
    return f'<span title="{esc(path)}">{raised(text + by)}</span>'


def _known(point: dict[str, Any]) -> str:
    """A published point beside the model's figure for it."""
    when = say(", became known later") if point["later"] else ""
    return say(
        "{what}, {value}{when}: the model {far}",
        what=retold(point["what"]),
        value=in_words(point["text"]),
        when=when,
        far=_far(point["far"]),
    )


def _far(text: str) -> str:
    """How far the model is from a point, in the language spoken here."""
    match = re.fullmatch(r"(.+) (above|below|earlier|later)", text)
    return say(f"{{far}} {match[2]}", far=in_words(match[1])) if match else say(text)


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
    listed_idle = "".join(f"<li><code>{esc(path)}</code></li>" for path in unused)
    idle = details(f"Inputs that move no output: {len(unused)}", f"<ul>{listed_idle}</ul>") if unused else ""
    return f"<p>{len(rows)} inputs. {esc(told)}.</p>{details('All inputs', listed)}{_cited(rows)}{idle}"


def _cited(rows: list[dict[str, Any]]) -> str:
    """The library's entry of every source key that an input names."""
    known = sources()
    keys = sorted({key for row in rows for key in source_keys(row.get("source") or "") if key in known})
    body = [[key, *(str(known[key].get(part) or "") for part in ("what", "publisher", "date", "url"))] for key in keys]
    columns = ["Key", "What", "Publisher", "Date", "Address"]
    return details(f"Sources: {len(keys)}", table(columns, body, "Sources of the inputs")) if keys else ""


def limits(result: Any, left_out: list[str]) -> str:
    """How deep each part of the model is, what it leaves out, what this run must be read with, and which figures are absent."""
    rows = [
        [s.name, level, LEVELS.get(level, ""), s.leaves_out]
        for s in STAGES
        if (level := result.manifest.get("levels", {}).get(s.name)) is not None
    ]
    said = "".join(f"<li>{esc(text)}</li>" for text in [*result.manifest.get("files", []), *result.manifest.get("cautions", []), *left_out])
    return table(["Part", "Level", "Which means", "What it leaves out"], rows, "Depth of each part of the model") + (
        f"<ul>{said}</ul>" if said else ""
    )


def comparison(result: Any, other: Any) -> str:
    """Inputs that differ between this run and the other."""
    rows = [[c.path, str(c.a), str(c.b), c.kind if c.shifted else f"{c.kind}, not moved"] for c in inputs_that_differ(result, other)]
    if not rows:
        return "<p>The two runs have the same inputs.</p>"
    return f"<p>Inputs that differ: {len(rows)}.</p>" + details(
        "Inputs that differ", table(["Input", "This run", "Other run", "How"], rows, "Inputs that differ")
    )


def links(result: Any) -> str:
    """What each link of the article does: its figures with it and with it cut, or that the model has no such link."""
    found = result.manifest["links"]
    said = say("Each link is cut and its figures are computed again, in the reference world and four futures; what stays has no link.")
    rows = [(in_words(e["of"]), e["cut"], say(e["word"]), in_words(e["text"])) for e in found]
    title = say("Links, each cut")
    return f"<p>{esc(said)}</p>" + table((say("Link"), say("Cut"), say("Found"), say("Figure with it and without")), rows, title)


def reproduce(result: Any) -> str:
    """The hash of the run and how to run, read and cite it again."""
    manifest, run = result.manifest, result.manifest.get("run", {})
    digest, version = str(manifest.get("hash", "")), manifest.get("version", "")
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
    return (
        f'<p>Manifest hash <code class="hash">{esc(digest)}</code></p>'
        f'<p class="note">gigacampus {esc(version)}, Python {esc(manifest.get("python", ""))}.</p>'
        + copyable("as-cli", "Run it again", command)
        + copyable("as-citation", "Cite it", cite)
        + (
            copyable("as-books", "Export the books as a workbook", f"gigacampus books RUN --out {digest[:8]}.xlsx")
            if has_company(result)
            else ""
        )
        + details("The resolved scenario", copyable("as-yaml", "Scenario as YAML", scenario_yaml(result.scenario)))
    )


def scenario_yaml(scenario: dict[str, Any]) -> str:
    """The resolved scenario as a file that can be run: YAML blocks with JSON scalars.

    >>> print(scenario_yaml({"horizon": {"months": 72}, "goals": {}, "site": [{"lat": 35.1, "state": "TN"}]}), end="")
    horizon:
      months: 72
    goals: {}
    site:
      - lat: 35.1
        state: "TN"
    """
    return "".join(f"{line}\n" for line in _yaml_lines(scenario))


def _yaml_lines(value: Any) -> Iterator[str]:
    items = [(f"{_yaml_key(k)}:", v) for k, v in value.items()] if isinstance(value, dict) else [("-", v) for v in value]
    for head, child in items:
        if not isinstance(child, dict | list) or not child:
            yield f"{head} {json.dumps(child, ensure_ascii=False)}"
        elif head == "-":
            first, *rest = _yaml_lines(child)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
        else:
            yield head
            yield from (f"  {line}" for line in _yaml_lines(child))


def _yaml_key(key: str) -> str:
    return key if re.fullmatch(r"[a-z][a-z0-9_.*]*", key) and key not in ("null", "true", "false") else json.dumps(key)
