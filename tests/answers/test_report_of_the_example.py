"""The worked example's report in both languages: small enough to send, and no English in the Chinese figures."""

from __future__ import annotations

import gzip

import pytest

from gigacampus.foundation.language import LANGUAGES, speaking
from gigacampus.report import page
from tests.report.test_retold import english

RAW_BYTES, PACKED_BYTES = 3_200_000, 900_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_no_larger_than_may_be_sent(result, language):
    viewer = page.built_viewer()
    if viewer is None:
        pytest.skip("the viewer has not been built (make viewer)")
    with speaking(language):
        text = page.page(result, viewer).encode()
    assert 1_500_000 < len(text) <= RAW_BYTES
    assert len(gzip.compress(text, 6)) <= PACKED_BYTES


def test_every_text_of_a_figure_in_chinese_is_from_the_catalogue(result):
    assert english(result) == set()
