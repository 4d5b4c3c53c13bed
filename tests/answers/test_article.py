"""The sixty claims of the article on a run of the January scenario."""

import pytest

from gigacampus.answers.claims import judge, register, verdict


@pytest.fixture(scope="module")
def found(result):
    return judge.judged(result, register.read())


def test_every_claim_has_a_verdict_or_a_named_reason(found):
    assert len(found["claims"]) == 60
    for row in found["claims"]:
        assert row["verdict"] in verdict.WORDS, row["id"]
        assert row["text"] and (row["verdict"] != verdict.UNCHECKED or len(row["why"]) > 15), row["id"]


def test_calibrated_rows_come_out_and_are_no_evidence(found):
    rows = [r for r in found["claims"] if r["role"] == "calibrate"]
    assert rows and all(r["verdict"] == verdict.REPRODUCED for r in rows)
    assert (
        found["counts"]["calibrated"][verdict.REPRODUCED] >= len(rows) and found["free_constant_count"] == len(found["free_constants"]) > 10
    )
    assert all(r["fitted"] for r in found["claims"] if r["id"] in ("C41", "C42", "C49"))


def test_verdicts_that_no_small_sample_can_change(found):
    word = {r["id"]: r["verdict"] for r in found["claims"]}
    assert word["C18"] == word["C29"] == verdict.UNLIKELY and word["C16"] == word["C17"] == verdict.GIVEN
    assert word["C12"] == verdict.CONTEXT and word["C45"] == verdict.UNCHECKED and word["C03"] == verdict.REPRODUCED


def test_claims_on_links_are_judged_by_a_second_run_that_is_shown(found):
    row = {r["id"]: r for r in found["claims"]}
    word = {key: row[key]["verdict"] for key in ("C32", "C36", "C37", "C38", "C39")}
    assert word["C38"] == word["C39"] == word["C36"] == verdict.UNLIKELY
    assert word["C32"] == word["C37"] == verdict.REPRODUCED
    assert "products.posts.rights_frac=0" in row["C38"]["text"] and "becomes" in row["C37"]["text"]


def test_the_gigabytes_are_not_text(found):
    row = {r["id"]: r for r in found["claims"]}
    assert row["C29"]["impossible_with"] == ["C30"] and row["C30"]["verdict"] == verdict.IMPOSSIBLE
    pair = {tuple(p["claims"]): p for p in found["pairs"]}
    assert pair[("C29", "C30")]["joint"] == 0 and pair[("C17", "C18")]["of"] == 60


def test_a_scenario_without_the_article_leaves_its_claims_unchecked(tmp_path):
    from pathlib import Path

    from gigacampus import api

    result = api.first(Path(__file__).parents[2] / "scenarios" / "gas-campus.yaml", ("run.worlds=1", "run.draws=1"))
    found = judge.judged(result, register.read())
    assert {r["verdict"] for r in found["claims"]} == {verdict.UNCHECKED, verdict.CONTEXT}
    assert found["pairs"] == [] and found["free_constant_count"] == 0
