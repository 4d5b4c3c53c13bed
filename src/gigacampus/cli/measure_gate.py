"""`gigacampus measure gate`: gates in series on a harmless proxy, or a classifier's scores from a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from gigacampus.cli.guard import guarded
from gigacampus.cli.run import AS_JSON
from gigacampus.foundation.errors import refuse

LIMIT = 0.001


@guarded
def gate(
    scores: Annotated[Path | None, typer.Argument(help="CSV of id, label (1: violates) and score 0 to 1, no content; none: proxy.")] = None,
    items: Annotated[int, typer.Option(help="Items of the proxy's day.", min=20_000, max=5_000_000)] = 600_000,
    seed: Annotated[int, typer.Option(help="Seed of all random numbers.", min=0)] = 1,
    limit: Annotated[float | None, typer.Option(help="Red line: largest violating share of what passes; breached: exit code 1.")] = None,
    items_per_day: Annotated[float, typer.Option(help="Items a day that the file's classifier will see.", min=0)] = 600_000.0,
    violating_frac: Annotated[float | None, typer.Option(help="Share that violates in the stream; without: that of the file.")] = None,
    usd_per_hour: Annotated[float, typer.Option(help="Cost of a reviewer's hour, USD (assumed; 8 to 60).", min=0)] = 30.0,
    write: Annotated[Path | None, typer.Option(help="Patch (YAML) to write: measured inputs of red_lines.")] = None,
    as_json: AS_JSON = False,
) -> int:
    """Measure a gate: on harmless shapes that the program draws (a proxy), or on labelled scores of a classifier."""
    for name, share in (("--limit", limit), ("--violating-frac", violating_frac)):
        if share is not None and not 0.0 < share < 1.0:
            raise refuse(f"{share:g} is no share between 0 and 1", path=name, fix="write a share such as 0.001")
    if scores is None:
        from gigacampus.measure.gate.day import gate_day
        from gigacampus.measure.gate.patch import proxy_patch as patch_text

        found = gate_day(items, seed=seed, limit_frac=limit, progress=None if as_json else _progress)
        lines = _day_lines(found)
    else:
        from gigacampus.measure.gate.patch import file_patch as patch_text
        from gigacampus.measure.gate.scores import Asked, judged, read_scores

        asked = Asked(LIMIT if limit is None else limit, items_per_day, violating_frac, usd_per_hour)
        found = {"file": str(scores), **judged(read_scores(scores), asked, seed=seed)}
        lines = _file_lines(found)
    red_line = found.get("red_line", {"kept": True})
    if write is not None and ("threshold" not in found or found["threshold"] is not None):
        from gigacampus.foundation.whole_file import write_text

        write_text(write, patch_text(found))
        found["written"] = str(write)
    if as_json:
        from gigacampus.foundation.plain_json import json_text

        print(json_text(found))
    else:
        for line in [*lines, *([f"Patch: {found['written']}"] if "written" in found else [])]:
            typer.echo(line)
    if not red_line["kept"]:
        typer.echo(f"red line breached: {red_line['name']} above {red_line['limit_frac']:g}", err=True)
        return 1
    return 0


def _progress(step: str, done: int, of: int) -> None:
    """Items so far, on a terminal's standard error."""
    if sys.stderr.isatty():
        typer.echo(f"\r{step}: {done:,} of {of:,} items", err=True, nl=done == of)


def _day_lines(found: dict[str, Any]) -> list[str]:
    """What the terminal shows of the proxy's day."""
    low, high = found["roc"]["area_interval_95"]
    leak, alone = found["predicted_leak"], found["predicted_leak_if_gates_were_independent"]
    apart = f"{found['leak_distance_in_standard_errors']:.1f} standard errors apart"
    return [
        found["proxy"],
        f"{found['items']:,} items, {found['violating_frac']:.2%} of them the line; gates, measured on a day before:",
        *map(_gate_line, found["gates"]),
        f"classifier: area under the curve {found['roc']['area']:.4f} (95 %: {low:.4f} to {high:.4f})",
        f"leak: {found['measured_leak']:,} measured, {leak:,.0f} predicted, {apart}; {alone:,.0f} if the gates missed independently",
        f"public stream: {found['public_items']:,} items, {found['public_violating_frac']:.3%} the line; "
        f"{found['false_blocks']:,} harmless blocked",
        *_watch_lines(found["auditor"], found["watch"]),
        _desk_line(found["review"]),
        *_rule_lines(found["stop_rule"]),
    ]


