"""Every text that the program may say in another language stands in its catalogue, with the same fields."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from gigacampus.answers.answer import questions
from gigacampus.answers.claims import register
from gigacampus.foundation.language import CATALOGUES, LANGUAGES, catalogue, say, speaking, value
from gigacampus.report import claim_list, first_storey, page, stories

SOURCES = Path(__file__).parents[2] / "src" / "gigacampus"
OTHERS = [language for language in LANGUAGES if language != "en"]


def said() -> set[str]:
    """Texts that calls of ``say`` name, and those of the tables that it is called with."""
    found = {questions()[name].title for name in questions().names} | {c.part for c in register.read().claims}
    found |= {text for _, text in stories.FROM_HEADLINE.values()} | set(claim_list.MARKS) | set(first_storey.READERS)
    found |= {*first_storey.RESTS, "mostly evidence", "partly fitted", "mostly fitted", first_storey.NOT_TRANSLATED, "county"}
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say" and node.args
            if named and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    return found


def headline_ids() -> set[str]:
    text = (SOURCES / "answers" / "headline.py").read_text(encoding="utf-8")
    ids = re.findall(r'(?:figure|_power_now|level_at|added)\(\s*(?:r, )?"([a-z_0-9]+)"', text)
    return {*ids, "date_1_gw", "date_2_gw"}


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_is_missing_and_fields_are_the_same(language):
    words = catalogue(language)
    missing = sorted(text for text in said() | {f"headline:{id}" for id in headline_ids()} if text not in words)
    assert not missing
    assert len(headline_ids()) >= 20
    for text, other in words.items():
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", other)), text


@pytest.mark.parametrize("language", OTHERS)
def test_every_bundled_claim_and_its_reading_is_told(language):
    words = catalogue(language)
    found = register.read()
    told = {c.claim for c in found.claims} | {part.strip() for c in found.claims for part in c.claimant.split(";")}
    kept = {text for text in told if text.split()[0][:1].isupper()}
    assert len(found.claims) == 60
    assert sorted(text for text in told - kept if text not in words) == []
    assert sorted(c.claim for c in found.claims if c.claim not in words) == []


def test_the_bundled_font_has_every_sign_of_the_catalogue():
    signs = set((CATALOGUES / "zh_signs.txt").read_text(encoding="utf-8"))
    assert (CATALOGUES / "zh.woff2").read_bytes().startswith(b"wOF2") and len(signs) > 300
    assert {c for text in catalogue("zh").values() for c in text if ord(c) >= 0x2E80} <= signs


def test_a_page_in_chinese_carries_its_font_and_may_show_it():
    with speaking("zh"):
        text = page.document("A", "B", None)
    assert "font-src data:;" in text and "@font-face" in text and '<html lang="zh">' in text
    assert "font-src" not in page.document("A", "B", None)


def test_another_language_is_spoken_inside_and_not_after():
    with speaking("zh"):
        assert say("Power") == "电力" and value("120 short tons to 130 short tons") == "120 短吨 至 130 短吨"
    assert say("Power") == "Power" and value("after 2031-12") == "after 2031-12"
