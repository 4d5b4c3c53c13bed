"""No text of the viewer is left without its Chinese."""

from __future__ import annotations

import json
import re
from pathlib import Path

from gigacampus.foundation.language import catalogue, speaking
from gigacampus.report.map_times import BY_MONTH
from gigacampus.server import page
from gigacampus.server.levers import AREAS, NAMED

WEB = Path(__file__).parents[2] / "web" / "src"
CALL = re.compile(r'\bt\(\s*("(?:[^"\\]|\\.)*")')
LISTED = re.compile(r'^\s*\["?[\w.]+"?, "([^"]+)"\],?$|\[\d+, \d+, "([^"]+)"\]|: "([A-Z][^"]+ (?:night|added))"', re.M)


def texts() -> set[str]:
    """Texts that the viewer says, those in lists as well as those said where they stand."""
    found = set()
    for path in WEB.glob("*.ts"):
        source = path.read_text(encoding="utf-8")
        found |= {json.loads(text) for text in CALL.findall(source)}
        found |= {json.loads(f'"{text}"') for match in LISTED.findall(source) for text in match if text}
    return found


def test_every_text_of_the_viewer_is_translated():
    said = texts() | {words for _, _, words in NAMED} | {area.capitalize() for area in AREAS}
    assert len(said) > 120 and len(BY_MONTH) == 3 and "cash lasts without new money until" in said
    assert {text for text in said if text not in catalogue("zh")} == set()


def test_fields_of_a_text_are_those_of_its_translation():
    fields = re.compile(r"\{\w+\}")
    wrong = [text for text, said in catalogue("zh").items() if said and sorted(fields.findall(said)) != sorted(fields.findall(text))]
    assert [text for text in wrong if text in texts()] == []


def test_the_frame_of_the_live_page_is_chinese_where_asked():
    with speaking("zh"):
        body = page.body()
    assert "调节项" in body and 'hreflang="en"' in body
    assert not re.search(r">(Levers|Keep this state|All other inputs)<", body)
