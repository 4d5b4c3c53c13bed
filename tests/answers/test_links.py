"""Every link of the article: cutting it moves the figure that the table names, or the table says that there is no link."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.answers.claims.register import Judge
from gigacampus.answers.links import Effect, Figure, Link, chosen, effects, missing, read_links, rows
from gigacampus.foundation.errors import ScenarioError
from gigacampus.report import sections
from gigacampus.rerun.what_if import changed_run, paths_of

OF_THE_ARTICLE = {"posts", "users", "cars", "robots", "batteries", "staff", "data_rules", "petition", "lawsuits", "scandal", "bans", "vote",
                  "departures", "platform_row"}  # fmt: skip
SWITCHES = {"activity_falls", "data_rules_change", "platform_gone"}
QUICK = ("posts", "data_rules", "lawsuits", "petition", "scandal", "vote", "platform_row", "batteries")


def test_table_has_every_link_and_switch():
    found = {link.key: link for link in read_links()}
    assert set(found) >= OF_THE_ARTICLE | SWITCHES
    assert all(found[key].switch for key in SWITCHES) and not any(found[key].switch for key in OF_THE_ARTICLE)
    for link in found.values():
        assert any(not f.moves for f in link.figures) or link.cut or link.case, link.key
        assert all(f.why for f in link.figures if not f.moves), f"{link.key}: an absent link says whose decision that was"


def test_the_document_has_a_row_for_every_link_and_says_where_there_is_none():
    text = (Path(__file__).parents[2] / "docs" / "products.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", text.split("## Links", 1)[1].split("\n## ", 1)[0], re.MULTILINE))
    links = {link.key: link for link in read_links() if not link.switch}
    assert told.keys() == links.keys()
    absent = {key for key, link in links.items() if any(not figure.moves for figure in link.figures)}
    assert {key for key, row in told.items() if "no link" in row} == absent


def checked(result, keys):
    for effect in effects(result, chosen(keys)):
        assert effect.moved == effect.expected, f"{effect.link}: {effect.text()}"


@pytest.mark.parametrize("key", QUICK)
def test_cutting_a_link_moves_what_the_table_says(result, key):
    checked(result, [key])


@pytest.mark.slow
@pytest.mark.parametrize("key", sorted((OF_THE_ARTICLE | SWITCHES | {"siblings_apart"}) - set(QUICK)))
def test_cutting_the_other_links_does_too(result, key):
    checked(result, [key])


def test_nothing_changed_is_the_run_itself(result):
    """Stages called again on unchanged inputs give the stored reference world."""
    same = changed_run(
        result, {"products.posts.rights_frac": result.scenario["products"]["posts"]["rights_frac"]}, ("fresh_tokens", "onsite_mwh")
    )
    for name in ("fresh_tokens", "onsite_mwh"):
        assert np.array_equal(same.array(name)[0], result.reference(name))


def test_the_report_tells_each_effect_and_that_there_is_no_link():
    links = {link.key: link for link in read_links()}
    moved = Effect("posts", "fresh_tokens", "fresh training tokens of a year", "count", 4e12, 1e12, True, True, "")
    stayed = Effect("petition", "it_in_service_mw", "IT power in service", "MW", 800.0, 800.0, False, False, "no input")
    told = sections.links(SimpleNamespace(manifest={"links": rows([moved, stayed], [links["posts"], links["petition"]])}))
    assert "(-75 %)" in told and "posts_per_day=0" in told
    assert "no link" in told and "800 MW either way; no input" in told


def test_a_table_that_says_too_much_is_found_out(result):
    """Posts do not move users: a row that says so differs from what the cut shows."""
    figure = Figure(Judge(use="variable", variable="chat_users"), True, "")
    wrong = Link("posts", "posts", {"set": {"products.posts.posts_per_day": 0}}, (figure,), False)
    (found,) = effects(result, [wrong])
    assert found.expected and not found.moved and found.word == "no link"


def test_what_cannot_be_cut_is_refused(result):
    with pytest.raises(ScenarioError, match="no link is called"):
        chosen(["gravity"])
    with pytest.raises(ScenarioError, match=r"has no products\.gravity"):
        paths_of(result, {"set": {"products.gravity": 0}})
    assert missing(result, read_links()) == ""
