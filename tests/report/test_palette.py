"""Colours are told apart by colour-blind readers and stand out from the page, light and dark."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from gigacampus.report import figures
from gigacampus.report.figures import palette

STYLE = Path(__file__).parents[2] / "web" / "src" / "style.css"
VISIONS = {
    "full": np.eye(3),
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritan": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}
"""Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB."""
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
LEAST_CONTRAST, LEAST_DIFFERENCE = 3.0, 12.0
"""WCAG 2.2 criterion 1.4.11; CIE 1976 difference, several times what is just noticeable."""


def themes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r":root\s*\{(.*?)\}", STYLE.read_text(encoding="utf-8"), re.S)
    light, dark = (dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", b)) for b in blocks[:2])
    return {"light": light, "dark": dark}


def linear(colour: str) -> np.ndarray:
    c = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(a: str, b: str) -> float:
    light, dark = sorted((float(TO_XYZ[1] @ linear(c)) for c in (a, b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_style_sheet_and_figures_agree():
    light = themes()["light"]
    assert {name: light[name] for name in palette.NAMES.values()} == {name: colour for colour, name in palette.NAMES.items()}
    script = (STYLE.parent / "theme.ts").read_text(encoding="utf-8")
    assert all(f'"{colour}": "--{name}"' in script for colour, name in palette.NAMES.items())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_stand_out_from_the_page(theme):
    colours = themes()[theme]
    assert {
        n: contrast(colours[n], colours["page"]) for n in palette.NAMES.values() if contrast(colours[n], colours["page"]) < LEAST_CONTRAST
    } == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("vision", list(VISIONS))
def test_marks_of_one_kind_in_one_figure_are_told_apart(theme, vision, synthetic):
    colours, close = themes()[theme], []
    for figure in figures.ALL:
        key = figure.function(synthetic)["usermeta"]["key"]
        for a, b in itertools.combinations(key, 2):
            if a["mark"] == b["mark"] and a["colour"] != b["colour"]:
                one, two = (lab(VISIONS[vision] @ linear(colours[k["colour"]])) for k in (a, b))
                if np.linalg.norm(one - two) < LEAST_DIFFERENCE:
                    close.append((figure.name, a["colour"], b["colour"]))
    assert close == []
