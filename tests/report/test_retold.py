"""A report in Chinese: every text of its figures comes from the catalogue, but for names, units and formulae."""

from __future__ import annotations

import re

import pytest

from gigacampus.foundation.language import speaking
from gigacampus.report import page, reading, retold, stories
from gigacampus.report.figures.visible import seen_colours

LATIN = re.compile(r"[A-Za-z]{3,}")
KEPT = {
    *("NOx", "GWh", "TWh", "MWh", "FLOP", "USD", "Mtoken", "MGD", "dBA", "PUE", "EBITDA", "NPV", "GPU", "token", "exp", "company"),
    *("vehicle", "equity", "rounds", "people"),
}
"""Units, formulae and paths of inputs, which are the same in every language."""


def names(result) -> set[str]:
    """Words of proper names: titles of campuses and places, firms, and inputs by their path."""
    titles = [reading.campus_title(result, c) for c in result.coords["campus"]]
    titles += [reading.receptor_title(result, r) for r in result.coords["receptor"]]
    titles += [str(row) for row in (result.manifest.get("flows") or [])]
    titles += [str(part) for part in (result.manifest.get("tornado") or {}).values()] + [str(result.manifest.get("must_be_true") or "")]
    titles += [str(row["group"]) for row in (result.manifest.get("map") or {}).get("groups") or []]
    titles += [str(tenant) for tenant in result.coords["tenant"]]
    found = set(LATIN.findall(" ".join(titles)))
    return found | {name.capitalize() for name in found}


def read(spec) -> list[str]:
    """Every text of a figure that people see."""
    meta = spec["usermeta"]
    texts = [spec["description"], meta["caption"], *(k["label"] for k in meta["key"]), *meta["table"]["columns"]]
    texts += [cell for row in meta["table"]["rows"] for cell in row if isinstance(cell, str)]

    def walked(part, key=""):
        if isinstance(part, dict):
            for name, value in part.items():
                yield from walked(value, name)
        elif isinstance(part, list):
            for value in part:
                yield from walked(value, key)
        elif isinstance(part, str) and key in ("title", "text", "tip", "label", "domain"):
            yield part

    return [*texts, *walked({k: v for k, v in spec.items() if k != "usermeta"})]


def english(result) -> set[tuple[str, str]]:
    """Texts of the figures of a run, told in Chinese, that hold an English word which is no name; by figure."""
    kept = names(result) | KEPT
    left = set()
    with speaking("zh"):
        for name, (title, spec) in page.drawn(result)[0].items():
            told = [title, stories.finding(result, name, spec), *read(spec)]
            left |= {(name, text) for text in told if set(LATIN.findall(text)) - kept}
    return left


def test_every_text_of_a_figure_in_chinese_is_from_the_catalogue(synthetic):
    assert english(synthetic) == set()


def test_a_text_that_the_catalogue_lacks_is_seen(synthetic, monkeypatch):
    monkeypatch.setattr(retold, "_found", lambda text, told: None)
    assert len(english(synthetic)) > 100


def test_what_is_seen_in_one_language_is_seen_in_the_other(synthetic):
    """Rows and the scales that colour them are told alike: else a series would vanish."""
    with speaking("zh"):
        told = {name: seen_colours(spec) for name, (_, spec) in page.drawn(synthetic)[0].items()}
    assert told == {name: seen_colours(spec) for name, (_, spec) in page.drawn(synthetic)[0].items()}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Announced (GW)", "已宣布 (GW)"),
        ("IT used, mean P10", "平均使用的 IT P10"),
        ("Paid: 142 (90 to 262) million USD", "已付：142 (90 至 262) 百万美元"),
        ("North campus: at most 3 h a month, in 2027-04.", "North campus：每月最多 3 小时，在 2027-04。"),
        ("Mean over the worlds on the planned path; the table holds medians and bands.", "按计划路径的各世界平均；表中为中位数与区间。"),
        ("Elm Street School, night\n53 dBA (49 to 58)", "Elm Street School，夜间\n53 dBA (49 至 58)"),
        ("Colossus 1, Memphis", "Colossus 1, Memphis"),
    ],
)
def test_labels_and_sentences_are_told_by_their_parts(text, said):
    with speaking("zh"):
        assert retold.retold(text) == said
    assert retold.retold(text) == text