def _gate_line(row: dict[str, Any]) -> str:
    share = f"recall {row['recall_frac']:.1%} of all, {row['recall_of_reaching_frac']:.1%} of what reaches it"
    return f"  {row['gate'].replace('_', ' ')}: {share}; harmless stopped {row['false_positive_frac']:.2%}"


def _watch_lines(auditor: dict[str, Any], watch: dict[str, Any]) -> list[str]:
    low, high = auditor["interval_95_frac"]
    delay, rare = watch["delay_h"], watch["false_alarm_days"]
    return [
        f"auditor: {auditor['violating_in_sample']} of {auditor['sample']:,}, 95 %: {low:.3%} to {high:.3%}; "
        f"holds the truth in {auditor['coverage_frac']:.1%} of {auditor['runs']:,} draws",
        f"watch: a doubled share is found in {delay:.2f} h (simulated {watch['delay_h_simulated']:.2f}), "
        f"one false alarm in {rare:.1f} days (simulated {watch['false_alarm_days_simulated']:.1f})",
    ]


def _desk_line(review: dict[str, Any]) -> str:
    line, other = (row["mean_wait_h"] for row in review["classes"])
    head = f"desk: {review['on_shift']} on shift, {review['people']:.0f} people"
    return (
        f"{head}; reports of the line wait {line:.3f} h, others {other:.3f} h; after the {review['clock_h']:g} h: {review['late_frac']:.2%}"
    )


def _rule_lines(rule: dict[str, Any]) -> list[str]:
    head = f"stop rule on the published wave ({rule['from']} to {rule['until']}, counts only)"
    return [
        f"{head}: {rule['leaked_without_rule']:,.0f} without; with it:",
        *(
            f"  {row['samples_per_day']:,} samples a day, {row['alarm_to_control_h']:g} h from alarm to control: "
            f"{row['leaked']:,.0f} ({row['leaked_frac']:.1%}), alarm after {row['delay_to_alarm_h']:.2f} h"
            for row in rule["with_rule"]
        ),
    ]


def _file_lines(found: dict[str, Any]) -> list[str]:
    """What the terminal shows of a file of scores."""
    band = found["auc_interval_95"]
    told = f"95 %: {band[0]:.4f} to {band[1]:.4f}" if band else "no band"
    head = [
        f"{found['items']:,} items, {found['violating']:,} violating; area under the curve {found['auc']:.4f} ({told})",
        *(
            f"  harmless stopped {row['false_positive_frac']:.3%}: recall {row['recall_frac']:.1%} "
            f"({row['recall_interval_95_frac'][0]:.1%} to {row['recall_interval_95_frac'][1]:.1%}), threshold {row['threshold']:.4g}"
            for row in found["roc"]
        ),
    ]
    if found["threshold"] is None:
        return [*head, f"no threshold keeps {found['limit_frac']:g} but one that stops everything", *found["notes"]]
    band = found["threshold_interval_95"]
    ends = " to ".join("none" if x is None else f"{x:.4g}" for x in band) if band else "no band"
    return [
        *head,
        f"threshold for a residual of {found['limit_frac']:g}: {found['threshold']:.4g} (95 %: {ends})",
        f"  recall {found['recall_frac']:.1%}, harmless stopped {found['false_positive_frac']:.2%}",
        f"  a day: {found['leaked_per_day']:,.0f} leak, {found['harmless_blocked_per_day']:,.0f} harmless are stopped",
        f"  {found['reviewers_on_shift']:,} reviewers on shift look at {found['flagged_per_day']:,.0f} items a day: "
        f"{found['reviewers']:,.0f} people, USD {found['cost_usd_per_day']:,.0f} a day",
        f"  after the {found['clock_h']:g} h clock: {found['late_frac']:.2%}",
        *found["notes"],
    ]
