"""Hostile words in every free text of a scenario stay words: in the report, in tables to be opened elsewhere, in SQL and on a terminal."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from gigacampus import api
from gigacampus.cli import show
from gigacampus.foundation.errors import ScenarioError
from gigacampus.results.query import query
from gigacampus.scenario.document import load
from tests.pipeline.conftest import SMALL

FREE = ("title", "source", "description", "note", "name")
"""Fields that take any words."""
HOSTILE = (
    "\"'><mark-x data-mark=1></script></style></title></textarea></svg>--><mark-x onload=alert(1)>",
    '=HYPERLINK("http://x.example","<mark-x>")',
    "+1+cmd|' /C calc'!A0 ]]> {{7*7}} ${7*7} <!--<script>",
    "@SUM(1+1)*cmd [bold red]x[/] [link=http://x]y[/link] :smile: %s {0}",
    "x'); DROP TABLE headline; COPY (SELECT 1) TO 'written.csv'; -- \\u003c/script>",
)
CONTROL = ("\x1b[2J", "a\x07b", "a\u202eb", "zero\u200bwidth", "a\rb", "\x9b31m", "a\x00b", "\ufeffx", "a\u2028b")


class Seen(HTMLParser):
    """Elements and attributes of a page, and the JSON that it holds."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.data, self._in = set(), set(), [], False

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}
        self._in = ("type", "application/json") in attributes

    def handle_data(self, data):
        if self._in:
            self.data.append(data)
        self._in = False


def free_texts(model: BaseModel, at: str = "") -> list[str]:
    """Paths of every field of a scenario that takes any words."""
    found = []
    for name in type(model).model_fields:
        value = getattr(model, name)
        children = value.items() if isinstance(value, dict) else [("", value)]
        found += [f"{at}{name}"] if name in FREE and isinstance(value, str) else []
        for key, child in children:
            if isinstance(child, BaseModel):
                found += free_texts(child, f"{at}{name}.{key}." if key else f"{at}{name}.")
    return found


@pytest.fixture(scope="module")
def paths(small_file):
    return free_texts(load(small_file)[0])


@pytest.fixture(scope="module")
def run(small_file, paths, tmp_path_factory):
    """A run of the small scenario whose every free text is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    tree = YAML(typ="safe").load(SMALL)
    for k, path in enumerate(paths):
        *parts, last = path.split(".")
        node = tree
        for part in parts:
            node = node.setdefault(part, {})
        node[last] = HOSTILE[k % len(HOSTILE)]
    (folder / "s.yaml").write_text(json.dumps(tree, default=str))
    result = api.compute(folder / "s.yaml", worlds=1, draws=2, twin=False)
    return result, api.save(result, folder / "runs", "run")


def test_there_are_free_texts_of_every_kind_of_thing(paths):
    assert "title" in paths and any(p.startswith("campuses.north.blocks.") for p in paths) and any("receptors" in p for p in paths)
    assert len(paths) > 15


def test_a_report_holds_no_element_of_a_text(run):
    page = Seen()
    page.feed((run[1] / "report.html").read_text())
    page.close()
    assert "mark-x" not in page.tags and not {"data-mark", "onload", "onerror"} & page.attributes
    assert page.data and all(json.loads(data) is not None for data in page.data)
    assert "mark-x" in "".join(page.data)


def test_a_terminal_gets_the_words_and_nothing_that_it_obeys(run, capsys):
    show.headline_table(run[0])
    said = capsys.readouterr()
    assert all(c.isprintable() or c == "\n" for c in said.out + said.err)
    assert HOSTILE[0][:20] in said.out


def test_sql_gets_the_words(run):
    assert query(run[1], "SELECT count(*) FROM headline")[1][0][0] > 3
    assert sorted(p.name for p in run[1].parents[1].iterdir()) == ["runs", "s.yaml"]


def test_a_workbook_holds_no_formula_but_its_own(run, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    from gigacampus.company.ledger.workbook import write_workbook
    from gigacampus.rerun.single_draw_books import audited_draw

    write_workbook(audited_draw(run[1], 0)[1], tmp_path / "books.xlsx")
    book = openpyxl.load_workbook(tmp_path / "books.xlsx")
    texts = [str(c.value) for sheet in book for row in sheet for c in row if c.value is not None]
    assert len(texts) > 100 and not [t for t in texts if "mark-x" in t or "cmd" in t or "HYPERLINK" in t or "DROP" in t]
    assert not [t for t in texts if t.startswith("=") and not re.fullmatch(r"=[A-Za-z0-9 .,:+\-*/()!$\"'_<>=&]+", t)]


@pytest.mark.parametrize("text", CONTROL, ids=ascii)
def test_characters_that_a_terminal_obeys_are_refused_in_every_free_text(small_file, paths, text, tmp_path):
    for path in paths[:: max(1, len(paths) // 4)]:
        tree = YAML(typ="safe").load(SMALL)
        *parts, last = path.split(".")
        node = tree
        for part in parts:
            node = node.setdefault(part, {})
        node[last] = f"x{text}y"
        (tmp_path / "s.yaml").write_text(json.dumps(tree, default=str))
        with pytest.raises(ScenarioError) as caught:
            load(tmp_path / "s.yaml")
        assert all(c.isprintable() or c == "\n" for c in str(caught.value))


def test_names_of_receivers_that_would_be_computed_are_text_in_a_table(tmp_path):
    import numpy as np

    from gigacampus.neighbours.noise.geodata.output import write_levels_csv

    write_levels_csv(tmp_path / "levels.csv", np.full((5, 2), 35.0), {"level_dba": np.full(5, -3.5)}, list(HOSTILE))
    with (tmp_path / "levels.csv").open(newline="", encoding="utf-8") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    assert [name[:2] for name in names] == ["\"'", "'=", "'+", "'@", "x'"]
