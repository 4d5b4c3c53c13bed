"""Every series of a figure leaves a trace on the picture: judged by the pixels of what a second implementation draws."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from gigacampus import api
from gigacampus.report import figures
from gigacampus.report.figures import base, palette
from gigacampus.report.figures.visible import with_named_sources
from tests.report.synthetic import SyntheticResult

vl_convert = pytest.importorskip("vl_convert", reason="draws specifications with a second implementation")
pillow = pytest.importorskip("PIL.Image", reason="reads what is drawn")
SCENARIOS = Path(__file__).parents[2] / "scenarios"
HEX = {name: colour for colour, name in palette.NAMES.items()}
LEAST_PIXELS = 8
WHOLE = ("gas-campus.yaml", "grid-campus.yaml", "hybrid-campus.yaml", "xai-2026-01.yaml", "peers/abilene.yaml", "peers/hyperion.yaml")


def pixels(spec) -> tuple[np.ndarray, np.ndarray]:
    """The colours that are drawn, (colour, 3), and the pixels of each."""
    shown = {k: v for k, v in spec.items() if k != "usermeta"}
    sized = shown if "vconcat" in shown else {**shown, "width": 700}
    png = vl_convert.vegalite_to_png(json.dumps(sized), vl_version="6.4", scale=2)
    rgb = np.asarray(pillow.open(io.BytesIO(png)).convert("RGB"), dtype=np.int64)
    found, count = np.unique(rgb @ (1 << 16, 1 << 8, 1), return_counts=True)
    return np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1).astype(float), count


def share_of(drawn: tuple[np.ndarray, np.ndarray], colour: str) -> int:
    """Pixels that are this colour on white, opaque or half through."""
    colours, count = drawn
    rgb = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)], dtype=float)
    found = [np.linalg.norm(colours - (255.0 + opacity * (rgb - 255.0)), axis=1) < 12.0 for opacity in (1.0, 0.85, 0.6, 0.5)]
    return int(count[np.any(found, axis=0)].sum())


def unseen(result) -> list[str]:
    """Entries of keys of all figures that can be drawn of ``result`` whose colour is nowhere on the picture."""
    missing = []
    for figure in figures.ALL:
        if figures.why_left_out(figure, result) is None:
            spec = figures.drawn(figure, result)
            keys = spec["usermeta"]["key"]
            drawn = pixels(spec) if keys else ()
            missing += [f"{figure.name}: {k['label']}" for k in keys if share_of(drawn, HEX[k["colour"]]) < LEAST_PIXELS]
    return missing


def run(name, *sets, worlds=1, draws=1):
    return api.compute(SCENARIOS / name, sets=sets, worlds=worlds, draws=draws, twin=False)


@pytest.fixture(scope="module")
def one_draw():
    return run("gas-campus.yaml")


def test_every_entry_of_a_key_is_seen(one_draw):
    assert unseen(one_draw) == []


@pytest.mark.slow
def test_every_entry_of_a_key_is_seen_in_a_made_up_run():
    assert unseen(SyntheticResult()) == []


def test_one_month_is_seen():
    assert unseen(SyntheticResult(months=1, worlds=3, draws=4)) == []


@pytest.mark.slow
@pytest.mark.parametrize("draws", [1, 3])
@pytest.mark.parametrize("name", WHOLE)
def test_every_entry_of_a_key_is_seen_in_shipped_scenarios(name, draws):
    assert unseen(run(name, draws=draws)) == []


def test_one_draw_is_said_as_such(one_draw):
    for figure in figures.ALL:
        if figure.needs and figures.why_left_out(figure, one_draw) is None:
            spec = figures.drawn(figure, one_draw)
            meta = spec["usermeta"]
            assert meta["caption"].startswith(("1 draw: ", "1 world: ")) or figure.name == "dispatch_week", figure.name
            words = json.dumps([meta["caption"], [k["label"] for k in meta["key"]]])
            assert "1 draws" not in words and "1 futures" not in words and "1 single" not in words and "standard error" not in words


def equal_series(count: int, gap: float = 0.0):
    """A figure of lines that differ by ``gap``, each in its own colour."""
    months = [f"2026-{m:02d}" for m in range(1, 13)]
    axis, layers = base.Axis("power (MW)", "MW", 1.0), []
    for k, colour in enumerate(list(palette.NAMES)[:count]):
        band = {end: 50.0 + gap * k + np.linspace(0.0, 50.0, 12) for end in ("p10", "p50", "p90")}
        layers += base.banded(months, band, axis, colour, step=True)
    return layers


def counted(layers, names=4):
    drawn = pixels(with_named_sources({"height": 300, "layer": layers}))
    return [share_of(drawn, colour) for colour in list(palette.NAMES)[:names]]


@pytest.mark.parametrize("gap", [0.0, 1e-4, 0.1])
def test_equal_and_nearly_equal_lines_are_all_seen(gap):
    layers = equal_series(4, gap)
    assert min(counted(base.told_apart(layers))) > 100
    assert min(counted(layers)) < 100


def test_the_drawing_library_still_loses_equal_tables_without_names():
    """The reason for the names: when this fails, they may go."""
    drawn = pixels({"height": 300, "layer": base.told_apart(equal_series(2))})
    assert [share_of(drawn, colour) for colour in list(palette.NAMES)[:2]] == [0, 0]


def test_a_line_of_one_month_between_gaps_is_seen():
    months = [f"2026-{m:02d}" for m in range(1, 13)]
    values = np.full(12, np.nan)
    values[4] = 3.0
    layers = base.banded(months, dict.fromkeys(("p10", "p50", "p90"), values), base.Axis("power (MW)", "MW", 1.0), palette.TEAL)
    assert share_of(pixels(with_named_sources({"height": 300, "layer": layers})), palette.TEAL) > 20


@pytest.mark.parametrize("noise", [4e-16, -4e-16, 1e-7])
def test_an_axis_shows_no_rounding(noise):
    """Cash that rounding leaves just off zero moves neither the axis nor the table."""
    result = SyntheticResult(worlds=3, draws=4)
    cash = np.abs(result.array("cash_usd"))
    cash[:, 3:6] = noise * cash.max()
    result.put("cash_usd", cash)
    spec = next(f for f in figures.ALL if f.name == "cash_fan").function(result)
    texts = json.dumps(spec["usermeta"]["table"])
    assert "e-" not in texts or noise == 1e-7
    lows = [d for d in domains(spec) if d]
    assert lows and all(low == 0.0 for low, _ in lows)


def domains(spec):
    if isinstance(spec, dict):
        for key, value in spec.items():
            if key == "domain" and len(value) == 2 and all(isinstance(v, float) for v in value):
                yield value
            else:
                yield from domains(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from domains(value)


def test_figures_of_nothing_but_rounding_are_left_out():
    result = SyntheticResult(worlds=3, draws=4)
    for name in ("grid_mwh", "onsite_mwh", "unserved_mwh"):
        result.put(name, np.full_like(result.array(name), 1e-9))
    assert "zero or unknown" in figures.why_left_out(next(f for f in figures.ALL if f.name == "power_stack"), result)
